"""Columns of a table: what each of them is, and which of them form a block with its own stub."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from budgetgraph.amounts import is_number
from budgetgraph.concepts.lookup import Context, Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.labels import is_numbered, normalise
from budgetgraph.structure.counts import RATES, names_a_count, names_a_rate
from budgetgraph.tables import Table
from budgetgraph.tables.header import Column

CODE_PARTS = frozenset(("subject-code-class", "subject-code-group", "subject-code-item"))
CODES = CODE_PARTS | {"subject-code"}
NAMES = frozenset(("subject", "subject-name"))
SUBJECTS = CODES | NAMES
ORGANIZATIONS = frozenset(("organization", "organization-name"))
LABELS = frozenset(("line", "label", "project"))
STUBS = SUBJECTS | ORGANIZATIONS | LABELS | {"organization-code", "year"}
NEUTRAL = frozenset(("amount", "total", "memo"))
PERIODS = frozenset(("last-year", "this-year", "change", "adjustment", "difference"))
_OF_AMOUNTS = NEUTRAL | PERIODS
_BRACKETED = re.compile(r"\[\d{3,7}\]\S")
_IGNORED = frozenset(("remark", "quantity", "percent"))


@dataclass(slots=True)
class Block:
    """Columns that belong together: the stub that names the rows, the amounts beside it, the numbers before it."""

    stubs: list[tuple[Column, str]] = field(default_factory=list)
    amounts: list[Column] = field(default_factory=list)
    serials: list[Column] = field(default_factory=list)

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
    kinds = _with_codes(kinds, table)
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


def _with_codes(kinds: Sequence[tuple[Column, str]], table: Table) -> list[tuple[Column, str]]:
    """Take columns of names for codes where two of them print their codes with them: [30101]基本工资 | [50101]工资."""
    coded = [column for column, kind in kinds if kind in NAMES and _prints_codes(column, table)]
    return [(column, "subject-code" if len(coded) > 1 and column in coded else kind) for column, kind in kinds]


def _prints_codes(column: Column, table: Table) -> bool:
    texts = [text for row in table.rows if (text := row.text(column.index))]
    return sum(1 for text in texts if _BRACKETED.match(text)) * 2 > len(texts)


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
    if len(heads) > 1 and (heads[-1] is None or heads[-1].slug in CODES) and not _holds_money(column, table):
        whole = resolver.column_head("".join(column.path[-2:]))  # 部门（单位） over 代码, 名称
        heads[-1] = whole if whole and whole.slug in STUBS else heads[-1]
    leaf = heads[-1]
    if resolver.indicator(column.leaf):
        return "text"
    if any(head and head.slug in _IGNORED for head in heads):
        return "ignored"
    if any(head and head.slug == "serial" for head in heads):
        return "serial"
    rated = any(head and head.slug in RATES for head in heads) or names_a_rate(column.path, resolver.ontology)
    counted = (leaf is None or leaf.slug in NEUTRAL) and names_a_count(column.leaf, resolver.ontology)
    if rated or counted:
        return "ignored" if _holds_amounts(column, table) else "text"
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


def _holds_money(column: Column, table: Table) -> bool:
    return any("." in text and is_number(text) for row in table.rows if (text := row.text(column.index)))


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
        elif kind == "serial" and not block.amounts:
            block.serials.append(column)
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
