"""Escapes: why a changed figure was not noticed, and the relation that would have caught it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from budgetgraph.checks.findings import Speaker, Words
from budgetgraph.diagnosis.equations import Equation, place_of
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Figure, Reading
from budgetgraph.labels import tidy
from budgetgraph.relations.model import RelationKind
from budgetgraph.structure.trees import Node

PINNING = (RelationKind.SUMMATION, RelationKind.EQUALITY, RelationKind.AXIOM)
"""Relations that say what an amount must be; a containment only says what it must not exceed."""

_IF = {
    "violated-before": Words("该关系，若其原有差错先改正：", "this relation, once what was wrong before is mended:"),
    "within-rounding": Words("该关系，若逐位相等而不容舍入：", "this relation, were no rounding allowed:"),
    "blank": Words("该关系，若空白处印有数字：", "this relation, were what is blank in it printed:"),
    "no-longer-a-figure": Words("该关系，若该格仍读作金额：", "this relation, were the cell still read as an amount:"),
}
"""On which condition a relation that there is would have caught a change."""

REASONS = {
    "no-relation": Words("不在任何关系中", "in no relation"),
    "violated-before": Words("只在改动前已违反或无法判断的关系中", "only in relations violated or not judged before"),
    "part-of-larger": Words("只是某个更大的数的一部分", "only a part of a whole that is larger"),
    "within-rounding": Words("改动在舍入容差之内", "within what rounding can explain"),
    "blank": Words("合计或其全部加数变为空白，按定义不足以判断", "a total, or all its addends, became blank"),
    "no-longer-a-figure": Words("改动后不再读作金额", "it no longer counts as a figure"),
    "still-holds": Words("其关系仍然成立", "its relations hold all the same"),
}
"""The kinds of escape, by slug."""


@dataclass(frozen=True, slots=True)
class Escape:
    """Why a change escaped, a slug of REASONS, and in words the relation that would have caught it."""

    reason: str
    caught_by: Words


def escape(
    reading: Reading, figure: Figure, known: Sequence[Equation], after: Sequence[Equation], disclosure: Disclosure
) -> Escape:
    """Explain why the change of a figure was not noticed.

    *known* are the relations of the figure before the change, *after* all relations after it, *disclosure* and
    *reading* what was understood before it.
    """
    place, speaker = place_of(figure), Speaker(disclosure)
    held = [equation for equation in known if equation.held]
    pinning = [equation for equation in held if equation.relation.kind in PINNING]
    mine = [equation for equation in after if place in equation.terms]
    if not known:
        return Escape("no-relation", _missing(reading, figure))
    if not held:
        return Escape("violated-before", _said("violated-before", known[0], speaker))
    if not pinning:
        return Escape("part-of-larger", _rest_of(held[0], speaker))
    for outcome, reason in (("rounding", "within-rounding"), ("insufficient", "blank")):
        found = next((equation for equation in mine if equation.outcome.kind == outcome), None)
        if found:
            return Escape(reason, _said(reason, found, speaker))
    if not any(equation.held for equation in mine):
        return Escape("no-longer-a-figure", _said("no-longer-a-figure", pinning[0], speaker))
    return Escape("still-holds", _missing(reading, figure))


def _said(reason: str, equation: Equation, speaker: Speaker) -> Words:
    """Return a relation in words, its whole and how many parts it has, with the condition of a reason."""
    relation = equation.relation
    whole, count = speaker.term(relation.whole), len(relation.parts) + len(relation.blanks)
    if relation.kind is RelationKind.SUMMATION:
        parts = Words(f"{count}项之和", f"the sum of {count} items")
    else:
        parts = speaker.term((*relation.parts, *relation.blanks)[0])
    allowed = relation.tolerance
    return Words(
        f"{_IF[reason].zh}{whole.zh} = {parts.zh}（容差{allowed:f}元）",
        f"{_IF[reason].en} {whole.en} = {parts.en} (tolerance {allowed:f} yuan)",
    )


def _rest_of(equation: Equation, speaker: Speaker) -> Words:
    whole = speaker.term(equation.relation.whole)
    return Words(
        f"{whole.zh}的其余各部分：全部印出时才可相加",
        f"the other parts of {whole.en}: a sum needs all of them in print",
    )


def _missing(reading: Reading, figure: Figure) -> Words:
    """Return the sum or the counterpart that the tree of the table, or the coordinates of the figure, would allow."""
    row, column = next(key for key, item in reading.cells.items() if item is figure)
    if reading.unit is None:
        return Words("任何关系：表未印单位", "any relation, had the table a unit")
    rows = [node for node in _beside(row) if isinstance(reading.cells.get((node, column)), Figure)]
    columns = [node for node in _beside(column) if isinstance(reading.cells.get((row, node)), Figure)]
    head = tidy(figure.column_label)
    bodies = [node for node in (row, *rows) if node.organization and not node.code]
    if len(bodies) == 1 and all(node.code for node in (row, *rows) if node is not bodies[0]):
        body = tidy(bodies[0].label)
        return Words(
            f"“{body}”一行在“{head}”栏等于其下{len(rows)}个科目之和，若读取时归于其下",
            f"“{body}” = the sum of {len(rows)} codes in the column “{head}”, were they read as below it",
        )
    if rows and not any(node.total for node in rows):
        names = _names([row, *rows])
        return Words(
            f"“{head}”栏对{len(rows) + 1}行（{names}）的合计，表中未印",
            f"a total of the column “{head}” over {len(rows) + 1} rows ({names}), which the table does not print",
        )
    if not figure.resolved:
        label = f"{tidy(figure.row_label)} × {head}"
        return Words(
            f"另一表中的同一数：“{label}”尚无概念，无从比较",
            f"the same figure in another table: “{label}” has no concept by which to compare it",
        )
    if columns and not any(node.total for node in columns):
        names = _names([column, *columns])
        return Words(
            f"本行对{len(columns) + 1}栏（{names}）的合计，表中未印",
            f"a total of the row over {len(columns) + 1} columns ({names}), which the table does not print",
        )
    if (figure.coordinates.get("fundingYear") or "").endswith("/unstated"):
        return Words(
            "另一表中的同一数：本表未说明是否含上年结转，无从比较",
            "the same figure in another table: this one does not say whether carried-over money is in it",
        )
    label = f"{tidy(figure.row_label)} × {head}"
    return Words(f"另一表或正文中的“{label}”，无处再印", f"“{label}” in another table or sentence, which there is not")


def _beside(node: Node) -> Iterator[Node]:
    """Yield the other members of a row's or column's group."""
    if node.parent is not None:
        yield from (child for child in node.parent.children if child is not node)


def _names(nodes: Sequence[Node], shown: int = 3) -> str:
    names = "、".join(tidy(node.label)[:16] for node in nodes[:shown])
    return names + ("…" if len(nodes) > shown else "")
