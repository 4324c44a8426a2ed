"""Patterns: totals of one column, or of one row, that err alike: each leaves out the same item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from budgetgraph.equations import judge_relation
from budgetgraph.figures import Figure
from budgetgraph.findings import Speaker, Words
from budgetgraph.labels import tidy
from budgetgraph.relations import Relation, RelationKind

ALIKE = 2
"""So many totals must leave out the same item: one alone may be chance."""

SHOWN = 4
"""So many of the sums are written out in a message."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Totals that each lack the amount of one and the same item; `message` says which, with the sums."""

    table: str
    totals: tuple[Figure, ...]
    relations: tuple[Relation, ...]
    message: Words


def left_out(violated: Iterable[Relation], speaker: Speaker) -> Iterator[LeftOut]:
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
            yield LeftOut(
                table,
                tuple(total for _, total, _ in found),
                tuple(relation for relation, _, _ in found),
                _say(table, found, speaker),
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
