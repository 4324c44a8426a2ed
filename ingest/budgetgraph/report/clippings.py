"""Clippings: pictures of the places that findings speak of, cut from the page, as data: URIs."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageDraw

from budgetgraph.checks.findings import Finding
from budgetgraph.diagnosis.equations import Item, items_of, place_of
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Box, Cell, Document, Grid, TextLine
from budgetgraph.labels import normalise
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Implied, Relation

SCALE = 1.7
MARGIN = 6.0
"""Pixels to a point, and points left around what is cut out."""

NEAR = 30.0
"""Rows that begin so many points below the header of their table are shown with all that stands between."""

WIDE = 620.0
"""Of a table wider than this, in points, only the labels and the columns concerned are shown: it must be legible."""

GAP = 8
TOP = 120.0
"""Of a table that is at fault as a whole, so many points of its top are shown."""

PICTURES = 3
"""A finding shows so many pages at most."""

LIMIT = 80
"""A report on one disclosure has so many pictures at most: it must open in a browser."""

_WHOLE, _PART, _COLOURS = (178, 59, 0), (21, 101, 192), 48


@dataclass(frozen=True, slots=True)
class Clipping:
    """A picture of a part of a page; `source` is a data: URI, the page counts from 1."""

    page: int
    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Mark:
    file: str
    page: int
    box: Box
    colour: tuple[int, int, int]
    grid: Grid | None = None


def clippings(disclosure: Disclosure, findings: Sequence[Finding]) -> dict[int, list[Clipping]]:
    """Return the pictures of each finding, by its position; what has no pages, or no place on one, has none."""
    found: dict[int, list[Clipping]] = {}
    with _Pages(disclosure) as pages:
        number = 0
        for index, finding in enumerate(findings):
            by_page: dict[tuple[str, int], list[_Mark]] = defaultdict(list)
            for mark in _marks(disclosure, finding):
                by_page[mark.file, mark.page].append(mark)
            shown = list(by_page.values())[:PICTURES]
            if shown and number + len(shown) <= LIMIT:
                number += len(shown)
                found[index] = [pages.clip(marks) for marks in shown]
    return found


def _marks(disclosure: Disclosure, finding: Finding) -> Iterator[_Mark]:
    if finding.relation is None:
        for cell in finding.cells:
            yield from _of_cell(disclosure, cell, _WHOLE)
        if not finding.cells and finding.table:
            yield from _of_table(disclosure, finding.table)
        return
    relation = finding.relation
    whole = {place_of(item) for item in _whole(relation)}
    for item in items_of(relation):
        colour = _WHOLE if place_of(item) in whole else _PART
        if isinstance(item, Statement):
            yield from _of_statement(disclosure, item, colour)
        else:
            yield from _of_cell(disclosure, item.cell, colour)


def _whole(relation: Relation) -> Iterable[Item]:
    return relation.whole.parts if isinstance(relation.whole, Implied) else (relation.whole,)


def _of_cell(disclosure: Disclosure, cell: Cell, colour: tuple[int, int, int]) -> Iterator[_Mark]:
    document = disclosure.document_of(cell.file)
    if cell.box is None or not document.paged:
        return
    page = document.pages[cell.page - 1]
    grid = next((grid for grid in page.grids if grid.number == cell.grid), None)
    yield _Mark(cell.file, cell.page, cell.box, colour, grid)


def _of_table(disclosure: Disclosure, slug: str) -> Iterator[_Mark]:
    """Mark the top of a table."""
    table = disclosure.reading(slug).table
    grid = table.grids[0]
    if grid.box is not None and disclosure.document_of(table.file).paged:
        box = Box(grid.box.x0, grid.box.top, grid.box.x1, min(grid.box.bottom, grid.box.top + TOP))
        yield _Mark(table.file, grid.page, box, _WHOLE, grid)


def _of_statement(disclosure: Disclosure, item: Statement, colour: tuple[int, int, int]) -> Iterator[_Mark]:
    """Mark the line of the page that holds a statement's number, the one that shares most of its words."""
    document = disclosure.document_of(item.file)
    if not document.paged or not 1 <= item.page <= len(document.pages):
        return
    page = document.pages[item.page - 1]
    lines = [line for line in page.lines if line.box and item.printed in normalise(line.text)]
    if lines:
        line = max(lines, key=lambda line: _shared(line, item))
        assert line.box is not None
        yield _Mark(item.file, item.page, line.box, colour)


def _shared(line: TextLine, item: Statement) -> int:
    return len(set(normalise(line.text)) & set(normalise(item.quoted)))


