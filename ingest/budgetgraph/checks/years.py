"""Soft checks of years: sentences, headings and days of another year, and changes against last year's figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Coordinates, Figure
from budgetgraph.labels import normalise
from budgetgraph.prose.reading import Statement
from budgetgraph.prose.wording import wording

_PART = re.compile(r"^第[一二三四五六七八九十]部分")


def later_years(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence about the budget names a later year than the one disclosed."""
    year = disclosure.identity.year
    pattern = re.compile(rf"(20[0-4]\d)年?度?(?:{_subjects(disclosure)})[^,。;]{{0,30}}")
    for paragraph in disclosure.paragraphs:
        for found in pattern.finditer(paragraph.flat):
            if int(found.group(1)) > year:
                where = speaker.page(paragraph.page, paragraph.line)
                yield Finding(
                    Severity.WARNING,
                    "other-year",
                    Words(
                        f"正文{where.zh}写{found.group(1)}年（“{found.group()}”），而本文件是{year}年的。",
                        f"The text ({where.en}) speaks of {found.group(1)} (“{found.group()}”); "
                        f"the disclosure is for {year}.",
                    ),
                    page=paragraph.page,
                )


def _subjects(disclosure: Disclosure) -> str:
    return wording(disclosure.ontology).words("wording/subject-of-year")


def other_years_in_headings(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """The heading of a part names another year as that of the budget or final account."""
    year = disclosure.identity.year
    pattern = re.compile(rf"(20\d\d)年度?.{{0,6}}(?:{_subjects(disclosure)})")
    for paragraph in disclosure.paragraphs:
        head = paragraph.flat[:60]
        found = pattern.search(head) if _PART.match(head) else None
        if found and int(found.group(1)) != year:
            where = speaker.page(paragraph.page, paragraph.line)
            yield Finding(
                Severity.WARNING,
                "other-year",
                Words(
                    f"正文{where.zh}的标题写{found.group(1)}年（“{head[: found.end()]}”），而本文件是{year}年的。",
                    f"A heading ({where.en}) names {found.group(1)} (“{head[: found.end()]}”); "
                    f"the disclosure is for {year}.",
                ),
                page=paragraph.page,
            )


def other_years_in_titles(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """The title of a table names years, and not the one disclosed."""
    year = disclosure.identity.year
    for reading in disclosure.readings:
        years = re.findall(r"(?<!\d)20\d\d(?!\d)", normalise(reading.table.title))
        if years and str(year) not in years and not reading.table.embedded:
            table, where = speaker.table(reading.table.slug), speaker.page(reading.table.first_page)
            yield Finding(
                Severity.WARNING,
                "other-year",
                Words(
                    f"{table.zh}（{where.zh}）的表名写{listed(years)}年，而本文件是{year}年的。",
                    f"The title of {table.en} ({where.en}) names {', '.join(years)}; the disclosure is for {year}.",
                ),
                table=reading.table.slug,
                page=reading.table.first_page,
            )


def other_days(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A final account says what there is at the end of another year: 截至2023年12月31日 for 2024."""
    year = disclosure.identity.year
    if disclosure.identity.phase != "executed":
        return
    pattern = re.compile(rf"(?:{wording(disclosure.ontology).words('wording/as-of')})(20\d\d)年12月31日[^,。;]{{0,20}}")
    for paragraph in disclosure.paragraphs:
        for found in pattern.finditer(paragraph.flat):
            if int(found.group(1)) != year:
                where = speaker.page(paragraph.page, paragraph.line)
                yield Finding(
                    Severity.WARNING,
                    "other-year",
                    Words(
                        f"正文{where.zh}写“{found.group()}”，而本文件是{year}年度决算，应为{year}年末的情况。",
                        f"The text ({where.en}) says “{found.group()}”; this is the final account of {year}, "
                        f"which should say how things stand at the end of {year}.",
                    ),
                    page=paragraph.page,
                )


def changes_against_tables(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence states a figure and its change against last year, and a table prints another figure for last year."""
    before = str(disclosure.identity.year - 1)
    printed: dict[Coordinates, Figure] = {}
    for figure in disclosure.figures:
        if figure.resolved and figure.amount is not None and figure.coordinates.get("fiscalYear") == before:
            printed.setdefault(figure.coordinates, figure)
    for now, change in pairwise(disclosure.prose.statements):
        last = _last_year(now, change, before, printed)
        if last is None or now.amount is None or change.amount is None or last.amount is None:
            continue
        stated = change.amount if change.direction == "increase" else -change.amount
        real = now.amount - last.amount
        if abs(real - stated) > max(now.place, change.place, last.place):
            yield _wrong_change(now, change, last, real, speaker)


def _last_year(now: Statement, change: Statement, before: str, printed: Mapping[Coordinates, Figure]) -> Figure | None:
    """Return last year's figure of what *now* states, if *change* is said of it in the same breath."""
    together = change.page == now.page and change.number == now.number + 1
    if not together or now.coordinates is None or change.direction not in ("increase", "decrease"):
        return None
    if len(normalise(change.quoted)) > _BREATH or now.coordinates.get("fiscalYear") is not None:
        return None
    return printed.get(now.coordinates.replaced("fiscalYear", before))


_BREATH = 24
"""A change that needs more characters than these to be said may be that of something else."""


def _wrong_change(now: Statement, change: Statement, last: Figure, real: Decimal, speaker: Speaker) -> Finding:
    where, table, worth = speaker.page(now.page, now.line), speaker.term(last), speaker.money(abs(real), None)
    side = Words("增加", "an increase") if real > 0 else Words("减少", "a decrease")
    return Finding(
        Severity.WARNING,
        "change",
        Words(
            f"正文{where.zh}称“{now.quoted}，{change.quoted}”，而上年数是{table.zh}：按此应{side.zh}{worth.zh}。",
            f"The text ({where.en}) says “{now.quoted}, {change.quoted}”, and last year's figure is {table.en}: "
            f"that is {side.en} of {worth.en}.",
        ),
        table=last.table,
        page=now.page,
        cells=(last.cell,),
    )
