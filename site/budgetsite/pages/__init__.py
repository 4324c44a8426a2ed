"""A page for every kind of resource; a kind without a page of its own gets the general one."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template

from budgetsite.context import library
from budgetsite.examples import PREAMBLE
from budgetsite.graphs import BG, OWL, QB, RDF, SH, SKOS, Graph
from budgetsite.pages import disclosures, figures, terms
from budgetsite.pages.general import View, incoming, properties


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


def _formats(iri: str, graph: Graph) -> list[tuple[str, str]]:
    path = library().addresses.path(iri)
    if path is None:
        return []
    suffixes = ["ttl", "jsonld", "nt", "rdf"]
    if QB + "DataSet" in graph.types(iri) and library().documents_about(iri):
        suffixes += ["json", "csv", "xlsx"]
    return [(suffix, f"{library().addresses.to(path)}.{suffix}") for suffix in suffixes]


_PAGES: tuple[tuple[str, str, Callable[[str, Graph], View]], ...] = (
    (BG + "Disclosure", "disclosure.html", disclosures.disclosure),
    (BG + "DisclosedTable", "table.html", disclosures.table),
    (QB + "Observation", "observation.html", figures.observation),
    (BG + "UnscaledFigure", "observation.html", figures.observation),
    (BG + "ImpliedFigure", "observation.html", figures.observation),
    (BG + "Relation", "relation.html", figures.relation),
    (SH + "ValidationReport", "report.html", disclosures.report),
    (SH + "ValidationResult", "finding.html", disclosures.one_finding),
    (BG + "Statement", "statement.html", figures.statement),
    (BG + "PerformanceTarget", "target.html", figures.target),
    ("http://www.w3.org/ns/org#Organization", "organization.html", disclosures.organization),
    (BG + "SourceFile", "file.html", disclosures.source_file),
    (BG + "SourceCell", "cell.html", figures.cell),
    (SKOS + "ConceptScheme", "scheme.html", terms.scheme),
    (SKOS + "Concept", "concept.html", terms.concept),
    (OWL + "Class", "term.html", terms.term),
    (RDF + "Property", "term.html", terms.term),
    (OWL + "ObjectProperty", "term.html", terms.term),
    (OWL + "DatatypeProperty", "term.html", terms.term),
)
