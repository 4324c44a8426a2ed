"""The structure of a table: blocks, each with the tree of its columns and the tree of its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from budgetgraph.concepts.lookup import Context, Resolver
from budgetgraph.concepts.ontology import CONCEPT, Concept
from budgetgraph.structure.column_tree import column_tree, names_money
from budgetgraph.structure.columns import NEUTRAL, read_layout
from budgetgraph.structure.columns import Block as BlockLayout
from budgetgraph.structure.continued import whole_lists
from budgetgraph.structure.rows import RowReader
from budgetgraph.structure.trees import Node
from budgetgraph.tables import Table
from budgetgraph.tables.header import Column

__all__ = ["Block", "Node", "Structure", "read_structure"]


PERFORMANCE = CONCEPT + "aspect/performance"
"""In tables of performance, only columns that say so hold money: the others hold quantities, weights and dates."""


@dataclass(slots=True)
class Block:
    """A part of a table with its own stub: the columns that it holds and the rows that it names.

    The one row of a `form` is no list: it exhausts nothing.
    """

    columns: Node
    rows: Node
    amounts: list[Node]
    lines: list[Node]
    context: tuple[Concept, ...] = ()
    form: bool = False


@dataclass(slots=True)
class Structure:
    """What the columns of a table are: stubs by kind, text columns by content, amounts in blocks."""

    organizations: list[Column] = field(default_factory=list)
    projects: list[Column] = field(default_factory=list)
    texts: list[tuple[Column, Concept]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_structure(
    table: Table, resolver: Resolver, base: Sequence[Concept], bodies: Collection[str] = ()
) -> Structure:
    """Return the structure of a table; *base* are the concepts of its title, *bodies* the names that it may hold."""
    layout = read_layout(table, resolver)
    structure = Structure(layout.organizations, layout.projects, layout.texts)
    for block, rows in whole_lists(layout.blocks, table):
        structure.blocks.append(_block(rows, block, structure, resolver, base, bodies))
    return structure


def _block(
    table: Table,
    layout: BlockLayout,
    structure: Structure,
    resolver: Resolver,
    base: Sequence[Concept],
    bodies: Collection[str],
) -> Block:
    context = Context(above=tuple(base))
    stub = layout.stubs[0][0] if layout.stubs else None
    above = _path_concepts(stub.path[:-1], resolver, context) if stub else ()
    context = context.below(*above)
    amounts = layout.amounts
    if any(concept.iri == PERFORMANCE for concept in base):
        amounts = [column for column in amounts if names_money(column, resolver, context)]
    root, leaves = column_tree(amounts, resolver, context, structure.unknown)
    reader = RowReader(table, layout, resolver, context, bodies=bodies)
    rows, lines = reader.read()
    structure.unknown.extend(reader.unknown)
    return Block(root, rows, leaves, lines, above)


def _path_concepts(path: Iterable[str], resolver: Resolver, context: Context) -> tuple[Concept, ...]:
    found: list[Concept] = []
    for label in path:
        head = resolver.column_head(label)
        concept = None if head and head.slug in NEUTRAL else resolver.resolve(label, context.below(*found))
        if concept:
            found.append(concept)
    return tuple(found)
