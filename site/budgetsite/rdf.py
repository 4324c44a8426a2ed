"""RDF as it is sent: Turtle, N-Triples, RDF/XML, and JSON-LD by a context that is sent with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from budgetgraph.releases import quads
from budgetsite.negotiation import JSON_LD, Format

PREFIXES = {
    **quads.PREFIXES,
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
}
"""The prefixes of what is sent: those of the dumps, and those of the site's own descriptions."""

_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
}


def serialise(triples: Iterable[ox.Triple], form: Format) -> bytes:
    """Return triples in a format, each once and in order; literals keep their lexical form."""
    ordered = sorted(set(triples), key=str)
    if form is JSON_LD:
        return compact(ordered)
    data = ox.serialize(ordered, format=_FORMATS[form.suffix], prefixes=dict(PREFIXES))
    assert data is not None
    return data


def compact(triples: Iterable[ox.Triple]) -> bytes:
    """Return triples as compact JSON-LD 1.1: one object a resource, prefixed names, single values bare."""
    nodes: dict[str, dict[str, Any]] = {}
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        assert isinstance(subject, ox.NamedNode | ox.BlankNode)
        identifier = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
        node = nodes.setdefault(identifier, {"@id": identifier})
        name = _short(predicate.value)
        if name == "rdf:type" and isinstance(value, ox.NamedNode):
            _add(node, "@type", _short(value.value))
        elif isinstance(value, ox.NamedNode):
            _add(node, name, {"@id": value.value})
        elif isinstance(value, ox.Literal):
            _add(node, name, _literal(value))
        else:
            _add(node, name, {"@id": str(value)})
    document = {"@context": dict(PREFIXES), "@graph": list(nodes.values())}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _add(node: dict[str, Any], name: str, value: Any) -> None:
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]


def _literal(value: ox.Literal) -> Any:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = _short(value.datatype.value)
    return value.value if datatype == "xsd:string" else {"@value": value.value, "@type": datatype}


@lru_cache(maxsize=10_000)
def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        local = iri[len(namespace) :] if iri.startswith(namespace) else ""
        if local and all(character.isalnum() or character in "_-" for character in local):
            return f"{prefix}:{local}"
    return iri
