"""Rows of a table: what the stub of each says, and the tree that codes, numbering and order make of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from budgetgraph.amounts import is_number
from budgetgraph.columns import CODES, LABELS, NAMES, ORGANIZATIONS, SUBJECTS, Block, common_scheme
from budgetgraph.concepts import CODE_SCHEMES, Context, Resolver
from budgetgraph.header import Column, is_column_numbers
from budgetgraph.identity import same_body
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.ontology import Concept
from budgetgraph.tables import Row, Table
from budgetgraph.trees import Node
from budgetgraph.unlisted import admitted

_CODE = re.compile(r"\[?(\d{2,7})\]?")
_PART = re.compile(r"\d{2}")
_CODE_AND_NAME = re.compile(r"\[?(?!20\d\d年)(\d{2,7})\]?[\s_-]*([^\d\s].*)", re.DOTALL)
_YEAR = re.compile(r"(20\d\d)年?度?(.*)")
"""What may stand behind the name of a body: (本级), (机关), (汇总)."""

_LEVELS = frozenset("类款项")
_DOTTED = re.compile(r"\[?\d{3}([.．·]\d{2}){1,2}\]?")
_BALANCES = ("opening-balance", "closing-balance")
_WHOLE_CODES = (3, 5, 7)
_SHORT_TOTAL = 4
_PLAIN = 9
"""The level of a line without a number."""


@dataclass(slots=True)
class Subject:
    """Stub columns that together name one classification: the parts of its code, and its name."""

    scheme: str | None
    columns: list[Column] = field(default_factory=list)
    coded: bool = False
    named: bool = False


@dataclass(slots=True)
class Draft:
    """What the stub of a row says, before its place in the tree is known; `column` is that of its label."""

    node: Node
    text: str = ""
    column: int = 0
    outer: tuple[tuple[int, str], ...] = ()
    level: int = _PLAIN
    number: int | None = None


class RowReader:
    """Reads the rows of one block; `bodies` are names that are known to be those of bodies."""

    def __init__(
        self, table: Table, block: Block, resolver: Resolver, context: Context, *, bodies: Collection[str]
    ) -> None:
        self.table, self.block, self.resolver, self.context = table, block, resolver, context
        self.bodies = bodies
        self.unknown: list[str] = []
        found = list(_subjects(block, resolver))
        self.subjects = [subject for subject in found if subject.coded]
        uncoded = {column.index: subject.scheme for subject in found if not subject.coded for column in subject.columns}
        self.labels = [column for column, kind in block.stubs if kind in LABELS or column.index in uncoded]
        self.schemes = uncoded
        self.organizations = block.of(ORGANIZATIONS)
        self.organization_codes = block.of(("organization-code",))
        self.years = block.of(("year",))
        self.projects = {column.index for column in block.of(("project",))}
        self.is_open = self._labels_are_open()
        self._before: tuple[Concept, ...] = ()
        self._latest: dict[int, str] = {}

    def read(self) -> tuple[Node, list[Node]]:
        """Return the root of the row tree and its rows in order."""
        drafts = [draft for draft in map(self._draft, self._rows()) if draft]
        self._beside = self._meanings(drafts)
        tree = _Tree(self, drafts)
        return tree.root, tree.lines

    def _rows(self) -> Iterator[tuple[Row, list[list[str]]]]:
        above: list[list[str]] = [[] for _ in self.subjects]
        classes: list[str] = ["" for _ in self.subjects]
        for row in self.table.rows:
            if is_column_numbers([*row.cells.values()]):
                continue
            above = [_stub_texts(row, s.columns, up) for s, up in zip(self.subjects, above, strict=True)]
            whole = [_with_class(texts, one) for texts, one in zip(above, classes, strict=True)]
            classes = [_class_of(texts) or one for texts, one in zip(whole, classes, strict=True)]
            yield row, whole

    def _draft(self, found: tuple[Row, list[list[str]]]) -> Draft | None:
        row, subjects = found
        labels = self._labels_of(row)
        organization = _first(row, self.organizations)
        code, name = _code_and_name(subjects[0]) if subjects else (None, "")
        word = next((text for text in (name, *(t for _, t in labels[-1:]), organization, *row.texts[:1]) if text), "")
        node = Node(" ".join(filter(None, (code, name or word))) or word, row=row, code=code)
        if not code and self._is_total(word, labels):
            node.total = True
            outer = tuple(labels[:-1])
            return Draft(node, word, labels[-1][0] if labels else 0, outer, level=1)
        node.organization, node.organization_code = organization or None, _first(row, self.organization_codes) or None
        self._place_year(node, row)
        self._place_subjects(node, subjects, name)
        if not labels or code:
            if labels:
                node.project = labels[-1][1] if labels[-1][0] in self.projects or self.is_open else None
            named = code or name or organization or node.organization_code or node.project or node.year or node.concepts
            if not named and (self.block.stubs or not _has_numbers(row, self.block)):
                return self._unnamed(node, row)
            parsed = parse_line_label(name) if name and not code else None
            level = parsed.level if parsed and parsed.level else _PLAIN
            return Draft(node, name, level=level, number=parsed.number if parsed else None)
        column, text = labels[-1]
        parsed = parse_line_label(text)
        node.memo = parsed.memo
        return Draft(node, text, column, tuple(labels[:-1]), parsed.level or _PLAIN, parsed.number)

    def _labels_of(self, row: Row) -> list[tuple[int, str]]:
        """Return the labels of a row by column; one whose cell begins above stands for a row without its own."""
        labels = [(column.index, text) for column in self.labels if (text := row.text(column.index))]
        if not labels:
            labels = [(column.index, text) for column in self.labels[:1] if (text := row.label(column.index))]
        for column, text in labels:
            self._latest = {**{index: old for index, old in self._latest.items() if index < column}, column: text}
        reaching = [column for column in sorted(row.spanning) if column in self._latest]
        return labels or [(column, self._latest[column]) for column in reaching[-1:]]

    def _is_total(self, word: str, labels: Sequence[tuple[int, str]]) -> bool:
        """In a list of lines 本年收入合计 is a total; among names only the bare word is one."""
        if not word or not self.resolver.is_total(word):
            return False
        return (bool(labels) and not self.is_open) or len(normalise(word)) <= _SHORT_TOTAL

    def _unnamed(self, node: Node, row: Row) -> Draft | None:
        """A row with amounts and no label is unresolved; one that opens or closes a table is likely its total."""
        if not _has_numbers(row, self.block):
            return None
        node.resolved = False
        return Draft(node, column=self.labels[-1].index if self.labels else 0)

    def _place_year(self, node: Node, row: Row) -> None:
        text = normalise(_first(row, self.years))
        found = _YEAR.fullmatch(text)
        if found:
            node.year = int(found.group(1))
            text = found.group(2)
        if not text:
            return
        concept = self.resolver.phase(text) or self.resolver.column_head(text)
        node.concepts = (concept,) if concept else ()
        node.resolved = concept is not None

    def _place_subjects(self, node: Node, subjects: Sequence[Sequence[str]], name: str) -> None:
        for subject, texts in zip(self.subjects, subjects, strict=True):
            code, named = _code_and_name(texts)
            if not code and not named:
                continue
            concept = self._subject_concept(code, named, subject)
            if subject is self.subjects[0] and code and self._names_body(code, named, concept):
                node.organization, node.organization_code, node.code = named, code, None
                node.label = f"{code} {named}"
                continue
            if subject is self.subjects[0] and not code and self.is_body(named):
                node.organization = named
                continue
            if concept:
                node.concepts = (*node.concepts, concept)
                if subject is self.subjects[0] and code and len(code) not in _WHOLE_CODES:
                    node.code = concept.notation or code  # a misprinted code: the name tells which is meant
            elif subject is not self.subjects[0] or code:
                node.resolved = False

    def _subject_concept(self, code: str | None, name: str, subject: Subject) -> Concept | None:
        ontology = self.resolver.ontology
        concept = ontology.by_notation(subject.scheme, code) if code and subject.scheme else None
        concept = concept or (self.resolver.code(code) if code else None)
        if concept is None and code and name:
            scheme = _code_scheme(code) or subject.scheme
            above = (*self.context.above, *self._before)
            concept = self.resolver.resolve(name, Context(above, scheme=scheme))
            if concept is None or not _is_sibling(concept, code, scheme):
                concept = admitted(ontology, scheme, code, name) or concept
        self._before = (concept,) if concept else self._before
        return concept

    def _names_body(self, code: str, name: str, concept: Concept | None) -> bool:
        """A code that stands beside the name of a body is the body's, even if a classification has it too."""
        return bool(name) and self.is_body(name) and (concept is None or normalise(concept.label) != normalise(name))

    def is_body(self, text: str) -> bool:
        """Say whether a text names a body that this disclosure speaks of."""
        flat = normalise(text)
        found = _CODE_AND_NAME.fullmatch(flat)
        flat = normalise(found.group(2)) if found else flat
        return len(flat) > 1 and any(same_body(flat, body) for body in self.bodies)

    def _labels_are_open(self) -> bool:
        """Say whether the labels are names, e.g. of projects, rather than lines that the ontology knows."""
        texts = [text for column in self.labels for row in self.table.rows if (text := row.text(column.index))]
        telling = [text for text in texts if not self.resolver.is_total(text) and not self.is_body(text)]
        if not telling:
            return False
        known = sum(1 for text in telling if self._is_known(text))
        if known * 2 >= len(telling):
            return False
        nature = any(concept.slug in ("project", "procurement", "purchased-services") for concept in self.context.above)
        return bool(self.projects) or nature

    def _is_known(self, text: str) -> bool:
        known = self.resolver.candidates(text, self.context) or self.resolver.compose(text, self.context)
        return bool(known) or bool(_CODE_AND_NAME.fullmatch(normalise(text)))

    def _meanings(self, drafts: Sequence[Draft]) -> frozenset[str]:
        """Return what the lines mean that have one meaning only: it decides what their neighbours mean."""
        found = [self.resolver.candidates(draft.text, self.context) for draft in drafts if draft.text]
        return frozenset(concepts[0].iri for concepts in found if len(concepts) == 1)

    def name(self, draft: Draft, above: Node, siblings: Sequence[str], all_texts: Sequence[str]) -> None:
        """Give a line its concept in its place, its project or its body; note a label that has none."""
        node = draft.node
        if node.code or not draft.text:
            return
        scheme = self.schemes.get(draft.column)
        announced = (self.resolver.ontology[f"{scheme}/all"],) if scheme else ()
        near = self.context.below(*announced, *above.all_concepts)
        if draft.column and self._place_code_in_label(node, draft.text):
            return
        if not node.total and self.is_body(draft.text):
            node.organization = normalise(draft.text)
            return
        item = self._item_among_names(draft.text, near) if self.is_open and not node.total else None
        if item:
            node.concepts = (*node.concepts, item)
            return
        group = self.resolver.project_group(draft.text) if self.is_open and not node.total else None
        if group or (draft.column in self.projects and self.is_open and not node.total):
            node.project, node.concepts = draft.text, (group,) if group else node.concepts
            return
        schemes = near.schemes - (frozenset(CODE_SCHEMES) - {scheme}) if scheme else near.schemes
        scheme = scheme or common_scheme(siblings or all_texts, self.resolver, near)
        if self.is_open:  # a project may bear the name of a class: only under a head of classes is it one
            schemes -= frozenset(CODE_SCHEMES) - {self.schemes.get(draft.column)}
        concept = self.resolver.resolve(draft.text, Context(near.above, self._beside, scheme, schemes))
        meant = (concept,) if concept else () if self.is_open else self.resolver.compose(draft.text, near)
        if meant:
            node.concepts = (*node.concepts, *meant)
        elif self.is_open and not node.total:
            node.project = draft.text
        elif not node.total or len(normalise(draft.text)) > _SHORT_TOTAL:
            node.resolved = False
            self.unknown.append(draft.text)

    def _item_among_names(self, text: str, near: Context) -> Concept | None:
        """Return the item that heads a list of names: 一、货物 among the purchases of a procurement table."""
        if parse_line_label(text).level is None:
            return None
        return self.resolver.resolve(text, Context(near.above, self._beside, "item", frozenset(("item",))))

    def _place_code_in_label(self, node: Node, text: str) -> bool:
        """Take a label apart that holds a code and a name: [30101]基本工资."""
        found = _CODE_AND_NAME.fullmatch(normalise(text))
        if not found or parse_line_label(text).level is not None:
            return False
        code, name = found.groups()
        concept = self.resolver.code(code)
        if self._names_body(code, name, concept):
            node.organization, node.organization_code = name, code
            return True
        if not self.is_open:
            concept = concept or admitted(self.resolver.ontology, _code_scheme(code), code, name)
        if concept is None:
            return False
        node.code, node.concepts = code, (*node.concepts, concept)
        return True


