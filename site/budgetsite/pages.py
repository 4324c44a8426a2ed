"""A page for every kind of resource; a kind without a page of its own gets the general one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request

from budgetgraph.releases.release import DocumentRecord
from budgetsite import structured
from budgetsite.context import library, served
from budgetsite.examples import PREAMBLE
from budgetsite.goals import goals
from budgetsite.graphs import BG, DCT, DIM, OBEU_MEASURE, OWL, PROV, QB, RDF, RDF_TYPE, RDFS, SH, SKOS, Graph
from budgetsite.grids import printed_table
from budgetsite.rows import DIMENSIONS
from budgetsite.sums import Sum, page_of, relations_of, written_out

HEADLINES = (
    "totalRevenue",
    "totalExpenditure",
    "basicExpenditure",
    "projectExpenditure",
    "generalPublicExpenditure",
    "threePublicExpenditure",
)
SHOWN = 50
"""So many resources that refer to one are listed on its page."""

_ORDER = {"Violation": 0, "Warning": 1, "Info": 2}

View = dict[str, Any]


def page(iri: str) -> str:
    """Return the page about a resource."""
    graph = library().graph_of(iri)
    types = graph.types(iri)
    template, view = next(
        ((name, make) for cls, name, make in _PAGES if cls in types), ("resource.html", lambda _iri, _graph: {})
    )
    general = {
        "iri": iri,
        "graph": graph,
        "types": sorted(types),
        "properties": properties(graph, iri),
        "incoming": incoming(graph, iri),
        "formats": _formats(iri, graph),
        "query": f"{PREAMBLE}DESCRIBE <{iri}>",
    }
    return render_template(template, **{**general, **view(iri, graph)})


def properties(graph: Graph, iri: str) -> list[tuple[str, list[Any]]]:
    """Return a resource's properties with their values, in the order of the properties."""
    found: dict[str, list[Any]] = {}
    for predicate, value in graph.subjects.get(iri, ()):
        found.setdefault(predicate, []).append(value)
    ordered = {predicate: in_chinese_first(values) for predicate, values in found.items()}
    return sorted(ordered.items(), key=lambda item: (item[0] != RDF_TYPE, item[0]))


def in_chinese_first(values: list[Any]) -> list[Any]:
    """Order values: Chinese texts, English ones, the rest."""
    order = {"zh": 0, "en": 1}
    return sorted(values, key=lambda value: (order.get(getattr(value, "language", None) or "", 2), value.value))


def incoming(graph: Graph, iri: str) -> list[tuple[str, list[str]]]:
    """Return what refers to a resource, by the property that does, and no more than some of each."""
    found: dict[str, list[str]] = {}
    for predicate, subject in graph.objects.get(iri, ()):
        if predicate != RDF_TYPE and not subject.startswith("_:"):
            found.setdefault(predicate, []).append(subject)
    return sorted((predicate, sorted(subjects)[:SHOWN]) for predicate, subjects in found.items())


def _formats(iri: str, graph: Graph) -> list[tuple[str, str]]:
    path = library().addresses.path(iri)
    if path is None:
        return []
    suffixes = ["ttl", "jsonld", "nt", "rdf"]
    if QB + "DataSet" in graph.types(iri) and library().documents_about(iri):
        suffixes += ["json", "csv", "xlsx"]
    return [(suffix, f"{library().addresses.to(path)}.{suffix}") for suffix in suffixes]


def _numbered(graph: Graph, iris: list[str]) -> list[str]:
    """Order parts by the number that ends their IRI."""
    return sorted(iris, key=lambda iri: (len(iri), iri))


def _parts(graph: Graph, iri: str, cls: str) -> list[str]:
    return _numbered(graph, [part for part in graph.having(DCT + "isPartOf", iri) if BG + cls in graph.types(part)])


def _findings(graph: Graph, disclosure: str, table: str | None = None) -> list[View]:
    found = []
    for report in graph.texts(disclosure, BG + "report"):
        for iri in _numbered(graph, graph.texts(report, SH + "result")):
            if table is None or graph.value(iri, BG + "table") == table:
                found.append(_finding(graph, iri))
    return sorted(found, key=lambda finding: _ORDER.get(finding["severity"], 9))


