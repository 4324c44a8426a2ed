"""Units of money: those that the ontology knows, and the one that a table does not print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from budgetgraph.amounts import Unit, yuan
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.figures.model import Coordinates, Reading
from budgetgraph.labels import normalise
from budgetgraph.tables import unit_in
from budgetgraph.tables.header import Column

_TELLING = 3
"""So many figures that agree, funds set aside, tell the unit of a table."""


def units(ontology: Ontology) -> Mapping[str, Unit]:
    """Return the money units of the ontology by each of their labels."""
    return {
        normalise(label): Unit(concept.slug, concept.label, concept.factor)
        for concept in ontology.scheme("unit")
        if concept.factor is not None
        for label in concept.labels
    }


def unit_of(column: Column, table: Unit | None, ontology: Ontology) -> Unit | None:
    """Return the unit that the heads of a column name, the lowest first; failing that, the one of its table."""
    named = next(filter(None, map(unit_in, reversed(column.path))), None)
    return units(ontology).get(named, table) if named else table


def inferred_unit(reading: Reading, readings: Sequence[Reading], candidates: Sequence[Unit]) -> Unit | None:
    """Return the unit in which most of a table's figures are stated elsewhere, aspect set aside.

    Where none is, a fund that pays for something alone states the same as the whole: several such figures tell, too.
    """
    for set_aside, fewest in ((("aspect",), 1), (("aspect", "fundSource"), _TELLING)):
        support = _support(reading, readings, candidates, set_aside)
        best = max(support, key=lambda unit: support[unit], default=None)
        if best is not None and support[best] >= fewest:
            return best
    return None


def _support(
    reading: Reading, readings: Sequence[Reading], candidates: Sequence[Unit], set_aside: Sequence[str]
) -> dict[Unit, int]:
    """Count, for each unit, the figures of a table that another states in the same coordinates, some set aside."""
    elsewhere: dict[Coordinates, set[Decimal]] = {}
    for other in readings:
        for figure in other.figures if other is not reading else ():
            if figure.amount:
                elsewhere.setdefault(figure.coordinates.without(*set_aside), set()).add(figure.amount)
    return {
        unit: sum(
            yuan(figure.number, unit) in elsewhere.get(figure.coordinates.without(*set_aside), ())
            for figure in reading.figures
            if figure.unit is None
        )
        for unit in candidates
    }
