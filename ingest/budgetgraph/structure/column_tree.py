"""The tree of the heads of a block's amount columns: groups, totals, 其中; each with its concepts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from budgetgraph.concepts.lookup import Context, Resolver
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.structure.columns import CODE_PARTS, NEUTRAL, PERIODS, STUBS
from budgetgraph.structure.trees import Node
from budgetgraph.tables.header import Column

_REVENUE = "operation-character/revenue"
_GENERAL = "fund-source/general-public"
_YEARS = re.compile(r"20\d\d年度?")
_YEAR = re.compile(r"^(20\d\d)年度?")


def column_tree(
    columns: Sequence[Column], resolver: Resolver, context: Context, unknown: list[str]
) -> tuple[Node, list[Node]]:
    """Build the header tree of some amount columns; return its root and its leaves in order."""
    root = Node("")
    groups: dict[tuple[int, ...], Node] = {(): root}
    leaves: list[Node] = []
    scheme = common_scheme((column.leaf for column in columns), resolver, context)
    labels = dict.fromkeys(label for column in columns for label in column.path)
    meanings = [resolver.candidates(label, context) for label in labels]
    beside = frozenset(found[0].iri for found in meanings if len(found) == 1)
    context = Context(context.above, beside, context.scheme, context.schemes)
    for column in columns:
        path, keys = _without_noise(column, resolver)
        parent = root
        for depth, label in enumerate(path[:-1], start=1):
            key = keys[:depth]
            if key not in groups:
                node = Node(label, memo=_is_memo(label, resolver), total=_is_total(label, resolver))
                _name(node, resolver, context.below(*parent.all_concepts), unknown)
                (_memo_owner(parent) if node.memo else parent).adopt(node)
                groups[key] = node
            parent = groups[key]
        leaf = Node(path[-1] if path else "", column=column, resolved=bool(path))
        leaf.total = bool(path) and _is_total(path[-1], resolver)
        leaf.memo = bool(path) and (parse_line_label(path[-1]).memo or _after_memo(parent, path[-1], resolver, context))
        near = context.below(*parent.all_concepts)
        _name(leaf, resolver, Context(near.above, near.beside, scheme, near.schemes), unknown)
        (_memo_owner(parent) if leaf.memo else _side(parent, leaf, resolver.ontology)).adopt(leaf)
        leaves.append(leaf)
    _gather(root, resolver.ontology)
    return root, leaves


def _is_total(label: str, resolver: Resolver) -> bool:
    return resolver.is_total(label) and resolver.column_head(label) is not None


def _gather(group: Node, ontology: Ontology) -> None:
    """Put columns under the one column of all of them that stands beside them: 支出总计 | 基本 | 项目, 三公合计 | 接待.

    What they mean says so: a nature of spending implies spending, an item of 三公 implies 三公 or is within another.
    Balances and memo aspects are no spending; beside anything else that is not understood, nothing is said.
    """
    _divide(group, ontology)
    for child in group.children:
        _gather(child, ontology)
    for whole in [child for child in group.children if not child.is_group and not child.children and child.concepts]:
        parts = [child for child in group.children if child is not whole and _is_part(child, whole, ontology)]
        rest = [child for child in group.children if child not in (whole, *parts) and not child.memo]
        schemes = {child.concepts[0].scheme if child.concepts else None for child in rest}
        scheme = whole.concepts[0].scheme
        known = len(parts) > 1 and (scheme == "aspect" or schemes <= {"operation-character", "aspect"})
        if known or scheme == "item":
            for part in parts:
                group.children.remove(part)
                whole.adopt(part)
            whole.divided = scheme != "item"


def _is_part(node: Node, whole: Node, ontology: Ontology) -> bool:
    """Say whether a column is within another, or implies it: an item its aspect, a nature its side."""
    if node.memo or len(whole.concepts) != 1 or not node.concepts:
        return False
    own, wider = node.concepts[0], whole.concepts[0]
    if wider.scheme == "item":
        return wider.iri in ontology.ancestors(own)
    if wider.scheme not in ("operation-character", "aspect") or own.scheme not in ("expenditure-nature", "item"):
        return False
    implied = (*own.implies, *ontology.scheme_implies(own.scheme))
    return any(iri in ontology.concepts and ontology.within(ontology[iri], wider) for iri in implied)


def names_money(column: Column, resolver: Resolver, context: Context) -> bool:
    """Say whether the heads of a column name an amount or what an amount is broken down by."""
    heads = (resolver.column_head(label) for label in column.path)
    return any(head and head.slug in ("amount", "total") for head in heads) or bool(
        resolver.resolve(column.leaf, context) or resolver.compose(column.leaf, context)
    )


def _without_noise(column: Column, resolver: Resolver) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Drop bare 类, 款, 项 that stand over amounts."""
    kept = [
        (label, key)
        for label, key in zip(column.path, column.groups, strict=True)
        if not ((head := resolver.column_head(label)) and head.slug in CODE_PARTS)
    ]
    return tuple(label for label, _ in kept), tuple(key for _, key in kept)


