"""Rows of a table: what the stub of each says, and what it means in its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from budgetgraph.amounts import is_blank, is_number
from budgetgraph.concepts.lookup import CODE_SCHEMES, Context, Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.concepts.unlisted import admitted
from budgetgraph.identity.reading import same_body
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.structure.column_tree import common_scheme
from budgetgraph.structure.columns import LABELS, ORGANIZATIONS, Block
from budgetgraph.structure.counts import row_of_counts
from budgetgraph.structure.row_tree import PLAIN, Draft, RowTree
from budgetgraph.structure.stubs import (
    CODE_AND_NAME,
    Subject,
    are_names,
    bodies_with_code,
    class_of,
    code_and_name,
    code_scheme,
    first_text,
    is_sibling,
    numbers_of_rows,
    stub_texts,
    subjects_of,
    with_class,
)
from budgetgraph.structure.trees import Node
from budgetgraph.structure.uncoded import give_codes
from budgetgraph.tables import Row, Table
from budgetgraph.tables.header import is_column_numbers

_YEAR = re.compile(r"(20\d\d)年?度?(.*)")
_WHOLE_CODES = (3, 5, 7)
_SHORT_TOTAL = 4


class RowReader:
    """Reads the rows of one block; `bodies` are names that are known to be those of bodies."""

    def __init__(
        self, table: Table, block: Block, resolver: Resolver, context: Context, *, bodies: Collection[str]
    ) -> None:
        self.table, self.block, self.resolver, self.context = table, block, resolver, context
        self.bodies = frozenset((*bodies, *bodies_with_code(table, block, bodies)))
        self.unknown: list[str] = []
        found = list(subjects_of(block, resolver))
        self.subjects = [subject for subject in found if subject.coded]
        uncoded = {column.index: subject.scheme for subject in found if not subject.coded for column in subject.columns}
        self.labels = [column for column, kind in block.stubs if kind in LABELS or column.index in uncoded]
        self.schemes = uncoded
        self.organizations = block.of(ORGANIZATIONS)
        self.organization_codes = block.of(("organization-code",))
        self.years = block.of(("year",))
        self.projects = {column.index for column in block.of(("project",))}
        self.serials = numbers_of_rows(table, block)
        self.is_open = self._labels_are_open()
        self._before: tuple[Concept, ...] = ()
        self._latest: dict[int, str] = {}

    def read(self) -> tuple[Node, list[Node]]:
        """Return the root of the row tree and its rows in order."""
        drafts = [draft for draft in map(self._draft, self._rows()) if draft]
        give_codes(drafts, self.resolver.ontology)
        self._beside = self._meanings(drafts)
        tree = RowTree(self, drafts)
        return tree.root, tree.lines

    def _rows(self) -> Iterator[tuple[Row, list[list[str]]]]:
        above: list[list[str]] = [[] for _ in self.subjects]
        classes: list[str] = ["" for _ in self.subjects]
        for row in self.table.rows:
            if is_column_numbers([*row.cells.values()]):
                continue
            if row_of_counts(first_text(row, self.labels), _numbers(row, self.block), self.resolver.ontology):
                continue
            above = [stub_texts(row, s.columns, up) for s, up in zip(self.subjects, above, strict=True)]
            whole = [with_class(texts, one) for texts, one in zip(above, classes, strict=True)]
            classes = [class_of(texts) or one for texts, one in zip(whole, classes, strict=True)]
            yield row, whole

    def _draft(self, found: tuple[Row, list[list[str]]]) -> Draft | None:
        row, subjects = found
        labels = self._labels_of(row)
        organization = first_text(row, self.organizations)
        code, name = code_and_name(subjects[0]) if subjects else (None, "")
        word = next(
            (text for text in (name, *(t for _, t in labels[-1:]), organization, self._label_before(row)) if text), ""
        )
        node = Node(" ".join(filter(None, (code, name or word))) or word, row=row, code=code)
        if not code and self._is_total(word, labels, organization):
            node.total = True
            outer = tuple(labels[:-1])
            return Draft(node, word, labels[-1][0] if labels else 0, outer, level=1)
        node.organization, node.organization_code = (
            organization or None,
            first_text(row, self.organization_codes) or None,
        )
        self._place_year(node, row)
        self._place_subjects(node, subjects, name)
        if not labels or code:
            if labels:
                node.project = labels[-1][1] if self._is_project(*labels[-1], node) else None
            named = code or name or organization or node.organization_code or node.project or node.year or node.concepts
            if not named and (self.block.stubs or not _numbers(row, self.block)):
                return self._unnamed(node, row)
            node.memo = any(parse_line_label(text).memo for text in (name, organization) if text)
            level, number = self._numbered(row, name or organization) if not code else (PLAIN, None)
            return Draft(node, name, level=level, number=number)
        column, text = labels[-1]
        node.memo = parse_line_label(text).memo
        return Draft(node, text, column, tuple(labels[:-1]), *self._numbered(row, text))

    def _is_project(self, column: int, text: str, node: Node) -> bool:
        """Say whether the label of a row with a code names a project; where names are open, unless it is the code's."""
        own = node.concepts and normalise(node.concepts[-1].label) == normalise(text)
        return column in self.projects or (self.is_open and not own)

    def _numbered(self, row: Row, label: str) -> tuple[int, int | None]:
        """Return level and number of a row: as its label says, or a column of numbers."""
        parsed = parse_line_label(label)
        return (parsed.level, parsed.number) if parsed.level else self.serials.get(id(row), (PLAIN, None))

    def _label_before(self, row: Row) -> str:
        """Return the first label of a row, which names the blocks to its right too, up to where another one stands."""
        stub = min((column.index for column, _ in self.block.stubs), default=0)
        beside = [cell.flat for index, cell in row.cells.items() if 0 < index < stub]
        labels = [text for text in beside if not is_blank(text) and not is_number(text)]
        return "" if len(labels) > 1 else next(iter(row.texts), "")

    def _labels_of(self, row: Row) -> list[tuple[int, str]]:
        """Return the labels of a row by column; one whose cell begins above stands for a row without its own."""
        labels = [(column.index, text) for column in self.labels if (text := row.text(column.index))]
        if not labels:
            labels = [(column.index, text) for column in self.labels[:1] if (text := row.label(column.index))]
        for column, text in labels:
            self._latest = {**{index: old for index, old in self._latest.items() if index < column}, column: text}
        reaching = [column for column in sorted(row.spanning) if column in self._latest]
        return labels or [(column, self._latest[column]) for column in reaching[-1:]]

    def _is_total(self, word: str, labels: Sequence[tuple[int, str]], organization: str) -> bool:
        """In a list of lines 本年收入合计 is a total, unless it is numbered; among names only the bare word is one.

        No body's name ends so: 局机关小计 in a column of bodies is a total.
        """
        if not word or not self.resolver.is_total(word) or parse_line_label(word).level is not None:
            return False
        if (
            (labels and not self.is_open)
            or (word == organization and not labels)
            or len(normalise(word)) <= _SHORT_TOTAL
        ):
            return True
        return (bool(self.subjects) != bool(labels)) and self._is_total_of_known(word)

    def _is_total_of_known(self, word: str) -> bool:
        """Say whether a label among codes is a total of what is known: 人员经费合计, and not 行政单位小计."""
        flat = normalise(word)
        named = next(flat[: -len(total)] for total in self.resolver.totals if flat.endswith(total))
        return bool(self.resolver.resolve(named, self.context) or self.resolver.compose(named, self.context))

    def _unnamed(self, node: Node, row: Row) -> Draft | None:
        """A row with amounts and no label is unresolved; one that opens or closes a table is likely its total."""
        if not _numbers(row, self.block):
            return None
        node.resolved = False
        return Draft(node, column=self.labels[-1].index if self.labels else 0)

    def _place_year(self, node: Node, row: Row) -> None:
        text = normalise(first_text(row, self.years))
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
            code, named = code_and_name(texts)
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
            scheme = code_scheme(code) or subject.scheme
            above = (*self.context.above, *self._before)
            concept = self.resolver.resolve(name, Context(above, scheme=scheme))
            if concept is None or not is_sibling(concept, code, scheme):
                concept = admitted(ontology, scheme, code, name) or concept
        self._before = (concept,) if concept else self._before
        return concept

    def _names_body(self, code: str, name: str, concept: Concept | None) -> bool:
        """A code that stands beside the name of a body is the body's, even if a classification has it too."""
        return bool(name) and self.is_body(name) and (concept is None or normalise(concept.label) != normalise(name))

    def is_body(self, text: str) -> bool:
        """Say whether a text names a body that this disclosure speaks of."""
        flat = normalise(text)
        found = CODE_AND_NAME.fullmatch(flat)
        flat = normalise(found.group(2)) if found else flat
        return len(flat) > 1 and any(same_body(flat, body) for body in self.bodies)

    def _labels_are_open(self) -> bool:
        """Say whether the labels are names, e.g. of projects, rather than lines that the ontology knows."""
        columns = [column for column in self.labels if column.index in self.projects] or self.labels
        texts = [text for column in columns for row in self.table.rows if (text := row.text(column.index))]
        telling = [text for text in texts if not self.resolver.is_total(text) and not self.is_body(text)]
        nature = any(concept.slug in ("project", "procurement", "purchased-services") for concept in self.context.above)
        return (bool(self.projects) or nature) and are_names(telling, self.context, self.resolver)

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
        if draft.column and self._place_code_in_label(node, draft):
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
        """Return the item that heads a list of names: 一、货物, or 货物 alone, among the purchases of a table."""
        item = self.resolver.resolve(text, Context(near.above, self._beside, "item", frozenset(("item",))))
        numbered = parse_line_label(text).level is not None
        return item if item and (numbered or item.below) else None

    def _place_code_in_label(self, node: Node, draft: Draft) -> bool:
        """Take a label apart that holds a code and a name: [30101]基本工资."""
        found = CODE_AND_NAME.fullmatch(normalise(draft.text))
        if not found or parse_line_label(draft.text).level is not None:
            return False
        code, name = found.groups()
        concept = self.resolver.code(code)
        if self._names_body(code, name, concept):
            node.organization, node.organization_code = name, code
            return True
        if not self.is_open or draft.column in self.schemes:
            concept = concept or admitted(self.resolver.ontology, code_scheme(code), code, name)
        if concept is None:
            return False
        node.code, node.concepts = code, (*node.concepts, concept)
        return True


def _numbers(row: Row, block: Block) -> list[str]:
    return [text for column in block.amounts if is_number(text := row.text(column.index))]
