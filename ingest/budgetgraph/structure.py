"""The two trees of a table: what each column and each row is, and what it is a part of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from budgetgraph.amounts import is_number
from budgetgraph.concepts import CODE_SCHEMES, Context, Resolver
from budgetgraph.header import Column, is_column_numbers
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.ontology import Concept
from budgetgraph.tables import Row, Table

_CODE = re.compile(r"\[?(\d{2,7})\]?")
_PART = re.compile(r"\d{2}")
_CODE_AND_NAME = re.compile(r"\[?(\d{2,7})\]?\s*([^\d\s].*)", re.DOTALL)
_SUBJECT_HEADS = ("subject", "subject-code", "subject-name", "subject-code-class", "subject-code-group")
_SUBJECT = frozenset((*_SUBJECT_HEADS, "subject-code-item"))
_CODE_PARTS = frozenset(("subject-code-class", "subject-code-group", "subject-code-item"))
_ORGANIZATION = frozenset(("organization", "organization-name"))
_NEUTRAL = frozenset(("amount", "total", "memo"))


@dataclass(slots=True, eq=False)
class Node:
    """A row or a column in the tree of its table.

    `concepts` are its own, without those of its ancestors; `total` says that it states the sum of
    its siblings; `memo` that it is a 其中, a part that need not exhaust the whole.
    """

    label: str
    concepts: tuple[Concept, ...] = ()
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    total: bool = False
    memo: bool = False
    column: Column | None = None
    row: Row | None = None
    organization: str | None = None
    organization_code: str | None = None
    project: str | None = None
    code: str | None = None
    resolved: bool = True

    def ancestors(self) -> Iterator[Node]:
        """Yield the parents, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def adopt(self, child: Node) -> None:
        """Make *child* a part of this node."""
        child.parent = self
        self.children.append(child)

    @property
    def all_concepts(self) -> tuple[Concept, ...]:
        """The concepts of the ancestors, outermost first, then its own."""
        nodes = [*reversed([*self.ancestors()]), self]
        return tuple(concept for node in nodes for concept in node.concepts)


@dataclass(slots=True)
class Block:
    """A part of a table with its own stub: the columns that it holds and the rows that it names."""

    columns: Node
    rows: Node
    amounts: list[Node]
    lines: list[Node]
    context: tuple[Concept, ...] = ()


@dataclass(slots=True)
class Structure:
    """What the columns of a table are: stubs by kind, text columns by content, amounts in blocks."""

    subjects: list[Column] = field(default_factory=list)
    organizations: list[Column] = field(default_factory=list)
    organization_codes: list[Column] = field(default_factory=list)
    projects: list[Column] = field(default_factory=list)
    texts: list[tuple[Column, Concept]] = field(default_factory=list)
    ignored: list[Column] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_structure(table: Table, resolver: Resolver, base: Sequence[Concept]) -> Structure:
    """Return the structure of a table; *base* are the concepts of its title."""
    structure = Structure()
    groups: list[tuple[Column | None, list[Column]]] = [(None, [])]
    for column in table.columns:
        kind = _kind(column, table, resolver)
        if kind in _SUBJECT:
            structure.subjects.append(column)
        elif kind in _ORGANIZATION:
            structure.organizations.append(column)
        elif kind == "organization-code":
            structure.organization_codes.append(column)
        elif kind == "project":
            structure.projects.append(column)
        elif kind == "line":
            groups.append((column, []))
        elif kind == "amount":
            groups[-1][1].append(column)
        elif kind == "text":
            content = next(filter(None, map(resolver.indicator, reversed(column.path))), None)
            if content:
                structure.texts.append((column, content))
            else:
                structure.ignored.append(column)
    for stub, columns in groups:
        if columns:
            structure.blocks.append(_block(table, structure, resolver, base, stub=stub, columns=columns))
    return structure


def _kind(column: Column, table: Table, resolver: Resolver) -> str:
    """Say what a column is: the slug of its head, or amount, or text."""
    if not column.path:
        return "amount" if any(is_number(row.text(column.index)) for row in table.rows) else "ignored"
    heads = [resolver.column_head(label) for label in column.path]
    leaf = heads[-1]
    if resolver.indicator(column.leaf):
        return "text"
    if leaf and leaf.slug in ("serial", "remark"):
        return "ignored"
    if leaf and leaf.slug not in _NEUTRAL and leaf.slug not in _CODE_PARTS:
        return leaf.slug
    known = [head for head in heads if head and head.slug not in _NEUTRAL]
    if known and len(known) == len([h for h in heads if h is None or h.slug not in _NEUTRAL]):
        return known[-1].slug
    if leaf is None and not _holds_amounts(column, table):
        return "text"
    return "amount"


def _holds_amounts(column: Column, table: Table) -> bool:
    texts = [text for row in table.rows if (text := row.text(column.index))]
    return not texts or any(is_number(text) for text in texts)


