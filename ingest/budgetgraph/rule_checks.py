"""Soft checks against the rules of disclosure and of the classifications, which are data in ontology/."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Figure, Reading
from budgetgraph.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.labels import normalise, tidy
from budgetgraph.ontology import CONCEPT, Concept, Ontology
from budgetgraph.trees import Node

FULL = 5
"""A disclosure that has so many of the tables that the rules expect is taken to be meant to have all of them."""

TWINS = (
    (("2080505",), ("30108",)),
    (("2080506",), ("30109",)),
    (("2210201",), ("30113",)),
)
"""Functional items and the economic items that pay for the same thing; they agree in most disclosures, not by rule."""

_PLACEHOLDER = re.compile(r"[X×Ｘ]{2,}(?:局|委|厅|办|部|处|中心|单位|部门|年)")
_HEADING_YEAR = re.compile(r"^第[一二三四五]部分.{0,30}?(20\d\d)年度?.{0,6}(?:预算|决算)")


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
    """A table of an aspect is blank, while a sentence states an amount of that aspect."""
    for reading in disclosure.readings:
        if reading.kind.slug != "three-public" or reading.figures:
            continue
        for paragraph in disclosure.paragraphs:
            found = re.search(r"三公.{0,2}经费[^。,;]{0,20}?为(\d[\d,]*\.?\d*)(万元|元)", paragraph.flat)
            if found and Decimal(found.group(1).replace(",", "")):
                table, where = speaker.table(reading.table.slug), speaker.page(paragraph.page, paragraph.line)
                yield Finding(
                    Severity.WARNING,
                    "blank-table",
                    Words(
                        f"{table.zh}没有数字，而正文{where.zh}称“{found.group()}”。",
                        f"{table.en} states nothing, and the text ({where.en}) says “{found.group()}”.",
                    ),
                    table=reading.table.slug,
                    page=reading.table.first_page,
                )
                break


def left_over(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A placeholder of the template is left (XX局), or the heading of a part names another year."""
    year = disclosure.identity.year
    for paragraph in disclosure.paragraphs:
        where = speaker.page(paragraph.page, paragraph.line)
        for text in dict.fromkeys(_PLACEHOLDER.findall(paragraph.flat)):
            yield Finding(
                Severity.WARNING,
                "placeholder",
                Words(
                    f"正文{where.zh}留有模板占位符“{text}”。",
                    f"The text ({where.en}) has the placeholder “{text}” left.",
                ),
                page=paragraph.page,
            )
        found = _HEADING_YEAR.match(paragraph.flat)
        if found and int(found.group(1)) != year:
            yield Finding(
                Severity.WARNING,
                "other-year",
                Words(
                    f"正文{where.zh}的标题写{found.group(1)}年（“{found.group()}”），而本文件是{year}年的。",
                    f"A heading ({where.en}) names {found.group(1)} (“{found.group()}”); the disclosure is for {year}.",
                ),
                page=paragraph.page,
            )


