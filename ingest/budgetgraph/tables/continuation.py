"""Continuation: which grid goes on with a table of the page before, and how its rows are joined to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from budgetgraph.document import Cell, Grid, TextLine
from budgetgraph.labels import is_numbered, normalise
from budgetgraph.tables.captions import Caption
from budgetgraph.tables.header import is_column_numbers, is_headless, rows_of
from budgetgraph.tables.model import Row, Table

_SIDE = 3.0
"""Sides of cells nearer than this many points are one."""
_CONTINUED = re.compile(r"[(]?续表?\d*[)]?$")


def continuation(table: Table, grid: Grid, between: Sequence[TextLine]) -> Grid | None:
    """Return the grid in the columns of the table that it goes on with, None if it is a table of its own."""
    aligned = _aligned(grid, table.grids[-1]) if not between else grid
    return aligned if aligned and _continues(table, aligned, between) else None


def _aligned(grid: Grid, last: Grid) -> Grid:
    """Return a grid whose rows have merged cells in the columns of the grid before it, by where their sides lie."""
    if grid.columns >= last.columns or grid.page != last.page + 1:
        return grid
    lefts = sorted({round(cell.box.x0, 1): None for cell in last.cells if cell.box})
    places: dict[float, int] = {}
    for left in lefts:
        if not places or left - max(places) > _SIDE:
            places[left] = len(places) + 1
    if len(places) != last.columns:
        return grid
    cells: list[Cell] = []
    for cell in grid.cells:
        box = cell.box
        column = next((place for left, place in places.items() if box and abs(left - box.x0) <= _SIDE), None)
        if box is None or column is None:
            return grid
        span = sum(1 for left in places if box.x0 - _SIDE <= left < box.x1 - _SIDE)
        cells.append(replace(cell, column=column, column_span=max(1, span)))
    return replace(grid, cells=tuple(cells), columns=last.columns)


def _continues(table: Table, grid: Grid, between: Sequence[TextLine]) -> bool:
    """A grid goes on with a table of as many columns where nothing is printed between them,

    or only what is repeated at the top of a page: the table's own title and header.
    """
    last = table.grids[-1]
    if grid.page - last.page > 1 or grid.columns != last.columns:
        return False
    if not between:
        return True
    caption = Caption.read(between)
    if caption.says_nothing and is_headless(grid) and grid.page > last.page:
        return True
    same_title = caption.title is None or _bare(caption.title) == _bare(table.title)
    same_annex = caption.annex is None or caption.annex == table.annex
    same_body = caption.body is None or caption.body == table.body
    return grid.page > last.page and same_title and same_annex and same_body and _repeats_header(table, grid)


def _bare(title: str) -> str:
    return _CONTINUED.sub("", normalise(title))


def _repeats_header(table: Table, grid: Grid) -> bool:
    first = [cell.flat for cell in rows_of(grid)[0] if cell.flat]
    return bool(first) and first == next(_header_texts(table), None)


def append(table: Table, grid: Grid) -> None:
    rows = data_rows(grid, 0)
    header_texts = {tuple(row) for row in _header_texts(table)}
    rows = [
        row for row in rows if tuple(row.texts) not in header_texts and not is_column_numbers([*row.cells.values()])
    ]
    cut = table.grids[-1].open_bottom and grid.open_top
    if rows and table.rows and (cut or _is_cut(table.rows[-1], rows) or _is_rest(rows[0], table)):
        table.rows[-1] = _joined(table.rows[-1], rows.pop(0))
    elif rows:
        rows[0] = _without_repeats(rows[0], table)
    table.rows.extend(row for row in rows if row.texts)
    table.grids.append(grid)


def _without_repeats(first: Row, table: Table) -> Row:
    """Leave out of a page's first row the cells at its left that a page cut in two and that are printed again.

    Such a cell reached to the end of the page before and says the same; two of them at least, one in words, tell.
    """
    again: list[int] = []
    for column, cell in sorted(first.cells.items()):
        above = next((row.cells[column] for row in reversed(table.rows) if row.text(column)), None)
        spans = above is not None and max(above.row_span, cell.row_span) > 1
        if above is None or not spans or above.flat != cell.flat or not _reaches_the_end(above, column, table):
            break
        again.append(column)
    words = [column for column in again if not re.fullmatch(r"[\d,.\s-]*", first.text(column))]
    if len(again) < 2 or not words or len(again) == len(first.cells):
        return first
    rest = {column: cell for column, cell in first.cells.items() if column not in again}
    return Row(rest, first.spanning | frozenset(again))


def _reaches_the_end(cell: Cell, column: int, table: Table) -> bool:
    """Say whether a cell reaches to the end of the last page, on which it may have been printed again."""
    grid = table.grids[-1]
    if cell.page == grid.page:
        return cell.row + cell.row_span >= grid.first_row + grid.rows
    last = [row for row in table.rows if row.place.page == grid.page]
    return bool(last) and all(column in row.spanning for row in last)


def _is_cut(upper: Row, rows: Sequence[Row]) -> bool:
    """Say whether a page cuts a row: a numbered label, then words without number or amount, then numbered labels."""
    lower = rows[0]
    labels = [column for column, cell in lower.cells.items() if cell.flat]
    if not labels or any(re.search(r"\d", lower.text(column)) for column in labels):
        return False
    return all(
        is_numbered(upper.text(column))
        and not is_numbered(lower.text(column))
        and (len(rows) == 1 or is_numbered(rows[1].text(column)) or not rows[1].text(column))
        for column in labels
    ) and any(is_numbered(rows[1].text(column)) for column in labels if len(rows) > 1)


def _is_rest(lower: Row, table: Table) -> bool:
    """Say whether a row at a page top is the rest of a label: its only text, below a line that fills its column."""
    texts = {column: cell for column, cell in lower.cells.items() if cell.flat}
    upper = table.rows[-1]
    column = next(iter(texts), 0)
    rest = lower.text(column)
    if len(texts) != 1 or not upper.text(column) or len(upper.texts) < 2 or re.search(r"\d", rest):
        return False
    lines = [line for row in table.rows if column in row.cells for line in row.cells[column].text.split("\n")]
    last = upper.cells[column].text.rpartition("\n")[2]
    fills = _width(last) + _width(rest[0]) > max(map(_width, lines))
    return fills and _width(last) > _width(rest) and len(last) > 3 and not is_numbered(rest)


def _width(text: str) -> float:
    """Return the width of a text in ems: Latin letters, digits and blanks are half as wide as Chinese characters."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _header_texts(table: Table) -> Iterator[list[str]]:
    for row in rows_of(table.grids[0])[: table.header.depth]:
        yield [cell.flat for cell in row if cell.flat]


def _joined(upper: Row, lower: Row) -> Row:
    """Join a row that a page boundary cuts; the cells keep the place of their upper part."""
    cells = dict(upper.cells)
    for column, cell in lower.cells.items():
        whole = cells.get(column)
        if whole is None or not whole.text:
            cells[column] = cell
        elif cell.text:
            cells[column] = replace(whole, text=whole.text + "\n" + cell.text, row_span=1, column_span=1)
    return Row(cells, upper.spanning)


def data_rows(grid: Grid, skip: int) -> list[Row]:
    last: dict[int, int] = {}
    found: list[Row] = []
    for row in rows_of(grid)[skip:]:
        number = row[0].row if row else 0
        spanning = frozenset(column for column, end in last.items() if end >= number)
        last.update((cell.column, cell.row + cell.row_span - 1) for cell in row if cell.row_span > 1 and cell.flat)
        found.append(Row({cell.column: cell for cell in row}, spanning))
    return [row for row in found if row.texts]
