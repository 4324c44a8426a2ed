"""Soft checks: what the words of a disclosure say against its tables, and oddities of the tables themselves."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import Figure, Reading, looks_like_body
from budgetgraph.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.identity import same_body
from budgetgraph.labels import normalise
from budgetgraph.prose import Claim
from budgetgraph.rule_checks import (
    blank_against_prose,
    labels_against_codes,
    left_over,
    medical_twins,
    missing_tables,
    twins,
    unlisted_codes,
)
from budgetgraph.source_checks import hidden_parts, prose_only
from budgetgraph.wording_checks import direction_words, percentages

_OTHER_YEAR = re.compile(r"(20[0-4]\d)年?度?(?:本?(?:部门|单位)|预算|收支|决算)[^,。;]{0,30}")
_CALLED = re.compile(r"(?:20\d\d年度?)?([^\s\d,。;:、()]{3,24}?)(?:公开的|只?编制的?)(?:部门|单位|本级)?(?:预算|决算)")

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


def _other_years(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence about the budget names a later year than the one disclosed."""
    year = disclosure.identity.year
    for paragraph in disclosure.paragraphs:
        for found in _OTHER_YEAR.finditer(paragraph.flat):
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


def _names_in_prose(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence calls the disclosing body by another name."""
    body = disclosure.identity.body
    suffixes = tuple(disclosure.ontology["cue/body-suffix"].labels)
    for paragraph in disclosure.paragraphs:
        for found in _CALLED.finditer(paragraph.flat):
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


def _names_in_tables(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """Tables name another body, in their caption or beside our own unit code."""
    body = disclosure.identity.body
    places: dict[str, list[tuple[str, Cell]]] = defaultdict(list)
    own_codes = _own_codes(disclosure)
    for reading in disclosure.readings:
        first = next(iter(reading.table.grids[0].cells))
        if reading.table.body and not same_body(reading.table.body, body):
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


def _staff(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """More people are in post than the establishment provides."""
    counts: dict[str, Decimal] = {}
    place = Words("正文", "the text")
    page = None
    for statement in disclosure.prose.statements:
        if statement.subject and statement.quantity is not None:
            slug = statement.subject.rpartition("/")[2]
            if slug not in counts:
                counts[slug] = statement.quantity
                if slug == "establishment":
                    place, page = speaker.page(statement.page, statement.line), statement.page
    establishment, in_post = counts.get("establishment"), counts.get("in-post")
    if establishment is not None and in_post is not None and in_post > establishment:
        yield Finding(
            Severity.WARNING,
            "staff-over-establishment",
            Words(
                f"实有人数{in_post}人，超过编制{establishment}名（{place.zh}）。",
                f"{in_post} people are in post against an establishment of {establishment} ({place.en}).",
            ),
            page=page,
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


def _repeated_codes(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A table prints one code twice for one body."""
    for reading in disclosure.readings:
        for block in reading.structure.blocks:
            rows: dict[tuple[str | None, str | None, str | None, str], list[Cell]] = defaultdict(list)
            for row in block.lines:
                if row.code and row.row:
                    key = (row.organization, row.organization_code, row.project, row.code)
                    rows[key].append(row.row.place)
            for (_, _, _, code), cells in rows.items():
                if len(cells) > 1:
                    table = speaker.table(reading.table.slug)
                    places = [speaker.place(cell) for cell in cells]
                    yield Finding(
                        Severity.WARNING,
                        "code-twice",
                        Words(
                            f"{table.zh}把科目{code}印了{len(cells)}次"
                            f"（{listed(dict.fromkeys(p.zh for p in places))}）。",
                            f"{table.en} prints code {code} {len(cells)} times "
                            f"({', '.join(dict.fromkeys(p.en for p in places))}).",
                        ),
                        table=reading.table.slug,
                        page=cells[0].page,
                        cells=tuple(cells),
                    )


CHECKS: tuple[_Check, ...] = (
    _empty_claims,
    _included_items,
    _other_years,
    _names_in_prose,
    _names_in_tables,
    _staff,
    _missing_units,
    _slipped_texts,
    _repeated_codes,
    missing_tables,
    blank_against_prose,
    left_over,
    labels_against_codes,
    unlisted_codes,
    direction_words,
    percentages,
    twins,
    medical_twins,
    hidden_parts,
    prose_only,
)
