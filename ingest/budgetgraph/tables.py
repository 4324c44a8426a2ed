"""Tables of a document: grids stitched over pages, with title, unit, header and rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from budgetgraph.document import Cell, Document, Grid, Page, TextLine
from budgetgraph.header import Column, Header, is_column_numbers, is_headless, read_header, rows_of
from budgetgraph.labels import is_numbered, normalise
from budgetgraph.sideways import joined_sideways

_ANNEX = re.compile(r"^附(?:件|表)(\d{1,3}|[一二三四五六七八九十]+)[::]?(.*)$")
_NUMBER = re.compile(
    r"^(?:公开|预算|决算|部门|财决|公)*(?:表\d{1,2}|\d{1,2}表|表[一二三四五六七八九十]{1,3})(?![格总])[::-]?(.*)$"
)
_UNIT = re.compile(r"单位(?:均|都)?[为是]?[::]?(?:人民币)?\(?(万元|元|千元|亿元)|\((?:单位[::])?(万元|元|千元|亿元)\)")
_UNIT_OF_TITLE = re.compile(
    r"\s*[(（]\s*(?:(?:金额|计量)?单位\s*[:：]?\s*)?(?:人民币)?(?:万元|元|千元|亿元)\s*[)）]\s*$"
    r"|\s+(?:金额|计量)?单\s*位\s*[:：]\s*(?:人民币)?(?:万元|元|千元|亿元)\s*$"
)
_HEADING = re.compile(r"(?:收支|收入|支出|预算|决算|经费|绩效|采购|债务|转移支付|资产)[^,.;:!?。]*$")
"""A line right above a table that names what budgets are about is its title, if no line is called a table."""

_BODY = re.compile(
    r"^(?:编制|公开|预算|填报|填表|申报)?(?:单位|部门)(?:[/(](?:单位|部门)\)?)?(?:名称)?(?:\(全称\))?[::]"
    r"(?!万元|元|千元|亿元)(.+?)(?:(?:(?:填报|填表|编制|制表|报送)?(?:日期|时间)[::]|20\d\d[年./-]\d|(?:金额|计量|货币)?单位[::]).*)?$"
)
_SIDE = 3.0
"""Sides of cells nearer than this many points are one."""

_LONGEST_HEADING = 30
"""A heading that serves as a title has at most so many characters."""

_EDGE = 0.09
_RUNNING = 3
"""A line printed at one height on this many pages is a running head."""
_NEAR = 1
"""A table's caption stands on its page or so many pages before it."""

_PART = re.compile(r"^第[一二三四五六七八九十]+部分")
_UNFINISHED = ("。", "，", ",", "；", ";", "、")
_FURNITURE = re.compile(r"^[-—–~·\s]*(第?\s*\d[\d\s]{0,5}页?[,，/\s]*(共?\s*\d+\s*页?)?)[-—–~·\s]*$")
_CONTINUED = re.compile(r"[(]?续表?\d*[)]?$")
_REMARK = re.compile(r"^(注|备注|说明)[::]?")


@dataclass(frozen=True, slots=True)
class Row:
    """A data row: its cells by column index (a cell that spans columns stands at its first).

    `spanning` are the columns of cells that begin in a row above and reach into this one.
    """

    cells: dict[int, Cell]
    spanning: frozenset[int] = frozenset()

    @property
    def place(self) -> Cell:
        """A cell that tells where the row is printed."""
        return next(iter(self.cells.values()))

    def text(self, column: int) -> str:
        """Return what is printed in a column, on one line."""
        cell = self.cells.get(column)
        return cell.flat if cell else ""

    def label(self, column: int) -> str:
        """Return what is printed in a column, or in the cell that spans it from the left."""
        own = self.text(column)
        if own:
            return own
        reaching = (cell for cell in self.cells.values() if cell.column < column < cell.column + cell.column_span)
        return next((cell.flat for cell in reaching), "")

    @property
    def texts(self) -> list[str]:
        return [cell.flat for cell in self.cells.values() if cell.flat]


@dataclass(slots=True)
class Table:
    """A table as printed; `slug` names it in IRIs: the number of its annex, or its order; lines stand `above` it."""

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
    above: tuple[TextLine, ...] = ()

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
    running = _running_heads(document)
    for item in joined_sideways(_without_furniture(_with_captions_apart(document.items()), running)):
        if isinstance(item, TextLine):
            between.append(item)
        elif tables and (part := _continuation(tables[-1], item, between)):
            _append(tables[-1], part)
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
        if line.page != table.last_page or _ANNEX.match(text) or _NUMBER.match(text) or _BODY.match(text):
            return
        if _is_title(text) and not _REMARK.match(text):
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
        for place in {_at(line) for line in page.lines if _at_the_edge(line, page) and not _says_of_a_table(line)}
    )
    return frozenset(place for place, count in places.items() if count >= _RUNNING)


def _at(line: TextLine) -> tuple[str, int]:
    return re.sub(r"\d+", "", normalise(line.text)), round(line.top / 4)


def _says_of_a_table(line: TextLine) -> bool:
    text = normalise(line.text)
    return any(pattern.match(text) for pattern in (_ANNEX, _NUMBER, _BODY)) or bool(
        _UNIT.search(text) or _is_title(text)
    )


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
    text = normalise(cell.flat)
    if _UNIT.match(text) or _BODY.match(text) or _NUMBER.match(text):
        return True
    return _is_title(text) and cell.column_span * 2 > grid.columns


