"""A document as its reader saw it: pages, lines of text, ruled grids, each cell with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from budgetgraph.labels import join_lines
from budgetgraph.metadata import UNKNOWN, Origin

Place = tuple[str, int, int, int, int]
"""Where a cell stands: file, page, grid, row, column."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in PDF points; the origin is the top left corner of the page as displayed."""

    x0: float
    top: float
    x1: float
    bottom: float

    def __str__(self) -> str:
        return f"{self.x0:.1f} {self.top:.1f} {self.x1:.1f} {self.bottom:.1f}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid; row and column count from 1; a spanning cell stands at its first row and column.

    PDF files give it a box, text files a line, workbooks a sheet (whose number is `page`) and an address.
    `file` is the SHA-256 of its file where a disclosure has several, else empty.
    """

    page: int
    grid: int
    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    box: Box | None = None
    line: int | None = None
    sheet: str | None = None
    address: str | None = None
    file: str = ""

    @property
    def place(self) -> Place:
        """Where the cell stands."""
        return self.file, self.page, self.grid, self.row, self.column

    @property
    def flat(self) -> str:
        """The text on one line, otherwise as printed."""
        return join_lines(self.text)


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled grid: its cells in reading order, and where it lies.

    `rows` counts them from `first_row` on; `spans_lost` says that empty cells may be parts of a span (text sources);
    `open_top` and `open_bottom` that a page boundary cuts the first or last row.
    """

    page: int
    number: int
    cells: tuple[Cell, ...]
    rows: int
    columns: int
    top: float
    bottom: float
    box: Box | None = None
    first_row: int = 1
    spans_lost: bool = False
    open_top: bool = False
    open_bottom: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of running text, outside every grid."""

    page: int
    text: str
    top: float
    box: Box | None = None
    line: int | None = None
    size: float | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points, its lines and its grids, each from top to bottom."""

    number: int
    width: float
    height: float
    lines: tuple[TextLine, ...]
    grids: tuple[Grid, ...]

    def items(self) -> Iterator[TextLine | Grid]:
        """Lines and grids in reading order (a line that overlaps a grid's top comes first)."""
        items: list[TextLine | Grid] = [*self.lines, *self.grids]
        yield from sorted(items, key=lambda item: item.top)


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader returns; `paged` is false for sources that have lines or sheets instead of pages.

    `hidden` names what the file holds and does not show (sheets, rows, columns): it is not read.
    `origin` is what its metadata says of where it comes from.
    """

    name: str
    sha256: str
    media_type: str
    pages: tuple[Page, ...]
    paged: bool = True
    hidden: tuple[str, ...] = ()
    origin: Origin = UNKNOWN
    data: bytes = field(default=b"", repr=False)

    def items(self) -> Iterator[TextLine | Grid]:
        """All lines and grids of the document in reading order."""
        for page in self.pages:
            yield from page.items()

    def grids(self) -> Iterator[Grid]:
        """All grids in reading order."""
        return (item for item in self.items() if isinstance(item, Grid))
