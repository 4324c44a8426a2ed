"""Tables that go on sideways: a page whose rows lie where those of an earlier page do holds its further columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from budgetgraph.document import Cell, Grid, TextLine
from budgetgraph.tables.header import is_headless, rows_of

_NEAR = 2.0
"""Rows whose heights differ by at most so many points lie alike."""

_FEWEST = 3
"""So many rows tell that two grids lie alike."""


def joined_sideways(items: Iterable[TextLine | Grid]) -> list[TextLine | Grid]:
    """Return lines and grids in reading order, further columns put to the right of the grid that they belong to.

    A spreadsheet is printed down and then over: the pages of the further columns come after all of the first.
    """
    found: list[TextLine | Grid] = []
    places: list[int] = []
    joined = 0
    for item in items:
        if isinstance(item, TextLine):
            places, joined = [], 0
        elif joined < len(places) and _goes_on(found[places[joined]], item, first=joined == 0):
            left = found[places[joined]]
            assert isinstance(left, Grid)
            found[places[joined]] = _side_by_side(left, item)
            joined = (joined + 1) % len(places)
            continue
        else:
            places, joined = ([*places, len(found)], 0) if not joined else ([len(found)], 0)
        found.append(item)
    return found


def _goes_on(left: TextLine | Grid, right: Grid, *, first: bool) -> bool:
    if isinstance(left, TextLine) or right.page <= left.page or not _rows_in(left, right):
        return False
    if first and right.rows < _FEWEST:
        return False
    if abs((left.bottom - left.top) - (right.bottom - right.top)) > _NEAR:
        return False
    return not first or (not is_headless(right) and not is_headless(left) and _head(left) != _head(right))


def _rows_in(left: Grid, right: Grid) -> list[int]:
    """Return the rows of the left grid that lie where the rows of the right one do; nothing if any lies elsewhere.

    Heads that span several rows on one page make several rows of them on another.
    """
    heights = _heights(left)
    found = [
        next((place for place, other in enumerate(heights) if abs(other - height) <= _NEAR), None)
        for height in _heights(right)
    ]
    rows = [place for place in found if place is not None]
    return rows if len(rows) == len(found) and len(rows) + _FEWEST >= left.rows else []


def _heights(grid: Grid) -> list[float]:
    """Return where the rows of a grid begin, from its top; nothing where its reader knows no places."""
    tops = [min((cell.box.top for cell in row if cell.box), default=None) for row in rows_of(grid)]
    return [top - grid.top for top in tops if top is not None] if None not in tops else []


def _head(grid: Grid) -> list[str]:
    return [cell.flat for cell in rows_of(grid)[0]]


def _side_by_side(left: Grid, right: Grid) -> Grid:
    """Return a grid with the columns of both; the stub of the right one is left out if it is the left one's."""
    rows = [*_rows_in(left, right), left.rows]
    stub = _shared(rows_of(left), rows_of(right), right.columns)
    shift = left.columns - stub
    wider = (
        replace(cell, column=cell.column + shift, row=rows[start] + left.first_row, row_span=rows[end] - rows[start])
        for cell in right.cells
        if cell.column > stub
        for start in (cell.row - right.first_row,)
        for end in (min(start + cell.row_span, right.rows),)
    )
    cells = tuple(sorted((*left.cells, *wider), key=lambda cell: (cell.row, cell.column)))
    return replace(left, cells=cells, columns=left.columns + right.columns - stub)


def _shared(left: Sequence[Sequence[Cell]], right: Sequence[Sequence[Cell]], columns: int) -> int:
    """Return how many of the first columns print the same in both."""
    for column in range(1, columns + 1):
        one, other = ([cell.flat for row in rows for cell in row if cell.column == column] for rows in (left, right))
        if one != other or not any(one):
            return column - 1
    return columns
