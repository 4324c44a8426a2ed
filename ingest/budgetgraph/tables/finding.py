"""Finding the tables of a document: grids stitched over pages, with what is printed above and below them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from budgetgraph.document import Cell, Document, Grid, Page, TextLine
from budgetgraph.labels import normalise
from budgetgraph.tables.captions import (
    Caption,
    annex_in,
    heading_in,
    is_part_of_caption,
    is_title,
    opens_a_caption,
    says_of_a_table,
    unit_in,
)
from budgetgraph.tables.continuation import append, continuation, data_rows
from budgetgraph.tables.header import Header, read_header, rows_of
from budgetgraph.tables.model import Table
from budgetgraph.tables.sideways import joined_sideways

_EDGE = 0.09
_RUNNING = 3
"""A line printed at one height on this many pages is a running head."""
_NEAR = 1
"""A table's caption stands on its page or so many pages before it."""
_FURNITURE = re.compile(r"^[-—–~·\s]*(第?\s*\d[\d\s]{0,5}页?[,，/\s]*(共?\s*\d+\s*页?)?)[-—–~·\s]*$")
_REMARK = re.compile(r"^(注|备注|说明)[::]?")


def find_tables(document: Document) -> list[Table]:
    """Return the tables of a document in reading order."""
    tables: list[Table] = []
    between: list[TextLine] = []
    running = _running_heads(document)
    for item in joined_sideways(_without_furniture(_with_captions_apart(document.items()), running)):
        if isinstance(item, TextLine):
            between.append(item)
        elif tables and (part := continuation(tables[-1], item, between)):
            append(tables[-1], part)
            between = []
        else:
            _close(tables, between)
            tables.append(_start(item, between, tables))
            between = []
    _close(tables, between)
    return tables


def _close(tables: Sequence[Table], below: Sequence[TextLine]) -> None:
    """Give the last table what is printed below it: remarks, and its unit if that is printed at its foot."""
    if not tables:
        return
    table = tables[-1]
    table.remarks.extend(_remarks(below))
    if table.unit is None:
        table.unit = next(filter(None, map(unit_in, _foot(table, below))), None)


def _foot(table: Table, below: Sequence[TextLine]) -> Iterator[str]:
    """Yield the lines below a table on its page, up to the caption of the next one."""
    for line in below:
        text = normalise(line.text)
        if line.page != table.last_page or opens_a_caption(text):
            return
        if is_title(text) and not _REMARK.match(text):
            return
        yield line.text


def _without_furniture(
    items: Iterable[TextLine | Grid], running: frozenset[tuple[str, int]]
) -> Iterator[TextLine | Grid]:
    """Leave out page numbers and running heads."""
    for item in items:
        if not isinstance(item, TextLine) or not (_FURNITURE.match(item.text) or _at(item) in running):
            yield item


def _running_heads(document: Document) -> frozenset[tuple[str, int]]:
    """Return the lines that stand at one height on several pages in a row, whatever number they end with."""
    if not document.paged:
        return frozenset()
    places = Counter(
        place
        for page in document.pages
        for place in {_at(line) for line in page.lines if _at_the_edge(line, page) and not says_of_a_table(line)}
    )
    return frozenset(place for place, count in places.items() if count >= _RUNNING)


def _at(line: TextLine) -> tuple[str, int]:
    return re.sub(r"\d+", "", normalise(line.text)), round(line.top / 4)


def _at_the_edge(line: TextLine, page: Page) -> bool:
    return line.top < page.height * _EDGE or line.top > page.height * (1 - _EDGE)


def _with_captions_apart(items: Iterable[TextLine | Grid]) -> Iterator[TextLine | Grid]:
    """Yield rows that span a whole grid at its top or bottom as the captions that they are."""
    for item in items:
        if isinstance(item, TextLine):
            yield item
            continue
        rows = rows_of(item)
        start, end = 0, len(rows)
        while start < end - 1 and _is_caption(rows[start], item):
            start += 1
        while end > start + 1 and _is_caption(rows[end - 1], item):
            end -= 1
        yield from (_as_line(cell) for row in rows[:start] for cell in row if cell.flat)
        yield item if (start, end) == (0, len(rows)) else _part(item, start, end)
        yield from (_as_line(cell) for row in rows[end:] for cell in row if cell.flat)


def _is_caption(row: Sequence[Cell], grid: Grid) -> bool:
    """A row that spans the whole grid, or that holds nothing but a number, a title, a body and a unit."""
    texts = [cell for cell in row if cell.flat]
    if not texts or grid.columns < 2 or any(cell.row_span > 1 or cell.flat.endswith("。") for cell in texts):
        return False
    if len(row) == 1 and row[0].column_span >= grid.columns:
        return True
    if grid.spans_lost:
        return False
    return all(_says_what_a_caption_says(cell, grid) for cell in texts)


def _says_what_a_caption_says(cell: Cell, grid: Grid) -> bool:
    return is_part_of_caption(cell.flat) or (is_title(normalise(cell.flat)) and cell.column_span * 2 > grid.columns)


def _as_line(cell: Cell) -> TextLine:
    return TextLine(cell.page, cell.flat, cell.box.top if cell.box else float(cell.line or 0), cell.box, cell.line)


def _part(grid: Grid, start: int, end: int) -> Grid:
    first = grid.first_row + start
    cells = tuple(cell for cell in grid.cells if first <= cell.row < grid.first_row + end)
    return replace(grid, cells=cells, rows=end - start, first_row=first)


def _start(grid: Grid, between: Sequence[TextLine], before: Sequence[Table]) -> Table:
    header = read_header(grid)
    near = [line for line in between if line.page >= grid.page - _NEAR]
    caption = Caption.read(near)
    annex, title = caption.annex, caption.title or heading_in(near)
    embedded = annex is None and title is None and bool(before)
    if embedded:
        annex = before[-1].annex
        title = _title_in_last_row(before[-1])
    order = len(before) + 1
    return Table(
        order=order,
        slug=_slug(annex or str(order), before),
        title=title or "",
        annex=annex,
        unit=caption.unit or _unit_in_header(header),
        body=caption.body,
        header=header,
        grids=[grid],
        rows=data_rows(grid, header.depth),
        embedded=embedded,
        above=tuple(between),
    )


def _unit_in_header(header: Header) -> str | None:
    """Return the one unit that the heads of a table name: 预算数（单位：万元）."""
    found = {unit for column in header.columns for label in column.path if (unit := unit_in(label))}
    return found.pop() if len(found) == 1 else None


def _slug(name: str, before: Sequence[Table]) -> str:
    """Return a name for IRIs that no table before has: 9, 9-2, 9-3."""
    taken = {table.slug for table in before}
    if name not in taken:
        return name
    return next(f"{name}-{number}" for number in count(2) if f"{name}-{number}" not in taken)


def _title_in_last_row(table: Table) -> str | None:
    """Return the title of another table that stands inside the last row of a table."""
    for text in table.rows[-1].texts if table.rows else ():
        found = annex_in(text)
        if found and found[1]:
            return found[1]
    return None


def _remarks(lines: Iterable[TextLine]) -> Iterator[str]:
    started = False
    for line in lines:
        started = started or bool(_REMARK.match(line.text))
        if started and annex_in(line.text):
            return
        if started:
            yield line.text
