"""What a graph says of the disclosure as a whole: itself, its files, bodies and projects, and codes without a list."""

from __future__ import annotations

from budgetgraph.document import Document
from budgetgraph.figures import Figure
from budgetgraph.graph.consolidation import Fact, headlines
from budgetgraph.graph.facts import Facts, types_of, yuan
from budgetgraph.graph.iris import Iris
from budgetgraph.graph.performance import named_bodies
from budgetgraph.graph.provenance import date_of_making
from budgetgraph.labels import readable
from budgetgraph.terms import BG, CONCEPT, DCAT, DCT, FOAF, OBEU_PHASE, ORG, QB, RDF, RDFS, SKOS, literal, node


def disclosure_facts(iris: Iris, facts: list[Fact]) -> Facts:
    identity, me = iris.disclosure.identity, iris.names.disclosure
    word = "决算" if identity.phase == "executed" else "预算"
    yield from types_of(me, BG + "Disclosure", QB + "DataSet", DCAT + "Dataset")
    yield (
        me,
        DCT + "title",
        literal(f"{identity.body}{identity.year}年{_level_word(identity.level)}{word}", language="zh"),
    )
    yield me, BG + "fiscalYear", literal(identity.year, "integer")
    yield me, BG + "organization", node(iris.names.organization(identity.body))
    yield me, BG + "phase", node(OBEU_PHASE + identity.phase)
    yield me, BG + "level", node(f"{CONCEPT}disclosure-level/{identity.level}")
    for document in iris.disclosure.documents:
        yield me, BG + "sourceFile", node(iris.names.file(document.sha256))
    yield me, DCT + "spatial", node(f"{CONCEPT}division/{identity.division}")
    yield me, QB + "structure", node(BG + "consolidatedStructure")
    for reading in iris.disclosure.readings:
        yield me, DCT + "hasPart", node(iris.table(reading.table.slug))
    for name, amount in headlines(iris.disclosure, facts):
        yield me, BG + name, yuan(amount)


def file_facts(iris: Iris, document: Document) -> Facts:
    file = iris.names.file(document.sha256)
    yield from types_of(file, BG + "SourceFile", FOAF + "Document")
    yield file, DCT + "format", literal(document.media_type)
    yield file, BG + "sha256", literal(document.sha256)
    yield file, BG + "fileName", literal(document.name)
    if created := date_of_making(document):
        yield file, DCT + "created", literal(created.isoformat(), "date")
    if document.paged:
        yield file, BG + "pageCount", literal(len(document.pages), "integer")


def organization_facts(iris: Iris) -> Facts:
    identity = iris.disclosure.identity
    named = {figure.coordinates.get("organization") or identity.body for figure in iris.disclosure.figures}
    for name in {identity.body, *named, *named_bodies(iris.disclosure)}:
        iri = iris.names.organization(name)
        yield from types_of(iri, ORG + "Organization", SKOS + "Concept")
        yield iri, SKOS + "prefLabel", literal(name, language="zh")
        yield iri, RDFS + "label", literal(name, language="zh")
        if name == identity.body:
            for other in identity.also:
                yield iri, SKOS + "altLabel", literal(other, language="zh")
        yield iri, BG + "division", node(f"{CONCEPT}division/{identity.division}")
        for code in _codes(iris, name):
            yield iri, BG + "unitCode", literal(code)


def project_facts(iris: Iris) -> Facts:
    """The projects that figures, targets and indicators speak of, by the names that are printed."""
    figures = {figure.coordinates.get("project") for figure in iris.disclosure.figures}
    targets = {readable(target.project) for target in iris.disclosure.targets if target.project}
    targets |= {readable(indicator.project) for indicator in iris.disclosure.indicators if indicator.project}
    for name in filter(None, figures | targets):
        me = iris.names.project(name)
        yield from types_of(me, BG + "Project")
        yield me, RDFS + "label", literal(name, language="zh")
        yield me, DCT + "isPartOf", node(iris.names.disclosure)


def unlisted_code_facts(iris: Iris) -> Facts:
    """Codes that no list has, as they are printed; the name is another label, for a list may have its own."""
    for concept in iris.disclosure.ontology.admitted:
        yield concept.iri, RDF + "type", node(SKOS + "Concept")
        yield concept.iri, SKOS + "inScheme", node(CONCEPT + concept.scheme)
        yield concept.iri, SKOS + "notation", literal(concept.notation or "")
        yield concept.iri, SKOS + "altLabel", literal(concept.label, language="zh")
        yield concept.iri, SKOS + "broader", node(concept.broader or "")


def _codes(iris: Iris, name: str) -> set[str]:
    """Return the unit codes printed beside a body's figures."""
    return {
        row.organization_code
        for reading in iris.disclosure.readings
        for (row, _), item in reading.cells.items()
        if row.organization_code
        and isinstance(item, Figure)
        and item.coordinates.get("organization") == name
        and len(row.organization_code) > 1
    }


def _level_word(level: str) -> str:
    return "部门" if level == "department" else "单位"
