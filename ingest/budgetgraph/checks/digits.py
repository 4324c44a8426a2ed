"""Soft check of last places: the same figure printed twice, so nearly alike that no relation is violated.

What rounding can explain (DESIGN 4) lets two printings of one figure differ by one in the last place. Yet both are
printed from one number: the coarser is the finer one rounded or cut off, and two of one place are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TypeGuard

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.prose.model import Statement
from budgetgraph.relations.model import Relation, RelationKind, Term, table_of

_WAYS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)


def last_places(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """Two tables, or a table and the prose, print one figure with different last places."""
    for relation in disclosure.relations.relations:
        if relation.kind is not RelationKind.EQUALITY:
            continue
        one, other = relation.whole, relation.parts[0]
        if not (_is_printed(one) and _is_printed(other) and _is_nearly_alike(one, other, relation)):
            continue
        said, cells = (speaker.term(one), speaker.term(other)), _cells(one, other)
        if cells:
            yield Finding(
                Severity.INFO,
                "last-place",
                Words(
                    f"{said[0].zh}与{said[1].zh}应为同一数，末位不同。",
                    f"{said[0].en} and {said[1].en} should be the same figure; their last places differ.",
                ),
                table=relation.table,
                page=cells[0].page,
                cells=cells,
            )


def _is_printed(term: Term | BlankCell) -> TypeGuard[Figure | Statement]:
    return isinstance(term, Figure | Statement)


def _cells(*terms: Figure | Statement) -> tuple[Cell, ...]:
    return tuple(term.cell for term in terms if isinstance(term, Figure))


def _is_nearly_alike(one: Figure | Statement, other: Figure | Statement, relation: Relation) -> bool:
    finer, coarser = sorted((one, other), key=lambda term: term.place)
    if table_of(one) == table_of(other) or finer.amount is None or coarser.amount is None:
        return False
    if abs(finer.amount - coarser.amount) > relation.tolerance:  # that is a violation
        return False
    return coarser.amount not in {_rounded(finer.amount, coarser.place, way) for way in _WAYS}


def _rounded(amount: Decimal, place: Decimal, way: str) -> Decimal:
    return (amount / place).quantize(Decimal(1), rounding=way) * place
