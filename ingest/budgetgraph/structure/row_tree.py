"""The tree of a table's rows: what stands below what, by codes, numbering, bodies and outer labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.structure.trees import Node

_BALANCES = ("opening-balance", "closing-balance")
PLAIN = 9
"""The level of a line without a number."""


@dataclass(slots=True)
class Draft:
    """What the stub of a row says, before its place in the tree is known; `column` is that of its label."""

    node: Node
    text: str = ""
    column: int = 0
    outer: tuple[tuple[int, str], ...] = ()
    level: int = PLAIN
    number: int | None = None


class Namer(Protocol):
    """What gives a row its concepts once its place is known."""

    resolver: Resolver

    def name(self, draft: Draft, above: Node, siblings: Sequence[str], all_texts: Sequence[str]) -> None:
        """Give a line its concept in its place, its project or its body."""

    def is_body(self, text: str) -> bool:
        """Say whether a text names a body that the disclosure speaks of."""


@dataclass(slots=True)
class _Open:
    """A row or group that may have parts below: the column of its label, its level and number, its node."""

    column: int
    level: int
    node: Node
    number: int | None = None
    plain: bool = False
    """Whether it bears no number, and is of the level that the list below it gives it."""


class RowTree:
    """Puts drafts in their places: below the row with the wider code, the open number, the body, the outer label.

    `open` holds the rows and groups that may have parts below.
    """

    def __init__(self, reader: Namer, drafts: Sequence[Draft]) -> None:
        self.reader, self.root, self.lines = reader, Node(""), [draft.node for draft in drafts]
        self.open: list[_Open] = []
        self.body: Node | None = None
        self.latest: Node | None = None
        self.stated: set[Concept] = set()
        self.coded: list[tuple[Node, Node]] = []
        self.classed: Node | None = None
        self.texts = [draft.text for draft in drafts if draft.text]
        for draft in drafts:
            self._add(draft)
        self._adopt_coded()

    def _add(self, draft: Draft) -> None:
        node = draft.node
        for column, text in draft.outer:
            self._open_group(column, text)
        if node.code or (node.organization_code and not draft.text):
            self._set_aside(node)
            return
        level = 1 if node.total else draft.level
        self._close(draft, level)
        above = self._above()
        self.reader.name(draft, above, [other.label for other in above.children], self.texts)
        if node.code:
            self._set_aside(node)
            return
        if node.organization and self.reader.is_body(draft.text):
            self._open_body(node)
            return
        if node.project and self.classed:
            self.classed.adopt(node)
            return
        self.classed = None
        if level == PLAIN:
            self._close_list(draft)
            self._close_alien(node)
            self._close_wider(draft)
        above = self._above()
        if _goes_on_with_memo(node, above):
            node.memo = True
        above.adopt(node)
        self.stated.update(node.concepts)
        if not node.total:
            self.open.append(_Open(draft.column, level, node, draft.number))
            self.latest = node

    def _above(self) -> Node:
        return self.open[-1].node if self.open else self.body or self.root

    def _open_group(self, column: int, text: str) -> None:
        """Open the group of an outer label, unless it is open already: a page prints the label at its top again."""
        for position, other in enumerate(self.open):
            if other.column == column and text in (other.node.label, other.node.project):
                return
            if other.column >= column:
                del self.open[position:]
                break
        above, group = self._above(), Node(text)
        self.reader.name(Draft(group, text, column), above, (), self.texts)
        above.adopt(group)
        self.open.append(_Open(column, PLAIN, group))

    def _close(self, draft: Draft, level: int) -> None:
        """Close the rows below which a row cannot stand.

        The next number of a list stands beside the one before it. The first number of a list opens it below the
        row right before it, if that is a plain line or has itself such a number (一、本年支出 / 一、一般公共服务支出).
        """
        alike = [entry for entry in self.open if entry.column == draft.column and entry.level == level]
        before = next((entry for entry in reversed(alike) if draft.number and entry.number == draft.number - 1), None)
        if before is not None and level < PLAIN and not draft.node.total:
            del self.open[self.open.index(before) :]
            return
        last = self.open[-1] if self.open else None
        if draft.number == 1 and last and last.node is self.latest and (last.level == PLAIN or last in alike):
            if last.level == PLAIN:
                last.level, last.plain = level - 1, True
            return
        while self.open and not _is_under(draft, level, self.open[-1]):
            self.open.pop()

    def _close_wider(self, draft: Draft) -> None:
        """Close the unnumbered rows of which an unnumbered row is no part, by their concepts."""
        node = draft.node
        while self.open and self.open[-1].level == PLAIN and self.open[-1].column == draft.column:
            other = self.open[-1].node
            if not node.concepts and other.concepts and other.concepts[-1].scheme == "project":
                return
            both = node.concepts and other.concepts and node.concepts[-1] is not other.concepts[-1]
            if both and (self._is_within(node, other) or self._divides(node, other)):
                return
            if both and node.memo and other is self.latest and self._is_within(other, node):
                return
            if _divides_balance(node, other):
                return
            self.open.pop()

    def _close_list(self, draft: Draft) -> None:
        """Close a numbered list and the line without number that it divides: the next such line stands beside that."""
        if draft.node.memo:
            return
        for position, entry in enumerate(self.open):
            if entry.plain and entry.column == draft.column:
                del self.open[position:]
                return

    def _close_alien(self, node: Node) -> None:
        """Close the numbered items of which an unnumbered item is no part: 会议费 below （2）公务用车购置."""
        within = self.reader.resolver.ontology.within
        while self.open and self.open[-1].level < PLAIN and node.concepts:
            other = self.open[-1].node
            own = node.concepts[-1]
            if not other.concepts or other.concepts[-1].scheme != "item" or within(own, other.concepts[-1]):
                return
            self.open.pop()

    def _is_within(self, node: Node, other: Node) -> bool:
        """Say whether a row's concept is within that of another, and of those of its kind that this stands below."""
        own, within = node.concepts[-1], self.reader.resolver.ontology.within
        above = [each.concepts[-1] for each in other.ancestors() if each.concepts]
        return within(own, other.concepts[-1]) and all(within(own, c) for c in above if c.scheme == own.scheme)

    def _divides(self, node: Node, other: Node) -> bool:
        """Say whether a fund that the list has stated before says which part of a balance is that fund's."""
        fund, balance = node.concepts[-1], other.concepts[-1]
        return fund.scheme == "fund-source" and fund in self.stated and balance.slug in _BALANCES

    def _set_aside(self, node: Node) -> None:
        """Keep a row with a code until all codes are known; what is numbered starts anew below it."""
        self.open = [entry for entry in self.open if entry.node.is_group]
        self.coded.append((node, self._above()))
        self.classed = node if node.code and not node.project and node.row else None

    def _open_body(self, node: Node) -> None:
        """A body that is a row of its own opens what stands below it, up to the next body or total."""
        wider = (n for n in (self.body.lineage if self.body else ()) if _is_wider(n, node))
        next(wider, self.root).adopt(node)
        self.body = node
        self.open.clear()

    def _adopt_coded(self) -> None:
        """Put each row with a code below the one with the longest shorter code of the same body and group."""
        for position, (node, home) in enumerate(self.coded):
            wider = [
                (before < position, bool(other.code), len(other.code or other.organization_code or ""), before)
                for before, (other, scope) in enumerate(self.coded)
                if scope is home and (_is_part(node, other) or (before < position and _is_project_of(node, other)))
            ]
            parent = self.coded[max(wider)[-1]][0] if wider else home
            parent.adopt(node)


