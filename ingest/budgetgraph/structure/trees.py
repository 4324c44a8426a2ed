"""The trees of a table: a row or a column, and what it is a part of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from budgetgraph.concepts.ontology import Concept
from budgetgraph.tables import Row
from budgetgraph.tables.header import Column


@dataclass(slots=True, eq=False)
class Node:
    """A row or a column in the tree of its table; one without either is a group of them.

    `concepts` are its own, without those of its ancestors; `total` says that it states the sum of
    its siblings; `memo` that it is a 其中, a part that need not exhaust the whole; `divided` that what stands
    below it is all of it; `year` is the fiscal year that it speaks of, if it names one; `resolved` that its label
    was found in the ontology.
    """

    label: str
    concepts: tuple[Concept, ...] = ()
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    total: bool = False
    memo: bool = False
    divided: bool = False
    column: Column | None = None
    row: Row | None = None
    organization: str | None = None
    organization_code: str | None = None
    project: str | None = None
    code: str | None = None
    year: int | None = None
    resolved: bool = True

    def ancestors(self) -> Iterator[Node]:
        """Yield the parents, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def adopt(self, child: Node) -> None:
        """Make *child* a part of this node."""
        child.parent = self
        self.children.append(child)

    @property
    def is_group(self) -> bool:
        """Whether nothing is printed for the node itself."""
        return self.row is None and self.column is None

    @property
    def lineage(self) -> tuple[Node, ...]:
        """The node and its ancestors, nearest first."""
        return (self, *self.ancestors())

    @property
    def all_concepts(self) -> tuple[Concept, ...]:
        """The concepts of the ancestors, outermost first, then its own."""
        return tuple(concept for node in reversed(self.lineage) for concept in node.concepts)

    def descendants(self) -> Iterator[Node]:
        """Yield the nodes below this one, each before those below it."""
        for child in self.children:
            yield child
            yield from child.descendants()
