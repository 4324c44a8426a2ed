"""Sheets of a workbook: what is above and below a table becomes lines, the table a grid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from budgetgraph.document import Cell, Grid, Page, TextLine
from budgetgraph.labels import normalise
from budgetgraph.readers.formats import shown

_CAPTION = re.compile(r"(单位|部门)(名称|\(全称\))*:")
_NOTE = re.compile(r"^(注|备注|说明)[::\d]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A visible cell: its text, where its span ends, and whether a vertical rule stands at one of its sides."""

    text: str
    last_row: int
    last_column: int
    ruled: bool


class Sheet:
    """What is visible of a worksheet: cells by row and column, hidden ones left out and counted."""

    def __init__(self, source: Worksheet) -> None:
        self.title = source.title
        self.hidden_rows = frozenset(row for row, shape in source.row_dimensions.items() if shape.hidden)
        self.hidden_columns = frozenset(_hidden_columns(source))
        self.hidden = 0
        self.cells: dict[tuple[int, int], Shown] = {}
        spans = {(area.min_row, area.min_col): area for area in source.merged_cells.ranges}
        # iter_rows() would make every cell up to the last one; a stray mark in the last row makes that millions
        for place, cell in sorted(source._cells.items()):
            if not isinstance(cell, SheetCell):
                continue
            area = spans.get(place)
            rows = range(place[0], (area.max_row if area else place[0]) + 1)
            columns = range(place[1], (area.max_col if area else place[1]) + 1)
            self._add(cell, [*self._seen(rows, self.hidden_rows)], [*self._seen(columns, self.hidden_columns)])

    @staticmethod
    def _seen(places: range, hidden: frozenset[int]) -> Iterator[int]:
        return (place for place in places if place not in hidden)

    def _add(self, cell: SheetCell, rows: Sequence[int], columns: Sequence[int]) -> None:
        text = shown(cell.value, cell.number_format)
        if rows and columns:
            ruled = bool(cell.border.left.style or cell.border.right.style)
            self.cells[rows[0], columns[0]] = Shown(text, rows[-1], columns[-1], ruled)
        elif text:
            self.hidden += 1

    @cached_property
    def rows(self) -> dict[int, list[int]]:
        """The columns of the cells of each row."""
        rows: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            rows.setdefault(row, []).append(column)
        return rows

    def texts(self, row: int) -> list[str]:
        """Return what is printed in a row, from left to right."""
        return [text for column in self.rows.get(row, ()) if (text := self.cells[row, column].text)]


def _hidden_columns(source: Worksheet) -> Iterator[int]:
    for shape in source.column_dimensions.values():
        if shape.hidden and shape.min and shape.max:
            yield from range(shape.min, shape.max + 1)


def read_sheet(sheet: Sheet, number: int) -> Page:
    """Return a sheet as a page without size: a grid for each table, a line for each other row with text."""
    blocks = _ruled_blocks(sheet) or _plain_blocks(sheet)
    grids = tuple(_grid(sheet, block, page=number, number=index) for index, block in enumerate(blocks, start=1))
    inside = {row for block in blocks for row in block}
    lines = tuple(
        TextLine(page=number, text=" ".join(texts), top=float(row), line=row)
        for row in sheet.rows
        if row not in inside and (texts := sheet.texts(row))
    )
    return Page(number=number, width=0, height=float(max(sheet.rows, default=0)), lines=lines, grids=grids)


def _ruled_blocks(sheet: Sheet) -> list[list[int]]:
    """Return the runs of visible rows between whose cells vertical rules are drawn."""
    ruled = set[int]()
    for (row, _), cell in sheet.cells.items():
        if cell.ruled:
            ruled.update(range(row, cell.last_row + 1))
    return [block for block in _runs(sheet, lambda row: row in ruled) if len(block) > 1]


def _plain_blocks(sheet: Sheet) -> list[list[int]]:
    """Return the runs of rows that can be tables where no rule is drawn.

    They begin with the first row of several texts that is no caption, and end before a blank row or a note.
    """
    blocks: list[list[int]] = []
    for block in _runs(sheet, lambda row: bool(sheet.texts(row))):
        while block and _is_caption(sheet, block[0]):
            block = block[1:]
        end = next((i for i, row in enumerate(block) if _NOTE.match(normalise(sheet.texts(row)[0]))), len(block))
        if end > 1:
            blocks.append(block[:end])
    return blocks


def _runs(sheet: Sheet, wanted: Callable[[int], bool]) -> Iterator[list[int]]:
    run: list[int] = []
    for row in range(min(sheet.rows, default=1), max(sheet.rows, default=0) + 1):
        if row in sheet.hidden_rows:
            continue
        if wanted(row):
            run.append(row)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_caption(sheet: Sheet, row: int) -> bool:
    texts = sheet.texts(row)
    return len(texts) < 2 or bool(_CAPTION.search(normalise("".join(texts))))


def _grid(sheet: Sheet, rows: Sequence[int], *, page: int, number: int) -> Grid:
    inside = [(row, column) for row in rows for column in sheet.rows.get(row, ())]
    ruled = [(row, column) for row, column in inside if sheet.cells[row, column].ruled]
    used = ruled or [place for place in inside if sheet.cells[place].text]
    left = min(column for _, column in used)
    right = max(sheet.cells[place].last_column for place in used)
    inside = [(row, column) for row, column in inside if left <= column <= right]
    columns = {column: index for index, column in enumerate(sorted({column for _, column in inside}), start=1)}
    order = {row: index for index, row in enumerate(rows, start=1)}
    cells = tuple(
        Cell(
            page=page,
            grid=number,
            row=order[row],
            column=columns[column],
            text=sheet.cells[row, column].text,
            row_span=sum(1 for other in order if row <= other <= sheet.cells[row, column].last_row),
            column_span=sum(1 for other in columns if column <= other <= sheet.cells[row, column].last_column),
            sheet=sheet.title,
            address=f"{get_column_letter(column)}{row}",
        )
        for row, column in inside
    )
    return Grid(
        page=page,
        number=number,
        cells=cells,
        rows=len(rows),
        columns=len(columns),
        top=float(rows[0]),
        bottom=float(rows[-1]),
    )