def _block(
    table: Table,
    structure: Structure,
    resolver: Resolver,
    base: Sequence[Concept],
    *,
    stub: Column | None,
    columns: Sequence[Column],
) -> Block:
    context = Context(above=tuple(base))
    above = _path_concepts(stub.path[:-1], resolver, context) if stub else ()
    context = context.below(*above)
    root = Node("", concepts=())
    leaves = _column_tree(root, columns, resolver, context, structure.unknown)
    if stub is not None:
        rows, lines = _line_rows(table, stub, resolver, context, structure.unknown)
    else:
        rows, lines = _subject_rows(table, structure, resolver, context)
    return Block(root, rows, leaves, lines, above)


def _path_concepts(path: Iterable[str], resolver: Resolver, context: Context) -> tuple[Concept, ...]:
    found: list[Concept] = []
    for label in path:
        head = resolver.column_head(label)
        concept = None if head and head.slug in _NEUTRAL else resolver.resolve(label, context.below(*found))
        if concept:
            found.append(concept)
    return tuple(found)


def _column_tree(
    root: Node, columns: Sequence[Column], resolver: Resolver, context: Context, unknown: list[str]
) -> list[Node]:
    """Build the header tree of some amount columns below *root*; return its leaves in order."""
    groups: dict[tuple[int, ...], Node] = {(): root}
    leaves: list[Node] = []
    scheme = _common_scheme((column.leaf for column in columns), resolver, context)
    for column in columns:
        path, keys = _without_noise(column, resolver)
        parent = root
        for depth, label in enumerate(path[:-1], start=1):
            key = keys[:depth]
            if key not in groups:
                node = Node(label, memo=_is_memo(label, resolver))
                _name(node, resolver, context.below(*parent.all_concepts), unknown)
                (_memo_owner(parent) if node.memo else parent).adopt(node)
                groups[key] = node
            parent = groups[key]
        leaf = Node(path[-1] if path else "", column=column, resolved=bool(path))
        leaf.total = bool(path) and resolver.is_total(path[-1]) and resolver.column_head(path[-1]) is not None
        leaf.memo = bool(path) and (parse_line_label(path[-1]).memo or _after_memo(parent, path[-1], resolver, context))
        near = context.below(*parent.all_concepts)
        _name(leaf, resolver, Context(near.above, near.beside, scheme, near.schemes), unknown)
        (_memo_owner(parent) if leaf.memo else parent).adopt(leaf)
        leaves.append(leaf)
    return leaves


def _without_noise(column: Column, resolver: Resolver) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Drop bare 类, 款, 项 that stand over amounts."""
    kept = [
        (label, key)
        for label, key in zip(column.path, column.groups, strict=True)
        if not ((head := resolver.column_head(label)) and head.slug in _CODE_PARTS)
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


def _memo_owner(parent: Node) -> Node:
    """A group headed 其中 belongs to the column before it."""
    return parent.children[-1] if parent.children else parent


def _name(node: Node, resolver: Resolver, context: Context, unknown: list[str]) -> None:
    """Give a column its concept, or note its label as unknown."""
    head = resolver.column_head(normalise(node.label).rstrip(":")) if node.label else None
    if head and head.slug in _NEUTRAL:
        return
    concept = resolver.resolve(node.label, context) if node.label else None
    if concept:
        node.concepts = (concept,)
        return
    node.resolved = False
    if node.label:
        unknown.append(node.label)


def _common_scheme(labels: Iterable[str], resolver: Resolver, context: Context) -> str | None:
    """Return the scheme to which most labels belong that have one meaning only."""
    counts: Counter[str] = Counter()
    for label in labels:
        schemes = {concept.scheme for concept in resolver.candidates(label, context)}
        if len(schemes) == 1:
            counts[schemes.pop()] += 1
    return counts.most_common(1)[0][0] if counts else None


def _line_rows(
    table: Table, stub: Column, resolver: Resolver, context: Context, unknown: list[str]
) -> tuple[Node, list[Node]]:
    """Build the tree of a list of lines: numbering, 其中, totals, and narrower concepts."""
    root = Node("")
    lines: list[Node] = []
    open_rows: list[tuple[int, Node]] = []
    drafts = [(row, row.text(stub.index)) for row in table.rows if row.text(stub.index)]
    beside = frozenset(
        concept.iri
        for _, text in drafts
        for concept in resolver.candidates(text, context)
        if len(resolver.candidates(text, context)) == 1
    )
    for row, text in drafts:
        parsed = parse_line_label(text)
        node = Node(text, row=row, memo=parsed.memo, total=resolver.is_total(text))
        level = 1 if node.total else parsed.level or 9
        opens_list = parsed.first and bool(lines) and bool(open_rows) and open_rows[-1] == (9, lines[-1])
        while open_rows and open_rows[-1][0] >= level and level < 9 and not opens_list:
            open_rows.pop()
        if opens_list:
            open_rows[-1] = (level - 1, lines[-1])
        near = context.below(*(open_rows[-1][1].all_concepts if open_rows else ()))
        siblings = [other.label for other in (open_rows[-1][1] if open_rows else root).children]
        scheme = _common_scheme(siblings or [t for _, t in drafts], resolver, near)
        concept = resolver.resolve(text, Context(near.above, beside, scheme, near.schemes))
        if concept:
            node.concepts = (concept,)
        elif not node.total:
            node.resolved = False
            unknown.append(text)
        if level == 9:
            _close_wider(open_rows, node, resolver)
        (open_rows[-1][1] if open_rows and not node.total else root).adopt(node)
        if not node.total:
            open_rows.append((level, node))
        lines.append(node)
    return root, lines


def _close_wider(open_rows: list[tuple[int, Node]], node: Node, resolver: Resolver) -> None:
    """Close the unnumbered rows of which an unnumbered row is no part, by their concepts."""
    while open_rows and open_rows[-1][0] == 9:
        other = open_rows[-1][1]
        both = node.concepts and other.concepts and node.concepts[0] is not other.concepts[0]
        if both and resolver.ontology.within(node.concepts[0], other.concepts[0]):
            return
        open_rows.pop()


def _subject_rows(table: Table, structure: Structure, resolver: Resolver, context: Context) -> tuple[Node, list[Node]]:
    """Build the tree of rows that carry codes, names, bodies or projects."""
    root = Node("")
    lines: list[Node] = []
    above: list[str] = []
    for row in table.rows:
        if is_column_numbers([*row.cells.values()]):
            continue
        above = _stub_texts(row, structure.subjects, above)
        node = _subject_row(row, above, structure, resolver, context)
        if node is None:
            continue
        lines.append(node)
    for node in lines:
        _coded_parent(node, lines, root).adopt(node)
    return root, lines


def _stub_texts(row: Row, columns: Sequence[Column], above: Sequence[str]) -> list[str]:
    """Return the texts of a row's code and name, with the parts of the code that only the row above prints."""
    texts = [row.text(column.index) for column in columns]
    for position, text in enumerate(texts):
        if not text:
            continue
        if len(texts) == len(above) and _PART.fullmatch(text) and all(map(_is_part_of_code, above[:position])):
            return [*above[:position], *texts[position:]]
        break
    return texts


