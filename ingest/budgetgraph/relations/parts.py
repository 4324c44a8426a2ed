"""Parts: which rows or columns can be parts of one whole, and which of them cannot overlap.

Where structure and concepts leave it open, nothing is claimed: a right document must never be accused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from budgetgraph.concepts.lookup import CODE_SCHEMES
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.identity.reading import own_office_marks
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.structure.trees import Node

Line = Mapping[Node, Figure | BlankCell | None]
"""A line of a table, across or down: what is printed in each of its columns or rows."""

_DIVIDING = frozenset((*CODE_SCHEMES, "item", "expenditure-nature", "fund-source", "operation-character"))
"""Schemes whose concepts are parts that do not overlap, unless one is within another."""


def is_rate(label: str, ontology: Ontology) -> bool:
    """Say whether a label names a percentage: 增减%, 执行率."""
    return any(normalise(label).endswith(normalise(cue)) for cue in ontology["column-head/percent"].cues)


def can_be_added(rows: Sequence[Node], ontology: Ontology) -> bool:
    """Say whether rows that stand side by side are parts of one whole, and not some of them parts of others.

    It is not sure where a label without number is not understood (two rows hide nothing), where a nature of spending
    stands beside the classes that divide it, where a body stands beside its own office, where a name ends as totals
    do (行政单位小计), where two names without a code mean one thing, and where nothing tells how far a 其中 among names
    goes.
    """
    if len(rows) > 2 and any(not row.resolved and not _stands_apart(row) for row in rows):
        return False
    schemes = {row.concepts[0].scheme for row in rows if row.concepts and not row.total}
    if "expenditure-nature" in schemes and schemes & set(CODE_SCHEMES):
        return False
    totals = tuple(map(normalise, ontology["column-head/total"].labels))
    if any(normalise(row.label).endswith(totals) for row in rows if row.organization or row.project):
        return False
    if _is_unsure_of_memo(rows) or any(_holds_bodies(row, ontology) for row in (*rows, *_parents(rows))):
        return False
    meant = [row.concepts for row in rows if row.concepts and not (row.code or row.organization or row.total)]
    if len(meant) > 2 and len(set(meant)) < len(meant) and all(one[0].scheme in CODE_SCHEMES for one in meant):
        return False
    bodies = {normalise(row.organization) for row in rows if row.organization and not row.organization_code}
    return not any(one != other and other.startswith(one) for one in bodies for other in bodies)


def _holds_bodies(row: Node, ontology: Ontology) -> bool:
    """Say whether a name below an own office may be that of a body beside it: no other body is there.

    So it is where the own office itself (某市民政局本级) stands among the names below its department.
    """
    marks = own_office_marks(ontology)
    body, bare = normalise(row.organization or ""), tuple(mark.strip("()") for mark in marks)
    names = [normalise(child.project) for child in row.children if child.project]
    if body and any(name.startswith(body) and name.endswith(bare) for name in names):
        return True
    if not body.endswith(marks):
        return False
    if any(sister.organization for sister in (row.parent.children if row.parent else ()) if sister is not row):
        return False
    endings = tuple(ontology["cue/body-ending"].labels)
    return any(child.project and normalise(child.project).endswith(endings) for child in row.children)


def _parents(rows: Sequence[Node]) -> Sequence[Node]:
    return list({id(row.parent): row.parent for row in rows if row.parent}.values())


def _stands_apart(row: Node) -> bool:
    """Say whether a row is a peer of those beside it, whatever it means: it bears a number, a code or a name."""
    return bool(row.project or row.organization or row.code) or parse_line_label(row.label).level is not None


def _is_unsure_of_memo(rows: Sequence[Node]) -> bool:
    """Say whether beside some rows a name, or what is not understood, follows a 其中 of which it may be a part."""
    return any(
        (before.memo or (before.children and before.children[-1].memo))
        and not (row.memo or row.total)
        and (row.project or row.organization or not (row.resolved or _stands_apart(row)))
        for parent in _parents(rows)
        for before, row in pairwise(parent.children)
    )


def of_the_same(total: Node, columns: Sequence[Node], line: Line, ontology: Ontology) -> list[Node]:
    """Return the columns that can be parts of a total; none where it is not sure which are.

    Another aspect (政府采购), another year or phase and a change are parts of no amount of this one. 财政拨款 beside
    政府性基金 may hold it or not.
    """
    funds = [column.concepts[0] for column in columns if column.concepts and column.concepts[0].scheme == "fund-source"]
    if any(one.iri in ontology.ancestors(other) for one in funds for other in funds):
        return []
    whole = line.get(total)
    if whole is None:
        return list(columns)
    totals = tuple(map(normalise, ontology["column-head/total"].labels))
    for column in columns:
        named_total = not column.total and normalise(column.label).endswith(totals)
        if not column.resolved and (named_total or not _is_below_what_is_known(column)):
            return []
    kept = [column for column in columns if _is_of_the_same(whole, line.get(column), ontology)]
    return (
        kept if len(kept) == len(columns) or all(_is_apart(column) for column in columns if column not in kept) else []
    )


def _is_below_what_is_known(column: Node) -> bool:
    """Say whether a head that is understood spans a column: whatever it is, it is a part of that."""
    return column.parent is not None and column.parent.is_group and bool(column.parent.concepts)


def _is_of_the_same(whole: Figure | BlankCell, part: Figure | BlankCell | None, ontology: Ontology) -> bool:
    if part is None:
        return True
    one, other = whole.coordinates, part.coordinates
    aspect, own = one.get("aspect"), other.get("aspect")
    alike = own == aspect or bool(aspect and own and ontology.within(ontology[own], ontology[aspect]))
    return alike and all(one.get(dimension) == other.get(dimension) for dimension in ("fiscalYear", "budgetPhase"))


def _is_apart(column: Node) -> bool:
    """Say whether a head names nothing but another aspect, or a period, and no part of the money of this one."""
    return all(concept.scheme in ("aspect", "column-head", "budget-phase") for concept in column.concepts)


def of_its_items(
    total: Node, parts: Sequence[Node], whole: Figure | BlankCell | None, ontology: Ontology
) -> Sequence[Node]:
    """Return what can be a part of an aspect that items make up: 会议费 stands beside 因公出国, and is not of 三公.

    It is out where the total names the aspect (三公经费合计). A bare 合计 may hold it or not: then nothing is claimed.
    """
    aspect = whole.coordinates.get("aspect") if whole else None
    if aspect is None:
        return parts
    aspect = ontology[aspect].change_of or aspect
    own = [part for part in parts if any(aspect in concept.implies for concept in part.concepts)]
    beside = any(part.concepts and part.concepts[0].scheme in CODE_SCHEMES for part in parts if part not in own)
    if not own or not beside:
        return parts
    return own if any(concept.iri == aspect for concept in total.concepts) else []


def disjoint(parts: Sequence[tuple[Node, Node]], ontology: Ontology) -> list[list[tuple[Node, Node]]]:
    """Return parts, each a row and a column, by groups in which none overlaps another: classes of one scheme, projects.

    Whatever may overlap the others (其中：政府采购, 其中：政府购买服务) is a group by itself.
    """
    across = len({id(row) for row, _ in parts}) == 1
    groups: list[list[tuple[Node, Node]]] = []
    for part in parts:
        group = next(
            (
                group
                for group in groups
                if all(_are_apart(_named(other, across), _named(part, across), ontology) for other in group)
            ),
            None,
        )
        if group is None:
            groups.append([part])
        else:
            group.append(part)
    return groups


def _named(part: tuple[Node, Node], across: bool) -> Node:
    return part[1] if across else part[0]


def _are_apart(one: Node, other: Node, ontology: Ontology) -> bool:
    """Say whether two parts have nothing in common."""
    if one.project and other.project:
        return True
    mine, its = one.concepts[:1], other.concepts[:1]
    if not (mine and its) or mine[0].scheme != its[0].scheme or mine[0].scheme not in _DIVIDING:
        return False
    return not (ontology.within(mine[0], its[0]) or ontology.within(its[0], mine[0]))


def are_of_one_kind(rows: Sequence[Node]) -> bool:
    """Codes and projects below one body each add up to it; together they would count it twice."""
    return len({_kind(row) for row in rows}) == 1


def _kind(row: Node) -> str:
    if row.code:
        return row.concepts[0].scheme if row.concepts else "code"
    if row.project:
        return "project"
    return "organization" if row.organization and not row.concepts else "line"
