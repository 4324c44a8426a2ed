"""A table as printed: its grids, its header, and its rows by column."""

from __future__ import annotations

from dataclasses import dataclass, field

from budgetgraph.document import Cell, Grid, TextLine
from budgetgraph.tables.header import Column, Header


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
