"""Test layouts as PDF files: pages with tables whose rules are drawn in all the ways that real ones are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from make_sample import EVERYWHERE, FONT, PADDING, common_style, register_font, wrap

# reportlab ships no types
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Spacer, Table
from sample_annexes import Cell

from layout_files import Layout, Sheet

MARGIN = 40.0
PAPERS = {"A4": landscape(A4), "A3": landscape(A3), "A4-upright": A4}
Segment = tuple[float, float, float, float]


def render(layout: Layout) -> bytes:
    """Return a layout as a PDF file."""
    register_font()
    pages = BytesIO()
    paper = PAPERS[layout.settings.get("paper", "A4")]
    frame = Frame(MARGIN, MARGIN, paper[0] - 2 * MARGIN, paper[1] - 2 * MARGIN, 0, 0, 0, 0)
    template = PageTemplate("page", [frame], onPage=_furniture(layout), pagesize=paper)
    document = BaseDocTemplate(pages, invariant=1, pageTemplates=[template])
    width = paper[0] - 2 * MARGIN
    story: list[Any] = [*_cover(layout, width)]
    for sheet in layout.sheets:
        if story and sheet.settings.get("page") != "same":
            story.append(PageBreak())
        story.extend(_table(sheet, layout, width))
    document.build(story)
    return pages.getvalue()


def _furniture(layout: Layout) -> Any:
    head, foot, mark = (layout.settings.get(name, "") for name in ("running-head", "running-foot", "watermark"))

    def draw(canvas: Any, document: Any) -> None:
        width, height = document.pageTemplate.pagesize
        canvas.setFont(FONT, 9)
        canvas.drawString(MARGIN, height - 25, head)
        canvas.drawCentredString(width / 2, 18, foot.replace("#", str(document.page)))
        if mark:
            canvas.saveState()
            canvas.setFillGray(0.85)
            canvas.setFont(FONT, 54)
            canvas.translate(width / 2, height / 2)
            canvas.rotate(45)
            canvas.drawCentredString(0, 0, mark)
            canvas.restoreState()

    return draw


def _cover(layout: Layout, width: float) -> Iterator[Any]:
    text = layout.settings.get("cover", "{body}|{year}年部门{phase}")
    if not text:
        return
    yield Spacer(1, 120)
    for line in filled(text, layout).split("|"):
        yield from _lines([line.strip()], size=24, width=width, align="CENTER")
    if "text" in layout.settings:
        yield PageBreak()
        for line in layout.settings["text"].split("|"):
            yield from _lines([wrap(line, size=11, width=width - 2 * PADDING)], size=11, width=width)


def filled(text: str, layout: Layout, sheet: Sheet | None = None) -> str:
    """Return a line of a layout with the names of its body, year, phase, title and unit in it."""
    names = {name: layout.settings.get(name, "") for name in ("body", "year")}
    names |= {"phase": layout.settings.get("phase", "预算"), "title": sheet.title if sheet else ""}
    return text.format_map({**names, "unit": sheet.settings.get("unit", "") if sheet else ""})


def _lines(texts: Sequence[str], *, size: float, width: float, align: str = "LEFT") -> Iterator[Any]:
    """Yield a line: one text as aligned, or the first at the left and the last at the right."""
    style = [*common_style(size), ("ALIGN", (0, 0), (0, 0), align), ("ALIGN", (-1, 0), (-1, 0), "RIGHT")]
    if len(texts) == 3:
        style.append(("ALIGN", (1, 0), (1, 0), "CENTER"))
    one = [*style[:-1]] if len(texts) == 1 else style
    yield Table([[text.strip() for text in texts]], [width / len(texts)] * len(texts), style=one)


def _caption(source: str, layout: Layout, sheet: Sheet, width: float) -> Iterator[Any]:
    for line in filter(None, source.split("|")):
        texts = filled(line.strip(), layout, sheet).split("~")
        is_title = "{title" in line and len(texts) == 1
        size = float(sheet.settings.get("title-size", "16")) if is_title else 10
        yield from _lines(texts, size=size, width=width, align="CENTER" if is_title else "LEFT")


def _table(sheet: Sheet, layout: Layout, width: float) -> Iterator[Any]:
    caption = sheet.settings.get("caption", "{title}|单位名称：{body}~{unit}")
    yield from _caption(caption, layout, sheet, width)
    tables = [_Ruled(part, width) for part in _parts(sheet)]
    if "sideways" in sheet.settings:
        _level(tables)
    for number, table in enumerate(tables):
        if number:
            yield PageBreak()
            yield from _caption(sheet.settings.get("again", ""), layout, sheet, width)
            yield Spacer(1, float(sheet.settings.get("drop", "0")))
        yield table
    yield from _caption(sheet.settings.get("below", ""), layout, sheet, width)


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    """Yield what stands on each page: so many rows, and of each set of columns that goes on sideways."""
    per_page = int(sheet.settings.get("per_page", "1000"))
    head = sheet.rows[: sheet.header]
    sets = [_named(text) for text in sheet.settings.get("sideways", "").split("|")]
    if "heads" in sheet.settings:  # they end a page by themselves
        yield replace(sheet, rows=head)
        alone = {**sheet.settings, "repeat": "none", "header": "0"}
        sheet = replace(sheet, settings=alone, rows=sheet.rows[len(head) :])
        head = ()
    for columns in sets:
        for start in range(len(head), len(sheet.rows), per_page):
            shown = _cut(sheet.rows[start : start + per_page])
            first = start == len(head) or sheet.settings.get("repeat", "header") == "header"
            rows = (*head, *shown) if first else shown
            wanted = columns or range(len(rows[0]))
            yield replace(
                sheet,
                rows=tuple(tuple(row[column] for column in wanted) for row in rows),
                figures=frozenset(place for place, column in enumerate(wanted) if column in sheet.figures),
                settings={**sheet.settings, "header": str(sheet.header if first else 0)},
            )


def _level(tables: Sequence[_Ruled]) -> None:
    """Give the pages of a spreadsheet that lie side by side the same heights of rows."""
    for table in tables:
        table.wrap(1_000, 10_000)
    heights = [max(each) for each in zip(*(_heights(table.table) for table in tables), strict=True)]
    for table in tables:
        table.table = Table(table._texts(), table.widths, heights, style=table._style())


def _heights(table: Any) -> list[float]:
    """Return the heights of a table's rows, once it is wrapped (reportlab keeps them to itself)."""
    return list(table._rowHeights)


