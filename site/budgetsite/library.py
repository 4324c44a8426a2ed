"""What a release holds, resource by resource: the graphs as published, indexed by subject and by object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from budgetgraph.release import DocumentRecord, Release

KEPT = 16
"""So many parsed documents are kept in memory."""

BG = "https://w3id.org/budgetgraph/ns#"
DCT = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
QB = "http://purl.org/linked-data/cube#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

Value = ox.NamedNode | ox.Literal


class Graph:
    """Triples indexed by subject and by object; values keep the lexical form that was published."""

    def __init__(self, lines: bytes) -> None:
        self.subjects: dict[str, list[tuple[str, Value]]] = defaultdict(list)
        self.objects: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
                continue
            self.subjects[subject.value].append((quad.predicate.value, value))
            if isinstance(value, ox.NamedNode):
                self.objects[value.value].append((quad.predicate.value, subject.value))

    def __contains__(self, iri: str) -> bool:
        return iri in self.subjects

    def values(self, iri: str, predicate: str) -> list[Value]:
        """Return the values of a property."""
        return [value for name, value in self.subjects.get(iri, ()) if name == predicate]

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
        return {value.value for value in self.values(iri, RDF_TYPE)}


class Library:
    """A release as resources; parsed graphs are kept while they are in use."""

    def __init__(self, directory: Path) -> None:
        self.release = Release.open(directory)
        self.base = self.release.base_iri
        self.index = ox.Store.read_only(str(self.release.store_path))
        self.records = {record.iri: record for record in self.release.documents}
        self.document = lru_cache(maxsize=KEPT)(self._document)

    def _document(self, iri: str) -> Graph:
        return Graph(self.release.graph_lines(self.records[iri].id))

    @property
    def ontology(self) -> Graph:
        """The ontology's graphs and the shapes."""
        return self._ontology()

    @lru_cache(maxsize=1)  # noqa: B019 - a library lives as long as its app
    def _ontology(self) -> Graph:
        return Graph(self.release.ontology_lines())

    def documents_about(self, iri: str) -> list[str]:
        """Return the disclosures whose graphs say something of a resource, in order."""
        graphs = {
            quad.graph_name.value
            for quad in self.index.quads_for_pattern(ox.NamedNode(iri), None, None)
            if isinstance(quad.graph_name, ox.NamedNode)
        }
        return sorted(graphs & self.records.keys())

    def using(self, concept: str, limit: int) -> list[str]:
        """Return observations that have a concept as a coordinate, no more than *limit*."""
        found: list[str] = []
        for quad in self.index.quads_for_pattern(None, None, ox.NamedNode(concept)):
            if "/observation/" in str(quad.subject) and isinstance(quad.subject, ox.NamedNode):
                found.append(quad.subject.value)
                if len(found) >= limit:
                    break
        return sorted(found)

    def label(self, iri: str, graph: Graph | None = None, language: str = "zh") -> str:
        """Return what to call a resource: its label, title or code, else the end of its IRI."""
        for source in (graph, self.ontology):
            if source is None or iri not in source:
                continue
            for predicate in (SKOS + "prefLabel", RDFS + "label", DCT + "title"):
                found = source.value(iri, predicate, language) or source.value(iri, predicate)
                if found:
                    return found
        return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]

    def search(self, words: str) -> list[DocumentRecord]:
        """Return the disclosures whose title, body or year holds every word."""
        wanted = words.split()
        return [
            record
            for record in self.release.documents
            if all(
                word in f"{record.title} {record.organization_name} {record.year} {record.division}" for word in wanted
            )
        ]

    def describe(self, iri: str) -> Iterator[ox.Triple]:
        """Yield what is published about a resource: its own triples, and those of what belongs to it."""
        documents = self.documents_about(iri)
        for name in documents:
            graph = self.document(name)
            for subject in dict.fromkeys([iri, *belongings(graph, iri)]):
                yield from _triples(subject, graph.subjects.get(subject, ()))
        if not documents:
            for subject in dict.fromkeys([iri, *self.ontology.having(SKOS + "broader", iri)]):
                properties = self.ontology.subjects.get(subject, [])
                yield from _triples(subject, properties if subject == iri else _brief(properties))


def belongings(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the resources that belong to one: a table's observations and their cells, an observation's relations …"""
    types = graph.types(iri)
    if BG + "DisclosedTable" in types:
        for observation in graph.having(QB + "dataSet", iri):
            yield observation
            yield from (cell.value for cell in graph.values(observation, PROV + "wasDerivedFrom"))
        yield from graph.having(BG + "table", iri)
    elif BG + "Disclosure" in types:
        yield from graph.having(DCT + "isPartOf", iri)
        for report in graph.values(iri, BG + "report"):
            yield report.value
            yield from (finding.value for finding in graph.values(report.value, SH + "result"))
    elif QB + "Observation" in types:
        yield from (cell.value for cell in graph.values(iri, PROV + "wasDerivedFrom"))
        yield from (subject for _, subject in graph.objects.get(iri, ()))
    else:
        yield from (subject for name, subject in graph.objects.get(iri, ()) if name != RDF_TYPE)


def _triples(subject: str, properties: Iterable[tuple[str, Value]]) -> Iterator[ox.Triple]:
    for predicate, value in properties:
        yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _brief(properties: Iterable[tuple[str, Value]]) -> list[tuple[str, Value]]:
    named = (SKOS + "prefLabel", SKOS + "notation", SKOS + "broader")
    return [(predicate, value) for predicate, value in properties if predicate in named]