@dataclass(slots=True)
class _Open:
    """A row or group that may have parts below: the column of its label, its level and number, its node."""

    column: int
    level: int
    node: Node
    number: int | None = None


class _Tree:
    """Puts drafts in their places: below the row with the wider code, the open number, the body, the outer label.

    `open` holds the rows and groups that may have parts below.
    """

    def __init__(self, reader: RowReader, drafts: Sequence[Draft]) -> None:
        self.reader, self.root, self.lines = reader, Node(""), [draft.node for draft in drafts]
        self.open: list[_Open] = []
        self.body: Node | None = None
        self.latest: Node | None = None
        self.stated: set[Concept] = set()
        self.coded: list[tuple[Node, Node]] = []
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
        if level == _PLAIN:
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
        self.open.append(_Open(column, _PLAIN, group))

    def _close(self, draft: Draft, level: int) -> None:
        """Close the rows below which a row cannot stand.

        The next number of a list stands beside the one before it. The first number of a list opens it below the
        row right before it, if that is a plain line or has itself such a number (一、本年支出 / 一、一般公共服务支出).
        """
        alike = [entry for entry in self.open if entry.column == draft.column and entry.level == level]
        before = next((entry for entry in reversed(alike) if draft.number and entry.number == draft.number - 1), None)
        if before is not None and level < _PLAIN and not draft.node.total:
            del self.open[self.open.index(before) :]
            return
        last = self.open[-1] if self.open else None
        if draft.number == 1 and last and last.node is self.latest and (last.level == _PLAIN or last in alike):
            if last.level == _PLAIN:
                last.level = level - 1
            return
        while self.open and not _is_under(draft, level, self.open[-1]):
            self.open.pop()

    def _close_wider(self, draft: Draft) -> None:
        """Close the unnumbered rows of which an unnumbered row is no part, by their concepts."""
        ontology = self.reader.resolver.ontology
        node = draft.node
        while self.open and self.open[-1].level == _PLAIN and self.open[-1].column == draft.column:
            other = self.open[-1].node
            if not node.concepts and other.concepts and other.concepts[-1].scheme == "project":
                return
            both = node.concepts and other.concepts and node.concepts[-1] is not other.concepts[-1]
            if both and (ontology.within(node.concepts[-1], other.concepts[-1]) or self._divides(node, other)):
                return
            self.open.pop()

    def _divides(self, node: Node, other: Node) -> bool:
        """Say whether a fund that the list has stated before says which part of a balance is that fund's."""
        fund, balance = node.concepts[-1], other.concepts[-1]
        return fund.scheme == "fund-source" and fund in self.stated and balance.slug in _BALANCES

    def _set_aside(self, node: Node) -> None:
        """Keep a row with a code until all codes are known; what is numbered starts anew below it."""
        self.open = [entry for entry in self.open if entry.node.is_group]
        self.coded.append((node, self._above()))

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
                (before < position, len(other.code or other.organization_code or ""), before)
                for before, (other, scope) in enumerate(self.coded)
                if scope is home and _is_part(node, other)
            ]
            parent = self.coded[max(wider)[2]][0] if wider else home
            parent.adopt(node)


