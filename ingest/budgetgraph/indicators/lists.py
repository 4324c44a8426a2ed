"""Lists of indicators: each row of a list or form that names one, with its kinds, its value and its project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from budgetgraph.amounts import is_blank, is_number
from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.document import Cell, Place
from budgetgraph.indicators.forms import Form
from budgetgraph.indicators.heads import (
    BODY,
    CORE,
    LEVEL,
    NAME,
    PROJECT,
    SIGN,
    UNIT,
    VALUE,
    WEIGHT,
    Head,
    Places,
    goal_of,
    head_above,
    read_heads,
    role_of,
)
from budgetgraph.indicators.measures import read_measure
from budgetgraph.indicators.model import Indicator, Level, Performance
from budgetgraph.indicators.targets import Target
from budgetgraph.labels import normalise
from budgetgraph.tables import Table, unit_in


def read_performance(tables: Iterable[Table], resolver: Resolver) -> Performance:
    """Return the goals and indicators of the tables that head columns as names or levels of indicators.

    A table without a title goes on with the form or list before it.
    """
    reader = _Reader(resolver)
    for table in tables:
        reader.read(table)
    targets = tuple(reader.targets())
    return Performance(
        targets,
        tuple(reader.found),
        tuple(reader.forms()),
        frozenset(reader.said),
        frozenset((*reader.lists, *(target.table for target in targets))),
    )


class _Reader:
    """Goes through the grids of tables: pairs of label and value, then heads, then rows of indicators."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.head: Head | None = None
        self.groups: list[Form] = []
        self.found: list[Indicator] = []
        self.said: set[Place] = set()
        self.lists: set[str] = set()
        self._slug = self._latest_table = ""
        self._page = self._top = 0
        self._former: Head | None = None
        self._latest: dict[int, str] = {}
        self._goals_above: dict[int, Concept] = {}

    def read(self, table: Table) -> None:
        """Read one table; a head goes on over pages until another is printed."""
        self._slug = table.slug
        goes_on = bool(self.groups) and not table.title and 0 <= table.first_page - self._page <= 1
        if not goes_on:
            self.head = None
            self._latest = {}
            self.groups.append(Form(table.slug, self._in_title(table.title)))
        for number, grid in enumerate(table.grids):
            places = Places(grid)
            if not number and goes_on:
                self.head = self._former.moved(places) if self._former else None
            if not number and (head := head_above(table.above, places, self.resolver)):
                self.head = self._former = head
            self._read_grid(places)
        self._page = table.last_page

    def _in_title(self, title: str) -> str | None:
        """Return the project that a title names: what stands before the name of its kind of table."""
        kinds = self.resolver.ontology["table-kind/project-performance"].labels
        names = (title.removesuffix(kind) for kind in kinds if title.endswith(kind))
        return next((name for name in names if len(name) >= _SHORTEST), None)

    def _read_grid(self, places: Places) -> None:
        carries, self._top = True, 0
        heads = list(read_heads(places, self.resolver))
        for row in places.rows:
            head = next((head for head in heads if row in head.rows), None)
            if head:
                self.head = self._former = head
                self._latest_table = self._slug
                continue
            if self.head is None and self._resumes(row, places):
                self.head = self._former
            if self.head and not self._closes(row, places):
                self._top = self._top or row
                carries = not self._read_row(row, places, carries=carries) and carries
            else:
                self.head = None
                self._read_form(row, places)

    def targets(self) -> Iterator[Target]:
        """Yield a target for each project, or whole body, that has a goal and indicators."""
        for number, form in self._measured():
            if form.contents:
                yield Target(form.table, form.name, form.organization, tuple(form.contents.values()), number)

    def forms(self) -> Iterator[Form]:
        """Yield the forms that state money beside their indicators."""
        return (form for _, form in self._measured() if form.amounts)

    def _measured(self) -> Iterator[tuple[int, Form]]:
        used = {item.group for item in self.found}
        return ((number, form) for number, form in enumerate(self.groups) if number in used)

    def _closes(self, row: int, places: Places) -> bool:
        """Say whether a row begins another form: its first cell is a label, and no other can stand there."""
        first = next(iter(places.beginning[row]), None)
        if first is None or self.head is None or role_of(first, self.resolver) not in PROJECT | BODY | {"goal"}:
            return False
        return self.head.roles.get(first.column) in (None, LEVEL)

    def _resumes(self, row: int, places: Places) -> bool:
        """Say whether a form goes on with indicators below no head of their own: a row names their first level."""
        former = self._former
        if former is None or not former.levels or former.levels[-1] > places.grid.columns:
            return False
        cell = places.at(row, former.levels[0])
        if cell is None or cell.row != row or goal_of(cell, self.resolver) or self._latest_table != self._slug:
            return False
        return self.resolver.indicator(cell.flat) is not None

    def _read_form(self, row: int, places: Places) -> None:
        cells = places.beginning[row]
        above, self._goals_above = self._goals_above, {}
        for cell, following in pairwise([*cells, None]):
            if cell is None:
                continue
            role, goal = role_of(cell, self.resolver), goal_of(cell, self.resolver)
            value = following if following and not role_of(following, self.resolver) else None
            if role is None and cell.flat and cell.column in above:
                self.groups[-1].place_goal(above[cell.column], cell)
            elif goal and value:
                self.groups[-1].place_goal(goal, value)
            elif goal:
                self._goals_above[cell.column] = goal
            elif role == "project" and value and value.flat:
                self._open_form(value)
            elif role in BODY and value and value.flat:
                self.groups[-1].body = value
            elif cell.flat and following:
                self.groups[-1].place_amount(cell, following, self.resolver)
            if unit := unit_in(cell.flat):
                self.groups[-1].unit = unit

    def _open_form(self, project: Cell) -> None:
        latest = self.groups[-1]
        if latest.project or self._is_used(len(self.groups) - 1):
            self.groups.append(Form(self._slug))
        self.groups[-1].project = project
        self._latest = {}

    def _is_used(self, group: int) -> bool:
        return bool(self.groups[group].contents) or any(item.group == group for item in self.found)

    def _read_row(self, row: int, places: Places, *, carries: bool) -> bool:
        """Read a row of a list; return whether it says of which kind it is."""
        head = self.head
        assert head is not None
        self.lists.add(self._slug)
        name = self._name(row, places, head)
        self.said |= {cell.place for column in head.of(*_SAID) if (cell := places.at(row, column))}
        if name:
            self._open_group(row, places, head)
        levels = list(self._levels(row, places, head, name, carries=carries))
        if name:
            self.found.append(self._indicator(row, places, head, name, levels))
        return bool(levels)

    def _indicator(self, row: int, places: Places, head: Head, name: Cell, levels: Sequence[Level]) -> Indicator:
        group = self.groups[-1]
        value = next((cell for column in head.of(VALUE)[:1] if (cell := places.at(row, column))), None)
        sign, unit, weight, core = (
            _text(places.first(row, head.of(role))) or "" for role in (SIGN, UNIT, WEIGHT, CORE)
        )
        return Indicator(
            table=self._slug,
            group=len(self.groups) - 1,
            project=group.name,
            organization=group.organization,
            levels=tuple(levels),
            name=name,
            value=value if value and value.flat else None,
            measure=read_measure(_text(value) or "", (sign, unit), name.flat, self.resolver.ontology),
            weight=Decimal(normalise(weight).replace(",", "")) if is_number(weight) else None,
            core=_ANSWERS.get(core),
        )

    def _name(self, row: int, places: Places, head: Head) -> Cell | None:
        """Return the cell that names the indicator of a row: of a nameless one with a value, its narrowest level."""
        value = places.first(row, head.of(VALUE))
        for column in [head.name, *(reversed(head.levels) if value and not is_blank(value.flat) else ())]:
            cell = places.at(row, column) if column else None
            if cell and cell.row == row and not is_blank(cell.flat):
                return cell
        return None

    def _open_group(self, row: int, places: Places, head: Head) -> None:
        """Open a group where a list comes to another project or body, and note its goals."""
        project = places.first(row, head.of(*PROJECT))
        body = places.first(row, head.of(*BODY))
        latest = self.groups[-1]
        if project or body:
            if (_text(project), _text(body)) != (_text(latest.project), _text(latest.body)):
                self._latest = {}
                if self._is_used(len(self.groups) - 1):
                    self.groups.append(Form(self._slug))
            self.groups[-1].project, self.groups[-1].body = project, body
        for column, kind in head.goals.items():
            if cell := places.at(row, column):
                self.groups[-1].place_goal(kind, cell)

    def _levels(self, row: int, places: Places, head: Head, name: Cell | None, *, carries: bool) -> Iterator[Level]:
        """Yield the kinds above an indicator; one that a page cuts goes on, if it is not another's."""
        printed: list[tuple[str, bool]] = []
        for column in head.levels:
            cell = places.at(row, column)
            text = cell.flat if cell and cell is not name else ""
            if text and self._latest.get(column) != text:
                self._latest = {**{other: old for other, old in self._latest.items() if other < column}, column: text}
            cut = cell is not None and cell.row == self._top
            lost = carries or cut or places.grid.spans_lost
            if not text and not lost and cell is not name:
                self._latest.pop(column, None)
            printed.append((text or ("" if cell is name else self._latest.get(column, "")), bool(text)))
        kinds = self._kinds([text for text, _ in printed])
        for position, ((text, own), kind) in enumerate(zip(printed, kinds, strict=True)):
            narrower = next((other for other in kinds[position + 1 :] if other), None)
            foreign = kind and narrower and not self.resolver.ontology.within(narrower, kind)
            if text and (own or not foreign):
                yield Level(text, kind)

    def _kinds(self, texts: Iterable[str]) -> list[Concept | None]:
        """Return the kinds that levels name; a word that means several things means what its place says."""
        found: list[Concept | None] = []
        for text in texts:
            above = next((kind.iri for kind in reversed(found) if kind), None)
            kinds = [use.concept for use in self.resolver.ontology.uses(text) if use.concept.scheme == "indicator"]
            found.append(next((kind for kind in kinds if kind.broader == above), next(iter(kinds), None)))
        return found


_SHORTEST = 4
"""What stands before 项目绩效目标表 in a title is the name of a project if it is no shorter."""

_SAID = (LEVEL, NAME, VALUE, SIGN, UNIT, WEIGHT, CORE)
_ANSWERS = {"是": True, "否": False}


def _text(cell: Cell | None) -> str | None:
    return cell.flat if cell else None
