"""Heads of numbers that are no amounts: averages (人均), standards, prices of one (万元/人), counts (人)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.concepts.units import unit_concept
from budgetgraph.labels import normalise, parse_line_label

RATES = frozenset(("average", "standard"))
"""Heads of what is worked out for one person, car or case: never added up."""

_UNIT = re.compile(r"\(([^()]+)\)$")
_MULTIPLES = "十百千万亿"
_LEVELS = frozenset("类款项")
"""Units that are levels of a classification behind its names: 教育支出（类）."""

_WHOLE = re.compile(r"\d+(?:,\d{3})*")


def names_a_rate(labels: Sequence[str], ontology: Ontology) -> bool:
    """Say whether one of a column's heads begins as an average does, or has money for one of something as unit."""
    averages = tuple(map(normalise, ontology["column-head/average"].cues))
    money = [f"{normalise(label)}/" for unit in ontology.scheme("unit") if unit.factor for label in unit.labels]
    return any(
        parse_line_label(label).text.startswith(averages) or any(unit in normalise(label) for unit in money)
        for label in labels
    )


def names_a_count(label: str, ontology: Ontology) -> bool:
    """Say whether a head closes with a unit in brackets that is none of money: 参保人数（万人）, 支付能力（月）."""
    found = _UNIT.search(normalise(label))
    unit = unit_concept(found[1].lstrip(_MULTIPLES), ontology) if found else None
    return unit is not None and unit.factor is None


def row_of_counts(label: str, numbers: Sequence[str], ontology: Ontology) -> bool:
    """Say whether a row counts and states no money: its label closes with a unit, its numbers are whole."""
    flat = normalise(label)
    found = _UNIT.search(flat)
    if found is None or found[1] in _LEVELS or not names_a_count(flat, ontology):
        return False
    return bool(numbers) and all(_WHOLE.fullmatch(normalise(number)) for number in numbers)