def _finding(graph: Graph, iri: str) -> View:
    relation = graph.value(iri, BG + "relation")
    return {
        "iri": iri,
        "severity": (graph.value(iri, SH + "resultSeverity") or "").removeprefix(SH),
        "zh": graph.value(iri, SH + "resultMessage", "zh"),
        "en": graph.value(iri, SH + "resultMessage", "en"),
        "rule": graph.value(iri, BG + "rule"),
        "shape": graph.value(iri, SH + "sourceShape"),
        "table": graph.value(iri, BG + "table"),
        "page": graph.value(iri, BG + "pageNumber"),
        "relation": relation,
        "sum": written_out(library(), graph, relation) if relation else None,
    }


def _diagnoses(graph: Graph, disclosure: str, table: str | None = None) -> list[View]:
    return [
        {
            "iri": iri,
            "table": graph.value(iri, BG + "table"),
            "zh": graph.value(iri, SH + "resultMessage", "zh"),
            "en": graph.value(iri, SH + "resultMessage", "en"),
        }
        for report in graph.texts(disclosure, BG + "report")
        for iri in graph.texts(report, BG + "diagnosis")
        if table is None or graph.value(iri, BG + "table") == table
    ]


def _tally(graph: Graph, disclosure: str) -> list[tuple[str, str]]:
    return [
        (kind, count)
        for report in graph.texts(disclosure, BG + "report")
        for kind in ("exact", "rounding", "violated", "insufficient")
        if (count := graph.value(report, f"{BG}{kind}Count"))
    ]


def _disclosure(iri: str, graph: Graph) -> View:
    tables = sorted(graph.texts(iri, DCT + "hasPart"), key=lambda table: int(graph.value(table, BG + "order") or 0))
    findings = _findings(graph, iri)
    record = library().records.get(iri)
    return {
        "structured": structured.dataset(served(), record) if record else "",
        "exports": _exports(record) if record else [],
        "headlines": [(BG + name, value) for name in HEADLINES if (value := graph.value(iri, BG + name))],
        "tables": [_table_line(graph, table, findings) for table in tables],
        "findings": findings,
        "diagnoses": _diagnoses(graph, iri),
        "tally": _tally(graph, iri),
        "statements": _parts(graph, iri, "Statement"),
        "targets": _parts(graph, iri, "PerformanceTarget"),
        "duties": _parts(graph, iri, "Duty"),
        "definitions": _parts(graph, iri, "Definition"),
        "projects": sorted(_parts(graph, iri, "Project")),
        "bg": BG,
        "query": _facts_query(iri),
    }


def _exports(record: DocumentRecord) -> list[View]:
    """Return the exports of a whole disclosure, with their addresses."""
    path = (library().addresses.path(record.iri) or "").removeprefix("doc/")
    return [
        {"export": export, "address": library().addresses.to(f"export/{path}/{export.file}")}
        for export in record.exports
        if export.table is None
    ]


def _table_line(graph: Graph, table: str, findings: list[View]) -> View:
    return {
        "iri": table,
        "annex": graph.value(table, BG + "annex"),
        "title": graph.value(table, DCT + "title"),
        "kind": graph.value(table, BG + "tableKind"),
        "page": graph.value(table, BG + "firstPage"),
        "figures": len(graph.having(QB + "dataSet", table)),
        "severities": [finding["severity"] for finding in findings if finding["table"] == table],
    }


def _facts_query(iri: str) -> str:
    return (
        f"{PREAMBLE}SELECT ?label ?amount ?observation WHERE {{\n"
        f"  ?observation qb:dataSet <{iri}> ; obeu-measure:amount ?amount .\n"
        "  OPTIONAL { ?observation bg:rowLabel ?label }\n} ORDER BY DESC(?amount)"
    )


def _table(iri: str, graph: Graph) -> View:
    disclosure = graph.value(iri, DCT + "isPartOf") or ""
    first, last = graph.value(iri, BG + "firstPage"), graph.value(iri, BG + "lastPage")
    return {
        "disclosure": disclosure,
        "printed": printed_table(library(), graph, iri),
        "goals": goals(graph, iri),
        "facts": _some(graph, iri, ("tableKind", "unit", "annex", "statedBody", "remark", "empty", "headerMended")),
        "pages": range(int(first), int(last) + 1) if first and last else (),
        "file": graph.value(disclosure, BG + "sourceFile"),
        "findings": _findings(graph, disclosure, iri),
        "diagnoses": _diagnoses(graph, disclosure, iri),
        "query": _facts_query(iri),
    }


def _some(graph: Graph, iri: str, names: tuple[str, ...]) -> list[tuple[str, list[Any]]]:
    found = ((BG + name, graph.values(iri, BG + name)) for name in names)
    return [(predicate, values) for predicate, values in found if values]


