"""Heads of indicator lists: which row heads the columns of names, levels and values, and what lies below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.document import Cell, Grid, TextLine
from budgetgraph.labels import normalise

LEVEL, NAME, VALUE, SIGN, UNIT, WEIGHT, CORE = (
    "indicator-level",
    "indicator-name",
    "indicator-value",
    "indicator-sign",
    "measure-unit",
    "weight",
    "indicator-core",
)
PROJECT = frozenset(("project", "label"))
BODY = frozenset(("organization", "organization-name"))
_COMMON = 0.85
"""The share of their width that two columns on different pages have in common where they are one."""

_DEEPEST = 3
"""Where there are so many columns of levels, the last holds the names of the indicators."""


class Places:
    """A grid by place: which cell covers a row and column, whatever it spans."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._at: dict[tuple[int, int], Cell] = {}
        self.rows = range(grid.first_row, grid.first_row + grid.rows)
        self.beginning: dict[int, list[Cell]] = {row: [] for row in self.rows}
        for cell in grid.cells:
            self.beginning[cell.row].append(cell)
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    self._at[row, column] = cell

    def at(self, row: int, column: int) -> Cell | None:
        """Return the cell that covers a place."""
        return self._at.get((row, column))

    def first(self, row: int, columns: Iterable[int]) -> Cell | None:
        """Return the first cell of some columns of a row that holds a text."""
        return next((cell for column in columns if (cell := self.at(row, column)) and cell.flat), None)

    def covering(self, row: int) -> list[Cell]:
        """Return the cells that cover a row, each once, from left to right."""
        cells = [cell for column in range(1, self.grid.columns + 1) if (cell := self.at(row, column))]
        return list(dict.fromkeys(cells))


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a list of indicators: the rows that it takes, what each of its columns holds, where it lies."""

    rows: range
    roles: Mapping[int, str]
    goals: Mapping[int, Concept]
    sides: Mapping[int, tuple[float, float]]

    def of(self, *roles: str) -> list[int]:
        """Return the columns of some roles, from left to right."""
        return [column for column, found in sorted(self.roles.items()) if found in roles]

    @property
    def name(self) -> int | None:
        """The column of the names: the third level, else the first headed as name, else the last level."""
        levels, names = self.of(LEVEL), self.of(NAME)
        if names and len(levels) < _DEEPEST:
            return names[0]
        return levels[-1] if levels else None

    @property
    def levels(self) -> list[int]:
        return [column for column in self.of(LEVEL) if column != self.name]

    def moved(self, places: Places) -> Head | None:
        """Return the head over another grid, if each column of that lies below one of its own."""
        columns: dict[int, int] = {}
        for column, sides in _sides(places.grid.cells).items():
            below = next((own for own, place in self.sides.items() if _lies_in(sides, place)), None)
            if below is None:
                return None
            columns[column] = below
        roles = {column: role for column, below in columns.items() if (role := self.roles.get(below))}
        goals = {column: goal for column, below in columns.items() if (goal := self.goals.get(below))}
        moved = Head(range(0), roles, goals, self.sides)
        return moved if columns and moved.name and moved.of(VALUE) else None


def role_of(cell: Cell | None, resolver: Resolver) -> str | None:
    """Return what a cell is the head or label of, if it is one."""
    if cell is None or not cell.flat:
        return None
    label = normalise(cell.flat).rstrip(":")
    if goal_of(cell, resolver):
        return "goal"
    head = resolver.column_head(label)
    return head.slug if head else None


def goal_of(cell: Cell, resolver: Resolver) -> Concept | None:
    found = resolver.indicator(normalise(cell.flat).rstrip(":"))
    return found if found and (found.slug.startswith("goal") or found.slug == "summary") else None


def read_heads(places: Places, resolver: Resolver) -> Iterator[Head]:
    """Yield the heads of a grid: lines that name indicators or their levels, and their values."""
    for row in places.rows:
        named = {role for cell in places.beginning[row] if (role := role_of(cell, resolver))}
        if VALUE not in named or not named & {LEVEL, NAME}:
            continue
        rows = range(min(cell.row for cell in places.covering(row)), row + 1)
        labels = {
            column: next(filter(None, (_label(line, column, places, resolver) for line in reversed(rows))), None)
            for column in range(1, places.grid.columns + 1)
        }
        cells = {column: cell for column, cell in labels.items() if cell}
        roles = {column: role for column, cell in cells.items() if (role := role_of(cell, resolver))}
        goals = {column: goal for column, cell in cells.items() if (goal := goal_of(cell, resolver))}
        yield Head(rows, _with_units(roles), goals, _sides(places.covering(row)))


def head_above(lines: Sequence[TextLine], places: Places, resolver: Resolver) -> Head | None:
    """Return the head that stands unruled above a grid: a line whose words head its columns, from the right."""
    words = lines[-1].text.split() if lines else []
    roles = [head.slug if (head := resolver.column_head(word)) else None for word in words]
    if VALUE not in roles or not {LEVEL, NAME} & set(roles) or len(roles) < places.grid.columns:
        return None
    columns = range(places.grid.columns, 0, -1)
    above = {column: role for column, role in zip(columns, reversed(roles), strict=False) if role}
    return Head(range(0), above, {}, _sides(places.grid.cells))


def _label(row: int, column: int, places: Places, resolver: Resolver) -> Cell | None:
    cell = places.at(row, column)
    return cell if cell and cell.column == column and role_of(cell, resolver) else None


def _with_units(roles: Mapping[int, str]) -> Mapping[int, str]:
    """A head 单位 right behind the value of an indicator, or its sign, is that of its unit of measure."""
    if UNIT in roles.values():
        return roles
    before = dict(zip(sorted(roles)[1:], sorted(roles), strict=False))
    return {
        column: UNIT if role in BODY and roles.get(before.get(column, 0)) in (VALUE, SIGN) else role
        for column, role in roles.items()
    }


def _sides(cells: Iterable[Cell]) -> Mapping[int, tuple[float, float]]:
    """Return where the narrowest cell of each column lies, from left to right in points."""
    widest_first = sorted(cells, key=lambda cell: -cell.column_span)
    return {cell.column: (cell.box.x0, cell.box.x1) for cell in widest_first if cell.box}


def _lies_in(sides: tuple[float, float], column: tuple[float, float]) -> bool:
    """Say whether two columns lie below each other: most of both is common to them."""
    common = min(sides[1], column[1]) - max(sides[0], column[0])
    return common >= _COMMON * (max(sides[1], column[1]) - min(sides[0], column[0]))