class _Pages:
    """The pages of a disclosure's files, each rendered once."""

    def __init__(self, disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        self._open: dict[str, pypdfium2.PdfDocument] = {}
        self._rendered: dict[tuple[str, int], Image.Image] = {}

    def __enter__(self) -> _Pages:
        return self

    def __exit__(self, *_: object) -> None:
        for pdf in self._open.values():
            pdf.close()

    def clip(self, marks: Sequence[_Mark]) -> Clipping:
        """Return the strip of a page that holds some marks, below the header of their table if that is apart."""
        picture = self._page(marks[0].file, marks[0].page).copy()
        layer = Image.new("RGBA", picture.size)
        draw = ImageDraw.Draw(layer)
        for mark in marks:
            corners = _scaled(mark.box)
            draw.rectangle(corners, fill=(*mark.colour, 36), outline=(*mark.colour, 255), width=2)
        picture = Image.alpha_composite(picture, layer).convert("RGB")
        bands, segments = self._bands(marks), self._segments(marks, picture.width / SCALE)
        rows = [
            _joined(
                [picture.crop(_clipped(Box(x0, top, x1, bottom), picture.size)) for x0, x1 in segments], across=True
            )
            for top, bottom in bands
        ]
        return _encoded(marks[0].page, _joined(rows))

    def _page(self, file: str, number: int) -> Image.Image:
        key = (file, number)
        if key not in self._rendered:
            document = self._disclosure.document_of(file)
            page = self._pdf(document)[number - 1]
            self._rendered[key] = page.render(scale=SCALE).to_pil().convert("RGBA")
        return self._rendered[key]

    def _pdf(self, document: Document) -> pypdfium2.PdfDocument:
        if document.sha256 not in self._open:
            self._open[document.sha256] = pypdfium2.PdfDocument(document.data)
        return self._open[document.sha256]

    def _bands(self, marks: Sequence[_Mark]) -> list[tuple[float, float]]:
        """Return from where to where down the page is cut: the header of the table, and the rows concerned."""
        top, bottom = min(mark.box.top for mark in marks), max(mark.box.bottom for mark in marks)
        grid = next((mark.grid for mark in marks if mark.grid is not None), None)
        head = self._head(grid) if grid else None
        if head is None or head.top >= top:
            return [(top, bottom)]
        if head.bottom + NEAR > top:
            return [(head.top, bottom)]
        return [(head.top, head.bottom), (top, bottom)]

    def _segments(self, marks: Sequence[_Mark], width: float) -> list[tuple[float, float]]:
        """Return from where to where across the page is cut: the table; of a wide one its labels and what is marked."""
        grid = next((mark.grid for mark in marks if mark.grid is not None), None)
        if grid is None or grid.box is None:
            return [(0.0, width)]
        left, right = min(mark.box.x0 for mark in marks), max(mark.box.x1 for mark in marks)
        whole = (min(left, grid.box.x0), max(right, grid.box.x1))
        stub = self._stub(grid, min(marks, key=lambda mark: mark.box.x0).box)
        if whole[1] - whole[0] <= WIDE or stub is None or stub[1] + WIDE / 8 > left:
            return [whole]
        return [
            (stub[0], min(stub[1], stub[0] + WIDE / 2) - MARGIN),
            (left - WIDE / 8, min(right + WIDE / 8, whole[1])),
        ]

    def _stub(self, grid: Grid, marked: Box) -> tuple[float, float] | None:
        """Return from where to where the labels stand that belong to a marked cell: the nearest on its left."""
        amounts = {(round(box.x0), round(box.x1)) for box in self._amounts(grid)}
        middle = (marked.top + marked.bottom) / 2
        row = [cell.box for cell in grid.cells if cell.box and cell.box.top <= middle <= cell.box.bottom]
        found: tuple[float, float] | None = None
        for box in sorted(row, key=lambda box: -box.x0):
            if box.x0 >= marked.x0 - 1:
                continue
            if (round(box.x0), round(box.x1)) not in amounts:
                found = (box.x0, found[1] if found else box.x1)
            elif found:
                break
        return found

    def _amounts(self, grid: Grid) -> Iterator[Box]:
        for reading in self._disclosure.readings:
            for item in reading.cells.values():
                if item.cell.page == grid.page and item.cell.grid == grid.number and item.cell.box:
                    yield item.cell.box

    def _head(self, grid: Grid) -> Box | None:
        """Return where the header of the table stands that begins with a grid."""
        for reading in self._disclosure.readings:
            if reading.table.grids[0] is grid or reading.table.grids[0].cells[0] == grid.cells[0]:
                last = grid.first_row + reading.table.header.depth
                boxes = [cell.box for cell in grid.cells if cell.row < last and cell.box]
                if boxes:
                    return Box(boxes[0].x0, min(b.top for b in boxes), boxes[-1].x1, max(b.bottom for b in boxes))
        return None


def _scaled(box: Box) -> list[float]:
    return [side * SCALE for side in (box.x0, box.top, box.x1, box.bottom)]


def _clipped(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x0, top, x1, bottom = (int(side) for side in _scaled(box))
    margin = int(MARGIN * SCALE)
    return max(x0 - margin, 0), max(top - margin, 0), min(x1 + margin, size[0]), min(bottom + margin, size[1])


def _joined(pictures: Sequence[Image.Image], *, across: bool = False) -> Image.Image:
    """Return pictures below each other, or side by side, with a gap that shows that something is left out."""
    if len(pictures) == 1:
        return pictures[0]
    sizes = [picture.size if across else picture.size[::-1] for picture in pictures]
    length, breadth = sum(long for long, _ in sizes) + GAP * (len(sizes) - 1), max(broad for _, broad in sizes)
    whole = Image.new("RGB", (length, breadth) if across else (breadth, length), "#d7dde3")
    at = 0
    for picture, (long, _) in zip(pictures, sizes, strict=True):
        whole.paste(picture, (at, 0) if across else (0, at))
        at += long + GAP
    return whole


def _encoded(page: int, picture: Image.Image) -> Clipping:
    buffer = io.BytesIO()
    picture.quantize(_COLOURS).save(buffer, "PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode()
    return Clipping(page, f"data:image/png;base64,{data}", picture.width, picture.height)
