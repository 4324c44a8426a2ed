"""Pages of what is printed in one place and what follows from it: figures, statements, targets, cells, relations."""

from __future__ import annotations

from budgetsite.context import library
from budgetsite.graphs import BG, DCT, DIM, OBEU_MEASURE, PROV, QB, RDF, Graph
from budgetsite.pages.disclosures import finding_view
from budgetsite.pages.general import View, numbered
from budgetsite.rows import DIMENSIONS
from budgetsite.sums import Sum, page_of, relations_of, written_out


def observation(iri: str, graph: Graph) -> View:
    """Return what the page of a figure shows: coordinates, source cells, and the sums that it is in."""
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


def relation(iri: str, graph: Graph) -> View:
    """Return what the page of a relation shows: the sum written out, and the findings on it."""
    return {
        "sum": written_out(library(), graph, iri),
        "disclosure": graph.value(iri, BG + "inDisclosure"),
        "table": graph.value(iri, BG + "inTable"),
        "basis": graph.value(iri, BG + "basis"),
        "findings": [finding_view(graph, finding) for finding in graph.having(BG + "relation", iri)],
    }


def statement(iri: str, graph: Graph) -> View:
    """Return what the page of a statement of the running text shows."""
    return {
        **observation(iri, graph),
        "disclosure": graph.value(iri, DCT + "isPartOf"),
        "quoted": graph.value(iri, BG + "quotedText"),
        "quantity": graph.value(iri, BG + "quantity"),
        "unit_text": graph.value(iri, BG + "printedUnitText"),
        "subject": graph.value(iri, BG + "subject"),
        "page": graph.value(iri, BG + "page"),
    }


def target(iri: str, graph: Graph) -> View:
    """Return what the page of a performance target shows."""
    contents = [
        {
            "iri": content,
            "kind": graph.value(content, BG + "contentKind"),
            "under": graph.value(content, BG + "printedUnder"),
            "text": graph.value(content, RDF + "value"),
            "page": page_of(graph, content),
        }
        for content in numbered(graph, graph.texts(iri, BG + "content"))
    ]
    return {
        "contents": contents,
        "table": graph.value(iri, BG + "inTable"),
        "disclosure": graph.value(iri, DCT + "isPartOf"),
        "project": graph.value(iri, BG + "project"),
        "amounts": graph.texts(iri, BG + "fundAmount"),
    }


def cell(iri: str, graph: Graph) -> View:
    """Return what the page of a source cell shows."""
    return {
        "holds": graph.having(PROV + "wasDerivedFrom", iri),
        "blank_in": graph.value(iri, BG + "inTable"),
        "page": graph.value(iri, BG + "page"),
        "file": graph.value(iri, BG + "inFile"),
    }
