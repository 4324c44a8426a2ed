"""The JSON-LD context: short names for the vocabulary, so that a graph reads like plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from budgetgraph import terms
from budgetgraph.releases.quads import PREFIXES
from budgetgraph.vocabulary.classes import VocabularyTerm, read_vocabulary

MEDIA_TYPE = "application/ld+json"
NODE, DECIMAL, DATE, TIME = "@id", terms.XSD + "decimal", terms.XSD + "date", terms.XSD + "dateTime"

# Terms of other vocabularies that a disclosure uses: name → IRI, and what its values are.
_BORROWED: Mapping[str, tuple[str, str | None]] = {
    "agentName": (terms.FOAF + "name", "@language"),
    "altLabel": (terms.SKOS + "altLabel", "@language"),
    "amount": (terms.OBEU_MEASURE + "amount", DECIMAL),
    "conforms": (terms.SH + "conforms", None),
    "created": (terms.DCT + "created", DATE),
    "currency": (terms.OBEU_ATTRIBUTE + "currency", NODE),
    "dataSet": (terms.QB + "dataSet", NODE),
    "date": (terms.DCT + "date", DATE),
    "endedAtTime": (terms.PROV + "endedAtTime", TIME),
    "exact": (terms.OA + "exact", None),
    "focusNode": (terms.SH + "focusNode", NODE),
    "format": (terms.DCT + "format", None),
    "hadPrimarySource": (terms.PROV + "hadPrimarySource", NODE),
    "hasPart": (terms.DCT + "hasPart", NODE),
    "hasSelector": (terms.OA + "hasSelector", NODE),
    "hasSource": (terms.OA + "hasSource", NODE),
    "isPartOf": (terms.DCT + "isPartOf", NODE),
    "issued": (terms.DCT + "issued", DATE),
    "license": (terms.DCT + "license", NODE),
    "message": (terms.SH + "resultMessage", "@language"),
    "name": (terms.RDFS + "label", "@language"),
    "prefLabel": (terms.SKOS + "prefLabel", "@language"),
    "prefix": (terms.OA + "prefix", None),
    "publisher": (terms.DCT + "publisher", NODE),
    "result": (terms.SH + "result", NODE),
    "rights": (terms.DCT + "rights", None),
    "severity": (terms.SH + "resultSeverity", NODE),
    "source": (terms.DCT + "source", NODE),
    "sourceConstraintComponent": (terms.SH + "sourceConstraintComponent", NODE),
    "sourceShape": (terms.SH + "sourceShape", NODE),
    "spatial": (terms.DCT + "spatial", NODE),
    "structure": (terms.QB + "structure", NODE),
    "suffix": (terms.OA + "suffix", None),
    "text": (terms.RDF + "value", "@language"),
    "title": (terms.DCT + "title", "@language"),
    "used": (terms.PROV + "used", NODE),
    "wasDerivedFrom": (terms.PROV + "wasDerivedFrom", NODE),
    "wasGeneratedBy": (terms.PROV + "wasGeneratedBy", NODE),
}
_CLASSES = {
    "Activity": terms.PROV + "Activity",
    "Agent": terms.FOAF + "Agent",
    "Concept": terms.SKOS + "Concept",
    "DataSet": terms.QB + "DataSet",
    "Dataset": terms.DCAT + "Dataset",
    "Document": terms.FOAF + "Document",
    "Observation": terms.QB + "Observation",
    "Organization": terms.ORG + "Organization",
    "TextQuoteSelector": terms.OA + "TextQuoteSelector",
    "ValidationReport": terms.SH + "ValidationReport",
    "ValidationResult": terms.SH + "ValidationResult",
}
# Terms of ours whose local name is taken, by a term of the data cube or by a class.
_RENAMED = {"amount": "amountOfFigure"}
_PREFIXES = {**PREFIXES, "concept": terms.CONCEPT, "foaf": terms.FOAF, "year": terms.YEAR}


@cache
def context() -> Mapping[str, Any]:
    """Return the context, sorted: names of `bg:` are bare, dimensions keep their prefix."""
    names: dict[str, Any] = dict(_CLASSES)
    names |= {name: _definition(iri, kind) for name, (iri, kind) in _BORROWED.items()}
    for term in read_vocabulary().terms:
        if term.kind != "structure":
            names[short_name(term)] = _definition(term.iri, _kind(term))
    head = {"@version": 1.1, "id": "@id", "type": "@type", **dict(sorted(_PREFIXES.items()))}
    return {**head, **dict(sorted(names.items()))}


def context_document() -> bytes:
    """Return the context as a document of its own, to be published."""
    return (json.dumps({"@context": context()}, ensure_ascii=False, indent=1) + "\n").encode()


def short_name(term: VocabularyTerm) -> str:
    """Return the name of a term of ours in JSON."""
    return term.name if term.kind == "dimension" else _RENAMED.get(term.anchor, term.anchor)


def _kind(term: VocabularyTerm) -> str | None:
    """Return what a property's values are: nodes, decimals, texts by language, or as they come."""
    if term.kind == "dimension":
        return None if terms.XSD + "integer" in term.range else NODE
    if term.kind != "property":
        return None
    if term.object_property:
        return NODE
    if terms.RDF + "langString" in term.range:
        return "@language"
    return DECIMAL if DECIMAL in term.range else None


def _definition(iri: str, kind: str | None) -> Any:
    short = _compact(iri)
    if kind is None:
        return short
    return {"@id": short, "@container": kind} if kind == "@language" else {"@id": short, "@type": _compact(kind)}


def _compact(iri: str) -> str:
    """Return an IRI with its prefix, if it has one of ours."""
    for prefix, namespace in _PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