def _observation(iri: str, graph: Graph) -> View:
    dataset = graph.value(iri, QB + "dataSet") or graph.value(iri, BG + "inTable") or ""
    sources = graph.texts(iri, PROV + "wasDerivedFrom")
    return {
        "dataset": dataset,
        "amount": graph.value(iri, OBEU_MEASURE + "amount") or graph.value(iri, BG + "amount"),
        "printed": graph.value(iri, BG + "printedText"),
        "unit": graph.value(iri, BG + "printedUnit"),
        "role": graph.value(iri, BG + "lineRole"),
        "row": graph.value(iri, BG + "rowLabel"),
        "column": graph.value(iri, BG + "columnLabel"),
        "coordinates": [(DIM + name, value) for name in DIMENSIONS if (value := graph.value(iri, DIM + name))],
        "breakdown": graph.texts(iri, BG + "breakdown"),
        "cells": [cell for cell in sources if BG + "SourceCell" in graph.types(cell)],
        "stated_by": [source for source in sources if QB + "Observation" in graph.types(source)],
        "implied_by": graph.texts(iri, BG + "impliedBy"),
        "states": graph.having(PROV + "wasDerivedFrom", iri),
        "sums": _sums(graph, iri),
        "contested": graph.value(iri, BG + "contested"),
    }


def _sums(graph: Graph, iri: str) -> list[Sum]:
    found = [written_out(library(), graph, relation) for relation in relations_of(graph, iri)]
    order = ("violated", "rounding", "exact", "insufficient")
    return sorted(found, key=lambda item: (order.index(item.outcome) if item.outcome in order else 9, item.kind))


def _relation(iri: str, graph: Graph) -> View:
    return {
        "sum": written_out(library(), graph, iri),
        "disclosure": graph.value(iri, BG + "inDisclosure"),
        "table": graph.value(iri, BG + "inTable"),
        "basis": graph.value(iri, BG + "basis"),
        "findings": [_finding(graph, finding) for finding in graph.having(BG + "relation", iri)],
    }


def _report(iri: str, graph: Graph) -> View:
    disclosure = graph.value(iri, BG + "reportOn") or ""
    return {
        "disclosure": disclosure,
        "conforms": graph.value(iri, SH + "conforms"),
        "findings": _findings(graph, disclosure),
        "diagnoses": _diagnoses(graph, disclosure),
        "tally": _tally(graph, disclosure),
    }


def _one_finding(iri: str, graph: Graph) -> View:
    report = next(iter(graph.having(SH + "result", iri)), None)
    return {
        "finding": _finding(graph, iri),
        "disclosure": graph.value(report, BG + "reportOn") if report else None,
        "focus": graph.value(iri, SH + "focusNode"),
    }


def _statement(iri: str, graph: Graph) -> View:
    return {
        **_observation(iri, graph),
        "disclosure": graph.value(iri, DCT + "isPartOf"),
        "quoted": graph.value(iri, BG + "quotedText"),
        "quantity": graph.value(iri, BG + "quantity"),
        "unit_text": graph.value(iri, BG + "printedUnitText"),
        "subject": graph.value(iri, BG + "subject"),
        "page": graph.value(iri, BG + "page"),
    }


def _target(iri: str, graph: Graph) -> View:
    contents = [
        {
            "iri": content,
            "kind": graph.value(content, BG + "contentKind"),
            "under": graph.value(content, BG + "printedUnder"),
            "text": graph.value(content, RDF + "value"),
            "page": page_of(graph, content),
        }
        for content in _numbered(graph, graph.texts(iri, BG + "content"))
    ]
    return {
        "contents": contents,
        "table": graph.value(iri, BG + "inTable"),
        "disclosure": graph.value(iri, DCT + "isPartOf"),
        "project": graph.value(iri, BG + "project"),
        "amounts": graph.texts(iri, BG + "fundAmount"),
    }


def _organization(iri: str, graph: Graph) -> View:
    names = library().documents_about(iri)
    return {
        "division": graph.value(iri, BG + "division"),
        "codes": sorted({code for name in names for code in library().document(name).texts(iri, BG + "unitCode")}),
        "records": [record for record in library().release.documents if record.organization_iri == iri],
        "named_in": [name for name in names if library().records[name].organization_iri != iri],
    }


