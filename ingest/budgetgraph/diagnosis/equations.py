"""Equations: relations as sums over places, so that one can ask what a change of some places would mend or break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.document import Cell
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Implied, Relation, RelationKind, Term, table_of
from budgetgraph.validation.outcomes import Outcome, weigh

Place = tuple[str, int, int, int, int]
"""Where something is printed: file, page, grid, row and column of a cell; a sentence's figure has its number alone."""

Item = Figure | BlankCell | Statement
"""What can stand at a place."""


def place_of(item: Item | Cell) -> Place:
    """Return where an item is printed; the places of two items are equal only if it is the same one."""
    if isinstance(item, Statement):
        return item.file, 0, 0, 0, item.number
    cell = item if isinstance(item, Cell) else item.cell
    return cell.file, cell.page, cell.grid, cell.row, cell.column


@dataclass(frozen=True, slots=True)
class Equation:
    """A relation as Σ coefficient × amount: what remains is 0, or for a containment no less than 0.

    Blanks take part with an amount of nothing. `spans` says that it joins two tables, or a table and the prose.
    """

    relation: Relation
    terms: Mapping[Place, int]
    outcome: Outcome
    spans: bool
    _residual: Decimal | None

    @property
    def violated(self) -> bool:
        return self.outcome.kind == "violated"

    @property
    def held(self) -> bool:
        return self.outcome.kind in ("exact", "rounding")

    def after(self, change: Mapping[Place, Decimal]) -> Decimal | None:
        """Return what would remain, in yuan, if some places' amounts changed by so much, a blank being nothing.

        None if the relation could still not be judged: its whole, or all its parts, would stay blank.
        """
        if self._residual is None or (self.outcome.kind == "insufficient" and not self._is_filled(change)):
            return None
        residual = self._residual + sum((self.terms[p] * delta for p, delta in change.items() if p in self.terms), 0)
        return min(residual, Decimal(0)) if self.relation.kind is RelationKind.CONTAINMENT else residual

    def holds_with(self, residual: Decimal) -> bool:
        """Say whether the relation would hold if so many yuan remained."""
        return abs(residual) <= self.relation.tolerance

    def wants(self, place: Place, change: Mapping[Place, Decimal]) -> Decimal | None:
        """Return by how many yuan a place would have to change, after others have, for the relation to hold exactly.

        What *change* says of the place itself is set aside; None if the relation says nothing of it.
        """
        if not self.terms[place] or self._residual is None:
            return None
        others = sum((self.terms[p] * d for p, d in change.items() if p in self.terms and p != place), Decimal(0))
        return -(self._residual + others) / self.terms[place]

    def _is_filled(self, change: Mapping[Place, Decimal]) -> bool:
        """Say whether a change fills the blanks for which a relation cannot be judged."""
        if isinstance(self.relation.whole, BlankCell):
            return bool(change.get(place_of(self.relation.whole)))
        return any(change.get(place_of(blank)) for blank in self.relation.blanks)


def judge_relation(relation: Relation) -> Outcome:
    """Return what a relation comes to; the same as validation of its graph says (`validation.outcomes`)."""
    if isinstance(relation.whole, BlankCell):
        return Outcome("insufficient")
    parts = {_identity(part): part.amount for part in relation.parts}
    return weigh(
        relation.kind.value,
        whole=[relation.whole.amount],
        parts=list(parts.values()),
        tolerance=[relation.tolerance],
    )


def _identity(term: Term) -> object:
    return (term.table, term.coordinates) if isinstance(term, Implied) else place_of(term)


def equations(relations: Iterable[Relation]) -> list[Equation]:
    """Return each relation as an equation, with its outcome."""
    return [_equation(relation) for relation in relations]


def _equation(relation: Relation) -> Equation:
    terms: dict[Place, int] = defaultdict(int)
    for item in _items(relation.whole):
        terms[place_of(item)] += 1
    for part in (*relation.parts, *relation.blanks):
        for item in _items(part):
            terms[place_of(item)] -= 1
    spans = len({table_of(term) for term in (relation.whole, *relation.parts)}) > 1
    return Equation(relation, dict(terms), judge_relation(relation), spans, _residual(relation))


def _items(term: Term | BlankCell) -> Iterator[Item]:
    """Yield what a term stands for in print; an implied total stands for its parts."""
    if isinstance(term, Implied):
        yield from term.parts
    else:
        yield term


def items_of(relation: Relation) -> Iterator[Item]:
    """Yield everything printed that a relation speaks of."""
    for term in (relation.whole, *relation.parts, *relation.blanks):
        yield from _items(term)


def _residual(relation: Relation) -> Decimal | None:
    """Return whole − Σ parts in yuan, blanks being nothing; None where an amount has no unit."""
    wholes = () if isinstance(relation.whole, BlankCell) else (relation.whole,)
    if any(term.amount is None for term in (*wholes, *relation.parts)):
        return None
    total, parts = (
        sum((term.amount for term in terms if term.amount is not None), Decimal(0))
        for terms in (wholes, relation.parts)
    )
    return total - parts
