"""Soft checks against the rules of disclosure: tables that are expected, tables left blank, templates not filled in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.concepts.ontology import CONCEPT, Concept
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import TextLine
from budgetgraph.figures import Reading
from budgetgraph.labels import normalise, unify
from budgetgraph.prose.reading import Statement
from budgetgraph.prose.wording import labels_of

FULL = 5
"""A disclosure that has so many of the tables that the rules expect is taken to be meant to have all of them."""


def missing_tables(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A table that the rules of disclosure expect is not there (`bg:expectedIn`)."""
    kinds = {reading.kind.slug for reading in disclosure.readings}
    phase = disclosure.identity.phase
    expected = [c for c in disclosure.ontology.scheme("table-kind") if phase in c.expected]
    titles = [normalise(reading.table.title) for reading in disclosure.readings]
    telling = [c for c in expected if not any(set(c.mentions) < set(other.mentions) for other in expected)]
    there = [c for c in expected if c.slug in kinds or (c in telling and _is_mentioned(c, titles))]
    missing = [concept for concept in expected if concept not in there]
    if len(there) < FULL:
        return
    for concept in missing:
        yield Finding(
            Severity.WARNING,
            "missing-table",
            Words(
                f"未见《{concept.label}》{'（决算）' if phase == 'executed' else ''}："
                "《地方预决算公开操作规程》要求公开该表（没有数据的，公开空表并说明）。",
                f"There is no table “{concept.label_en}” ({concept.label}), which the rules of disclosure "
                "(地方预决算公开操作规程) expect, empty if there is nothing to state.",
            ),
        )


def _is_mentioned(concept: Concept, titles: Iterable[str]) -> bool:
    """Say whether a title holds all the words of a kind of table: one table may serve two kinds."""
    words = [normalise(word) for word in concept.mentions]
    return bool(words) and any(all(word in title for word in words) for title in titles)


def blank_against_prose(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A table of an aspect (三公, 政府采购) states nothing, while a sentence states an amount of that aspect."""
    stated = {reading.base.get("aspect") for reading in disclosure.readings if reading.figures}
    for reading in disclosure.readings:
        aspect = reading.base.get("aspect")
        if reading.figures or not aspect or aspect in stated or aspect == CONCEPT + "aspect/performance":
            continue
        found = next((s for s in disclosure.prose.statements if _speaks_of(s, aspect)), None)
        if found:
            yield _blank_all_the_same(reading, found, speaker)


def _speaks_of(statement: Statement, aspect: str) -> bool:
    return bool(statement.amount and statement.coordinates and statement.coordinates.get("aspect") == aspect)


def _blank_all_the_same(reading: Reading, statement: Statement, speaker: Speaker) -> Finding:
    table, where = speaker.table(reading.table.slug), speaker.page(statement.page, statement.line)
    return Finding(
        Severity.WARNING,
        "blank-table",
        Words(
            f"{table.zh}没有数字，而正文{where.zh}称“{statement.quoted}”。",
            f"{table.en} states nothing, and the text ({where.en}) says “{statement.quoted}”.",
        ),
        table=reading.table.slug,
        page=reading.table.first_page,
    )


def placeholders(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A placeholder of the template is left, in the text, in a heading or in a caption: XX局, ××万元, ○○年."""
    pattern = _placeholder([disclosure.ontology["cue/placeholder"]])
    places: dict[str, list[TextLine]] = defaultdict(list)
    for document in disclosure.documents:
        for line in (line for page in document.pages for line in page.lines):
            for found in pattern.finditer(unify(line.text)):
                places[found.group()].append(line)
    for text, lines in places.items():
        where = [speaker.page(line.page, line.line) for line in lines]
        yield Finding(
            Severity.WARNING,
            "placeholder",
            Words(
                f"{listed(dict.fromkeys(w.zh for w in where))}留有模板占位符“{text}”，未填写。",
                f"{', '.join(dict.fromkeys(w.en for w in where))}: the placeholder “{text}” is left, not filled in.",
            ),
            page=lines[0].page,
        )


def _placeholder(concepts: Iterable[Concept]) -> re.Pattern[str]:
    """Return a pattern of marks, any number of times the last sign, beside an ideograph: it is no part of a code."""
    marks = "|".join(re.escape(mark) + (f"{re.escape(mark[-1])}*" if mark else "") for mark in labels_of(concepts))
    ideograph, digits = r"[\u4e00-\u9fff]", "A-Za-z0-9〇零一二三四五六七八九十百"
    return re.compile(
        rf"{ideograph}{{0,7}}(?![{digits}]){ideograph}(?:{marks})(?![{digits}]){ideograph}{{0,4}}"
        rf"|(?<![{digits}.])(?:{marks})(?![{digits}]){ideograph}{{1,6}}"
    )
