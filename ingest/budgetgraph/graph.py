"""The graph of a disclosure: every figure, table, relation and statement as RDF, sorted, without blank nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from budgetgraph.concepts import DIMENSIONS
from budgetgraph.consolidation import Fact, consolidate, headlines
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell, Document
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.labels import readable, tidy
from budgetgraph.performance import indicator_facts, named_bodies
from budgetgraph.prose import Statement
from budgetgraph.provenance import date_of_making, origin_facts
from budgetgraph.quotes import Quote
from budgetgraph.relations import Implied, Relation, RelationKind, Term
from budgetgraph.targets import Target
from budgetgraph.terms import (
    BG,
    CNY,
    CONCEPT,
    DCAT,
    DCT,
    DEFAULT_BASE,
    DIM,
    FOAF,
    OA,
    OBEU_ATTRIBUTE,
    OBEU_MEASURE,
    OBEU_PHASE,
    ORG,
    PROV,
    QB,
    RDF,
    RDFS,
    SKOS,
    YEAR,
    Names,
    digest,
    literal,
    node,
)

Value = NamedNode | Literal
Facts = Iterator[tuple[str, str, Value]]

_DIMENSION_OF = {local: scheme for scheme, local in DIMENSIONS.items()}


@dataclass(frozen=True, slots=True)
class GraphBuilder:
    """Writes one disclosure as quads; the graph is named by the disclosure's IRI."""

    disclosure: Disclosure
    base: str = DEFAULT_BASE
    _observations: dict[int, tuple[Figure, str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _relations: dict[int, tuple[Relation, str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def names(self) -> Names:
        return Names(self.base, self.disclosure.identity)

    def quads(self) -> list[str]:
        """Return the graph as sorted N-Quads lines, each once."""
        return serialise(self._facts(), self.names.disclosure)

    def _facts(self) -> Facts:
        facts = consolidate(self.disclosure)
        yield from self._disclosure(facts)
        for document in self.disclosure.documents:
            yield from self._file(document)
            yield from origin_facts(document, self.names)
        yield from self._organizations()
        yield from self._projects()
        yield from self._unlisted_codes()
        for reading in self.disclosure.readings:
            yield from self._table(reading)
        for fact in facts:
            yield from self._consolidated(fact)
        for statement in self.disclosure.prose.statements:
            yield from self._statement(statement)
        yield from self._text()
        for number, target in enumerate(self.disclosure.targets, start=1):
            yield from self._target(number, target)
        yield from indicator_facts(self.disclosure, self.names)
        for cell in {cell for indicator in self.disclosure.indicators for cell in indicator.cells}:
            yield from self._cell(cell)
        for implied in self.disclosure.relations.implied:
            yield from self._implied(implied)
        for relation in self.disclosure.relations.relations:
            yield from self._relation(relation)

    def _disclosure(self, facts: list[Fact]) -> Facts:
        identity, me = self.disclosure.identity, self.names.disclosure
        word = "决算" if identity.phase == "executed" else "预算"
        yield from _types(me, BG + "Disclosure", QB + "DataSet", DCAT + "Dataset")
        yield (
            me,
            DCT + "title",
            literal(f"{identity.body}{identity.year}年{_level_word(identity.level)}{word}", language="zh"),
        )
        yield me, BG + "fiscalYear", literal(identity.year, "integer")
        yield me, BG + "organization", node(self.names.organization(identity.body))
        yield me, BG + "phase", node(OBEU_PHASE + identity.phase)
        yield me, BG + "level", node(f"{CONCEPT}disclosure-level/{identity.level}")
        for document in self.disclosure.documents:
            yield me, BG + "sourceFile", node(self.names.file(document.sha256))
        yield me, DCT + "spatial", node(f"{CONCEPT}division/{identity.division}")
        yield me, QB + "structure", node(BG + "consolidatedStructure")
        for reading in self.disclosure.readings:
            yield me, DCT + "hasPart", node(self.table(reading.table.slug))
        for name, amount in headlines(self.disclosure, facts):
            yield me, BG + name, _yuan(amount)

    def _file(self, document: Document) -> Facts:
        file = self.names.file(document.sha256)
        yield from _types(file, BG + "SourceFile", FOAF + "Document")
        yield file, DCT + "format", literal(document.media_type)
        yield file, BG + "sha256", literal(document.sha256)
        yield file, BG + "fileName", literal(document.name)
        if created := date_of_making(document):
            yield file, DCT + "created", literal(created.isoformat(), "date")
        if document.paged:
            yield file, BG + "pageCount", literal(len(document.pages), "integer")

    def _organizations(self) -> Facts:
        identity = self.disclosure.identity
        named = {figure.coordinates.get("organization") or identity.body for figure in self.disclosure.figures}
        for name in {identity.body, *named, *named_bodies(self.disclosure)}:
            iri = self.names.organization(name)
            yield from _types(iri, ORG + "Organization", SKOS + "Concept")
            yield iri, SKOS + "prefLabel", literal(name, language="zh")
            yield iri, RDFS + "label", literal(name, language="zh")
            if name == identity.body:
                for other in identity.also:
                    yield iri, SKOS + "altLabel", literal(other, language="zh")
            yield iri, BG + "division", node(f"{CONCEPT}division/{identity.division}")
            for code in self._codes(name):
                yield iri, BG + "unitCode", literal(code)

    def _projects(self) -> Facts:
        """The projects that figures, targets and indicators speak of, by the names that are printed."""
        figures = {figure.coordinates.get("project") for figure in self.disclosure.figures}
        targets = {readable(target.project) for target in self.disclosure.targets if target.project}
        targets |= {readable(indicator.project) for indicator in self.disclosure.indicators if indicator.project}
        for name in filter(None, figures | targets):
            me = self.names.project(name)
            yield from _types(me, BG + "Project")
            yield me, RDFS + "label", literal(name, language="zh")
            yield me, DCT + "isPartOf", node(self.names.disclosure)

    def _unlisted_codes(self) -> Facts:
        """Codes that no list has, as they are printed; the name is another label, for a list may have its own."""
        for concept in self.disclosure.ontology.admitted:
            yield concept.iri, RDF + "type", node(SKOS + "Concept")
            yield concept.iri, SKOS + "inScheme", node(CONCEPT + concept.scheme)
            yield concept.iri, SKOS + "notation", literal(concept.notation or "")
            yield concept.iri, SKOS + "altLabel", literal(concept.label, language="zh")
            yield concept.iri, SKOS + "broader", node(concept.broader or "")

    def _codes(self, name: str) -> set[str]:
        """Return the unit codes printed beside a body's figures."""
        return {
            row.organization_code
            for reading in self.disclosure.readings
            for (row, _), item in reading.cells.items()
            if row.organization_code
            and isinstance(item, Figure)
            and item.coordinates.get("organization") == name
            and len(row.organization_code) > 1
        }

    def table(self, slug: str) -> str:
        """Return the IRI of a table."""
        return self.names.part("table", slug)

    def _table(self, reading: Reading) -> Facts:
        table, me = reading.table, self.table(reading.table.slug)
        yield from _types(me, QB + "DataSet", BG + "DisclosedTable")
        yield me, QB + "structure", node(BG + "tableStructure")
        yield me, DCT + "title", literal(tidy(table.title) or "无标题", language="zh")
        yield me, DCT + "isPartOf", node(self.names.disclosure)
        yield me, BG + "tableKind", node(reading.kind.iri)
        yield me, BG + "order", literal(table.order, "integer")
        if table.annex:
            yield me, BG + "annex", literal(table.annex)
        if table.body:
            body = self.disclosure.identity.body if self.disclosure.own(reading) else table.body
            yield me, BG + "statedBody", node(self.names.organization(body))
        if self._document(table.file).paged:
            yield me, BG + "firstPage", literal(table.first_page, "integer")
            yield me, BG + "lastPage", literal(table.last_page, "integer")
        if reading.unit:
            yield me, BG + "unit", node(f"{CONCEPT}unit/{reading.unit.slug}")
            if reading.unit_inferred:
                yield me, BG + "unitInferred", literal("true", "boolean")
        if not reading.figures and not any(item.table == table.slug for item in self.disclosure.indicators):
            yield me, BG + "empty", literal("true", "boolean")
        if table.header.mended:
            yield me, BG + "headerMended", literal("true", "boolean")
        for remark in ("".join(map(readable, table.remarks)),) if table.remarks else ():
            yield me, BG + "remark", literal(remark, language="zh")
        for figure in reading.figures:
            yield from self._observation(figure)
        for (row, column), item in reading.cells.items():
            if isinstance(item, BlankCell):
                path = column.column.path if column.column else (column.label,)
                yield from self._blank(item, row.label, " › ".join(path))

    def _blank(self, blank: BlankCell, row_label: str, column_label: str) -> Facts:
        """Say of a blank where it stands in its table, so that the table can be shown as it is printed."""
        me = self._cell_iri(blank.cell)
        yield from self._cell(blank.cell, blank=True)
        yield me, BG + "inTable", node(self.table(blank.table))
        yield me, BG + "rowLabel", literal(tidy(row_label), language="zh")
        yield me, BG + "columnLabel", literal(tidy(column_label), language="zh")

    def observation(self, figure: Figure) -> str:
        """Return the IRI of a figure's observation, made of its table and coordinates."""
        known = self._observations.get(id(figure))
        if known is None:
            key = digest(figure.table, *_key(figure.coordinates), str(figure.statement))
            known = self._observations[id(figure)] = figure, self.names.part("observation", key)
        return known[1]

    def _observation(self, figure: Figure) -> Facts:
        me = self.observation(figure)
        if figure.amount is None or figure.unit is None:
            yield from _types(me, BG + "UnscaledFigure")
            yield me, BG + "inTable", node(self.table(figure.table))
            yield me, BG + "printedText", literal(figure.printed)
            yield me, PROV + "wasDerivedFrom", node(self._cell_iri(figure.cell))
            yield from self._cell(figure.cell)
            return
        yield from _types(me, QB + "Observation")
        yield me, QB + "dataSet", node(self.table(figure.table))
        yield from self._dimensions(me, figure.coordinates)
        yield me, DIM + "statement", literal(figure.statement, "integer")
        yield from self._measure(me, figure, figure.amount)
        yield me, BG + "rowLabel", literal(tidy(figure.row_label), language="zh")
        yield me, BG + "columnLabel", literal(tidy(figure.column_label), language="zh")
        if not figure.resolved:
            yield me, BG + "unresolved", literal("true", "boolean")
        yield me, PROV + "wasDerivedFrom", node(self._cell_iri(figure.cell))
        yield from self._cell(figure.cell)

    def _measure(self, me: str, figure: Figure, amount: Decimal) -> Facts:
        yield me, OBEU_MEASURE + "amount", _yuan(amount)
        yield me, OBEU_ATTRIBUTE + "currency", node(CNY)
        yield me, BG + "printedText", literal(figure.printed)
        if figure.unit:
            yield me, BG + "printedUnit", node(f"{CONCEPT}unit/{figure.unit.slug}")
        for dimension in figure.breakdown:
            yield me, BG + "breakdown", node(DIM + dimension)
        yield me, BG + "lineRole", node(BG + figure.role.value)

    def _dimensions(self, me: str, coordinates: Coordinates) -> Facts:
        identity, known = self.disclosure.identity, dict(coordinates.values)
        yield me, DIM + "fiscalYear", node(f"{YEAR}{known.get('fiscalYear', identity.year)}")
        yield me, DIM + "budgetPhase", node(OBEU_PHASE + known.get("budgetPhase", identity.phase))
        yield me, DIM + "organization", node(self.names.organization(known.get("organization", identity.body)))
        project = known.get("project")
        yield me, DIM + "project", node(self.names.project(project) if project else CONCEPT + "project/all")
        for dimension, scheme in _DIMENSION_OF.items():
            default = "unstated" if dimension == "operationCharacter" else "all"
            yield me, DIM + dimension, node(known.get(dimension) or f"{CONCEPT}{scheme}/{default}")

    def _consolidated(self, fact: Fact) -> Facts:
        me = self.names.part("observation", digest("consolidated", *_key(fact.coordinates)))
        yield from _types(me, QB + "Observation")
        yield me, QB + "dataSet", node(self.names.disclosure)
        yield from self._dimensions(me, fact.coordinates)
        yield from self._measure(me, fact.chosen, fact.amount)
        for figure in fact.stated_by:
            yield me, PROV + "wasDerivedFrom", node(self.observation(figure))
        if fact.contested:
            yield me, BG + "contested", literal("true", "boolean")

    def _document(self, file: str) -> Document:
        return self.disclosure.document_of(file)

    def _cell_iri(self, cell: Cell) -> str:
        return self.names.cell(self._document(cell.file).sha256, cell)

    def _cell(self, cell: Cell, *, blank: bool = False) -> Facts:
        me, document = self._cell_iri(cell), self._document(cell.file)
        yield from _types(me, BG + "SourceCell")
        yield me, BG + "inFile", node(self.names.file(document.sha256))
        yield me, BG + "row", literal(cell.row, "integer")
        yield me, BG + "column", literal(cell.column, "integer")
        if document.paged:
            yield me, BG + "page", literal(cell.page, "integer")
        if cell.box:
            yield me, BG + "box", literal(cell.box)
        if cell.line is not None:
            yield me, BG + "line", literal(cell.line, "integer")
        if cell.sheet is not None:
            yield me, BG + "sheet", literal(cell.sheet)
        if cell.address is not None:
            yield me, BG + "address", literal(cell.address)
        if blank:
            yield me, BG + "blank", literal("true", "boolean")
            if cell.flat:
                yield me, BG + "printedText", literal(cell.flat)

    def statement(self, statement: Statement) -> str:
        """Return the IRI of a figure stated in prose."""
        return self.names.part("statement", str(statement.number))

    def _statement(self, statement: Statement) -> Facts:
        me = self.statement(statement)
        yield from _types(me, BG + "Statement")
        yield me, DCT + "isPartOf", node(self.names.disclosure)
        yield me, BG + "quotedText", literal(statement.quoted, language="zh")
        yield me, BG + "printedText", literal(statement.printed)
        yield me, BG + "printedUnitText", literal(statement.unit, language="zh")
        yield from self._place(me, statement.page, statement.line, statement.file)
        if statement.amount is not None:
            yield me, BG + "amount", _yuan(statement.amount)
        if statement.quantity is not None:
            yield me, BG + "quantity", literal(statement.quantity, "decimal")
        if statement.subject:
            yield me, BG + "subject", node(statement.subject)
        if statement.direction:
            yield me, BG + "direction", node(f"{CONCEPT}cue/{statement.direction}")
        if statement.coordinates:
            yield from self._dimensions(me, statement.coordinates)
        if statement.quote:
            yield from self._selector(me, statement.quote, statement.file)

    def _selector(self, statement: str, quote: Quote, file: str) -> Facts:
        """Say where the words of a statement stand.

        "The Selector describes a range of text by copying it, and including some of the text immediately before
        (a prefix) and after (a suffix) it", https://www.w3.org/TR/annotation-model/#text-quote-selector
        """
        me = f"{statement}/quote"
        yield statement, OA + "hasSource", node(self.names.file(self._document(file).sha256))
        yield statement, OA + "hasSelector", node(me)
        yield from _types(me, OA + "TextQuoteSelector")
        yield me, OA + "exact", literal(quote.exact)
        if quote.prefix:
            yield me, OA + "prefix", literal(quote.prefix)
        if quote.suffix:
            yield me, OA + "suffix", literal(quote.suffix)

    def _place(self, me: str, page: int, line: int | None, file: str) -> Facts:
        document = self._document(file)
        yield me, PROV + "hadPrimarySource", node(self.names.file(document.sha256))
        if document.paged:
            yield me, BG + "page", literal(page, "integer")
        elif line is not None:
            yield me, BG + "line", literal(line, "integer")

    def _text(self) -> Facts:
        prose = self.disclosure.prose
        for number, duty in enumerate(prose.duties, start=1):
            me = self.names.part("duty", str(number))
            yield from _types(me, BG + "Duty")
            yield me, DCT + "isPartOf", node(self.names.disclosure)
            yield me, BG + "order", literal(number, "integer")
            yield me, RDFS + "label", literal(readable(duty), language="zh")
        for number, definition in enumerate(prose.definitions, start=1):
            me = self.names.part("definition", str(number))
            yield from _types(me, BG + "Definition")
            yield me, DCT + "isPartOf", node(self.names.disclosure)
            yield me, BG + "term", literal(definition.term, language="zh")
            yield me, RDF + "value", literal(definition.text, language="zh")
            yield from self._place(me, definition.page, None, definition.file)
            if definition.concept:
                yield me, BG + "defines", node(definition.concept)
                yield definition.concept, BG + "definedIn", node(me)

    def _target(self, number: int, target: Target) -> Facts:
        me = self.names.part("target", str(number))
        yield from _types(me, BG + "PerformanceTarget")
        yield me, BG + "inTable", node(self.table(target.table))
        yield me, DCT + "isPartOf", node(self.names.disclosure)
        if target.project:
            yield me, BG + "project", node(self.names.project(readable(target.project)))
        for figure in self._fund_amounts(target):
            yield me, BG + "fundAmount", node(self.observation(figure))
        for order, content in enumerate(target.contents, start=1):
            part = self.names.part("target", str(number), "content", str(order))
            yield me, BG + "content", node(part)
            yield from _types(part, BG + "TargetContent")
            yield part, BG + "contentKind", node(content.kind.iri)
            yield part, RDF + "value", literal(readable(content.cell.text), language="zh")
            yield part, PROV + "wasDerivedFrom", node(self._cell_iri(content.cell))
            if content.printed_under:
                yield part, BG + "inferred", literal("true", "boolean")
                yield part, BG + "printedUnder", node(content.printed_under.iri)
            yield from self._cell(content.cell)

    def _fund_amounts(self, target: Target) -> list[Figure]:
        """Return the money of the target's own form, or else that of its project in its table."""
        reading = self.disclosure.reading(target.table)
        stated = (target.project, target.organization)
        lines = [block.lines[0] for block in reading.structure.blocks if block.form]
        own = [line for line in lines if (line.project, line.organization) == stated]
        if own:
            cells = [item for (row, _), item in reading.cells.items() if any(row is line for line in own)]
            return [item for item in cells if isinstance(item, Figure)]
        named = readable(target.project) if target.project else None
        return [
            figure
            for figure in reading.figures
            if named and figure.coordinates.get("project") == named and not figure.coordinates.get("fundLevel")
        ]

    def implied(self, implied: Implied) -> str:
        """Return the IRI of an implied total."""
        return self.names.part("implied", digest(implied.table, *_key(implied.coordinates)))

    def _implied(self, implied: Implied) -> Facts:
        me = self.implied(implied)
        yield from _types(me, BG + "ImpliedFigure")
        yield me, BG + "inTable", node(self.table(implied.table))
        yield me, BG + "amount", _yuan(implied.amount)
        yield from self._dimensions(me, implied.coordinates)
        for figure in implied.parts:
            yield me, BG + "impliedBy", node(self.observation(figure))

    def term(self, term: Term) -> str:
        """Return the IRI of a term of a relation."""
        if isinstance(term, Statement):
            return self.statement(term)
        return self.implied(term) if isinstance(term, Implied) else self.observation(term)

    def relation(self, relation: Relation) -> str:
        """Return the IRI of a relation, made of its terms."""
        known = self._relations.get(id(relation))
        if known is None:
            known = self._relations[id(relation)] = relation, self._relation_iri(relation)
        return known[1]

    def _relation_iri(self, relation: Relation) -> str:
        whole = (
            self._cell_iri(relation.whole.cell) if isinstance(relation.whole, BlankCell) else self.term(relation.whole)
        )
        parts = sorted(self.term(part) for part in relation.parts)
        blanks = sorted(self._cell_iri(blank.cell) for blank in relation.blanks)
        local = (iri.removeprefix(self.base) for iri in (whole, *parts, *blanks))
        return self.names.part("relation", digest(relation.kind.value, *local))

    def _relation(self, relation: Relation) -> Facts:
        me = self.relation(relation)
        yield from _types(me, BG + "Relation", BG + relation.kind.value)
        yield me, BG + "inDisclosure", node(self.names.disclosure)
        yield me, BG + "tolerance", _yuan(relation.tolerance)
        if relation.table:
            yield me, BG + "inTable", node(self.table(relation.table))
        if relation.over:
            yield me, BG + "over", node(DIM + relation.over)
        if relation.basis:
            yield me, BG + "basis", node(relation.basis)
        whole, part = _ROLES[relation.kind]
        if isinstance(relation.whole, BlankCell):
            yield me, BG + "blankTotal", node(self._cell_iri(relation.whole.cell))
        else:
            yield me, BG + whole, node(self.term(relation.whole))
        for term in relation.parts:
            yield me, BG + part, node(self.term(term))
        for blank in relation.blanks:
            yield me, BG + "blankAddend", node(self._cell_iri(blank.cell))


_ROLES = {
    RelationKind.SUMMATION: ("total", "addend"),
    RelationKind.EQUALITY: ("left", "right"),
    RelationKind.CONTAINMENT: ("whole", "part"),
    RelationKind.AXIOM: ("left", "right"),
}


def serialise(facts: Iterable[tuple[str, str, Value]], graph: str) -> list[str]:
    """Return facts as sorted N-Quads lines of one named graph, each once."""
    ending = f"{node(graph)} .\n"
    return sorted({f"<{s}> <{p}> {o} {ending}" for s, p, o in facts})


def _types(subject: str, *classes: str) -> Facts:
    for cls in classes:
        yield subject, RDF + "type", node(cls)


def _yuan(amount: Decimal) -> Literal:
    return literal(f"{amount:.2f}", "decimal")


def _key(coordinates: Coordinates) -> Sequence[str]:
    return [f"{dimension}={value}" for dimension, value in coordinates.values]


def _level_word(level: str) -> str:
    return "部门" if level == "department" else "单位"
