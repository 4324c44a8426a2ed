"""Sums inside a table, from its trees of rows and columns, and the totals that it implies without printing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgetgraph.concepts.lookup import CODE_SCHEMES, DIMENSIONS
from budgetgraph.concepts.ontology import CONCEPT, Ontology
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.labels import normalise
from budgetgraph.relations.model import Implied, Places, Relation, RelationKind, coarsest, tolerance
from budgetgraph.relations.parts import (
    Line,
    are_of_one_kind,
    can_be_added,
    disjoint,
    is_rate,
    of_its_items,
    of_the_same,
)
from budgetgraph.relations.subtotals import opens_division, total_rows
from budgetgraph.structure.blocks import Block
from budgetgraph.structure.trees import Node


def sums(reading: Reading, ontology: Ontology, places: Places, withheld: bool) -> Iterator[Relation]:
    """Yield the sums that a table's own rows and columns state, and the parts of wholes (其中) that it lists."""
    if reading.unit is None:
        return
    performance = reading.base.get("aspect") == CONCEPT + "aspect/performance"
    net = _net(reading)
    for block in reading.structure.blocks:
        for column in () if performance else block.amounts:
            for total, addends, memo in _row_groups(block, reading, column, ontology):
                contained = memo or withheld
                if (contained and column in net) or not (memo or can_be_added(addends, ontology)):
                    continue
                parts = of_its_items(total, addends, reading.cells.get((total, column)), ontology)
                rows = [(row, column) for row in parts]
                yield from _claims(reading, (total, column), rows, contained, places=places, ontology=ontology)
        for row in block.lines:
            if is_rate(row.label, ontology):
                continue
            line = {node: reading.cells.get((row, node)) for node in block.amounts}
            for total, addends, memo in _column_groups(block.columns, line, ontology):
                if memo and row in net:
                    continue
                parts = addends if memo else of_the_same(total, addends, line, ontology)
                parts = of_its_items(total, parts, line[total], ontology)
                columns = [(row, column) for column in parts]
                yield from _claims(reading, (row, total), columns, memo, places=places, ontology=ontology)


def _net(reading: Reading) -> set[Node]:
    """Return the rows and columns that print a minus: what is offset in them may leave a whole less than its part."""
    return {
        node
        for nodes, cell in reading.cells.items()
        if isinstance(cell, Figure) and cell.number is not None and cell.number < 0
        for node in nodes
    }


def _claims(
    reading: Reading,
    whole: tuple[Node, Node],
    parts: Sequence[tuple[Node, Node]],
    memo: bool,
    *,
    places: Places,
    ontology: Ontology,
) -> Iterator[Relation]:
    """Yield what a whole and its parts come to; parts that may overlap (其中) are each held to it alone."""
    if memo and _is_change(reading.cells.get(whole), ontology):
        return
    for some in disjoint(parts, ontology) if memo else [parts]:
        yield from _sum(reading, whole, some, memo, places)


def _is_change(item: Figure | BlankCell | None, ontology: Ontology) -> bool:
    """Say whether a cell states a change: that of a part may well be greater than that of the whole."""
    return item is not None and ontology.is_change(item.coordinates.get("aspect"))


def _sum(
    reading: Reading,
    whole: tuple[Node, Node],
    parts: Sequence[tuple[Node, Node]],
    memo: bool,
    places: Places,
) -> Iterator[Relation]:
    total = reading.cells.get(whole)
    cells = [cell for part in parts if (cell := reading.cells.get(part)) is not None]
    printed = tuple(cell for cell in cells if isinstance(cell, Figure))
    blanks = tuple(cell for cell in cells if isinstance(cell, BlankCell))
    if total is None or not cells or (isinstance(total, BlankCell) and not printed):
        return
    count = sum(1 for figure in printed if figure.number)
    terms = (total, *printed) if isinstance(total, Figure) else printed
    yield Relation(
        RelationKind.CONTAINMENT if memo else RelationKind.SUMMATION,
        reading.table.slug,
        total,
        printed,
        blanks,
        over=_over(total.coordinates, [cell.coordinates for cell in cells]),
        tolerance=tolerance(coarsest(terms, places), count),
    )


def _over(total: Coordinates, parts: Sequence[Coordinates]) -> str:
    """Return the dimension along which the parts break the total down."""
    known = dict(total.values)
    for part in parts:
        for dimension, value in part.values:
            if known.get(dimension) != value and dimension != "operationCharacter":
                return dimension
    return "operationCharacter"


def _row_groups(
    block: Block, reading: Reading, column: Node, ontology: Ontology
) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield (total row, addend rows, whether they are only parts) for one column."""
    line = {row: reading.cells.get((row, column)) for row in block.rows.descendants()}
    for node in (block.rows, *block.rows.descendants()):
        plain = [child for child in node.children if not child.memo]
        memo = [child for child in node.children if child.memo]
        if not node.is_group and not any(concept.scheme == "project" for concept in node.concepts):
            addends = [child for child in plain if not child.total]
            divided = any(opens_division(child, ontology) for child in addends)
            if addends and are_of_one_kind(addends) and not divided:
                yield node, [row for child in addends for row in _stated_by(child, line)], False
            if memo:
                stated = [row for child in memo for row in _stated_by(child, line)]
                yield node, stated, not _exhaust(node, memo, ontology)
        top = [row for member in plain for row in ([member] if member.total else _stated_by(member, line))]
        yield from ((total, addends, False) for total, addends in total_rows(plain, top, line, ontology))


def _column_groups(group: Node, line: Line, ontology: Ontology) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield (total column, addend columns, whether they are only parts) of a header group and those below it."""
    members = list(_members(group))
    totals = [node for node in members if node.total]
    if len(totals) == 1 and totals[0].is_group:
        yield from _matched(totals[0], [node for node in members if node is not totals[0]])
    elif len(totals) == 1:
        for division in _divisions(group, members):
            addends = [leaf for node in division if node is not totals[0] for leaf in _stated_by(node, line)]
            if addends:
                yield totals[0], addends, False
    for node in _below(group):
        if not node.is_group and node.children:
            children = [child for child in node.children if not totals or node.total or _is_about(child, node)]
            parts = [leaf for child in children for leaf in _stated_by(child, line)]
            yield node, parts, not (node.divided or _exhaust(node, children, ontology))
        elif node.is_group:
            yield from _column_groups(node, line, ontology)


