"""Soft checks of rows: names beside codes, and codes that a table prints twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import Reading
from budgetgraph.labels import normalise, tidy
from budgetgraph.structure.blocks import Block
from budgetgraph.structure.trees import Node


def labels_against_codes(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """The name beside a code is the name of another code of its classification and level; a table tells it once."""
    for reading in disclosure.readings:
        wrong = [
            (row, other)
            for block in reading.structure.blocks
            for row in block.lines
            if row.row and (other := _name_of_another(row, disclosure.ontology))
        ]
        if wrong:
            yield _named_wrongly(reading, wrong, speaker)


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


def _named_wrongly(reading: Reading, wrong: list[tuple[Node, str]], speaker: Speaker) -> Finding:
    table = speaker.table(reading.table.slug)
    zh: list[str] = []
    en: list[str] = []
    cells: list[Cell] = []
    for row, other in wrong:
        assert row.row is not None
        where, own, printed = speaker.place(row.row.place), row.concepts[0], _bare(row.label)
        cells.extend(
            cell for cell in row.row.cells.values() if cell.flat and normalise(cell.flat) in normalise(row.label)
        )
        zh.append(f"{where.zh}科目{row.code}印作“{printed}”（该名称属{other}，{row.code}应为“{own.label}”）")
        en.append(
            f"{where.en}, code {row.code} is called “{printed}” (the name of {other}; {row.code} is “{own.label}”)"
        )
    return Finding(
        Severity.WARNING,
        "label-against-code",
        Words(f"{table.zh}：{'；'.join(zh)}。", f"{table.en}: {'; '.join(en)}."),
        table=reading.table.slug,
        page=cells[0].page if cells else reading.table.first_page,
        cells=tuple(cells),
    )


def _bare(label: str) -> str:
    return re.sub(r"^[\d\s\[\]【】.、-]+", "", tidy(label))


def _name_of_another(row: Node, ontology: Ontology) -> str | None:
    """Return the code whose name stands beside a row's code, if it is not that code's own name."""
    if not row.code or not row.concepts or row.concepts[0].notation is None:
        return None
    own, notation = row.concepts[0], row.concepts[0].notation
    name = normalise(_bare(row.label))
    if not name or any(name == normalise(label) for label in own.labels):
        return None
    named = [use.concept for use in ontology.uses(name) if use.kind == 0 and use.concept.scheme == own.scheme]
    codes = {concept.notation for concept in named if concept.notation and len(concept.notation) == len(notation)}
    siblings = {code for code in codes if code[:-2] == notation[:-2]}
    return next(iter(siblings)) if len(siblings) == 1 else None


def repeated_codes(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A table prints two rows of one code below its own, with the same words and meaning; a list of purchases may."""
    for reading in disclosure.readings:
        for block in reading.structure.blocks:
            rows: dict[object, list[Node]] = defaultdict(list)
            for row in block.lines:
                if row.code and row.row and _is_classified(row) and (meaning := _meaning(row, block, reading)):
                    rows[row.code, meaning].append(row)
            for same in rows.values():
                if len(same) > 1:
                    yield _twice(reading, same, speaker)


def _is_classified(row: Node) -> bool:
    return any(above.code and row.code and row.code.startswith(above.code) for above in row.ancestors())


def _meaning(row: Node, block: Block, reading: Reading) -> object:
    """Return the coordinates of a row's figures and its words; None if it has no figure."""
    assert row.row is not None
    items = [item for column in block.amounts if (item := reading.cells.get((row, column))) is not None]
    amounts = {(item.cell.row, item.cell.column) for item in items}
    words = sorted(
        normalise(cell.flat) for cell in row.row.cells.values() if cell.flat and (cell.row, cell.column) not in amounts
    )
    return (tuple(item.coordinates for item in items), tuple(words)) if items else None


def _twice(reading: Reading, rows: list[Node], speaker: Speaker) -> Finding:
    table = speaker.table(reading.table.slug)
    cells: list[Cell] = [row.row.place for row in rows if row.row]
    places = [speaker.place(cell) for cell in cells]
    return Finding(
        Severity.WARNING,
        "code-twice",
        Words(
            f"{table.zh}把科目{rows[0].code}印了{len(rows)}次（{listed(dict.fromkeys(p.zh for p in places))}）。",
            f"{table.en} prints code {rows[0].code} {len(rows)} times "
            f"({', '.join(dict.fromkeys(p.en for p in places))}).",
        ),
        table=reading.table.slug,
        page=cells[0].page,
        cells=tuple(cells),
    )
