"""Graphs as published, indexed by subject and by object; values keep the lexical form that was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

BG = "https://w3id.org/budgetgraph/ns#"
DIM = "https://w3id.org/budgetgraph/dimension#"
CONCEPT = "https://w3id.org/budgetgraph/concept/"
DCT = "http://purl.org/dc/terms/"
OBEU_MEASURE = "http://data.openbudgets.eu/ontology/dsd/measure/"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
QB = "http://purl.org/linked-data/cube#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_TYPE = RDF + "type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

Value = ox.NamedNode | ox.Literal | ox.BlankNode


class Graph:
    """Triples by subject and by object; a blank node's name is `_:` and its label."""

    def __init__(self, lines: bytes) -> None:
        self.subjects: dict[str, list[tuple[str, Value]]] = defaultdict(list)
        self.objects: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                continue
            name = name_of(subject)
            self.subjects[name].append((quad.predicate.value, value))
            if not isinstance(value, ox.Literal):
                self.objects[name_of(value)].append((quad.predicate.value, name))

    def __contains__(self, iri: str) -> bool:
        return iri in self.subjects

    def values(self, iri: str, predicate: str) -> list[Value]:
        """Return the values of a property."""
        return [value for name, value in self.subjects.get(iri, ()) if name == predicate]

    def texts(self, iri: str, predicate: str) -> list[str]:
        """Return the values of a property as text."""
        return [value.value for value in self.values(iri, predicate)]

    def value(self, iri: str, predicate: str, language: str | None = None) -> str | None:
        """Return one value as text; in a language, if one is given."""
        for value in self.values(iri, predicate):
            if language is None or (isinstance(value, ox.Literal) and value.language == language):
                return value.value
        return None

    def having(self, predicate: str, iri: str) -> list[str]:
        """Return the subjects that have an IRI as a value of a property."""
        return [subject for name, subject in self.objects.get(iri, ()) if name == predicate]

    def types(self, iri: str) -> set[str]:
        """Return the classes of a resource."""
        return set(self.texts(iri, RDF_TYPE))

    def of_type(self, cls: str) -> list[str]:
        """Return the resources of a class."""
        return self.having(RDF_TYPE, cls)

    def triples(self, name: str) -> Iterator[ox.Triple]:
        """Yield a resource's triples, and those of the blank nodes that hang on it."""
        waiting, seen = [name], {name}
        while waiting:
            subject = waiting.pop()
            for predicate, value in self.subjects.get(subject, ()):
                yield ox.Triple(_node(subject), ox.NamedNode(predicate), value)
                if isinstance(value, ox.BlankNode) and (inner := name_of(value)) not in seen:
                    seen.add(inner)
                    waiting.append(inner)


def name_of(node: ox.NamedNode | ox.BlankNode) -> str:
    """Return the name by which a graph knows a node."""
    return node.value if isinstance(node, ox.NamedNode) else f"_:{node.value}"


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)