def _concept(iri: str, _: Graph) -> View:
    ontology = library().ontology
    number = max(1, request.args.get("page", 1, type=int))
    size = served().settings.page_size
    used, more = library().using(iri, (number - 1) * size, size)
    above: list[str] = []
    step = ontology.value(iri, SKOS + "broader")
    while step and step not in above:
        above.insert(0, step)
        step = ontology.value(step, SKOS + "broader")
    glossary = [
        (name, definition)
        for name in library().documents_about(iri)
        for definition in library().document(name).texts(iri, BG + "definedIn")
    ]
    return {
        "graph": ontology if iri in ontology else library().graph_of(iri),
        "properties": properties(ontology, iri),
        "incoming": [item for item in incoming(ontology, iri) if item[0] != SKOS + "broader"],
        "scheme": ontology.value(iri, SKOS + "inScheme"),
        "above": above,
        "narrower": sorted(ontology.having(SKOS + "broader", iri)),
        "definitions": in_chinese_first(ontology.values(iri, SKOS + "definition")),
        "labels": [*ontology.values(iri, SKOS + "altLabel"), *ontology.values(iri, SKOS + "hiddenLabel")],
        "glossary": [(name, library().document(name), definition) for name, definition in glossary],
        "used": [(item, library().graph_of(item)) for item in used],
        "number": number,
        "more": more,
        "query": f"{PREAMBLE}SELECT ?observation ?dimension ?amount WHERE {{\n  ?observation ?dimension <{iri}> ; "
        "obeu-measure:amount ?amount .\n} ORDER BY DESC(?amount)",
    }


def _scheme(iri: str, graph: Graph) -> View:
    members = sorted(graph.having(SKOS + "inScheme", iri))
    below: dict[str, list[str]] = {member: [] for member in members}
    tops = []
    for member in members:
        above = [broader for broader in graph.texts(member, SKOS + "broader") if broader in below]
        for broader in above:
            below[broader].append(member)
        if not above:
            tops.append(member)
    return {
        "count": len(members),
        "tops": tops,
        "below": below,
        "flat": len(tops) == len(members),
        "definitions": in_chinese_first(graph.values(iri, SKOS + "definition")),
    }


def _file(iri: str, graph: Graph) -> View:
    count = graph.value(iri, BG + "pageCount")
    return {
        "sha256": graph.value(iri, BG + "sha256"),
        "pages": range(1, int(count) + 1) if count else (),
        "disclosures": sorted({*graph.having(BG + "sourceFile", iri)}),
        "facts": _some(graph, iri, ("fileName", "sha256", "pageCount")),
        "incoming": [],
    }


def _cell(iri: str, graph: Graph) -> View:
    return {
        "holds": graph.having(PROV + "wasDerivedFrom", iri),
        "blank_in": graph.value(iri, BG + "inTable"),
        "page": graph.value(iri, BG + "page"),
        "file": graph.value(iri, BG + "inFile"),
    }


def _term(iri: str, graph: Graph) -> View:
    return {
        "definitions": in_chinese_first(
            [*graph.values(iri, SKOS + "definition"), *graph.values(iri, RDFS + "comment")]
        ),
        "narrower": sorted([*graph.having(RDFS + "subClassOf", iri), *graph.having(RDFS + "subPropertyOf", iri)]),
    }


_PAGES: tuple[tuple[str, str, Callable[[str, Graph], View]], ...] = (
    (BG + "Disclosure", "disclosure.html", _disclosure),
    (BG + "DisclosedTable", "table.html", _table),
    (QB + "Observation", "observation.html", _observation),
    (BG + "UnscaledFigure", "observation.html", _observation),
    (BG + "ImpliedFigure", "observation.html", _observation),
    (BG + "Relation", "relation.html", _relation),
    (SH + "ValidationReport", "report.html", _report),
    (SH + "ValidationResult", "finding.html", _one_finding),
    (BG + "Statement", "statement.html", _statement),
    (BG + "PerformanceTarget", "target.html", _target),
    ("http://www.w3.org/ns/org#Organization", "organization.html", _organization),
    (BG + "SourceFile", "file.html", _file),
    (BG + "SourceCell", "cell.html", _cell),
    (SKOS + "ConceptScheme", "scheme.html", _scheme),
    (SKOS + "Concept", "concept.html", _concept),
    (OWL + "Class", "term.html", _term),
    (RDF + "Property", "term.html", _term),
    (OWL + "ObjectProperty", "term.html", _term),
    (OWL + "DatatypeProperty", "term.html", _term),
)
