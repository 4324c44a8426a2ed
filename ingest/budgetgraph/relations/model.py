"""Relations between figures as values: sums, equalities, parts of wholes, axioms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from budgetgraph.amounts import Unit
from budgetgraph.figures import BlankCell, Coordinates, Figure
from budgetgraph.prose.reading import Statement

_CENT = Decimal("0.01")


class RelationKind(Enum):
    """The classes of relations, named as in the vocabulary."""

    SUMMATION = "Summation"
    EQUALITY = "Equality"
    CONTAINMENT = "Containment"
    AXIOM = "Axiom"


@dataclass(frozen=True, slots=True)
class Implied:
    """A total that a table implies and does not print: its top rows exhaust a dimension."""

    table: str
    coordinates: Coordinates
    amount: Decimal
    place: Decimal
    parts: tuple[Figure, ...]


Term = Figure | Implied | Statement

Places = Mapping[tuple[str, Unit | None], Decimal]
"""The finest place, in yuan, to which a table prints its figures in a unit."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One checkable statement about figures.

    Summation: whole = Σ parts. Containment: each whole ≥ Σ parts. Equality and axiom: whole = parts[0].
    `table` is the table that answers for it; `tolerance`, in yuan, is what rounding can explain.
    """

    kind: RelationKind
    table: str | None
    whole: Term | BlankCell
    parts: tuple[Term, ...]
    blanks: tuple[BlankCell, ...] = ()
    over: str | None = None
    tolerance: Decimal = Decimal(0)
    basis: str | None = None


@dataclass(slots=True)
class Relations:
    """All relations of a disclosure, with the implied totals that take part in them."""

    relations: list[Relation]
    implied: list[Implied]


def tolerance(place: Decimal, terms: int) -> Decimal:
    """Return what rounding can explain, u·(n+1)/2 for n printed addends and the finest place u (DESIGN 4)."""
    return (place * (terms + 1) / 2).quantize(_CENT)


def coarsest(terms: Iterable[Term], places: Places) -> Decimal:
    """Return the coarsest, in yuan, of the finest places to which the tables of some terms print them."""
    return max(_finest(term, places) for term in terms)


def _finest(term: Term, places: Places) -> Decimal:
    if isinstance(term, Figure):
        return places[term.table, term.unit]
    return coarsest(term.parts, places) if isinstance(term, Implied) else term.place


def table_of(term: Term | BlankCell) -> str | None:
    """Return the table in which a term stands; None for prose."""
    return None if isinstance(term, Statement) else term.table