def _is_part_of_code(text: str) -> bool:
    return _CODE.fullmatch(normalise(text)) is not None


def _subject_row(
    row: Row, texts: Sequence[str], structure: Structure, resolver: Resolver, context: Context
) -> Node | None:
    code, name = _code_and_name(texts)
    organization = _first(row, structure.organizations)
    project = _first(row, structure.projects)
    label = " ".join(filter(None, (code, name or project or organization)))
    total_word = next((text for text in (name, project, organization, *row.texts[:1]) if text), "")
    node = Node(label or total_word, row=row, code=code)
    node.total = not code and bool(total_word) and resolver.is_total(total_word) and len(normalise(total_word)) <= 4
    if node.total:
        return node
    node.organization = organization or None
    node.organization_code = _first(row, structure.organization_codes) or None
    node.project = project or None
    concept = resolver.code(code) if code else None
    if concept is None and name:
        concept = resolver.resolve(name, Context(context.above, scheme=_code_scheme(code)))
    if concept:
        node.concepts = (concept,)
    node.resolved = bool(concept) or not (code or name)
    return node if (code or name or organization or project) else None


def _code_scheme(code: str | None) -> str | None:
    return {"2": CODE_SCHEMES[0], "3": CODE_SCHEMES[1], "5": CODE_SCHEMES[2]}.get(code[0]) if code else None


def _first(row: Row, columns: Sequence[Column]) -> str:
    return next((text for column in columns if (text := row.text(column.index))), "")


def _code_and_name(texts: Sequence[str]) -> tuple[str | None, str]:
    """Join the parts of a code (201 | 03 | 50, or 2010350) and find the name beside or behind it."""
    code, name = "", ""
    for text in texts:
        flat = normalise(text)
        if match := _CODE.fullmatch(flat):
            part = match.group(1)
            code = part if code and part.startswith(code) else code + part
        elif match := _CODE_AND_NAME.fullmatch(text.strip()):
            part = match.group(1)
            code = part if code and part.startswith(code) else code + part
            name = name or match.group(2)
        elif flat:
            name = name or text
    return code or None, name


def _coded_parent(node: Node, lines: Sequence[Node], root: Node) -> Node:
    """Return the row with the longest shorter code: one printed before if there is any, else one after."""
    if not node.code:
        return root
    index = lines.index(node)
    wider = [
        (before, other)
        for before, other in ((position < index, other) for position, other in enumerate(lines))
        if other.code and other is not node and _is_part(node, other)
    ]
    if not wider:
        return root
    return max(wider, key=lambda item: (item[0], len(item[1].code or ""), lines.index(item[1])))[1]


def _is_part(node: Node, other: Node) -> bool:
    code, wider = node.code or "", other.code or ""
    same_body = node.organization == other.organization and node.organization_code == other.organization_code
    return same_body and len(code) > len(wider) and code.startswith(wider)
