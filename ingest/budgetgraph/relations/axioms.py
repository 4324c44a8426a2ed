"""Axioms of the ontology that a disclosure can be held to: balances of a table, allocations between tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from budgetgraph.concepts.lookup import DIMENSIONS
from budgetgraph.concepts.ontology import CONCEPT, Axiom, Ontology
from budgetgraph.figures import Coordinates, Figure, Reading
from budgetgraph.relations.crossings import Standing, pair
from budgetgraph.relations.model import Places, Relation, RelationKind, Term, coarsest, tolerance


def balances(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield the balances that a table can be held to, e.g. 收入总计 = 支出总计."""
    first = {figure.coordinates: figure for figure in reversed(reading.figures) if figure.resolved}
    for axiom in ontology.axioms:
        for figure in () if axiom.along else reading.figures:
            if figure.coordinates.get("operationCharacter") not in axiom.left or figure.statement > 1:
                continue
            if figure.coordinates.get("aspect") or reading.unit is None or not figure.resolved:
                continue
            if _is_exempt(figure.coordinates, axiom, ontology):
                continue
            sides = (first.get(figure.coordinates.replaced("operationCharacter", right)) for right in axiom.right)
            for other in filter(None, sides):
                yield Relation(
                    RelationKind.AXIOM,
                    reading.table.slug,
                    figure,
                    (other,),
                    tolerance=tolerance(coarsest((figure, other), places), 1),
                    basis=axiom.iri,
                )


def _is_exempt(coordinates: Coordinates, axiom: Axiom, ontology: Ontology) -> bool:
    """Say whether a coordinate, or one that it is within, sets a figure apart from an axiom."""
    concepts = (ontology[value] for _, value in coordinates.values if value.startswith(CONCEPT))
    return any({concept.iri, *ontology.ancestors(concept)} & axiom.exempt for concept in concepts)


def applies(axiom: Axiom, readings: Iterable[Reading]) -> bool:
    """Say whether a disclosure meets the conditions of an axiom."""
    figures = [figure for reading in readings for figure in reading.figures if figure.number]
    conditions = [(DIMENSIONS[iri.removeprefix(CONCEPT).partition("/")[0]], iri) for iri in axiom.where]
    return all(
        figure.coordinates.get("operationCharacter") not in axiom.beside
        and all(figure.coordinates.get(dimension) == value for dimension, value in conditions)
        for figure in figures
    )


def allocations(axiom: Axiom, terms: Iterable[Term], standing: Standing, places: Places) -> Iterator[Relation]:
    """Yield, for each value of the axiom's dimension, what is raised for it against what is spent on it."""
    sides: dict[Coordinates, tuple[list[Figure], list[Figure]]] = defaultdict(lambda: ([], []))
    for term in terms:
        if isinstance(term, Figure) and term.coordinates.get(axiom.along or "") and not term.coordinates.get("aspect"):
            operation = term.coordinates.get("operationCharacter")
            key = term.coordinates.without("operationCharacter")
            if operation in axiom.left:
                sides[key][0].append(term)
            elif operation in axiom.right:
                sides[key][1].append(term)
    for raised, spent in sides.values():
        anchor = min(spent, key=standing.authority, default=None)
        for term in raised:
            if anchor is not None and term.table != anchor.table:
                yield pair(term, anchor, standing, places, axiom.iri)
