"""Soft check of twins: functional items against the economic items that pay for the same thing (ontology/twin.ttl)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.concepts.ontology import Twins
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Figure
from budgetgraph.labels import tidy

_FREE = frozenset({"fundSource", "expenditureNature", "operationCharacter", "organization", "fundingYear"})
_FUNCTION, _OBJECT = "functionalClassification", "departmentEconomicClassification"


def twins(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A functional item and the economic item that pays for the same thing differ; this need not be wrong."""
    for pair in disclosure.ontology.twins:
        one = [stated for item in pair.functional if (stated := _stated(disclosure, _FUNCTION, item))]
        other = [stated for item in pair.economic if (stated := _stated(disclosure, _OBJECT, item))]
        if one and other and not _agree(one, other):
            yield _differ(pair, [figures[0] for figures in one], [figures[0] for figures in other], speaker)


def _agree(one: Sequence[Sequence[Figure]], other: Sequence[Sequence[Figure]]) -> bool:
    """Say whether the sides come to the same; of a single item, whether any table has it so."""
    if len(one) == len(other) == 1:
        return bool({figure.amount for figure in one[0]} & {figure.amount for figure in other[0]})
    figures = [stated[0] for stated in (*one, *other)]
    rounding = max(figure.place for figure in figures) * (len(figures)) / 2
    return abs(_sum(stated[0] for stated in one) - _sum(stated[0] for stated in other)) <= rounding


def _sum(figures: Iterator[Figure] | Sequence[Figure]) -> Decimal:
    return sum((figure.amount for figure in figures if figure.amount is not None), Decimal(0))


def _stated(disclosure: Disclosure, dimension: str, item: str) -> list[Figure]:
    """Return the figures of an item that are broken down by nothing else but fund and nature."""
    free = _FREE | {dimension}
    return [
        figure
        for figure in disclosure.figures
        if figure.coordinates.get(dimension) == item
        and figure.amount
        and all(key in free for key, _ in figure.coordinates.values)
        and figure.coordinates.get("organization") == disclosure.identity.body
    ]


def _differ(pair: Twins, one: Sequence[Figure], other: Sequence[Figure], speaker: Speaker) -> Finding:
    left, right = (_side(figures, speaker) for figures in (one, other))
    shown = [figure.cell for figure in (*one, *other)]
    page = one[0].cell.page
    return Finding(
        Severity.INFO,
        "twins-differ",
        Words(
            f"{pair.label}：按功能分类为{left.zh}，按经济分类为{right.zh}；通常相同，此处不同，未必有误。",
            f"{pair.label_en}: {left.en} by function and {right.en} by object; "
            "usually they are the same, and that they differ need not be wrong.",
        ),
        table=one[0].table,
        page=page,
        cells=tuple(shown),
    )


def _side(figures: Sequence[Figure], speaker: Speaker) -> Words:
    """Return what one side comes to, with its items, tables and pages."""
    total = speaker.money(_sum(figures), figures[0].table)
    annexes = {figure.table: (speaker.annex(figure.table), speaker.place(figure.cell)) for figure in figures}
    zh = listed(f"{annex.zh}{where.zh}" for annex, where in annexes.values())
    en = ", ".join(f"{annex.en}, {where.en}" for annex, where in annexes.values())
    items = [f"{tidy(figure.row_label)} {figure.printed}" for figure in figures]
    return Words(f"{total.zh}（{zh}：{listed(items)}）", f"{total.en} ({en}: {', '.join(items)})")
