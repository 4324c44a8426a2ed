"""Subtotals: which rows of a list each of its totals takes in, from the words and the concepts of the totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.relations.parts import Line, are_of_one_kind
from budgetgraph.structure.trees import Node


def total_rows(
    members: Sequence[Node], rows: Sequence[Node], line: Line, ontology: Ontology
) -> Iterator[tuple[Node, list[Node]]]:
    """Yield each total of a list with the rows that it sums: those before it, or, if it alone comes first, those after.

    *rows* are those that state the amounts of the *members* of the list, of which some are totals.

    小计 is within 合计, and 合计 within 总计. Of two subtotals the second takes in the first if it means more. Where
    that is not sure, where subtotals come before what they sum, and where the list divides one whole twice (按功能分,
    按经济分), nothing is said.
    """
    totals = [member for member in members if member.total]
    if not totals or any(opens_division(member, ontology) for member in members):
        return
    if rows[0] is totals[0]:
        if len(totals) == 1:
            if len(rows) > 1 and are_of_one_kind(rows[1:]):
                yield rows[0], list(rows[1:])
            return
        if all(_rank(total, ontology) < _rank(totals[0], ontology) for total in totals[1:]):
            rows = rows[1:]
    waiting: list[Node] = []
    for row in rows:
        if row not in totals:
            waiting.append(row)
            continue
        taken = {id(other): _takes(row, other, ontology) if other in totals else True for other in waiting}
        if not waiting or None in taken.values() or any(_is_unsure(other, totals, ontology) for other in waiting):
            return
        within = [other for other in waiting if taken[id(other)]]
        addends = [other for other in within if _fits(row, other, line, ontology)]
        rest = [other for other in within if other not in addends]
        if any(not _says_its_side(other) for other in rest) or (rest and _is_wider_than_said(row, addends)):
            return
        if addends and (not rest or all(other.resolved for other in addends)):
            yield row, addends
        waiting = [row, *(other for other in waiting if other not in addends)]


def _is_unsure(row: Node, totals: Sequence[Node], ontology: Ontology) -> bool:
    """Say whether a row may be a subtotal itself (局机关小计), or what stands below its number may stand beside it."""
    words = tuple(map(normalise, ontology["column-head/total"].labels))
    if row not in totals and normalise(row.label).endswith(words):
        return True
    numbered = parse_line_label(row.label).level is not None
    return numbered and any(not (child.resolved or child.memo) and _is_plain(child) for child in row.children)


def _is_plain(row: Node) -> bool:
    return not (row.code or row.project or row.organization) and parse_line_label(row.label).level is None


def _says_its_side(row: Node) -> bool:
    """Say whether a row itself says on which side of the account it lies, and not its table alone."""
    return any(concept.scheme == "operation-character" for concept in row.concepts)


def _is_wider_than_said(total: Node, addends: Sequence[Node]) -> bool:
    """Say whether a total names what one of its addends names already: 本年收入, 上年结转, 收入合计."""
    return any(total.concepts and addend.concepts == total.concepts for addend in addends)


def opens_division(row: Node, ontology: Ontology) -> bool:
    """Say whether a row opens one of several divisions of a whole: 按功能分类, 二、按组织形式分."""
    cues = tuple(map(normalise, ontology["cue/division"].labels))
    return parse_line_label(row.label).text.startswith(cues)


def _rank(total: Node, ontology: Ontology) -> int:
    """Return how wide a total is by its word: 小计 0, 合计 1, 总计 2."""
    label = normalise(total.label)
    for rank, cue in ((0, "cue/subtotal"), (2, "cue/grand-total")):
        if label.endswith(tuple(map(normalise, ontology[cue].labels))):
            return rank
    return 1


def _takes(total: Node, other: Node, ontology: Ontology) -> bool | None:
    """Say whether a total takes in one that stands before it; None if that is not sure."""
    own, its = normalise(total.label), normalise(other.label)
    if own == its:
        return False
    if (rank := _rank(total, ontology)) != (before := _rank(other, ontology)):
        return rank > before
    if its.endswith(own):
        return True
    if not (total.concepts and other.concepts):
        return None
    mine, theirs = total.concepts[-1], other.concepts[-1]
    if ontology.within(theirs, mine):
        return True
    return False if mine.scheme == theirs.scheme else None


def _fits(total: Node, row: Node, line: Line, ontology: Ontology) -> bool:
    """An addend lies on the side of the account of which the total speaks: 上年结转 is no part of 本年收入合计."""
    whole, part = line.get(total), line.get(row)
    if part is None or whole is None:
        return True
    one, other = part.coordinates.get("operationCharacter"), whole.coordinates.get("operationCharacter")
    if not (one and other):
        return True
    sides = [ontology[other], *(concept for concept in total.concepts if concept.scheme == "operation-character")]
    return any(ontology.within(ontology[one], side) or ontology.within(side, ontology[one]) for side in sides)
