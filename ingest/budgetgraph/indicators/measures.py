"""Measures: what an indicator's value is worth where it is a number, in which unit, and how it must be met."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.labels import normalise

_NUMBER = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?"
_BRACKETED = re.compile(r"\(([^()]+)\)$")
_WHOLE_IN_BRACKETS = re.compile(r"^\(([^()]*)\)$")
_MULTIPLES = "[十百千万亿]"
_CALENDAR_YEAR = re.compile(r"(19|20)\d\d")
_MONTH = "月"
_YEAR = "年"


@dataclass(frozen=True, slots=True)
class Measure:
    """The value of an indicator: its relation sign, its number, and its unit as printed; None where there is none.

    A date, a range or several values in one cell are no number.
    """

    sign: Concept | None = None
    number: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What values look like, from the labels of signs and units."""

    signs: dict[str, Concept]
    value: re.Pattern[str]
    unit: re.Pattern[str]


def read_measure(value: str, beside: tuple[str, str], name: str, ontology: Ontology) -> Measure:
    """Return what a value says; *beside* it are sign and unit where they have cells of their own.

    A unit may also stand in brackets behind the *name* of the indicator.
    """
    sign, unit = beside
    patterns = _patterns(ontology)
    text = normalise(value)
    stated = patterns.signs.get(normalise(sign))
    found = patterns.value.fullmatch(text)
    inner = patterns.signs.get(found["sign"] or found["after"] or "") if found else None
    bare = _WHOLE_IN_BRACKETS.sub(r"\1", found["unit"]) if found and found["unit"] else ""
    printed = bare or unit.strip() or _unit_of_name(name, patterns)
    if found is None or (bare and not _is_unit(found, bare, patterns)):
        return Measure(stated or patterns.signs.get(text), None, unit.strip() or None)
    return Measure(stated or inner, Decimal(found["number"].replace(",", "")), printed or None)


def read_sign(text: str, ontology: Ontology) -> Concept | None:
    """Return the relation sign that a text is, if it is one."""
    return _patterns(ontology).signs.get(normalise(text))


def _is_unit(value: re.Match[str], unit: str, patterns: _Patterns) -> bool:
    """Words behind a number are a unit if they are put together of known ones; 12月 and 2026年 are dates."""
    if (unit == _MONTH and not value["sign"]) or (unit == _YEAR and _CALENDAR_YEAR.fullmatch(value["number"])):
        return False
    return bool(patterns.unit.fullmatch(unit))


def _unit_of_name(name: str, patterns: _Patterns) -> str:
    found = _BRACKETED.search(normalise(name))
    return found[1] if found and patterns.unit.fullmatch(found[1]) else ""


@lru_cache(maxsize=4)
def _patterns(ontology: Ontology) -> _Patterns:
    signs = {normalise(label): concept for concept in ontology.scheme("relation-sign") for label in concept.labels}
    marks = "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))
    words = sorted((text for text in ontology.labels(("unit",))), key=len, reverse=True)
    word = f"{_MULTIPLES}*(?:{'|'.join(map(re.escape, words))})"
    whole = rf"(?:{_MULTIPLES}+|(?:{word})+(?:\((?:{word})\))?(?:[/每·](?:{word})+)*)"
    return _Patterns(
        signs,
        re.compile(
            rf"(?P<sign>{marks})?(?P<number>{_NUMBER})(?P<unit>\([^\d()]+\)|[^\d()]+?(?:\([^\d()]+\))?)??(?P<after>{marks})?"
        ),
        re.compile(whole),
    )
