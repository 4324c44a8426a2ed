"""Repairs: the smallest changes of what is printed that would make violated relations hold, and what speaks for them.

A repair changes one place, or moves the numbers of one row by a column. It is weighed by the relations alone: those
that it mends less those that it breaks. Among equals the one comes first that is a single slip of the pen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from budgetgraph.equations import Equation, Item, Place, items_of, place_of
from budgetgraph.figures import BlankCell, Figure, Reading
from budgetgraph.misprints import Misprint, misprint
from budgetgraph.prose import Statement
from budgetgraph.relations import Relation, RelationKind

_PINNING = (RelationKind.SUMMATION, RelationKind.EQUALITY, RelationKind.AXIOM)
"""Relations that say what an amount must be; a containment only says what it must not exceed."""

SHIFT_MENDS = 2
"""A row is taken to have shifted only if its shift mends at least so many relations."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A change by so many yuan of one or several places; `item` is the place's, the first of a row's."""

    item: Item
    change: Mapping[Place, Decimal]
    mends: tuple[Equation, ...]
    breaks: int
    slip: Misprint | None = None
    columns: int = 0
    moved: tuple[Item, ...] = ()

    @property
    def net(self) -> int:
        return len(self.mends) - self.breaks

    @property
    def amount(self) -> Decimal | None:
        """The amount in yuan that the place should have; None for a row, and for a blank."""
        if self.columns or isinstance(self.item, BlankCell) or self.item.amount is None:
            return None
        return self.item.amount + next(iter(self.change.values()))

    @property
    def independent(self) -> tuple[Relation, ...]:
        """Mended relations, no two of which share a place beside the one that changes, that say what it must be."""
        (own,) = self.change if len(self.change) == 1 else (None,)
        taken: set[Place] = set()
        found: list[Relation] = []
        for equation in sorted(self.mends, key=lambda equation: len(equation.terms)):
            others = {place for place in equation.terms if place != own}
            if own and equation.relation.kind in _PINNING and not others & taken:
                taken |= others
                found.append(equation.relation)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The best repairs of some violated relations; more than one if nothing tells them apart."""

    repairs: tuple[Repair, ...]

    @property
    def mends(self) -> tuple[Equation, ...]:
        return self.repairs[0].mends

    @property
    def is_sure(self) -> bool:
        """Whether one repair stands alone, with two relations more for it than against it."""
        return len(self.repairs) == 1 and self.repairs[0].net > 1

    @property
    def suggested(self) -> Decimal | None:
        """The amount that two or more independent relations agree on, none of the others speaking against it."""
        best = self.repairs[0]
        sure = self.is_sure and not best.breaks and not best.columns
        return best.amount if sure and len(best.independent) > 1 else None


def suspicions(equations: Sequence[Equation], readings: Iterable[Reading]) -> Iterator[Suspicion]:
    """Yield what most likely went wrong, the best borne out first, until nothing violated can be explained."""
    ledger = _Ledger(equations, readings)
    left = {id(equation): equation for equation in equations if equation.violated}
    while left:
        best = ledger.best(left)
        if not best:
            return
        yield Suspicion(best)
        for repair in best:
            for equation in repair.mends:
                left.pop(id(equation), None)


class _Ledger:
    """The equations by the places that they speak of."""

    def __init__(self, equations: Sequence[Equation], readings: Iterable[Reading]) -> None:
        self._at: dict[Place, list[Equation]] = defaultdict(list)
        self._items: dict[Place, Item] = {}
        self._readings = list(readings)
        for equation in equations:
            if equation.outcome.residual is None:
                continue
            for item in items_of(equation.relation):
                self._items[place_of(item)] = item
            for place in equation.terms:
                self._at[place].append(equation)

    def best(self, left: Mapping[int, Equation]) -> tuple[Repair, ...]:
        """Return the best repairs of what is left; none if every repair breaks as much as it mends.

        Several are returned only if they mend the same violations: repairs of different faults are no rivals.
        """
        found = [repair for repair in (*self._single(left), *self._shifts(left)) if repair.net > 0]
        if not found:
            return ()
        first = max(found, key=_weight)
        mended = set(map(id, first.mends))
        best: dict[Place, Repair] = {}
        for repair in found:
            if _weight(repair) == _weight(first) and not mended.isdisjoint(map(id, repair.mends)):
                best.setdefault(place_of(repair.item), repair)
        return tuple(best.values())

    def _single(self, left: Mapping[int, Equation]) -> Iterator[Repair]:
        places = dict.fromkeys(place for equation in left.values() for place in equation.terms)
        for place in places:
            item = self._items[place]
            if isinstance(item, BlankCell):
                continue
            wanted = {equation.wants(place) for equation in self._at[place] if id(equation) in left}
            for delta in sorted(delta for delta in wanted if delta):
                yield self._weighed(item, {place: delta}, left, slip=_slip(item, delta))

    def _weighed(
        self,
        item: Item,
        change: Mapping[Place, Decimal],
        left: Mapping[int, Equation],
        *,
        unknown: Place | None = None,
        slip: Misprint | None = None,
        columns: int = 0,
        moved: tuple[Item, ...] = (),
    ) -> Repair:
        touched = {id(equation): equation for place in change for equation in self._at[place]}
        judged = [
            (equation, equation.holds_after(change))
            for equation in touched.values()
            if unknown is None or not equation.terms.get(unknown)
        ]
        mends = tuple(equation for equation, holds in judged if holds and id(equation) in left)
        breaks = sum(1 for equation, holds in judged if equation.held and not holds)
        return Repair(item, change, mends, breaks, slip, columns, moved)

    def _shifts(self, left: Mapping[int, Equation]) -> Iterator[Repair]:
        """Move the numbers of each row that several violated relations meet by one column, to either side."""
        suspects = {place for equation in left.values() for place in equation.terms}
        for row in self._rows:
            if sum(1 for item in row if place_of(item) in suspects) < 2:
                continue
            for columns in (1, -1):
                yield from self._shift(row, columns, left)

    @cached_property
    def _rows(self) -> list[list[Figure | BlankCell]]:
        rows: list[list[Figure | BlankCell]] = []
        for reading in self._readings:
            for block in reading.structure.blocks:
                for line in block.lines:
                    items = [reading.cells.get((line, column)) for column in block.amounts]
                    rows.append([item for item in items if item is not None])
        return [row for row in rows if len(row) > 1]

    def _shift(self, row: Sequence[Figure | BlankCell], columns: int, left: Mapping[int, Equation]) -> Iterator[Repair]:
        """A row whose numbers stand one column to the right (columns = 1), or to the left, of where they belong.

        The last place is blank once they are moved back, or, if a number was lost there, anything.
        """
        belongs = row[1:] if columns == 1 else row[:-1]
        pairs = zip(row[:-1], belongs, strict=True) if columns == 1 else zip(row[1:], belongs, strict=True)
        change = {place_of(item): delta for item, held in pairs if (delta := _amount(held) - _amount(item))}
        fallen = row[-1] if columns == 1 else row[0]
        moved = tuple(item for item in belongs if _amount(item))
        if not change or not moved:
            return
        emptied = {**change, place_of(fallen): -_amount(fallen)}
        for tried, unknown in ((emptied, None), (change, place_of(fallen))):
            repair = self._weighed(moved[0], tried, left, unknown=unknown, columns=columns, moved=moved)
            if len(repair.mends) >= SHIFT_MENDS:
                yield repair


def _weight(repair: Repair) -> tuple[int, int]:
    """Weigh by relations first; then, one slip of the pen before several, and a changed amount before a moved row."""
    return repair.net, 0 if repair.columns or repair.slip is None else 1


def _amount(item: Figure | BlankCell) -> Decimal:
    return item.amount or Decimal(0) if isinstance(item, Figure) else Decimal(0)


def _slip(item: Item, delta: Decimal) -> Misprint | None:
    if isinstance(item, BlankCell) or item.amount is None:
        return None
    unit = factor_of(item)
    return misprint(item.amount / unit, (item.amount + delta) / unit)


def factor_of(item: Figure | Statement) -> Decimal:
    """Return how many yuan the unit is that a figure is printed in."""
    if isinstance(item, Figure):
        return item.unit.yuan if item.unit else Decimal(1)
    printed = Decimal(item.printed.replace(",", ""))
    return item.amount / printed if item.amount and printed else Decimal(10000)
