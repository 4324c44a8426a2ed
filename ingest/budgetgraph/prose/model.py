"""What sentences state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.figures import Coordinates
from budgetgraph.prose.quotes import Quote


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a sentence states, with the words that state it, as printed.

    `amount` is in yuan, `quantity` counts what `unit` names; `direction` is the slug of a cue
    (increase, decrease, unchanged) where the figure is a change against the year before.
    """

    number: int
    printed: str
    quoted: str
    page: int
    line: int | None
    unit: str
    amount: Decimal | None = None
    quantity: Decimal | None = None
    coordinates: Coordinates | None = None
    subject: str | None = None
    direction: str | None = None
    place: Decimal = Decimal(1)
    file: str = ""
    quote: Quote | None = None
