"""Outcomes: what each relation of a graph comes to, in exact decimals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

import pyoxigraph

from budgetgraph.terms import BG, OBEU_MEASURE, RDF, XSD
from budgetgraph.validation.engine import Data

OutcomeKind = Literal["exact", "rounding", "violated", "insufficient"]
Values = Mapping[str, Sequence[pyoxigraph.NamedNode | pyoxigraph.Literal]]

SIDES = {
    "Summation": ("total", "addend"),
    "Equality": ("left", "right"),
    "Containment": ("whole", "part"),
    "Axiom": ("left", "right"),
}
"""The kinds of relations with the properties that name their two sides."""

_VALUE = (pyoxigraph.NamedNode, pyoxigraph.Literal)
_CENT = Decimal("0.01")
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a relation comes to; `residual`, in yuan, is None where it cannot be judged.

    Summation: total - Σ addends. Equality and axiom: left - right. Containment: whole - Σ parts, or 0 if positive.
    """

    kind: OutcomeKind
    residual: Decimal | None = None


def judge(data: Data) -> dict[str, Outcome]:
    """Return the outcome of every relation, by its IRI, in the order of IRIs.

    Blanks count as nothing if an addend is printed; if none is, or if the total is blank, the outcome is
    insufficient (DESIGN 4). So is that of a relation that is badly formed, on which shapes/relation.ttl speaks.
    """
    amounts = _amounts(data)
    tolerances = _values(data, BG + "tolerance")
    blank_totals = _values(data, BG + "blankTotal")
    sides = {name: _values(data, BG + name) for pair in SIDES.values() for name in pair}
    found: dict[str, Outcome] = {}
    for relation, kind in _kinds(data):
        one, other = SIDES[kind]
        whole = [amounts.get(node.value) for node in sides[one].get(relation, ())]
        parts = [amounts.get(node.value) for node in sides[other].get(relation, ())]
        tolerance = [_decimal(value) for value in tolerances.get(relation, ())]
        found[relation] = (
            Outcome("insufficient")
            if relation in blank_totals
            else weigh(kind, whole=whole, parts=parts, tolerance=tolerance)
        )
    return dict(sorted(found.items()))


def weigh(
    kind: str,
    *,
    whole: Sequence[Decimal | None],
    parts: Sequence[Decimal | None],
    tolerance: Sequence[Decimal | None],
) -> Outcome:
    """Return what one relation of a kind comes to, given the amounts of its two sides, in yuan."""
    addends = [part for part in parts if part is not None]
    if len(whole) != 1 or len(tolerance) != 1 or not addends or len(addends) < len(parts):
        return Outcome("insufficient")
    total, allowed = whole[0], tolerance[0]
    if total is None or allowed is None or (kind in ("Equality", "Axiom") and len(addends) > 1):
        return Outcome("insufficient")
    with localcontext(prec=_DIGITS):
        residual = total - sum(addends, Decimal(0))
        if kind == "Containment":
            residual = min(residual, Decimal(0))
        if not residual:
            return Outcome("exact", Decimal("0.00"))
        fen = residual.quantize(_CENT)
        return Outcome("rounding" if abs(residual) <= allowed else "violated", fen if fen == residual else residual)


def _kinds(data: Data) -> Iterator[tuple[str, str]]:
    for kind in SIDES:
        cls = pyoxigraph.NamedNode(BG + kind)
        for quad in data.store.quads_for_pattern(None, pyoxigraph.NamedNode(RDF + "type"), cls, data.graph):
            subject = quad.subject
            if isinstance(subject, pyoxigraph.NamedNode):
                yield subject.value, kind


def _amounts(data: Data) -> dict[str, Decimal | None]:
    """Return the one amount of each figure; None for a figure that has two, or one that is no decimal."""
    found: dict[str, Decimal | None] = {}
    for predicate in (OBEU_MEASURE + "amount", BG + "amount"):
        for figure, values in _values(data, predicate).items():
            twice = len(values) > 1 or figure in found
            found[figure] = None if twice else _decimal(values[0])
    return found


def _decimal(value: pyoxigraph.NamedNode | pyoxigraph.Literal) -> Decimal | None:
    if isinstance(value, pyoxigraph.Literal) and value.datatype.value == XSD + "decimal":
        return Decimal(value.value)
    return None


def _values(data: Data, predicate: str) -> Values:
    found: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.Literal]] = {}
    for quad in data.store.quads_for_pattern(None, pyoxigraph.NamedNode(predicate), None, data.graph):
        subject, value = quad.subject, quad.object  # each is made anew when it is asked for
        if isinstance(subject, pyoxigraph.NamedNode) and isinstance(value, _VALUE):
            found.setdefault(subject.value, []).append(value)
    return found
