"""Soft check of percentages in tables: growth, completion and shares against the figures of their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words
from budgetgraph.checks.wordings import SLACK
from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import CONCEPT, Ontology
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.labels import normalise
from budgetgraph.relations.comparisons import (
    compared,
    has_phase,
    is_known,
    phases_in,
    plain,
    unchanged,
    unknown_in,
    words_of,
)
from budgetgraph.structure.blocks import Block
from budgetgraph.structure.trees import Node
from budgetgraph.tables.header import Column

_PERCENT = re.compile(r"([-−+]?\d[\d,]*(?:\.\d+)?)%?")
_HUNDRED = Decimal(100)

_Line = Mapping[Node, Figure | BlankCell]


@dataclass(frozen=True, slots=True)
class _Rate:
    """A printed percentage, and the figures of which its head says that it is made."""

    cell: Cell
    row: Node
    part: Figure
    whole: Figure
    grows: bool


def rates(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A percentage in a table does not follow from the two figures of its row of which its head speaks."""
    resolver, ontology = Resolver(disclosure.ontology), disclosure.ontology
    for reading in disclosure.readings:
        if reading.unit is None or reading.base.get("aspect") == CONCEPT + "aspect/performance":
            continue
        for column in reading.table.columns:
            heads = [resolver.column_head(label) for label in column.path]
            block = _block_before(column, reading)
            if block is None or not any(head and head.slug == "percent" for head in heads):
                continue
            for rate in _rates(column, block, reading, ontology):
                if not _is_near(rate):
                    yield _finding(rate, reading, speaker)
            yield from _shares(column, block, reading, speaker)


def _block_before(column: Column, reading: Reading) -> Block | None:
    """Return the block to which a column of percentages belongs: that of the amounts nearest before it."""
    before = [
        (amount.column.index, block)
        for block in reading.structure.blocks
        for amount in block.amounts
        if amount.column is not None and amount.column.index < column.index and not block.form
    ]
    return max(before, key=lambda item: item[0])[1] if before else None


def _rates(column: Column, block: Block, reading: Reading, ontology: Ontology) -> Iterator[_Rate]:
    words = words_of(reversed(column.path))
    for row in block.lines:
        cell = _percentage(row, column)
        line = {node: item for node in block.amounts if (item := reading.cells.get((row, node))) is not None}
        if cell is None:
            continue
        like = _like(column, line, ontology)
        sides = _sides(words, like, line, ontology)
        part, whole = (line[side] for side in sides) if sides else (None, None)
        if isinstance(part, Figure) and isinstance(whole, Figure) and part.amount is not None and whole.amount:
            yield _Rate(cell, row, part, whole, grows=not _is_of_completion(words, ontology))


def _like(column: Column, line: _Line, ontology: Ontology) -> list[Node]:
    """Return the columns that mean what the one nearest before the percentages does, in any year and phase."""
    before = [node for node in line if node.column is not None and node.column.index < column.index]
    if not before:
        return []
    wanted = _meaning(line[before[-1]].coordinates, ontology)
    return [
        node
        for node, cell in line.items()
        if not ontology.is_change(cell.coordinates.get("aspect")) and plain(cell) == wanted
    ]


def _meaning(coordinates: Coordinates, ontology: Ontology) -> Coordinates:
    return unchanged(coordinates, ontology) or coordinates.without("fiscalYear", "budgetPhase")


def _is_of_completion(words: str, ontology: Ontology) -> bool:
    """Say whether a head speaks of how much of a budget was carried out: 完成预算%, 执行率; not of another year."""
    others = ("column-head/last-year", "cue/increase", "cue/decrease", "wording/share")
    said = any(normalise(label) in words for name in others for label in ontology[name].labels)
    return not said and "executed" in phases_in(words, ontology) and not re.search(r"20\d\d", words)


def _sides(words: str, like: Sequence[Node], line: _Line, ontology: Ontology) -> tuple[Node, Node] | None:
    """Return the column of the part and that of the whole, if the head leaves no doubt of either."""
    if not all(map(is_known, like)):
        return None
    if _is_of_completion(words, ontology):
        return _completed(words, [node for node in like if not line[node].coordinates.get("fiscalYear")], ontology)
    grows = any(
        normalise(label) in words for cue in ("increase", "decrease") for label in ontology[f"cue/{cue}"].labels
    )
    sides = compared(words, like, line, ontology) if grows else None
    return (sides[1], sides[0]) if sides else None