def _is_memo(label: str, resolver: Resolver) -> bool:
    head = resolver.column_head(normalise(label).rstrip(":"))
    return head is not None and head.slug == "memo"


def _after_memo(parent: Node, label: str, resolver: Resolver, context: Context) -> bool:
    """Say whether a column goes on with the 其中 before it: a concept of the same scheme."""
    owner = parent.children[-1] if parent.children else None
    last = owner.children[-1:] if owner else []
    concept = resolver.resolve(label, context)
    if owner is None or concept is None or not last or not (last[0].memo and last[0].column and last[0].concepts):
        return False
    beside = any(own.scheme == concept.scheme and not resolver.ontology.within(concept, own) for own in owner.concepts)
    return last[0].concepts[0].scheme == concept.scheme and not beside


def _side(parent: Node, leaf: Node, ontology: Ontology) -> Node:
    """Return the column before a leaf of which it is a part, else the parent.

    本年收入合计 | 一般公共预算 | 事业收入 | 上年结转: the funds are parts of the first, the last is none.
    基本支出 | 人员经费 | 公用经费 | 项目支出: natures are parts of the wider one that stands before them.
    """
    sides = [child for child in parent.children if not child.is_group and _slugs(child) == (_REVENUE,)]
    if sides and leaf.concepts and leaf.concepts[0].scheme == "fund-source":
        parent = sides[-1]
    before = parent.children[-1] if parent.children else None
    if before is None or before.is_group or len(before.concepts) != 1 or len(leaf.concepts) != 1:
        return parent
    return before if _is_within(leaf, before, ontology) else parent


def _is_within(leaf: Node, before: Node, ontology: Ontology) -> bool:
    """Say whether a column is surely a part of the one before it; of funds, 一般公共预算 or what follows it there."""
    own, wider = leaf.concepts[0], before.concepts[0]
    if wider.iri not in ontology.ancestors(own):
        return False
    sure = _slugs(leaf) == (_GENERAL,) or any(_slugs(child) == (_GENERAL,) for child in before.children)
    return own.scheme == "expenditure-nature" or (own.scheme == "fund-source" and sure)


def _divide(group: Node, ontology: Ontology) -> None:
    """Say of a nature that all its parts follow it, and nothing else that could be one: 基本支出 | 人员 | 公用."""
    schemes = {concept.scheme for child in group.children for concept in child.concepts}
    for child in group.children:
        stated = {concept.iri for part in child.children for concept in part.concepts}
        own = child.concepts[0] if child.concepts else None
        narrower = ontology.narrower(own) if own and own.scheme == "expenditure-nature" else frozenset()
        known = all(node.concepts or node.total for node in group.children)
        if narrower and stated == narrower and known and schemes <= {"expenditure-nature", "operation-character"}:
            child.divided = True


def _slugs(node: Node) -> tuple[str, ...]:
    return tuple(f"{concept.scheme}/{concept.slug}" for concept in node.concepts)


def _memo_owner(parent: Node) -> Node:
    """A group headed 其中 belongs to the column before it."""
    return parent.children[-1] if parent.children else parent


def _name(node: Node, resolver: Resolver, context: Context, unknown: list[str]) -> None:
    """Give a column its concept and its year, or note its label as unknown."""
    text = normalise(node.label).rstrip(":")
    named = _YEAR.match(text)
    if named:
        node.year = int(named.group(1))
    text = _YEARS.sub("", text)
    if not text:
        node.resolved = bool(named)
        return
    phase = resolver.phase(text)
    if phase:
        node.concepts = (phase,)
        return
    head = resolver.column_head(text)
    if head and (head.slug in NEUTRAL or head.slug in STUBS):
        return
    if head and head.slug in PERIODS:
        node.concepts = (head,)
        return
    concept = resolver.resolve(text, context)
    node.concepts = (concept,) if concept else resolver.compose(text, context)
    if node.concepts:
        return
    node.resolved = False
    unknown.append(node.label)


def common_scheme(labels: Iterable[str], resolver: Resolver, context: Context) -> str | None:
    """Return the scheme to which most labels belong that have one meaning only."""
    counts: Counter[str] = Counter()
    for label in labels:
        schemes = {concept.scheme for concept in resolver.candidates(label, context)}
        if len(schemes) == 1:
            counts[schemes.pop()] += 1
    return counts.most_common(1)[0][0] if counts else None