def labels_against_codes(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """The name beside a code is the name of another code of the same classification and level."""
    for reading in disclosure.readings:
        for block in reading.structure.blocks:
            for row in block.lines:
                other = _name_of_another(row, disclosure.ontology)
                if other and row.row:
                    table, where = speaker.table(reading.table.slug), speaker.place(row.row.place)
                    own = row.concepts[0]
                    yield Finding(
                        Severity.WARNING,
                        "label-against-code",
                        Words(
                            f"{table.zh}（{where.zh}）科目{row.code}印作“{tidy(row.label)}”，该名称属{other}，"
                            f"{row.code}应为“{own.label}”。",
                            f"{table.en} ({where.en}) calls code {row.code} “{tidy(row.label)}”, which is the name of "
                            f"{other}; {row.code} is “{own.label}”.",
                        ),
                        table=reading.table.slug,
                        page=row.row.place.page,
                        cells=tuple(cell for cell in row.row.cells.values() if cell.flat)[:3],
                    )


def unlisted_codes(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A code is in no list of this installation: it was read by its digits, with its printed name."""
    admitted = {concept.iri: concept for concept in disclosure.ontology.admitted}
    rows = (
        (reading, row)
        for reading in disclosure.readings
        for block in reading.structure.blocks
        for row in block.lines
        if row.row and row.concepts
    )
    for reading, row in rows:
        concept = admitted.pop(row.concepts[0].iri, None)
        if concept is None or row.row is None:
            continue
        table, where = speaker.table(reading.table.slug), speaker.place(row.row.place)
        wider = disclosure.ontology[concept.broader or ""].notation
        yield Finding(
            Severity.INFO,
            "unlisted-code",
            Words(
                f"{table.zh}（{where.zh}）的科目{concept.notation}“{tidy(concept.label)}”不在代码表中，"
                f"按编码归入{wider}。",
                f"{table.en} ({where.en}) prints code {concept.notation} “{tidy(concept.label)}”, which no list here "
                f"has; by its digits it is a part of {wider}.",
            ),
            table=reading.table.slug,
            page=row.row.place.page,
            cells=tuple(cell for cell in row.row.cells.values() if cell.flat)[:2],
        )


def _name_of_another(row: Node, ontology: Ontology) -> str | None:
    """Return the code whose name stands beside a row's code, if it is not that code's own name."""
    if not row.code or not row.concepts or row.concepts[0].notation is None:
        return None
    own, notation = row.concepts[0], row.concepts[0].notation
    name = re.sub(r"^[\d\s\[\]【】.、-]+", "", normalise(row.label))
    if not name or any(name == normalise(label) for label in own.labels):
        return None
    named = [use.concept for use in ontology.uses(name) if use.kind == 0 and use.concept.scheme == own.scheme]
    codes = {concept.notation for concept in named if concept.notation and len(concept.notation) == len(notation)}
    siblings = {code for code in codes if code[:-2] == notation[:-2]}
    return next(iter(siblings)) if len(siblings) == 1 else None


def twins(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A functional item and the economic item that pays for the same thing differ; this need not be wrong."""
    for functional, economic in TWINS:
        one = _stated(disclosure, "functionalClassification", functional)
        other = _stated(disclosure, "departmentEconomicClassification", economic)
        if not one or not other or {f.amount for _, f in one} & {f.amount for _, f in other}:
            continue
        (reading, figure), (second, twin) = one[0], other[0]
        left, right = speaker.term(figure), speaker.term(twin)
        yield Finding(
            Severity.INFO,
            "twins-differ",
            Words(
                f"{left.zh}与{right.zh}通常相同，此处不同；未必有误。",
                f"{left.en} and {right.en} are usually the same; they differ here, which need not be wrong.",
            ),
            table=reading.table.slug,
            page=figure.cell.page,
            cells=(figure.cell, twin.cell) if reading is second else (figure.cell,),
        )


def _stated(disclosure: Disclosure, dimension: str, codes: Iterable[str]) -> list[tuple[Reading, Figure]]:
    """Return the figures of a code that are broken down by nothing else but fund and nature."""
    scheme = {"functionalClassification": "functional", "departmentEconomicClassification": "department-economic"}
    wanted = {f"{CONCEPT}{scheme[dimension]}/{code}" for code in codes}
    free = {"fundSource", "expenditureNature", "operationCharacter", "organization", "fundingYear", dimension}
    return [
        (reading, figure)
        for reading in disclosure.readings
        for figure in reading.figures
        if figure.coordinates.get(dimension) in wanted
        and figure.amount
        and all(key in free for key, _ in figure.coordinates.values)
        and figure.coordinates.get("organization") == disclosure.identity.body
    ]


def medical_twins(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """Medical insurance by function (21011 without 2101199) and by object (30110 + 30111) differ."""
    functional = ("2101101", "2101102", "2101103")
    sides = (
        [_first(disclosure, "functionalClassification", code) for code in functional],
        [_first(disclosure, "departmentEconomicClassification", code) for code in ("30110", "30111")],
    )
    one, other = ([figure for figure in side if figure] for side in sides)
    if not one or not other:
        return
    left, right = (sum((f.amount or Decimal(0) for f in side), Decimal(0)) for side in (one, other))
    if left == right:
        return
    table = one[0].table
    said = [speaker.money(amount, table) for amount in (left, right)]
    yield Finding(
        Severity.INFO,
        "twins-differ",
        Words(
            f"按功能分类的行政事业单位医疗（{listed(f.printed for f in one)}）合计{said[0].zh}，"
            f"按经济分类的医疗保险缴费与公务员医疗补助（{listed(f.printed for f in other)}）合计{said[1].zh}，"
            "通常相同；未必有误。",
            f"Medical insurance comes to {said[0].en} by function ({', '.join(f.printed for f in one)}) and to "
            f"{said[1].en} by object ({', '.join(f.printed for f in other)}); usually they are the same.",
        ),
        table=table,
        page=one[0].cell.page,
        cells=(one[0].cell,),
    )


def _first(disclosure: Disclosure, dimension: str, code: str) -> Figure | None:
    return next((figure for _, figure in _stated(disclosure, dimension, (code,))), None)
