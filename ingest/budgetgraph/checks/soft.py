"""Soft checks: what the words of a disclosure say against its tables, and oddities of the tables themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from budgetgraph.checks.blanks import blank_totals, funds_of_none
from budgetgraph.checks.digits import last_places
from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.checks.names import names_in_prose, names_in_tables
from budgetgraph.checks.rates import rates
from budgetgraph.checks.rows import labels_against_codes, repeated_codes, unlisted_codes
from budgetgraph.checks.rules import blank_against_prose, missing_tables, placeholders
from budgetgraph.checks.sources import hidden_parts, prose_only
from budgetgraph.checks.staff import staff
from budgetgraph.checks.twins import twins
from budgetgraph.checks.wordings import differences, direction_words, percentages
from budgetgraph.checks.years import (
    changes_against_tables,
    later_years,
    other_days,
    other_years_in_headings,
    other_years_in_titles,
)
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Figure, Reading
from budgetgraph.labels import normalise
from budgetgraph.prose.reading import Claim

_Check = Callable[[Disclosure, Speaker], Iterator[Finding]]


def check(disclosure: Disclosure) -> list[Finding]:
    """Return the warnings that a disclosure gives rise to, in the order of the checks."""
    speaker = Speaker(disclosure)
    return [finding for soft_check in CHECKS for finding in soft_check(disclosure, speaker)]


def _empty_claims(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence says that annexes are empty, and one of them prints figures."""
    claims = [claim for claim in disclosure.prose.claims if claim.kind == "empty"]
    by_annex = {reading.table.annex: reading for reading in disclosure.readings if not reading.table.embedded}
    for claim in claims:
        for annex in claim.annexes:
            reading = by_annex.get(annex)
            if reading and reading.figures:
                yield _printed_all_the_same(claim, reading, speaker)
    if len({claim.annexes for claim in claims}) > 1:
        said = [(listed(claim.annexes), speaker.page(claim.page, claim.line)) for claim in claims]
        yield Finding(
            Severity.WARNING,
            "empty-claims-differ",
            Words(
                "正文对哪些附件为空说法不一：" + "；".join(f"{where.zh}称{annexes}" for annexes, where in said) + "。",
                "The text says differently which annexes are empty: "
                + "; ".join(f"{where.en} says {annexes}" for annexes, where in said)
                + ".",
            ),
            page=claims[0].page,
        )


def _printed_all_the_same(claim: Claim, reading: Reading, speaker: Speaker) -> Finding:
    rows = {figure.row_label for figure in reading.figures}
    totals = [
        implied
        for implied in speaker.disclosure.relations.implied
        if implied.table == reading.table.slug and implied.amount
    ]
    total = max((implied.amount for implied in totals), default=max(f.amount or Decimal(0) for f in reading.figures))
    where, table, worth = (
        speaker.page(claim.page, claim.line),
        speaker.table(reading.table.slug),
        speaker.money(total, reading.table.slug),
    )
    printed = speaker.place(reading.figures[0].cell)
    return Finding(
        Severity.WARNING,
        "empty-claim",
        Words(
            f"正文{where.zh}称附件{listed(claim.annexes)}为空，但{table.zh}（{printed.zh}）列有{len(rows)}行、共{worth.zh}。",
            f"The text ({where.en}) says that annexes {listed(claim.annexes)} are empty, but {table.en} ({printed.en}) "
            f"lists {len(rows)} rows, {worth.en} together.",
        ),
        table=reading.table.slug,
        page=claim.page,
    )


def _included_items(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence says that revenue includes items which the tables leave blank."""
    printed: dict[str, list[str]] = defaultdict(list)
    blank: dict[str, list[str]] = defaultdict(list)
    for reading in disclosure.readings:
        for (row, _), item in reading.cells.items():
            for concept in row.concepts:
                (printed if isinstance(item, Figure) and item.number else blank)[concept.iri].append(reading.table.slug)
    for claim in disclosure.prose.claims:
        if claim.kind != "includes":
            continue
        missing = [iri for iri in claim.concepts if iri in blank and iri not in printed]
        if missing:
            names = [disclosure.ontology[iri] for iri in missing]
            tables = [speaker.annex(slug) for slug in dict.fromkeys(slug for iri in missing for slug in blank[iri])]
            where = speaker.page(claim.page, claim.line)
            yield Finding(
                Severity.WARNING,
                "included-item-blank",
                Words(
                    f"正文{where.zh}称收入包括{listed(c.label for c in names)}，"
                    f"但{listed(t.zh for t in tables)}中均为空白。",
                    f"The text ({where.en}) says that revenue includes {', '.join(c.label_en for c in names)}, "
                    f"which {' and '.join(t.en for t in tables)} leave blank.",
                ),
                page=claim.page,
            )


def _slipped_texts(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """Texts of a performance table stand under their neighbours' heads."""
    for slug in dict.fromkeys(target.table for target in disclosure.targets if target.slipped):
        target = next(target for target in disclosure.targets if target.table == slug and target.slipped)
        moved = [content for content in target.contents if content.printed_under]
        told = next((c for c in moved if c.kind.slug == "output-cost"), moved[0])
        table, where = speaker.table(slug), speaker.place(told.cell)
        under = told.printed_under or told.kind
        yield Finding(
            Severity.WARNING,
            "texts-slipped",
            Words(
                f"{table.zh}（{where.zh}）的指标文字左移一栏：如“{normalise(told.cell.text)}”应在{told.kind.label}栏，"
                f"却印在{under.label}栏；已按内容归位发布，并标明为推断。",
                f"{table.en} ({where.en}): the indicator texts have slipped one column to the left, e.g. "
                f"“{normalise(told.cell.text)}” is a {told.kind.label_en} and stands under {under.label_en}; "
                "they are published under the right heads, marked as inferred.",
            ),
            table=slug,
            page=told.cell.page,
        )


def _missing_units(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A table prints no unit."""
    for reading in disclosure.readings:
        if reading.table.unit is not None or not reading.figures or reading.table.embedded:
            continue
        table, where = speaker.table(reading.table.slug), speaker.place(reading.figures[0].cell)
        if reading.unit:
            more = Words(
                f"按与其他附件相同的数推断为{reading.unit.label}。",
                f"{reading.unit.label} is inferred from the same figures in other annexes.",
            )
        else:
            more = Words("无法推断，故不以元发布。", "None can be inferred, so its amounts are not published as yuan.")
        yield Finding(
            Severity.WARNING,
            "no-unit",
            Words(f"{table.zh}（{where.zh}）未印计量单位。", f"{table.en} ({where.en}) prints no unit.") + more,
            table=reading.table.slug,
            page=reading.table.first_page,
        )


CHECKS: tuple[_Check, ...] = (
    _empty_claims,
    _included_items,
    later_years,
    other_years_in_headings,
    other_years_in_titles,
    other_days,
    names_in_prose,
    names_in_tables,
    staff,
    _missing_units,
    _slipped_texts,
    blank_totals,
    last_places,
    funds_of_none,
    repeated_codes,
    missing_tables,
    blank_against_prose,
    placeholders,
    labels_against_codes,
    unlisted_codes,
    direction_words,
    differences,
    percentages,
    rates,
    changes_against_tables,
    twins,
    hidden_parts,
    prose_only,
)
