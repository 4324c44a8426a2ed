"""Figures and blanks, each with its cell and its coordinates; and a table as it was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from budgetgraph.amounts import Blank, Unit, finest_place
from budgetgraph.concepts.ontology import Concept
from budgetgraph.document import Cell
from budgetgraph.structure.blocks import Node, Structure
from budgetgraph.tables import Table


class Role(Enum):
    """The place of a figure in the trees of its table."""

    LEAF = "leaf"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """What a figure means: bg-dim local name → concept IRI (or a body's or project's name).

    A dimension that is left out is not broken down: its value is `all`.
    """

    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Coordinates:
        """Make coordinates from a mapping; values that are `all` are left out."""
        return cls(tuple(sorted((key, value) for key, value in values.items() if not value.endswith("/all"))))

    def get(self, dimension: str) -> str | None:
        """Return the value of a dimension, None for `all`."""
        return next((value for key, value in self.values if key == dimension), None)

    def without(self, *dimensions: str) -> Coordinates:
        """Return the coordinates with some dimensions not broken down."""
        return Coordinates(tuple(item for item in self.values if item[0] not in dimensions))

    def replaced(self, dimension: str, value: str) -> Coordinates:
        """Return the coordinates with another value of one dimension."""
        return Coordinates.of({**dict(self.values), dimension: value})


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed amount: `number` as printed, `amount` in yuan (None where no unit is known)."""

    table: str
    cell: Cell
    printed: str
    number: Decimal
    amount: Decimal | None
    unit: Unit | None
    coordinates: Coordinates
    breakdown: tuple[str, ...]
    role: Role
    row_label: str
    column_label: str
    statement: int = 1
    resolved: bool = True

    @property
    def place(self) -> Decimal:
        """The value in yuan of the last printed place."""
        return finest_place(self.printed, self.unit) if self.unit else Decimal(1)


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell where an amount could stand and none does."""

    table: str
    cell: Cell
    kind: Blank
    coordinates: Coordinates


@dataclass(frozen=True, slots=True)
class Misread:
    """A cell of an amount column that holds neither an amount nor a blank."""

    table: str
    cell: Cell
    message: str


@dataclass(slots=True)
class Reading:
    """A table as understood: its kind, its unit, its trees, and what stands at each crossing."""

    table: Table
    kind: Concept
    base: Mapping[str, str]
    unit: Unit | None
    unit_inferred: bool
    structure: Structure
    cells: dict[tuple[Node, Node], Figure | BlankCell] = field(default_factory=dict)
    misread: list[Misread] = field(default_factory=list)

    @property
    def figures(self) -> list[Figure]:
        """The figures in the order of blocks, rows, columns."""
        return [item for item in self.cells.values() if isinstance(item, Figure)]

    @property
    def blanks(self) -> list[BlankCell]:
        return [item for item in self.cells.values() if isinstance(item, BlankCell)]

    @property
    def name(self) -> str:
        return self.table.name
