"""Pages of the vocabulary: concepts, their schemes, classes and properties."""

from __future__ import annotations

from flask import request

from budgetsite.context import library, served
from budgetsite.examples import PREAMBLE
from budgetsite.graphs import BG, RDFS, SKOS, Graph
from budgetsite.pages.general import View, in_chinese_first, incoming, properties


def concept(iri: str, _: Graph) -> View:
    """Return what the page of a concept shows: its place in the scheme, its labels, and where it is used."""
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


def scheme(iri: str, graph: Graph) -> View:
    """Return what the page of a code list shows: its concepts as a tree."""
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


def term(iri: str, graph: Graph) -> View:
    """Return what the page of a class or property shows."""
    return {
        "definitions": in_chinese_first(
            [*graph.values(iri, SKOS + "definition"), *graph.values(iri, RDFS + "comment")]
        ),
        "narrower": sorted([*graph.having(RDFS + "subClassOf", iri), *graph.having(RDFS + "subPropertyOf", iri)]),
    }
