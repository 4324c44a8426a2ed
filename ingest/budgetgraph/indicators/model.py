"""Performance indicators: what is measured, the value aimed at, and for which project or body."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.concepts.ontology import Concept
from budgetgraph.document import Cell, Place
from budgetgraph.indicators.forms import Form
from budgetgraph.indicators.measures import Measure
from budgetgraph.indicators.targets import Target


@dataclass(frozen=True, slots=True)
class Level:
    """A kind of indicators under which one stands: as printed, and what the ontology knows it as."""

    printed: str
    kind: Concept | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: what is measured, the value that is aimed at, and for which project or body.

    `group` numbers the projects of the disclosure, as their targets do.
    """

    table: str
    group: int
    project: str | None
    organization: str | None
    levels: tuple[Level, ...]
    name: Cell
    value: Cell | None
    measure: Measure
    weight: Decimal | None = None
    core: bool | None = None

    @property
    def kind(self) -> Concept | None:
        """The narrowest kind that is known."""
        return next((level.kind for level in reversed(self.levels) if level.kind), None)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of its name and its value."""
        return (self.name, self.value) if self.value else (self.name,)


@dataclass(frozen=True, slots=True)
class Performance:
    """What performance tables set out: goals as targets, one for each project, indicators, and forms with money.

    `tables` are those with a list or form, be it empty; `quantities` are the places of all that a list of indicators
    says: none of it is money.
    """

    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    forms: tuple[Form, ...] = ()
    quantities: frozenset[Place] = frozenset()
    tables: frozenset[str] = frozenset()


NOTHING = Performance()
