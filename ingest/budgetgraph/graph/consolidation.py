"""The consolidated budget: each fact once, from the table that ranks first, and the headline figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.concepts.ontology import CONCEPT
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Coordinates, Figure


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the consolidated budget; `contested` where statements of it disagree."""

    coordinates: Coordinates
    amount: Decimal
    stated_by: tuple[Figure, ...]
    contested: bool

    @property
    def chosen(self) -> Figure:
        """The figure of the table that ranks first."""
        return self.stated_by[0]


HEADLINES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "totalRevenue": ({"operationCharacter": "sources"}, {"operationCharacter": "revenue"}),
    "totalExpenditure": ({"operationCharacter": "uses"}, {"operationCharacter": "expenditure"}),
    "basicExpenditure": ({"operationCharacter": "expenditure", "expenditureNature": "basic"},),
    "projectExpenditure": ({"operationCharacter": "expenditure", "expenditureNature": "project"},),
    "generalPublicExpenditure": ({"operationCharacter": "expenditure", "fundSource": "general-public"},),
    "threePublicExpenditure": ({"operationCharacter": "expenditure", "aspect": "three-public"},),
}
"""Headline property → coordinates that state it, the first that is printed; other dimensions are `all`."""

_SCHEMES = {
    "operationCharacter": "operation-character",
    "expenditureNature": "expenditure-nature",
    "fundSource": "fund-source",
    "aspect": "aspect",
}
_FUNDS = (None, "general-public", "fiscal")


def consolidate(disclosure: Disclosure) -> list[Fact]:
    """Return the facts of a disclosure; tables of other bodies are left out."""
    stated: dict[Coordinates, list[tuple[tuple[int, int, int], Figure]]] = defaultdict(list)
    for reading in disclosure.readings:
        if not disclosure.own(reading):
            continue
        for figure in reading.figures:
            if figure.amount is not None and figure.resolved:
                rank = (reading.kind.rank, reading.table.order, figure.statement)
                stated[figure.coordinates].append((rank, figure))
    return [
        _fact(coordinates, ranked) for coordinates, ranked in sorted(stated.items(), key=lambda item: item[0].values)
    ]


def _fact(coordinates: Coordinates, ranked: list[tuple[tuple[int, int, int], Figure]]) -> Fact:
    figures = tuple(figure for _, figure in sorted(ranked, key=lambda item: item[0]))
    amounts = {figure.amount for figure in figures}
    amount = figures[0].amount
    assert amount is not None
    return Fact(coordinates, amount, figures, contested=len(amounts) > 1)


def headlines(disclosure: Disclosure, facts: list[Fact]) -> Iterator[tuple[str, Decimal]]:
    """Yield (property, yuan) for each headline figure that is printed."""
    amounts = {fact.coordinates.without("fundingYear"): fact.amount for fact in reversed(facts)}
    for name, alternatives in HEADLINES.items():
        for wanted in (dict(wanted) for wanted in _with_funds(alternatives)):
            values = {key: f"{CONCEPT}{_SCHEMES[key]}/{slug}" for key, slug in wanted.items()}
            amount = amounts.get(Coordinates.of({**values, "organization": disclosure.identity.body}))
            if amount is not None:
                yield name, amount
                break


def _with_funds(alternatives: tuple[Mapping[str, str], ...]) -> Iterator[Mapping[str, str]]:
    for wanted in alternatives:
        for fund in _FUNDS:
            if fund is None or ("fundSource" not in wanted and "aspect" in wanted):
                yield wanted if fund is None else {**wanted, "fundSource": fund}