def _subjects(block: Block, resolver: Resolver) -> Iterator[Subject]:
    """Yield the classifications that the stub columns name: a code column of another scheme opens the next."""
    subject: Subject | None = None
    for column, kind in block.stubs:
        if kind not in SUBJECTS:
            continue
        scheme = next(filter(None, (resolver.scheme_of(label) for label in reversed(column.path))), None)
        opens = subject is None or (
            (scheme is not None and subject.scheme is not None and scheme != subject.scheme)
            or (kind in CODES and subject.named)
            or (kind in NAMES and subject.named)
        )
        if opens:
            if subject is not None:
                yield subject
            subject = Subject(scheme)
        assert subject is not None
        subject.scheme = subject.scheme or scheme
        subject.columns.append(column)
        subject.coded = subject.coded or kind in CODES
        subject.named = subject.named or kind in NAMES
    if subject is not None:
        yield subject


def _stub_texts(row: Row, columns: Sequence[Column], above: Sequence[str]) -> list[str]:
    """Return the texts of a row's code and name, with the parts of the code that only the row above prints."""
    texts = [_padded(row.text(column.index)) for column in columns]
    if sum(1 for text in texts if text in _LEVELS) > 1:  # the last row of the header goes on as that of the total
        texts = ["" if text in _LEVELS else text for text in texts]
    for position, text in enumerate(texts):
        if not text:
            continue
        if len(texts) == len(above) and _PART.fullmatch(text) and all(map(_is_part_of_code, above[:position])):
            return [*above[:position], *texts[position:]]
        break
    return texts


