"""The money behind the test layouts: facts with coordinates, and what any table must print of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from budgetgraph.concepts.ontology import CONCEPT, Concept, load_ontology

LEDGER = Path(__file__).parent / "layouts" / "ledger.tsv"
SCHEMES = {
    "operation": "operation-character",
    "aspect": "aspect",
    "fund": "fund-source",
    "fund_level": "fund-level",
    "nature": "expenditure-nature",
    "functional": "functional",
    "dept_economic": "department-economic",
    "gov_economic": "government-economic",
    "item": "item",
    "year": "funding-year",
}
"""What a layout may say of a cell: key → scheme of the concept; a project, a fiscal year and a phase are words."""

WORDS = ("project", "fiscal_year", "phase", "organization")
_SIDES = {"revenue": ("year", "current"), "opening-balance": ("year", "carried-over")}
_STEP = 100
"""Amounts are whole hundreds of yuan, so that 万元 with two decimals states them exactly."""

Coordinates = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One amount of money and everything that is known of it; an item or aspect may be several."""

    number: int
    values: Mapping[str, str]

    def answers(self, coordinates: Coordinates) -> bool:
        """Say whether the money is part of what some coordinates speak of."""
        return all(self._is(key, value) for key, value in coordinates.items() if key not in ("fiscal_year", "phase"))

    def touches(self, coordinates: Coordinates) -> bool:
        """Say whether the money answers to one of some values, several of which may be given for a key by spaces."""
        return any(self._is(key, value) for key, values in coordinates.items() for value in values.split())

    def _is(self, key: str, value: str) -> bool:
        if key == "project":
            return self.values["project"] == value
        if key == "operation":
            return self._stands_on(value)
        if key == "aspect" and value.startswith("three-public"):
            return bool(self.values["item"]) and self._within("item", "three-public-total")
        if key == "organization":
            return value == "all" or self.values["organization"] == value
        return value == "performance" or value.endswith(("memo", "-change")) or self._within(key, value)

    def _stands_on(self, side: str) -> bool:
        if side in ("sources", "uses"):
            return True
        if side in _SIDES:
            key, year = _SIDES[side]
            return self.values[key] == year
        return self.values["operation"] == side

    def _within(self, key: str, value: str) -> bool:
        wider = concept(key, value)
        return any(load_ontology().within(concept(key, own), wider) for own in self.values[key].split())

    def amount(self, seed: int, coordinates: Coordinates) -> Decimal:
        """Return the fact's yuan: the same in every table of a document, another in another year or phase."""
        when = f"{coordinates.get('fiscal_year', '')}{coordinates.get('phase', '')}"
        return Decimal(Random(f"{seed}:{self.number}:{when}").randrange(20_000, 4_000_000, _STEP))


def concept(key: str, value: str) -> Concept:
    """Return the concept that a layout names: its slug, or the digits of a code."""
    scheme = SCHEMES[key]
    ontology = load_ontology()
    coded = ontology.by_notation(scheme, value)
    return coded or ontology[f"{scheme}/{value}"]


def iri(key: str, value: str) -> str:
    """Return the IRI of what a layout names, or the words themselves."""
    return value if key in WORDS else concept(key, value).iri.removeprefix(CONCEPT)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The facts of one document; its amounts depend on the seed alone."""

    facts: tuple[Fact, ...]
    seed: int

    @classmethod
    def read(cls, seed: int, only: Coordinates, without: Coordinates) -> Ledger:
        """Read the facts that a document is about; *without* leaves those out that answer to any of its values."""
        with LEDGER.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        facts = (Fact(number, row) for number, row in enumerate(rows))
        return cls(tuple(fact for fact in facts if fact.answers(only) and not fact.touches(without)), seed)

    def yuan(self, coordinates: Coordinates) -> Decimal:
        """Return what the facts that answer to some coordinates come to."""
        return sum((fact.amount(self.seed, coordinates) for fact in self._those(coordinates)), Decimal(0))

    def values(self, key: str, coordinates: Coordinates) -> Iterator[tuple[str, str, int]]:
        """Yield code, name and depth of what breaks some coordinates down: codes with their 类 and 款, or projects."""
        found = dict.fromkeys(fact.values[key] for fact in self._those(coordinates) if fact.values[key])
        if key == "project":
            yield from ((name, name, 0) for name in found)
            return
        codes = {code[:size] for code in found for size in (3, 5, 7) if size <= len(code)}
        for code in sorted(codes):
            yield code, concept(key, code).label, (len(code) - 3) // 2

    def _those(self, coordinates: Coordinates) -> Iterator[Fact]:
        return (fact for fact in self.facts if fact.answers(coordinates))