def _as_line(cell: Cell) -> TextLine:
    return TextLine(cell.page, cell.flat, cell.box.top if cell.box else float(cell.line or 0), cell.box, cell.line)


def _part(grid: Grid, start: int, end: int) -> Grid:
    first = grid.first_row + start
    cells = tuple(cell for cell in grid.cells if first <= cell.row < grid.first_row + end)
    return replace(grid, cells=cells, rows=end - start, first_row=first)


def _continuation(table: Table, grid: Grid, between: Sequence[TextLine]) -> Grid | None:
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
    caption = _Caption.read(between)
    if caption == _NOTHING and is_headless(grid) and grid.page > last.page:
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


def _append(table: Table, grid: Grid) -> None:
    rows = _data_rows(grid, 0)
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
    if len(texts) != 1 or not upper.text(column) or len(upper.texts) < 2 or re.search(r"\d", lower.text(column)):
        return False
    widths = [len(line) for row in table.rows if column in row.cells for line in row.cells[column].text.split("\n")]
    last = len(upper.cells[column].text.rpartition("\n")[2])
    return last > 3 and last >= max(widths) and len(lower.text(column)) < last


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


def _start(grid: Grid, between: Sequence[TextLine], before: Sequence[Table]) -> Table:
    header = read_header(grid)
    near = [line for line in between if line.page >= grid.page - _NEAR]
    caption = _Caption.read(near)
    annex, title = caption.annex, caption.title or _heading(near)
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
        rows=_data_rows(grid, header.depth),
        embedded=embedded,
        above=tuple(between),
    )


def _heading(lines: Sequence[TextLine]) -> str | None:
    """Return the last heading of the running text above a table that bears no title."""
    for line in reversed(lines):
        text = normalise(line.text)
        if len(text) <= 30 and not text.endswith(_UNFINISHED) and (_PART.match(text) or is_numbered(text)):
            return _PART.sub("", text)
    return None


def _unit_in_header(header: Header) -> str | None:
    """Return the one unit that the heads of a table name: 预算数（单位：万元）."""
    found = {unit for column in header.columns for label in column.path if (unit := unit_in(label))}
    return found.pop() if len(found) == 1 else None


def unit_in(label: str) -> str | None:
    """Return the unit of money that a label names: 项目资金（万元）."""
    found = _UNIT.search(normalise(label))
    return (found.group(1) or found.group(2)) if found else None


def stated_body(text: str) -> str | None:
    """Return the body that a line names as such: 部门名称：…, 填报单位：…; None if it names none."""
    found = _BODY.match(normalise(text))
    return found.group(1) if found else None


def _slug(name: str, before: Sequence[Table]) -> str:
    """Return a name for IRIs that no table before has: 9, 9-2, 9-3."""
    taken = {table.slug for table in before}
    if name not in taken:
        return name
    return next(f"{name}-{number}" for number in count(2) if f"{name}-{number}" not in taken)


def _data_rows(grid: Grid, skip: int) -> list[Row]:
    last: dict[int, int] = {}
    found: list[Row] = []
    for row in rows_of(grid)[skip:]:
        number = row[0].row if row else 0
        spanning = frozenset(column for column, end in last.items() if end >= number)
        last.update((cell.column, cell.row + cell.row_span - 1) for cell in row if cell.row_span > 1 and cell.flat)
        found.append(Row({cell.column: cell for cell in row}, spanning))
    return [row for row in found if row.texts]


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
        annex = title = body = unit = heading = None
        before: TextLine | None = None
        for line in lines:
            text = normalise(line.text)
            heading = line.text if _is_heading(text) else heading if _says_of_a_table(line) else None
            found = _ANNEX.match(text)
            if found:
                annex, title, body, unit = found.group(1), found.group(2) or None, None, None
                continue
            number = _NUMBER.match(text)
            if number:
                text = number.group(1)
                if not text:
                    continue
            found_unit = _UNIT.search(text)
            found_body = _BODY.match(text)
            if found_unit:
                unit = found_unit.group(1) or found_unit.group(2)
            if found_body:
                body = found_body.group(1)
            if not found_body and _is_title(text) and not (found_unit and found_unit.start() == 0):
                title = before.text + line.text if before and _is_one_title(before, line) else line.text
                title = _UNIT_OF_TITLE.sub("", title) or title
            before = line
        return cls(annex, title or heading, body, unit)


_NOTHING = _Caption(None, None, None, None)


def _is_heading(text: str) -> bool:
    return 4 <= len(text) <= _LONGEST_HEADING and bool(_HEADING.search(text)) and not _UNIT.search(text)


def _is_title(text: str) -> bool:
    return "表" in text and len(text) <= 60 and not text.endswith(("。", "；", ";", ":"))


def _is_one_title(upper: TextLine, lower: TextLine) -> bool:
    """Say whether two lines are one title: set alike, one close below the other, the upper no title by itself."""
    text = normalise(upper.text)
    if upper.box is None or lower.box is None or upper.size is None or lower.size is None:
        return False
    if (
        upper.page != lower.page
        or _BODY.match(text)
        or _UNIT.search(text)
        or text.endswith(("表", "。", "；", ":", ")"))
    ):
        return False
    alike = abs(upper.size - lower.size) < 1
    close = 0 < lower.box.top - upper.box.bottom < upper.size * 1.2
    middle = abs((upper.box.x0 + upper.box.x1) - (lower.box.x0 + lower.box.x1)) < upper.size * 4
    return alike and close and (middle or abs(upper.box.x0 - lower.box.x0) < 2) and upper.size > 12