def _padded(text: str) -> str:
    """Return a part of a code that is printed with one digit as it is written out, 2 as 02; 201.03.01 as 2010301."""
    if _DOTTED.fullmatch(normalise(text)):
        return re.sub(r"\D", "", text)
    return f"0{text}" if re.fullmatch(r"\d", text) else text


def _with_class(texts: list[str], above: str) -> list[str]:
    """Return the texts of a code that prints two digits alone with the class above it before them."""
    if above and texts and _PART.fullmatch(texts[0]) and not any(map(_is_part_of_code, texts[1:])):
        return [above + texts[0], *texts[1:]]
    return texts


def _class_of(texts: Sequence[str]) -> str | None:
    code, _ = _code_and_name(texts)
    return code[:3] if code and len(code) in (3, 5, 7) else None


def _is_part_of_code(text: str) -> bool:
    return _CODE.fullmatch(normalise(text)) is not None


def _code_scheme(code: str | None) -> str | None:
    return {"2": CODE_SCHEMES[0], "3": CODE_SCHEMES[1], "5": CODE_SCHEMES[2]}.get(code[0]) if code else None


def _is_sibling(concept: Concept, code: str, scheme: str | None) -> bool:
    """Say whether a name found beside an unknown code is that of a code of the same group: one of them is a slip."""
    return concept.scheme == scheme and (concept.notation or "")[:-2] == code[:-2]


