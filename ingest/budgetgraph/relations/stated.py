"""Sums that sentences state: a whole and, after it, every item that makes it up (出国, 公务用车, 接待 of 三公)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.figures import Coordinates
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Places, Relation, RelationKind, coarsest, tolerance

NEAR = 20
"""A whole and its items stand together: so many figures may follow the whole before the last item is stated."""


def stated_sums(statements: Sequence[Statement], ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield the sum of each whole of which all items follow, once each and before the whole is stated again."""
    for division in (concept for concept in ontology.scheme("item") if concept.exhaustive):
        items = ontology.narrower(division)
        for position, whole in enumerate(statements):
            if whole.amount is None or whole.coordinates is None or not _is_whole(whole.coordinates, division):
                continue
            parts = _items_after(whole, islice(statements, position + 1, position + 1 + NEAR), items)
            if len(parts) == len(items):
                addends = [part for part in parts if part.amount]  # a bare 0 says nothing of how the others are rounded
                allowed = tolerance(coarsest((whole, *addends), places), len(addends))
                yield Relation(RelationKind.SUMMATION, None, whole, tuple(parts), over="item", tolerance=allowed)


def _is_whole(coordinates: Coordinates, division: Concept) -> bool:
    """Say whether coordinates are those of a division, or of the aspect that it divides."""
    item, aspect = coordinates.get("item"), coordinates.get("aspect")
    return item == division.iri or (item is None and division.broader is None and aspect in division.implies)


def _items_after(whole: Statement, following: Iterator[Statement], items: frozenset[str]) -> list[Statement]:
    """Return the statements of the items of a whole, until one of them, or the whole, is stated again."""
    assert whole.coordinates is not None
    scope, found = whole.coordinates.without("item"), dict[str, Statement]()
    for statement in following:
        coordinates = statement.coordinates
        if coordinates is None or coordinates.without("item") != scope or statement.file != whole.file:
            continue
        item = coordinates.get("item")
        if coordinates == whole.coordinates or item in found:
            break
        if item in items and statement.amount is not None:
            found[item] = statement
        if len(found) == len(items):
            break
    return list(found.values())
