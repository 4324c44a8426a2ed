"""Facts: triples of the site's own descriptions, written as (subject, property, value)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from budgetsite.graphs import RDF_TYPE

XSD = "http://www.w3.org/2001/XMLSchema#"

Term = ox.NamedNode | ox.Literal
Facts = Iterator[ox.Triple]


def fact(subject: str, predicate: str, value: str | Term) -> ox.Triple:
    """Return a triple; a value that is a plain string is an IRI."""
    term = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term)


def types(subject: str, *classes: str) -> Facts:
    """Yield the classes of a resource."""
    return (fact(subject, RDF_TYPE, cls) for cls in classes)


def text(value: str, language: str | None = None) -> ox.Literal:
    """Return a text, in a language if one is given."""
    return ox.Literal(value, language=language)


def number(value: int) -> ox.Literal:
    """Return a whole number."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def typed(value: str, datatype: str) -> ox.Literal:
    """Return a literal of an XML Schema datatype."""
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def both(subject: str, predicate: str, zh: str, en: str) -> Facts:
    """Yield a text in Chinese and in English."""
    yield fact(subject, predicate, text(zh, "zh"))
    yield fact(subject, predicate, text(en, "en"))
