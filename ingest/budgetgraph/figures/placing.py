"""Placing concepts: one for each dimension, and what they imply of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from budgetgraph.concepts.lookup import DIMENSIONS
from budgetgraph.concepts.ontology import CONCEPT, Concept, Ontology
from budgetgraph.figures.model import Coordinates, Reading
from budgetgraph.labels import normalise

_OF_ALL = frozenset(("budgetPhase", "fiscalYear", "operationCharacter", "organization"))
"""Dimensions that a total may have and yet be that of everything."""


def funding_year(readings: Iterable[Reading]) -> str:
    """Return the funding year of what does not say it: current where nothing carried over is printed, else unstated."""
    carried = (
        figure.number
        for reading in readings
        for figure in reading.figures
        if (figure.coordinates.get("fundingYear") or "").endswith("/carried-over")
        or (figure.coordinates.get("operationCharacter") or "").endswith("/opening-balance")
    )
    return CONCEPT + "funding-year/" + ("unstated" if any(carried) else "current")


def funding_year_of(coordinates: Coordinates, said: str, default: str, ontology: Ontology, *, phase: str) -> str:
    """Return the funding year of what does not name it, in a disclosure of a *phase*; *said* are the labels above it.

    收入总计 and 支出总计 are of both years by what they are, 本年收入 is of its year. Final accounts count all that
    was spent in the year, and as revenue only what the year brought; of a bare total there the words must say so.
    """
    side = ontology.concepts.get(coordinates.get("operationCharacter") or "")
    if side is None or not default.endswith("/unstated"):
        return default
    text, both = normalise(said), ontology["funding-year/both"]
    is_of_both = any(cue in text for cue in both.cues)
    if is_of_both or side.slug in ("sources", "uses"):
        return both.iri if is_of_both and side.slug in ("sources", "uses") else default
    named = any(cue in text for cue in side.cues)
    executed = (coordinates.get("budgetPhase") or phase) == "executed"
    broken_down = any(dimension not in _OF_ALL for dimension, _ in coordinates.values)
    if side.in_accounts and (named or broken_down if executed else named and side.slug == "revenue"):
        return side.in_accounts
    return default


def implied_by(concept: Concept, ontology: Ontology) -> Iterator[Concept]:
    """Return the concepts that a concept implies."""
    return (ontology[iri] for iri in concept.implies if iri in ontology.concepts)


def place_concepts(values: Mapping[str, str], concepts: Iterable[Concept], ontology: Ontology) -> dict[str, str]:
    """Return *values* with some concepts placed, outermost first, and what they imply."""
    placed, known = dict(values), list(concepts)
    for concept in known:
        place(placed, concept, ontology)
    _refine(placed, known, ontology)
    return placed


def place(values: dict[str, str], concept: Concept, ontology: Ontology) -> None:
    """Place a concept in its dimension, unless a narrower one stands there."""
    if concept.scheme not in DIMENSIONS:
        return
    known = values.get(concept.scheme)
    if known is None or not ontology.within(ontology[known], concept):
        values[concept.scheme] = concept.iri


def _refine(values: dict[str, str], concepts: Sequence[Concept], ontology: Ontology) -> None:
    """Apply what concepts imply, where it makes a coordinate narrower and never where it contradicts one.

    Codes and natures say on which side of the account a figure stands; a fund only says so where
    the side is known: 一般公共预算拨款 among sources is revenue.
    """
    for concept in sorted(concepts, key=lambda concept: concept.scheme == "fund-source"):
        for implied in (*implied_by(concept, ontology), *_implied_by_scheme(concept, ontology)):
            known = values.get(implied.scheme)
            if known is None and concept.scheme == "fund-source":
                continue
            if known is None or ontology.within(implied, ontology[known]):
                values[implied.scheme] = implied.iri


def _implied_by_scheme(concept: Concept, ontology: Ontology) -> Iterator[Concept]:
    return (ontology[iri] for iri in ontology.scheme_implies(concept.scheme) if not concept.is_all)
