"""Worksheets: a violated relation written out line by line: what is printed, what it comes to, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.amounts import Unit
from budgetgraph.checks.findings import Speaker, Words
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.labels import tidy
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Relation, RelationKind, Term


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a label, where it is printed, how it is printed, and its amount in the unit of the worksheet."""

    label: Words
    place: Words
    printed: str
    amount: str
    role: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The lines of a relation; `unit` is the unit of their amounts."""

    unit: str
    lines: tuple[Line, ...]


_SAID = {
    RelationKind.SUMMATION: Words("各项之和", "sum of the items"),
    RelationKind.CONTAINMENT: Words("其中各项", "the parts together"),
}


def worksheet(relation: Relation, disclosure: Disclosure) -> Worksheet:
    """Write a relation out, in the unit of the table that answers for it."""
    unit = _unit(relation, disclosure)
    speaker = Speaker(disclosure)
    total = relation.whole
    whole = total.amount if not isinstance(total, BlankCell) and total.amount is not None else Decimal(0)
    parts = sum((part.amount for part in relation.parts if part.amount is not None), Decimal(0))
    lines = [_line(part, unit, speaker, "part") for part in relation.parts]
    if relation.kind in _SAID:
        lines.append(Line(_SAID[relation.kind], Words("", ""), "", _amount(parts, unit), "sum"))
    lines.append(_line(total, unit, speaker, "whole"))
    lines.append(Line(Words("相差", "difference"), Words("", ""), "", _amount(whole - parts, unit), "difference"))
    return Worksheet(unit.label, tuple(lines))


def _unit(relation: Relation, disclosure: Disclosure) -> Unit:
    reading = disclosure.reading(relation.table) if relation.table else None
    return reading.unit if reading and reading.unit else Unit("ten-thousand-yuan", "万元", Decimal(10000))


def _line(term: Term | BlankCell, unit: Unit, speaker: Speaker, role: str) -> Line:
    if isinstance(term, Statement):
        said = Words(f"正文“{term.quoted}”", f"the text, “{term.quoted}”")
        amount = _amount(term.amount, unit) if term.amount is not None else ""
        return Line(said, speaker.page(term.page, term.line), term.printed + term.unit, amount, role)
    if isinstance(term, BlankCell):
        return Line(Words("空白", "blank"), speaker.place(term.cell), term.cell.flat, "", role)
    if isinstance(term, Figure):
        label = f"{tidy(term.row_label)} × {tidy(term.column_label)}"
        where = _joined(speaker.annex(term.table), speaker.place(term.cell))
        return Line(Words(label, label), where, term.printed, _amount(term.amount, unit), role)
    printed = " + ".join(_printed(term.parts))
    rows = Words(f"“{tidy(term.parts[0].column_label)}”各行之和", f"rows of “{tidy(term.parts[0].column_label)}”")
    where = _joined(speaker.annex(term.table), speaker.place(term.parts[0].cell))
    return Line(rows, where, printed, _amount(term.amount, unit), role)


def _printed(parts: tuple[Figure, ...]) -> Iterator[str]:
    for part in parts:
        yield part.printed


def _joined(one: Words, other: Words) -> Words:
    return Words(one.zh + other.zh, f"{one.en}, {other.en}")


def _amount(amount: Decimal | None, unit: Unit) -> str:
    if amount is None:
        return ""
    number = amount / unit.yuan
    exponent = number.normalize().as_tuple().exponent
    return f"{number:,.{max(2, -exponent if isinstance(exponent, int) else 2)}f}"