def _named(text: str) -> list[int]:
    spans = [part.partition("-") for part in text.split()]
    return [column - 1 for first, _, last in spans for column in range(int(first), int(last or first) + 1)]


def _cut(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """A cell that begins on the page before has only its empty rest on this one."""
    first = tuple(replace(cell, text="", merge="") if cell.merge == "^" else cell for cell in rows[0])
    return (first, *map(tuple, rows[1:]))


@dataclass(frozen=True, slots=True)
class _Span:
    """A cell as drawn: its rows and columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class _Ruled(Flowable):
    """A table whose text reportlab sets and whose rules are drawn here."""

    def __init__(self, sheet: Sheet, width: float) -> None:
        super().__init__()
        self.sheet, self.style = sheet, sheet.settings.get("rules", "grid")
        self.size = float(sheet.settings.get("size", "8"))
        shares = [float(text) for text in sheet.settings.get("widths", "").split()]
        shares = shares if len(shares) == len(sheet.rows[0]) else self._shares()
        narrow = width * float(sheet.settings.get("wide", "1"))
        self.widths = [narrow * share / sum(shares) for share in shares]
        self.spans = list(_spans(sheet.rows))
        self.table = Table(self._texts(), self.widths, style=self._style())
        self.hAlign = "LEFT"

    def _shares(self) -> list[float]:
        return [
            max(3.0, *(min(14.0, len(row[place].text) + row[place].indent) for row in self.sheet.rows))
            if place not in self.sheet.figures
            else 6.5
            for place in range(len(self.sheet.rows[0]))
        ]

    def _texts(self) -> list[list[str]]:
        texts = [["" for _ in row] for row in self.sheet.rows]
        for span in self.spans:
            cell = self.sheet.rows[span.top][span.left]
            room = sum(self.widths[span.left : span.right + 1]) - 2 * PADDING - self.size * cell.indent
            whole = self.style == "overflow" or "\n" in cell.text
            texts[span.top][span.left] = cell.text if whole else wrap(cell.text, size=self.size, width=room)
        return texts

    def _style(self) -> list[tuple[Any, ...]]:
        style = [*common_style(self.size), ("ALIGN", *EVERYWHERE, "CENTER")]
        for column in range(len(self.widths)):
            side = self.sheet.settings.get("align", "RIGHT") if column in self.sheet.figures else "LEFT"
            style.append(("ALIGN", (column, self.sheet.header), (column, -1), side))
        for span in self.spans:
            start, end = (span.left, span.top), (span.right, span.bottom)
            if start != end:
                style.append(("SPAN", start, end))
            indent = self.sheet.rows[span.top][span.left].indent
            if indent:
                style.append(("LEFTPADDING", start, start, PADDING + self.size * indent))
        if self.sheet.settings.get("valign") == "top":
            style.append(("VALIGN", *EVERYWHERE, "TOP"))
        if "fill" in self.sheet.settings:
            style.append(("BACKGROUND", (0, 0), (-1, self.sheet.header - 1), self.sheet.settings["fill"]))
        return style

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size of the table."""
        self.width, self.height = self.table.wrap(width, height)
        return self.width, self.height

    def draw(self) -> None:
        """Draw text and rules."""
        self.table.drawOn(self.canv, 0, 0)
        x, y = [0.0], [self.height]
        for each in self.widths:
            x.append(x[-1] + each)
        for each in _heights(self.table):
            y.append(y[-1] - each)
        for segment in sorted(set(self._segments(x, y))):
            self._rule(*segment)

    def _segments(self, x: Sequence[float], y: Sequence[float]) -> Iterator[Segment]:
        across, down = self._wanted()
        for span in self.spans:
            left, right, top, bottom = x[span.left], x[span.right + 1], y[span.top], y[span.bottom + 1]
            yield from ((left, y[row], right, y[row]) for row in (span.top, span.bottom + 1) if row in across)
            for column in (span.left, span.right + 1):
                if column in down or (self.style == "head-only" and span.bottom < self.sheet.header):
                    yield x[column], bottom, x[column], top

    def _wanted(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return which horizontal and which vertical rules a style draws."""
        rows, columns = len(self.sheet.rows), len(self.widths)
        every_row, every_column = frozenset(range(rows + 1)), frozenset(range(columns + 1))
        few = frozenset((0, self.sheet.header, rows))
        inner = every_column - {0, columns}
        nothing = frozenset[int]()
        return {
            "none": (nothing, nothing),
            "horizontal": (every_row, nothing),
            "three-line": (few, nothing),
            "head-only": (few | frozenset(range(self.sheet.header)), nothing),
            "open-sides": (every_row, inner),
            "vertical": (few | frozenset(range(self.sheet.header)), every_column),
        }.get(self.style, (every_row, every_column))

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        canvas = self.canv
        canvas.setLineWidth(0.5)
        if self.style == "dashed":
            canvas.setDash(1, 2)
        if self.style == "double":
            canvas.line(x0, y0, x1, y1)
            shift = 1.5
            canvas.line(
                x0 + shift * (x0 == x1), y0 + shift * (y0 == y1), x1 + shift * (x0 == x1), y1 + shift * (y0 == y1)
            )
        elif self.style == "strips":
            canvas.rect(x0, min(y0, y1), max(0.5, x1 - x0), max(0.5, abs(y1 - y0)), stroke=0, fill=1)
        elif self.style == "curves":
            canvas.bezier(x0, y0, (2 * x0 + x1) / 3, (2 * y0 + y1) / 3, (x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3, x1, y1)
        else:
            canvas.line(x0, y0, x1, y1)
        canvas.setDash()


def _spans(rows: Sequence[Sequence[Cell]]) -> Iterator[_Span]:
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell.merge:
                continue
            right = column
            while right + 1 < len(cells) and cells[right + 1].merge == "<":
                right += 1
            bottom = row
            while bottom + 1 < len(rows) and rows[bottom + 1][column].merge == "^":
                bottom += 1
            yield _Span(row, column, bottom, right)
