"""What a release holds, resource by resource."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from budgetgraph.releases.release import DocumentRecord, Release
from budgetsite.addresses import VOCABULARY, Addresses
from budgetsite.graphs import BG, DCT, DIM, PROV, QB, RDF_TYPE, RDFS, SH, SKOS, Graph

KEPT = 16
"""So many parsed documents are kept in memory."""

_LABELS = (SKOS + "prefLabel", RDFS + "label", DCT + "title")
_NAMING = frozenset((*_LABELS, SKOS + "notation", SKOS + "broader", RDF_TYPE))


class Name(NamedTuple):
    """What to call a resource, in Chinese and, if it has one, in English; with its code, if it has one."""

    zh: str
    en: str | None
    code: str | None


class Library:
    """A release as resources; parsed graphs are kept while they are in use."""

    def __init__(self, directory: Path) -> None:
        self.release = Release.open(directory)
        self.base = self.release.base_iri
        self.addresses = Addresses(self.base)
        self.index = ox.Store.read_only(str(self.release.store_path))
        self.records = {record.iri: record for record in self.release.documents}
        self.versions = {record.iri: record for record in self.release.versions}
        self.document = lru_cache(maxsize=KEPT)(self._document)
        self.counts = lru_cache(maxsize=KEPT)(self._counts)

    def _document(self, iri: str) -> Graph:
        return Graph(self.release.graph_lines({**self.records, **self.versions}[iri].id))

    @cached_property
    def ontology(self) -> Graph:
        """The ontology's graphs and the shapes."""
        return Graph(self.release.ontology_lines())

    def documents_about(self, iri: str) -> list[str]:
        """Return the disclosures whose graphs say something of a resource, in order."""
        graphs = {
            quad.graph_name.value
            for quad in self.index.quads_for_pattern(ox.NamedNode(iri), None, None)
            if isinstance(quad.graph_name, ox.NamedNode)
        }
        return sorted({*(graphs & self.records.keys()), *self._version_about(iri)})

    def _version_about(self, iri: str) -> list[str]:
        """Return the earlier version that a resource belongs to: versions are not in the store."""
        return [
            version
            for version in self.versions
            if (iri == version or iri.startswith(version + "/")) and iri in self.document(version)
        ]

    def documents_naming(self, iri: str) -> list[str]:
        """Return the disclosures whose graphs name a resource as a value, in order."""
        found: set[str] = set()
        for quad in self.index.quads_for_pattern(None, None, ox.NamedNode(iri)):
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in self.records:
                found.add(quad.graph_name.value)
        return sorted(found)

    def graph_of(self, iri: str) -> Graph:
        """Return a graph that says something of a resource: of a document, else the ontology."""
        documents = self.documents_about(iri)
        return self.document(documents[0]) if documents else self.ontology

    def known(self, iri: str) -> bool:
        """Say whether anything is published about a resource; nothing is about what is not an IRI."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        stored = next(self.index.quads_for_pattern(node, None, None), None)
        return stored is not None or bool(self._version_about(iri))

    def using(self, concept: str, start: int, count: int) -> tuple[list[str], bool]:
        """Return *count* observations that have a concept as a coordinate, from *start* on, and if there are more."""
        found = sorted(
            {
                quad.subject.value
                for quad in self.index.quads_for_pattern(None, None, ox.NamedNode(concept))
                if quad.predicate.value.startswith(DIM)
                and isinstance(quad.subject, ox.NamedNode)
                and "/observation/" in quad.subject.value
            }
        )
        return found[start : start + count], len(found) > start + count

    def name(self, iri: str, graph: Graph | None = None) -> Name:
        """Return what to call a resource: its label or title, else the end of its IRI."""
        for source in (graph, self.ontology):
            if source is None or iri not in source:
                continue
            for predicate in _LABELS:
                zh, en = source.value(iri, predicate, "zh"), source.value(iri, predicate, "en")
                found = zh or en or source.value(iri, predicate)
                if found:
                    return Name(found, en if zh else None, source.value(iri, SKOS + "notation"))
        return Name(iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2], None, None)

    def _counts(self, query: str) -> tuple[tuple[str, int], ...]:
        solutions = self.index.query(query, use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        return tuple((str(solution["of"].value), int(solution["n"].value)) for solution in solutions)

    def search(self, words: str) -> list[DocumentRecord]:
        """Return the disclosures whose title, body or year holds every word."""
        wanted = words.split()
        return [
            record
            for record in sorted(self.release.documents, key=lambda record: (-record.year, record.title))
            if all(
                word in f"{record.title} {record.organization_name} {record.year} {record.division}" for word in wanted
            )
        ]

    def search_terms(self, words: str, limit: int) -> list[str]:
        """Return terms and concepts whose label or code holds every word, those that begin with it first."""
        wanted = words.casefold().split()
        found: list[tuple[bool, int, str]] = []
        for iri in self.ontology.subjects if wanted else ():
            if not iri.startswith(VOCABULARY):
                continue
            text = " ".join(
                value.value
                for predicate, value in self.ontology.subjects[iri]
                if predicate in (SKOS + "prefLabel", SKOS + "notation", RDFS + "label", SKOS + "altLabel")
            ).casefold()
            if text and all(word in text for word in wanted):
                found.append((not text.startswith(wanted[0]), len(text), iri))
        return [iri for _, _, iri in sorted(found)[:limit]]

    def describe(self, iri: str) -> Iterator[ox.Triple]:
        """Yield what is published about a resource: its own triples, and those of what belongs to it."""
        for name in self.documents_about(iri):
            graph = self.document(name)
            for subject in dict.fromkeys([iri, *belongings(graph, iri)]):
                yield from graph.triples(subject)
        if iri in self.ontology:
            yield from self.ontology.triples(iri)
            for subject in (
                *self.ontology.having(SKOS + "broader", iri),
                *self.ontology.having(SKOS + "inScheme", iri),
            ):
                for triple in self.ontology.triples(subject):
                    if triple.predicate.value in _NAMING:
                        yield triple


def belongings(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the resources that belong to one: a table's observations and their cells, an observation's relations …"""
    types = graph.types(iri)
    if BG + "DisclosedTable" in types:
        for observation in graph.having(QB + "dataSet", iri):
            yield observation
            yield from graph.texts(observation, PROV + "wasDerivedFrom")
        yield from graph.having(BG + "inTable", iri)
        yield from graph.having(BG + "table", iri)
    elif BG + "Disclosure" in types:
        yield from graph.having(DCT + "isPartOf", iri)
        for report in graph.texts(iri, BG + "report"):
            yield report
            yield from graph.texts(report, SH + "result")
    elif QB + "Observation" in types:
        yield from graph.texts(iri, PROV + "wasDerivedFrom")
        yield from (subject for _, subject in graph.objects.get(iri, ()))
    elif BG + "SourceFile" not in types:
        yield from (subject for name, subject in graph.objects.get(iri, ()) if name.startswith((BG, PROV)))
        yield from graph.texts(iri, BG + "content")
        yield from graph.texts(iri, SH + "result")