def _first(row: Row, columns: Sequence[Column]) -> str:
    return next((text for column in columns if (text := row.text(column.index))), "")


def _has_numbers(row: Row, block: Block) -> bool:
    return any(is_number(row.text(column.index)) for column in block.amounts)


def _code_and_name(texts: Sequence[str]) -> tuple[str | None, str]:
    """Join the parts of a code (201 | 03 | 50, or 2010350) and find the name beside or behind it."""
    code, name = "", ""
    for text in texts:
        flat = normalise(text)
        if parse_line_label(flat).level is not None:
            name = name or text
        elif match := _CODE.fullmatch(flat):
            part = match.group(1)
            code = part if code and part.startswith(code) else code + part
        elif match := _CODE_AND_NAME.fullmatch(text.strip()):
            part = match.group(1)
            code = part if code and part.startswith(code) else code + part
            name = name or match.group(2)
        elif flat:
            name = name or text
    return code or None, name


def _is_under(draft: Draft, level: int, other: _Open) -> bool:
    if other.column != draft.column or draft.node.total:
        return other.column < draft.column
    return other.level < level or level == _PLAIN


def _goes_on_with_memo(node: Node, above: Node) -> bool:
    """Say whether a row goes on with the 其中 before it: a concept of the same scheme."""
    last = above.children[-1] if above.children else None
    return bool(
        last
        and last.memo
        and last.concepts
        and node.concepts
        and last.concepts[0].scheme == node.concepts[0].scheme
        and not node.total
    )


def _is_part(node: Node, other: Node) -> bool:
    """Say whether a row is a part of another by their codes: a class of subjects, or a department's bodies."""
    if not node.code and not other.code:
        return _is_wider(other, node)
    code, wider = node.code or "", other.code or ""
    same = node.organization == other.organization and node.organization_code == other.organization_code
    return same and bool(wider) and len(code) > len(wider) and code.startswith(wider)


def _is_wider(other: Node, node: Node) -> bool:
    wider, code = other.organization_code or "", node.organization_code or ""
    return bool(wider) and len(code) > len(wider) and code.startswith(wider)
