"""What the pages of all kinds show: properties and values, and what refers to a resource."""

from __future__ import annotations

from typing import Any

from budgetsite.graphs import BG, RDF_TYPE, Graph

View = dict[str, Any]

SHOWN = 50
"""So many resources that refer to one are listed on its page."""


def properties(graph: Graph, iri: str) -> list[tuple[str, list[Any]]]:
    """Return a resource's properties with their values, in the order of the properties."""
    found: dict[str, list[Any]] = {}
    for predicate, value in graph.subjects.get(iri, ()):
        found.setdefault(predicate, []).append(value)
    ordered = {predicate: in_chinese_first(values) for predicate, values in found.items()}
    return sorted(ordered.items(), key=lambda item: (item[0] != RDF_TYPE, item[0]))


def in_chinese_first(values: list[Any]) -> list[Any]:
    """Order values: Chinese texts, English ones, the rest."""
    order = {"zh": 0, "en": 1}
    return sorted(values, key=lambda value: (order.get(getattr(value, "language", None) or "", 2), value.value))


def incoming(graph: Graph, iri: str) -> list[tuple[str, list[str]]]:
    """Return what refers to a resource, by the property that does, and no more than some of each."""
    found: dict[str, list[str]] = {}
    for predicate, subject in graph.objects.get(iri, ()):
        if predicate != RDF_TYPE and not subject.startswith("_:"):
            found.setdefault(predicate, []).append(subject)
    return sorted((predicate, sorted(subjects)[:SHOWN]) for predicate, subjects in found.items())


def numbered(graph: Graph, iris: list[str]) -> list[str]:
    """Order parts by the number that ends their IRI."""
    return sorted(iris, key=lambda iri: (len(iri), iri))


def some(graph: Graph, iri: str, names: tuple[str, ...]) -> list[tuple[str, list[Any]]]:
    """Return those of a resource's properties of our vocabulary that have values."""
    found = ((BG + name, graph.values(iri, BG + name)) for name in names)
    return [(predicate, values) for predicate, values in found if values]
