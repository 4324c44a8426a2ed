"""Wordings of the genre: each line of wordings.tsv is a label, where it stands, and what it means there."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.concepts.lookup import CODE_SCHEMES, DIMENSIONS, Context, Resolver
from budgetgraph.concepts.ontology import load_ontology

WORDINGS = Path(__file__).with_name("wordings.tsv")
PLACES = {
    "income": ("operation-character/sources",),
    "spend": ("operation-character/uses",),
    "eco": ("operation-character/expenditure", "department-economic/all"),
    "gov": ("operation-character/expenditure", "government-economic/all"),
    "pub": ("operation-character/expenditure", "aspect/three-public"),
    "fundcol": ("operation-character/expenditure",),
}
"""Where labels stand: what is said above a line of income, of spending, of economic classes, or a column of funds."""

RESOLVER = Resolver(load_ontology())


def lines() -> list[tuple[str, str, str]]:
    rows = (line.split("\t") for line in WORDINGS.read_text(encoding="utf-8").splitlines())
    return [(place, label, meaning) for place, label, meaning in rows]


@pytest.mark.parametrize("place", sorted({place for place, _, _ in lines()}))
def test_the_wordings_of_the_genre_mean_what_they_say(place: str) -> None:
    said = {label: meaning for where, label, meaning in lines() if where == place}

    assert {label: meaning_of(place, label) for label in said} == said


def meaning_of(place: str, label: str) -> str | None:
    if place == "kind":
        return RESOLVER.table_kind(label).slug
    if place in ("head", "ind"):
        indicator, head = RESOLVER.indicator(label), RESOLVER.column_head(label)
        found = indicator if place == "ind" or head is None else head
        return f"{found.scheme}/{found.slug}" if found else None
    context = Context(tuple(RESOLVER.ontology[path] for path in PLACES[place]), scheme=_scheme(place))
    if context.scheme:
        context = Context(context.above, scheme=context.scheme, schemes=frozenset(DIMENSIONS) - _others(context.scheme))
    concept = RESOLVER.resolve(label, context)
    meant = (concept,) if concept else RESOLVER.compose(label, context)
    return " + ".join(f"{each.scheme}/{each.slug}" for each in meant) or None


def _scheme(place: str) -> str | None:
    return {"eco": "department-economic", "gov": "government-economic"}.get(place)


def _others(scheme: str) -> frozenset[str]:
    return frozenset(CODE_SCHEMES) - {scheme}