def _divides_balance(node: Node, balance: Node) -> bool:
    """Say whether a row is a 其中 of the balance before it, or goes on with one by another fund."""
    if not balance.concepts or balance.concepts[-1].slug not in _BALANCES:
        return False
    last = balance.children[-1] if balance.children else None
    if node.memo or last is None or not last.memo or not node.concepts:
        return node.memo
    schemes = {concept.scheme for concept in last.concepts[:1]}
    return node.concepts[0].scheme in schemes or balance.concepts[-1] in node.concepts[1:]


def _is_under(draft: Draft, level: int, other: _Open) -> bool:
    if other.column != draft.column or draft.node.total:
        return other.column < draft.column
    return other.level < level or level == PLAIN


def _goes_on_with_memo(node: Node, above: Node) -> bool:
    """Say whether a row goes on with the 其中 before it: a concept of the same scheme, or a list that began so."""
    last = above.children[-1] if above.children else None
    if last is None or not last.memo or node.total:
        return False
    if above.children[0].memo:
        return True
    return bool(last.concepts and node.concepts and last.concepts[0].scheme == node.concepts[0].scheme)


def _is_part(node: Node, other: Node) -> bool:
    """Say whether a row is a part of another by their codes: a class of subjects, or a department's bodies."""
    if not node.code and not other.code:
        return _is_wider(other, node)
    if not other.code:
        return other.organization_code == node.organization_code or _is_wider(other, node)
    code, wider = node.code or "", other.code or ""
    return _is_same_body(node, other) and bool(wider) and len(code) > len(wider) and code.startswith(wider)


def _is_project_of(node: Node, other: Node) -> bool:
    """Say whether a row is that of a project of the class whose own row is another."""
    alike = bool(node.code) and node.code == other.code and _is_same_body(node, other)
    return alike and bool(node.project) and not other.project


def _is_same_body(node: Node, other: Node) -> bool:
    """Say whether two rows are of one body; the name of a class alone bears no body's code."""
    same = node.organization == other.organization
    return same and other.organization_code in (None, node.organization_code)


def _is_wider(other: Node, node: Node) -> bool:
    wider, code = other.organization_code or "", node.organization_code or ""
    return bool(wider) and len(code) > len(wider) and code.startswith(wider)
