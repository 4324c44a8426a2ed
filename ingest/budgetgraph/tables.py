"""Tables of a document: grids stitched over pages, with title, unit, header and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from budgetgraph.document import Cell, Document, Grid, TextLine
from budgetgraph.header import Column, Header, is_column_numbers, read_header, rows_of
from budgetgraph.labels import normalise

_ANNEX = re.compile(r"^附(?:件|表)(\d{1,3}|[一二三四五六七八九十]+)[::]?(.*)$")
_UNIT = re.compile(r"(?:金额)?单位[::](?:人民币)?(万元|元|千元|亿元)")
_BODY = re.compile(r"^(?:编制)?(?:单位|部门)(?:名称)?(?:\(全称\))?[::](?!万元|元|千元|亿元)(.+?)(?:单位[::].*)?$")
_FURNITURE = re.compile(r"^[-—–\s]*(第?\d+页?(共\d+页)?|\d+/\d+)[-—–\s]*$")
_CONTINUED = re.compile(r"[(]?续表?\d*[)]?$")
_REMARK = re.compile(r"^(注|备注|说明)[::]?")


@dataclass(frozen=True, slots=True)
class Row:
    """A data row: its cells by column index (a cell that spans columns stands at its first)."""

    cells: dict[int, Cell]

    @property
    def place(self) -> Cell:
        """A cell that tells where the row is printed."""
        return next(iter(self.cells.values()))

    def text(self, column: int) -> str:
        """Return what is printed in a column, on one line."""
        cell = self.cells.get(column)
        return cell.flat if cell else ""

    @property
    def texts(self) -> list[str]:
        return [cell.flat for cell in self.cells.values() if cell.flat]


@dataclass(slots=True)
class Table:
    """A table as printed; `slug` names it in IRIs: the number of its annex, or its order."""

    order: int
    slug: str
    title: str
    annex: str | None
    unit: str | None
    body: str | None
    header: Header
    grids: list[Grid]
    rows: list[Row]
    embedded: bool = False
    remarks: list[str] = field(default_factory=list)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.header.columns

    @property
    def file(self) -> str:
        """The file that the table stands in, as its cells say it."""
        return self.grids[0].cells[0].file

    @property
    def first_page(self) -> int:
        return self.grids[0].page

    @property
    def last_page(self) -> int:
        return self.grids[-1].page

    @property
    def name(self) -> str:
        """How a reader of the document would call the table."""
        return f"附件{self.annex}《{self.title}》" if self.annex else f"《{self.title}》"


def find_tables(document: Document) -> list[Table]:
    """Return the tables of a document in reading order."""
    tables: list[Table] = []
    between: list[TextLine] = []
    for item in _with_captions_apart(document.items()):
        if isinstance(item, TextLine):
            if not _FURNITURE.match(item.text):
                between.append(item)
        elif tables and _continues(tables[-1], item, between):
            _append(tables[-1], item)
            between = []
        else:
            if tables:
                tables[-1].remarks.extend(_remarks(between))
            tables.append(_start(item, between, tables))
            between = []
    return tables


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
        yield from (_as_line(row[0]) for row in rows[:start])
        yield item if (start, end) == (0, len(rows)) else _part(item, start, end)
        yield from (_as_line(row[0]) for row in rows[end:])


def _is_caption(row: Sequence[Cell], grid: Grid) -> bool:
    whole = len(row) == 1 and row[0].column_span >= grid.columns and grid.columns > 1
    return whole and bool(row[0].flat) and not row[0].flat.endswith("。") and row[0].row_span == 1


def _as_line(cell: Cell) -> TextLine:
    return TextLine(cell.page, cell.flat, cell.box.top if cell.box else float(cell.line or 0), cell.box, cell.line)


def _part(grid: Grid, start: int, end: int) -> Grid:
    first = grid.first_row + start
    cells = tuple(cell for cell in grid.cells if first <= cell.row < grid.first_row + end)
    return replace(grid, cells=cells, rows=end - start, first_row=first)


def _continues(table: Table, grid: Grid, between: Sequence[TextLine]) -> bool:
    """A grid goes on with a table of as many columns where nothing is printed between them,

    or only what is repeated at the top of a page: the table's own title and header.
    """
    last = table.grids[-1]
    if grid.page - last.page > 1 or grid.columns != last.columns:
        return False
    if not between:
        return True
    caption = _Caption.read(between)
    same_title = caption.title is None or _bare(caption.title) == _bare(table.title)
    same_annex = caption.annex is None or caption.annex == table.annex
    same_body = caption.body is None or caption.body == table.body
    return grid.page > last.page and same_title and same_annex and same_body and _repeats_header(table, grid)


def _bare(title: str) -> str:
    return _CONTINUED.sub("", normalise(title))


def _repeats_header(table: Table, grid: Grid) -> bool:
    first = [cell.flat for cell in rows_of(grid)[0] if cell.flat]
    return bool(first) and first == next(_header_texts(table), None)


def _append(table: Table, grid: Grid) -> None:
    rows = _data_rows(grid, 0)
    header_texts = {tuple(row) for row in _header_texts(table)}
    rows = [
        row for row in rows if tuple(row.texts) not in header_texts and not is_column_numbers([*row.cells.values()])
    ]
    if rows and table.rows and table.grids[-1].open_bottom and grid.open_top:
        table.rows[-1] = _joined(table.rows[-1], rows.pop(0))
    table.rows.extend(rows)
    table.grids.append(grid)


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
    return Row(cells)


def _start(grid: Grid, between: Sequence[TextLine], before: Sequence[Table]) -> Table:
    header = read_header(grid)
    caption = _Caption.read(between)
    annex, title = caption.annex, caption.title
    embedded = annex is None and title is None and bool(before)
    if embedded:
        annex = before[-1].annex
        title = _title_in_last_row(before[-1])
    order = len(before) + 1
    slug = annex or str(order)
    same = sum(1 for table in before if table.annex == annex and annex is not None)
    return Table(
        order=order,
        slug=f"{slug}-{same + 1}" if same else slug,
        title=title or "",
        annex=annex,
        unit=caption.unit,
        body=caption.body,
        header=header,
        grids=[grid],
        rows=_data_rows(grid, header.depth),
        embedded=embedded,
    )


def _data_rows(grid: Grid, skip: int) -> list[Row]:
    rows = [Row({cell.column: cell for cell in row}) for row in rows_of(grid)[skip:] if row]
    return [row for row in rows if row.texts]


def _title_in_last_row(table: Table) -> str | None:
    """Return the title of another table that stands inside the last row of a table."""
    for text in table.rows[-1].texts if table.rows else ():
        found = _ANNEX.match(normalise(text))
        if found and found.group(2):
            return found.group(2)
    return None


def _remarks(lines: Iterable[TextLine]) -> Iterator[str]:
    started = False
    for line in lines:
        started = started or bool(_REMARK.match(line.text))
        if started and _ANNEX.match(normalise(line.text)):
            return
        if started:
            yield line.text


@dataclass(frozen=True, slots=True)
class _Caption:
    """What stands above a grid: number, title, body, unit."""

    annex: str | None
    title: str | None
    body: str | None
    unit: str | None

    @classmethod
    def read(cls, lines: Sequence[TextLine]) -> _Caption:
        annex = title = body = unit = None
        for line in lines:
            text = normalise(line.text)
            found = _ANNEX.match(text)
            if found:
                annex, title, body, unit = found.group(1), found.group(2) or None, None, None
                continue
            found_unit = _UNIT.search(text)
            found_body = _BODY.match(text)
            if found_unit:
                unit = found_unit.group(1)
            if found_body:
                body = found_body.group(1)
            if not found_unit and not found_body and _is_title(text):
                title = line.text
        return cls(annex, title, body, unit)


def _is_title(text: str) -> bool:
    return "表" in text and len(text) <= 60 and not text.endswith(("。", "；", ";", ":"))
