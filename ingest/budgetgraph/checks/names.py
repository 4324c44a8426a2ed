"""Soft checks of names: what the disclosing body is called in its text and its tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import looks_like_body
from budgetgraph.identity.reading import same_body
from budgetgraph.labels import normalise
from budgetgraph.prose.wording import labels_of, wording

SHORTEST = 4
"""What has fewer characters than these names no body."""


def names_in_prose(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence calls the disclosing body by another name."""
    body = disclosure.identity.body
    suffixes = labels_of([disclosure.ontology["cue/body-ending"]])
    words = wording(disclosure.ontology)
    drawn_up, budgets = words.words("wording/drawn-up"), words.words("wording/own-budget")
    called = re.compile(rf"(?:20\d\d年度?)?([^\s\d,。;:、()]{{3,24}}?)(?:{drawn_up})(?:{budgets})")
    for paragraph in disclosure.paragraphs:
        for found in called.finditer(paragraph.flat):
            name = found.group(1)
            if name.endswith(suffixes) and not same_body(name, body):
                where = speaker.page(paragraph.page, paragraph.line)
                yield Finding(
                    Severity.WARNING,
                    "other-name",
                    Words(
                        f"正文{where.zh}称本单位为“{name}”，而公开单位是{body}。",
                        f"The text ({where.en}) calls the body “{name}”; the disclosing body is {body}.",
                    ),
                    page=paragraph.page,
                )


def names_in_tables(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """Tables name another body, in their caption or beside our own unit code."""
    body = disclosure.identity.body
    places: dict[str, list[tuple[str, Cell]]] = defaultdict(list)
    own_codes = _own_codes(disclosure)
    for reading in disclosure.readings:
        first = next(iter(reading.table.grids[0].cells))
        if reading.table.body and _is_other(reading.table.body, body):
            places[reading.table.body].append((reading.table.slug, first))
        for block in reading.structure.blocks:
            for row in block.lines:
                name = row.organization
                if name and row.row and row.organization_code in own_codes and _is_other(name, body):
                    places[normalise(name)].append((reading.table.slug, row.row.place))
    for name, found in places.items():
        seen = {speaker.annex(slug).zh: (speaker.annex(slug), speaker.place(cell)) for slug, cell in found}
        zh = listed(f"{annex.zh}（{where.zh}）" for annex, where in seen.values())
        en = ", ".join(f"{annex.en} ({where.en})" for annex, where in seen.values())
        yield Finding(
            Severity.WARNING,
            "other-name",
            Words(
                f"{zh}写的单位是“{name}”，而公开单位是{body}。",
                f"{en}: the body is named “{name}”; it is {body}.",
            ),
            table=found[0][0],
            page=found[0][1].page,
        )


def _is_other(name: str, body: str) -> bool:
    """Say whether a name is that of another body; one that a cell cuts, or goes on with, is not."""
    flat, own = normalise(name), normalise(body)
    if len(flat) < SHORTEST or flat.startswith(own) or own.startswith(flat):
        return False
    return looks_like_body(name) and not same_body(name, body)


def _own_codes(disclosure: Disclosure) -> set[str]:
    codes: Counter[str] = Counter()
    for reading in disclosure.readings:
        for block in reading.structure.blocks:
            codes.update(
                row.organization_code
                for row in block.lines
                if row.organization and row.organization_code and same_body(row.organization, disclosure.identity.body)
            )
    return set(codes)