def _completed(words: str, like: Sequence[Node], ontology: Ontology) -> tuple[Node, Node] | None:
    accounts = [node for node in like if has_phase(node, "executed")]
    plans = [node for node in like if node not in accounts]
    if len(accounts) != 1 or len(plans) != 1 or unknown_in(words, ontology):
        return None
    labels = ((normalise(label), phase.slug) for phase in ontology.scheme("budget-phase") for label in phase.labels)
    named = [(len(label), slug) for label, slug in labels if label in words and slug != "executed"]
    if named and not has_phase(plans[0], max(named)[1]):
        return None
    return accounts[0], plans[0]


def _shares(column: Column, block: Block, reading: Reading, speaker: Speaker) -> Iterator[Finding]:
    """Tell the shares that are those of no figure of a column; the total's 100 says that the whole is printed there."""
    ontology, words = speaker.disclosure.ontology, words_of(reversed(column.path))
    if not any(normalise(label) in words for label in ontology["wording/share"].labels):
        return
    printed = {
        row: (cell, _value(cell)) for row in block.lines if (cell := _percentage(row, column)) is not None and row.row
    }
    if not any(row.total and value == _HUNDRED for row, (_, value) in printed.items()):
        return
    columns = {node: _figures(block.lines, node, reading) for node in block.amounts}
    for row, (cell, value) in printed.items():
        pairs = [
            (part, whole)
            for node, wholes in columns.items()
            if isinstance(part := reading.cells.get((row, node)), Figure) and part.amount
            for whole in wholes
        ]
        if pairs and not any(_fits(value, cell, part, whole) for part, whole in pairs):
            yield _share(cell, reading, speaker)


def _figures(rows: Sequence[Node], column: Node, reading: Reading) -> list[Figure]:
    items = (reading.cells.get((row, column)) for row in rows)
    return [item for item in items if isinstance(item, Figure) and item.amount]


def _percentage(row: Node, column: Column) -> Cell | None:
    cell = row.row.cells.get(column.index) if row.row else None
    return cell if cell is not None and _PERCENT.fullmatch(cell.flat.replace(" ", "")) else None


def _value(cell: Cell) -> Decimal:
    return abs(Decimal(_digits(cell)))


def _digits(cell: Cell) -> str:
    return cell.flat.replace(" ", "").replace(",", "").replace("−", "-").rstrip("%")


def _is_near(rate: _Rate) -> bool:
    """Say whether the figures make a percentage; of growth, the ratio (110 for 10) is as good."""
    value = _value(rate.cell)
    shift = (Decimal(1), Decimal(0)) if rate.grows else (Decimal(0),)
    return any(_fits(value, rate.cell, rate.part, rate.whole, less) for less in shift)


def _fits(printed: Decimal, cell: Cell, part: Figure, whole: Figure, less: Decimal = Decimal(0)) -> bool:
    """Say whether part / whole - less is a percentage, or the fraction (0.1 for 10%), within rounding."""
    assert part.amount is not None and whole.amount
    ratio = part.amount / whole.amount
    blur = max(part.place, whole.place) * (1 + abs(ratio)) / abs(whole.amount)
    slack = SLACK.scaleb(-len(_digits(cell).partition(".")[2]))
    scales = (_HUNDRED,) if "%" in cell.flat else (_HUNDRED, Decimal(1))
    return any(abs(abs(ratio - less) * scale - printed) <= slack + blur * scale for scale in scales)


def _finding(rate: _Rate, reading: Reading, speaker: Speaker) -> Finding:
    assert rate.part.amount is not None and rate.whole.amount
    ratio = rate.part.amount / rate.whole.amount * _HUNDRED
    right = f"{ratio - _HUNDRED if rate.grows else ratio:.2f}%"
    table, where = speaker.table(reading.table.slug), speaker.place(rate.cell)
    printed, part, whole = rate.cell.flat, rate.part.printed, rate.whole.printed
    return Finding(
        Severity.WARNING,
        "percentage",
        Words(
            f"{table.zh}（{where.zh}）的百分比{printed}与同行的{part}、{whole}不符，按所列数应为{right}。",
            f"{table.en} ({where.en}) prints the percentage {printed}; {part} and {whole} of its row make {right}.",
        ),
        table=reading.table.slug,
        page=rate.cell.page,
        cells=(rate.cell, rate.part.cell, rate.whole.cell),
    )


def _share(cell: Cell, reading: Reading, speaker: Speaker) -> Finding:
    table, where = speaker.table(reading.table.slug), speaker.place(cell)
    return Finding(
        Severity.WARNING,
        "percentage",
        Words(
            f"{table.zh}（{where.zh}）的占比{cell.flat}与同行、同栏的数不符。",
            f"{table.en} ({where.en}) prints the share {cell.flat}, which is that of its row in no figure of a column.",
        ),
        table=reading.table.slug,
        page=cell.page,
        cells=(cell,),
    )
