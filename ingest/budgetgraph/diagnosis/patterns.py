"""Patterns: figures of a table that err alike: totals that leave out one item, amounts in another unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.checks.findings import Speaker, Words
from budgetgraph.diagnosis.equations import judge_relation
from budgetgraph.figures import Figure
from budgetgraph.labels import tidy
from budgetgraph.relations.model import Implied, Relation, RelationKind, table_of

ALIKE = 2
"""So many totals must leave out the same item: one alone may be chance."""

SHOWN = 4
"""So many of the sums are written out in a message."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What several violations have in common: the figures concerned, their relations, and `message`, which says it."""

    table: str
    figures: tuple[Figure, ...]
    relations: tuple[Relation, ...]
    message: Words


def left_out(violated: Iterable[Relation], speaker: Speaker) -> Iterator[Pattern]:
    """Yield the items that several violated totals of a table leave out."""
    groups: dict[tuple[str, int, int], list[tuple[Relation, Figure, Figure]]] = defaultdict(list)
    for relation in violated:
        total = relation.whole
        if relation.kind is RelationKind.SUMMATION and isinstance(total, Figure) and relation.table:
            residual = judge_relation(relation).residual
            for part in relation.parts:
                if isinstance(part, Figure) and part.amount and residual == -part.amount and _in_one_row(total, part):
                    groups[relation.table, total.cell.column, part.cell.column].append((relation, total, part))
    for (table, _, _), found in groups.items():
        if len({relation.whole for relation, _, _ in found if isinstance(relation.whole, Figure)}) >= ALIKE:
            yield Pattern(
                table,
                tuple(total for _, total, _ in found),
                tuple(relation for relation, _, _ in found),
                _say(table, found, speaker),
            )


def units_mistaken(relations: Iterable[Relation], speaker: Speaker) -> Iterator[Pattern]:
    """Yield the tables none of whose figures equals its counterpart, several only by the factor of another unit."""
    factors: dict[str, Counter[Decimal]] = defaultdict(Counter)
    broken: dict[str, list[tuple[Relation, Figure]]] = defaultdict(list)
    for relation in relations:
        pair = (relation.whole, *relation.parts)
        if relation.kind is not RelationKind.EQUALITY or not all(isinstance(term, Figure | Implied) for term in pair):
            continue
        for term, other in (pair, pair[::-1]):
            if isinstance(term, Figure) and isinstance(other, Figure | Implied) and term.amount and other.amount:
                factors[term.table][term.amount / other.amount] += 1
                broken[term.table].append((relation, term))
    tables = [slug for slug, found in factors.items() if len(found) == 1 and found.total() >= ALIKE]
    mistaken = [slug for slug in tables if next(iter(factors[slug])) in _UNITS]
    for slug in mistaken:
        others = {table_of(term) for relation, _ in broken[slug] for term in (relation.whole, *relation.parts)} - {slug}
        if not others <= set(mistaken) or len(others) > 1:  # of two that differ nothing tells which one errs
            relations_, figures = zip(*broken[slug], strict=True)
            yield Pattern(slug, figures, relations_, _say_unit(slug, next(iter(factors[slug])), figures, speaker))


_UNITS = frozenset(Decimal(10) ** power for power in (4, -4, 8, -8))
"""Factors between the units in use: 元, 万元, 亿元."""


def _say_unit(slug: str, factor: Decimal, figures: Sequence[Figure], speaker: Speaker) -> Words:
    table, place = speaker.table(slug), speaker.place(figures[0].cell)
    unit = figures[0].unit.label if figures[0].unit else ""
    side = Words("大", "larger") if factor > 1 else Words("小", "smaller")
    times = f"{max(factor, 1 / factor):,f}"
    return Words(
        f"{table.zh}（{place.zh}）的{len(figures)}个数都比他表同一数{side.zh}{times}倍：所印单位“{unit}”可能有误。",
        f"{len(figures)} figures of {table.en} ({place.en}) are each {times} times {side.en} than the same figures in "
        f"other tables: the unit that it prints, {unit}, is probably wrong.",
    )


def _in_one_row(total: Figure, part: Figure) -> bool:
    one, other = total.cell, part.cell
    return (one.page, one.grid, one.row) == (other.page, other.grid, other.row)


def _say(table: str, found: Sequence[tuple[Relation, Figure, Figure]], speaker: Speaker) -> Words:
    _, total, part = found[0]
    where, place = speaker.table(table), speaker.place(total.cell)
    sums = [f"{tidy(t.row_label)} {t.printed} ≠ {_sum(relation)}" for relation, t, _ in found[:SHOWN]]
    head, item = tidy(total.column_label), tidy(part.column_label)
    return Words(
        f"{where.zh}（{place.zh}）“{head}”在{len(found)}行均少计“{item}”：{'；'.join(sums)}。",
        f"{where.en} ({place.en}): “{head}” leaves out “{item}” in {len(found)} rows: {'; '.join(sums)}.",
    )


def _sum(relation: Relation) -> str:
    return " + ".join(part.printed for part in relation.parts if isinstance(part, Figure) and part.number)
