"""Columns of a table: what each of them is, which form a block with its own stub, and the tree of their heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from budgetgraph.amounts import is_number
from budgetgraph.concepts import Context, Resolver
from budgetgraph.header import Column
from budgetgraph.labels import is_numbered, normalise, parse_line_label
from budgetgraph.ontology import Concept, Ontology
from budgetgraph.tables import Table
from budgetgraph.trees import Node

CODE_PARTS = frozenset(("subject-code-class", "subject-code-group", "subject-code-item"))
CODES = CODE_PARTS | {"subject-code"}
NAMES = frozenset(("subject", "subject-name"))
SUBJECTS = CODES | NAMES
ORGANIZATIONS = frozenset(("organization", "organization-name"))
LABELS = frozenset(("line", "label", "project"))
STUBS = SUBJECTS | ORGANIZATIONS | LABELS | {"organization-code", "year"}
NEUTRAL = frozenset(("amount", "total", "memo"))
PERIODS = frozenset(("last-year", "this-year", "change"))
_OF_AMOUNTS = NEUTRAL | PERIODS
_IGNORED = frozenset(("serial", "remark", "quantity", "percent"))
_REVENUE = "operation-character/revenue"
_YEARS = re.compile(r"20\d\d年度?")
_YEAR = re.compile(r"^(20\d\d)年度?")


@dataclass(slots=True)
class Block:
    """Columns that belong together: the stub that names the rows, and the amounts beside it."""

    stubs: list[tuple[Column, str]] = field(default_factory=list)
    amounts: list[Column] = field(default_factory=list)

    def of(self, kinds: Iterable[str]) -> list[Column]:
        """Return the stub columns of some kinds, from left to right."""
        wanted = frozenset(kinds)
        return [column for column, kind in self.stubs if kind in wanted]


@dataclass(slots=True)
class Layout:
    """The columns of a table by what they are: blocks, and texts by the indicator that their head names."""

    blocks: list[Block]
    texts: list[tuple[Column, Concept]]
    organizations: list[Column]
    projects: list[Column]


def read_layout(table: Table, resolver: Resolver) -> Layout:
    """Return what the columns of a table are."""
    kinds = _with_catalogues([(column, column_kind(column, table, resolver)) for column in table.columns], table)
    blocks = [block for block in _blocks(kinds, table, resolver) if block.amounts]
    texts = [
        (column, content)
        for column, kind in kinds
        if kind == "text" and (content := next(filter(None, map(resolver.indicator, reversed(column.path))), None))
    ]
    return Layout(
        blocks,
        texts,
        [column for column, kind in kinds if kind in ORGANIZATIONS],
        [column for column, kind in kinds if kind == "project"],
    )


def _with_catalogues(kinds: Sequence[tuple[Column, str]], table: Table) -> list[tuple[Column, str]]:
    """Say of the entries of a catalogue (采购品目) whether they name rows, or stand beside what names them."""
    named = [column for column, kind in kinds if kind in LABELS]

    def names_rows(catalogue: Column) -> bool:
        rows = (row for row in table.rows if row.text(catalogue.index))
        return not named or any(not any(row.text(column.index) for column in named) for row in rows)

    return [
        (column, kind if kind != "catalogue" else "project" if names_rows(column) else "text") for column, kind in kinds
    ]


def column_kind(column: Column, table: Table, resolver: Resolver) -> str:
    """Say what a column is: the slug of its head, or amount, or text, or ignored."""
    kind = _kind_by_head(column, table, resolver)
    return "subject-name" if kind in CODES and not _holds_codes(column, table) else kind


def _holds_codes(column: Column, table: Table) -> bool:
    """A code can stand before a name in one cell; a column without any digit holds names, whatever its head."""
    texts = [normalise(text) for row in table.rows if (text := row.text(column.index))]
    return not texts or any(re.match(r"\[?\d", text) and not is_numbered(text) for text in texts)


def _kind_by_head(column: Column, table: Table, resolver: Resolver) -> str:
    if not column.path:
        return _headless(column, table)
    heads = [resolver.column_head(label) for label in column.path]
    leaf = heads[-1]
    if resolver.indicator(column.leaf):
        return "text"
    if any(head and head.slug in _IGNORED for head in heads):
        return "ignored"
    if leaf and leaf.slug not in _OF_AMOUNTS and leaf.slug not in CODE_PARTS:
        return leaf.slug
    known = [head for head in heads if head and head.slug not in _OF_AMOUNTS]
    if known and len(known) == len([head for head in heads if head is None or head.slug not in _OF_AMOUNTS]):
        return known[-1].slug
    if leaf and leaf.slug in CODE_PARTS and known and _holds_parts_of_codes(column, table):
        return leaf.slug
    if leaf is None and not _holds_amounts(column, table):
        return "text"
    return "amount"


def _headless(column: Column, table: Table) -> str:
    texts = [text for row in table.rows if (text := row.text(column.index))]
    if column.index == 1 and texts and all(re.fullmatch(r"\d{3,9}", text) for text in texts):
        return "organization-code"
    if any(is_number(text) for text in texts):
        return "amount"
    return "label" if texts else "ignored"


def _holds_amounts(column: Column, table: Table) -> bool:
    texts = [text for row in table.rows if (text := row.text(column.index))]
    return not texts or any(is_number(text) for text in texts)


def _holds_parts_of_codes(column: Column, table: Table) -> bool:
    texts = [normalise(text) for row in table.rows if (text := row.text(column.index))]
    return bool(texts) and all(re.fullmatch(r"\d{1,3}", text) for text in texts)


def _blocks(kinds: Sequence[tuple[Column, str]], table: Table, resolver: Resolver) -> Iterator[Block]:
    """Yield the blocks of a table from left to right; a stub that lists other rows opens a new one."""
    block = Block()
    texts: list[Column] = []
    for position, (column, kind) in enumerate(kinds):
        if kind == "amount":
            block.amounts.append(column)
        elif kind in STUBS:
            if _opens(column, kind, block, kinds[position + 1 :]):
                yield _completed(block, texts)
                block, texts = Block(), []
            block.stubs.append((column, kind))
        elif kind == "text":
            if _lists_lines(column, block, kinds[position + 1 :], table, resolver):
                yield _completed(block, texts)
                block, texts = Block(), []
                block.stubs.append((column, "line"))
            elif not block.amounts:
                texts.append(column)
    yield _completed(block, texts)


def _completed(block: Block, texts: Sequence[Column]) -> Block:
    """Return a block whose rows have a stub: where no head names one, the texts before the amounts are it."""
    if not block.stubs or all(kind == "organization-code" for _, kind in block.stubs):
        block.stubs.extend((column, "label") for column in texts)
    return block


def _opens(column: Column, kind: str, block: Block, rest: Sequence[tuple[Column, str]]) -> bool:
    """Say whether a stub column after amounts lists other rows: amounts follow it, under another head or stub."""
    if not block.amounts or not any(other == "amount" for _, other in rest):
        return False
    if kind in NAMES or kind in LABELS:
        return True
    before = block.amounts[-1]
    return column.path[:-1] != before.path[:-1] or any(other == kind for _, other in block.stubs)


def _lists_lines(
    column: Column, block: Block, rest: Sequence[tuple[Column, str]], table: Table, resolver: Resolver
) -> bool:
    """Say whether a text column after amounts is a list of lines, each with a concept."""
    if not block.amounts or not any(kind == "amount" for _, kind in rest):
        return False
    texts = [text for row in table.rows if (text := row.text(column.index))]
    known = sum(1 for text in texts if resolver.candidates(text, Context()) or resolver.is_total(text))
    return len(texts) > 1 and known * 2 > len(texts)


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
        (_memo_owner(parent) if leaf.memo else _side(parent, leaf)).adopt(leaf)
        leaves.append(leaf)
    _gather(root, resolver.ontology)
    return root, leaves


def _is_total(label: str, resolver: Resolver) -> bool:
    return resolver.is_total(label) and resolver.column_head(label) is not None


def _gather(group: Node, ontology: Ontology) -> None:
    """Put columns under the one column of all of them that stands beside them: 支出总计 | 基本 | 项目, 三公合计 | 接待.

    What they mean says so: a nature of spending implies spending, an item of 三公 implies 三公. Balances and memo
    aspects are no spending; beside anything else that is not understood, nothing is said.
    """
    for child in group.children:
        _gather(child, ontology)
    for whole in [child for child in group.children if not child.is_group and not child.children and child.concepts]:
        parts = [child for child in group.children if child is not whole and _is_part(child, whole, ontology)]
        rest = [child for child in group.children if child not in (whole, *parts) and not child.memo]
        schemes = {child.concepts[0].scheme if child.concepts else None for child in rest}
        if len(parts) > 1 and (whole.concepts[0].scheme == "aspect" or schemes <= {"operation-character", "aspect"}):
            for part in parts:
                group.children.remove(part)
                whole.adopt(part)
            whole.divided = True


def _is_part(node: Node, whole: Node, ontology: Ontology) -> bool:
    """Say whether what a column means implies what another does: an item its aspect, a nature its side."""
    if node.memo or len(whole.concepts) != 1 or whole.concepts[0].scheme not in ("operation-character", "aspect"):
        return False
    if not node.concepts or node.concepts[0].scheme not in ("expenditure-nature", "item"):
        return False
    own = node.concepts[0]
    implied = (*own.implies, *ontology.scheme_implies(own.scheme))
    return any(iri in ontology.concepts and ontology.within(ontology[iri], whole.concepts[0]) for iri in implied)


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
    last = parent.children[-1].children[-1:] if parent.children else []
    concept = resolver.resolve(label, context)
    return bool(
        last
        and last[0].memo
        and last[0].column
        and concept
        and last[0].concepts
        and last[0].concepts[0].scheme == concept.scheme
    )


def _side(parent: Node, leaf: Node) -> Node:
    """Return the column of the year's revenue that stands before the funds of which it is made up, else the parent.

    本年收入合计 | 一般公共预算 | 事业收入 | 上年结转: the funds are parts of the first, the last is none.
    """
    sides = [child for child in parent.children if not child.is_group and _slugs(child) == (_REVENUE,)]
    return sides[-1] if sides and leaf.concepts and leaf.concepts[0].scheme == "fund-source" else parent


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
