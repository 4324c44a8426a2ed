"""Repairs: the smallest changes of what is printed that would make violated relations hold, and what speaks for them.

A repair changes one place, or moves the numbers of one row by a column. It is weighed by the relations alone: those
that it mends, and those that could not be judged for a blank and then hold, less those that it breaks. Among equals
the one comes first that makes more relations exact, then one that is a single slip of the pen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from budgetgraph.diagnosis.equations import Equation, Item, Place, items_of, place_of
from budgetgraph.diagnosis.misprints import Misprint, misprint
from budgetgraph.figures import BlankCell, Figure, Reading
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Relation, RelationKind

_PINNING = (RelationKind.SUMMATION, RelationKind.EQUALITY, RelationKind.AXIOM)
"""Relations that say what an amount must be; a containment only says what it must not exceed."""

AGREEING = 2
"""A row has shifted, or a number is missing in a blank, only if so many relations at least would then hold."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A change by so many yuan of one or several places; `item` is the place's, the first of a row's.

    `mends` are violated relations that would hold, `settles` relations that could not be judged and then hold;
    `exact` says how many more relations would be exact. `lost` is what stood in the last place of a moved row.
    """

    item: Item
    change: Mapping[Place, Decimal]
    mends: tuple[Equation, ...]
    breaks: int
    settles: int = 0
    exact: int = 0
    slip: Misprint | None = None
    columns: int = 0
    moved: tuple[Item, ...] = ()
    lost: Decimal | None = None

    @property
    def net(self) -> int:
        """How many relations speak for it; the one that says what was lost does not, it would with any amount."""
        return len(self.mends) + self.settles - self.breaks - bool(self.lost)

    @property
    def amount(self) -> Decimal | None:
        """The amount in yuan that the place should have; None for a row."""
        if self.columns or (isinstance(self.item, Statement) and self.item.amount is None):
            return None
        return _amount(self.item) + next(iter(self.change.values()))

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
    """Yield what most likely went wrong, the best borne out first, until nothing violated can be explained.

    Each is weighed as if the sure ones before it were mended: one misprint that two tables repeat is two repairs.
    """
    ledger = _Ledger(equations, readings)
    left = {id(equation): equation for equation in equations if equation.violated}
    while left:
        best = ledger.best(left)
        if not best:
            return
        yield Suspicion(best)
        if len(best) == 1:
            ledger.apply(best[0])
        for repair in best:
            for equation in repair.mends:
                left.pop(id(equation), None)


class _Ledger:
    """The equations by the places that they speak of."""

    def __init__(self, equations: Sequence[Equation], readings: Iterable[Reading]) -> None:
        self._at: dict[Place, list[Equation]] = defaultdict(list)
        self._items: dict[Place, Item] = {}
        self._applied: dict[Place, Decimal] = defaultdict(Decimal)
        self._readings = list(readings)
        for equation in equations:
            for item in items_of(equation.relation):
                self._items[place_of(item)] = item
            for place in equation.terms:
                self._at[place].append(equation)

    def apply(self, repair: Repair) -> None:
        """Take a repair as done."""
        for place, delta in repair.change.items():
            self._applied[place] += delta

    def _with(self, change: Mapping[Place, Decimal]) -> Mapping[Place, Decimal]:
        """Return a change together with all that is done already."""
        return {**self._applied, **{place: delta + self._applied.get(place, 0) for place, delta in change.items()}}

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
            wanted = {equation.wants(place, self._applied) for equation in self._at[place] if id(equation) in left}
            for delta in sorted(delta for delta in wanted if delta):
                repair = self._weighed(Repair(item, {place: delta}, (), 0, slip=_slip(item, delta)), left)
                if not isinstance(item, BlankCell) or len(repair.mends) + repair.settles >= AGREEING:
                    yield repair

    def _weighed(self, repair: Repair, left: Mapping[int, Equation], *, unknown: Place | None = None) -> Repair:
        """Return a repair with what it mends, settles and breaks, relations of an *unknown* place set aside."""
        touched = {id(equation): equation for place in repair.change for equation in self._at[place]}
        mends: list[Equation] = []
        settles = breaks = exact = 0
        whole = self._with(repair.change)
        for equation in touched.values():
            residual = equation.after(whole)
            if residual is None or (unknown is not None and equation.terms.get(unknown)):
                continue
            before = equation.after(self._applied)
            holds, held = equation.holds_with(residual), before is not None and equation.holds_with(before)
            exact += (not residual) - (before is not None and not before)
            settles += holds and before is None
            breaks += not holds and (held or before is None)
            if holds and id(equation) in left:
                mends.append(equation)
        return replace(repair, mends=tuple(mends), settles=settles, breaks=breaks, exact=exact)

    def _shifts(self, left: Mapping[int, Equation]) -> Iterator[Repair]:
        """Move the numbers of each row that a violated relation meets by one column, to either side."""
        suspects = {place for equation in left.values() for place in equation.terms}
        for row in self._rows:
            if any(place_of(item) in suspects for item in row):
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

        The last place is blank once they are moved back, or, if a number was lost there, what the relations make it.
        """
        belongs = row[1:] if columns == 1 else row[:-1]
        pairs = zip(row[:-1], belongs, strict=True) if columns == 1 else zip(row[1:], belongs, strict=True)
        change = {place_of(item): delta for item, held in pairs if (delta := _amount(held) - _amount(item))}
        fallen = row[-1] if columns == 1 else row[0]
        moved = tuple(item for item in belongs if _amount(item))
        if not change or not moved:
            return
        last, printed = place_of(fallen), _amount(fallen)
        lost = {-printed, *self._wanted(last, change)}
        tried = [Repair(moved[0], {**change, last: d}, (), 0, lost=printed + d or None) for d in sorted(lost)]
        repairs = [self._weighed(repair, left) for repair in tried]
        repairs.append(self._weighed(Repair(moved[0], change, (), 0), left, unknown=last))
        for repair in repairs:
            if repair.mends and len(repair.mends) + repair.settles >= AGREEING:
                yield replace(repair, columns=columns, moved=moved)

    def _wanted(self, place: Place, change: Mapping[Place, Decimal]) -> Iterator[Decimal]:
        """Yield by how many yuan a place would have to change, beside a change of others, for a relation to hold."""
        for equation in self._at[place]:
            delta = equation.wants(place, self._with(change))
            if delta and equation.relation.kind in _PINNING:
                yield delta


def _weight(repair: Repair) -> tuple[int, int, bool, bool]:
    """Weigh by relations first; then, one slip of the pen before several, and a changed amount before a moved row."""
    return repair.net, repair.exact, repair.slip is not None, not repair.columns


def _amount(item: Item) -> Decimal:
    return Decimal(0) if isinstance(item, BlankCell) else item.amount or Decimal(0)


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
