"""Soft check of last places: the same figure printed twice, so nearly alike that no relation is violated.

What rounding can explain (DESIGN 4) lets two printings of one figure differ by one in the last place. Yet both are
printed from one number: the coarser is the finer one rounded or cut off, and two of one place are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Figure
from budgetgraph.findings import Finding, Severity, Speaker, Words
from budgetgraph.relations import Relation, RelationKind

_WAYS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)


def last_places(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """Two tables print one figure with different last places."""
    for relation in disclosure.relations.relations:
        if relation.kind is not RelationKind.EQUALITY:
            continue
        one, other = relation.whole, relation.parts[0]
        if isinstance(one, Figure) and isinstance(other, Figure) and _is_nearly_alike(one, other, relation):
            said = speaker.term(one), speaker.term(other)
            yield Finding(
                Severity.INFO,
                "last-place",
                Words(
                    f"{said[0].zh}与{said[1].zh}应为同一数，末位不同。",
                    f"{said[0].en} and {said[1].en} should be the same figure; their last places differ.",
                ),
                table=one.table,
                page=one.cell.page,
                cells=(one.cell, other.cell),
            )


def _is_nearly_alike(one: Figure, other: Figure, relation: Relation) -> bool:
    finer, coarser = sorted((one, other), key=lambda figure: figure.place)
    if one.table == other.table or finer.amount is None or coarser.amount is None:
        return False
    if abs(finer.amount - coarser.amount) > relation.tolerance:  # that is a violation
        return False
    return coarser.amount not in {_rounded(finer.amount, coarser.place, way) for way in _WAYS}


def _rounded(amount: Decimal, place: Decimal, way: str) -> Decimal:
    return (amount / place).quantize(Decimal(1), rounding=way) * place