def _divisions(group: Node, members: Sequence[Node]) -> list[Sequence[Node]]:
    """Return the members of a group by the divisions of its total: 按资金性质 | 按支出用途 each divide it wholly."""
    opened = [child for child in group.children if child.is_group and child not in members and not child.memo]
    if len(opened) < 2:
        return [members]
    divisions: list[Sequence[Node]] = [list(_members(child)) for child in opened]
    inside = [node for division in divisions for node in division]
    return divisions if all(node.total or node in inside for node in members) else []


def _is_about(child: Node, node: Node) -> bool:
    """Say whether a 其中 speaks of the column before it: beside a total it may speak of that, if its kind differs."""
    if not child.memo or not child.concepts or not node.concepts:
        return not child.memo
    return child.concepts[0].scheme == node.concepts[0].scheme


def _matched(total: Node, others: Sequence[Node]) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield, for each column of a total that is divided itself (总计 by fund), the like columns of its sisters."""
    for column in total.children:
        like = [_like(column, other) for other in others]
        addends = [node for node in like if node is not None]
        if not column.is_group and addends and len(addends) == len(others):
            yield column, addends, False


def _like(column: Node, group: Node) -> Node | None:
    """Return the column of a group that bears the same head; of its own total if that is divided alike."""
    inner = next((child for child in group.children if child.total and child.is_group), group)
    same = (
        child for child in inner.children if not child.is_group and normalise(child.label) == normalise(column.label)
    )
    return next(same, None)


def _below(group: Node) -> Iterator[Node]:
    for child in group.children:
        yield child
        if not child.is_group:
            yield from (node for node in child.children if node.is_group)


def _members(group: Node) -> Iterator[Node]:
    """The members of a group; a group without a meaning or a total of its own (资金来源) is opened."""
    for child in group.children:
        divided = child.is_group and not child.concepts and not child.total
        if divided and not any(node.total for node in child.children):
            yield from _members(child)
        elif child.memo:
            continue
        else:
            yield child


def _stated_by(node: Node, line: Line) -> Iterator[Node]:
    """The rows or columns that state a member's amount: itself, its total, or the sum of its members.

    Where the cell that should state it is blank and its members are printed, they do.
    """
    members = list(_members(node)) if node.is_group else [child for child in node.children if not child.memo]
    total = next((member for member in members if member.total), None) if node.is_group else node
    if total is not None and total.is_group:
        yield from _stated_by(total, line)
        return
    if total is not None and not isinstance(line.get(total), BlankCell):
        yield total
        return
    others = [leaf for member in members if member is not total for leaf in _stated_by(member, line)]
    if total is not None and not any(isinstance(line.get(leaf), Figure) for leaf in others):
        yield total
        return
    yield from others


def _exhaust(node: Node, parts: Sequence[Node], ontology: Ontology) -> bool:
    """Say whether parts are all that a row or column consists of, as the ontology knows it, though they say 其中."""
    stated = {concept.iri for part in parts for concept in part.concepts}
    return any(concept.exhaustive and ontology.narrower(concept) <= stated for concept in node.concepts)


def implied_totals(reading: Reading, ontology: Ontology) -> Iterator[Implied]:
    """Yield the totals that a table implies and does not print, for each column of amounts."""
    if reading.unit is None:
        return
    for block in reading.structure.blocks:
        top = [row for row in block.rows.children if not row.memo]
        dimension = _exhausted(top)
        if dimension is None or block.form:
            continue
        for column in block.amounts:
            figures = [cell for row in top if isinstance(cell := reading.cells.get((row, column)), Figure)]
            if not figures or not all(figure.resolved for figure in figures):
                continue
            wholes = {figure.coordinates.without(dimension) for figure in figures}
            changed = any(_is_change(figure, ontology) for figure in figures)
            if len(wholes) == 1 and not changed:  # two columns of changes do not say from what each is one
                amount = sum((figure.amount for figure in figures if figure.amount is not None), Decimal("0.00"))
                place = min(figure.place for figure in figures)
                yield Implied(reading.table.slug, wholes.pop(), amount, place, tuple(figures))


def _exhausted(rows: Sequence[Node]) -> str | None:
    """Return the dimension that the top rows break down wholly: one classification, or projects."""
    if not rows or any(row.total for row in rows):
        return None
    if all(row.project and not row.code for row in rows):
        return "project"
    schemes = {row.concepts[0].scheme if row.concepts and row.code else None for row in rows}
    scheme = schemes.pop() if len(schemes) == 1 else None
    return DIMENSIONS[scheme] if scheme in CODE_SCHEMES and scheme is not None else None
