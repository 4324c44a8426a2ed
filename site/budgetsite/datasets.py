"""Data sets as files: the whole graph of a disclosure in RDF, its facts as CSV, the dumps; with their sizes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from budgetsite import rows
from budgetsite.library import Library
from budgetsite.rdf import PREFIXES

if TYPE_CHECKING:
    from budgetsite.current import Served

KEPT = 10_000
"""Of so many disclosures the sizes are kept."""


class FileFormat(NamedTuple):
    """A format as catalogues name it."""

    title: str
    media_type: str
    authority: str


FORMATS = {
    "ttl": FileFormat("Turtle", "text/turtle", "RDF_TURTLE"),
    "jsonld": FileFormat("JSON-LD", "application/ld+json", "JSON_LD"),
    "csv": FileFormat("CSV", "text/csv", "CSV"),
    "nq": FileFormat("N-Quads", "application/n-quads", "RDF_N_QUADS"),
}
"""The formats of distributions, by suffix."""

GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
}


EXPORTS = {"ttl": "graph.ttl", "jsonld": "graph.jsonld", "csv": "budget.csv"}
"""The exports of a disclosure that are its distributions, by suffix."""


class Part(NamedTuple):
    """One file of a data set: its name within the data set, where it is, and its size in bytes."""

    name: str
    address: str
    size: int


class Datasets:
    """The files of the disclosures of a release."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.parts = lru_cache(maxsize=KEPT)(self._parts)

    def graph(self, iri: str, suffix: str) -> bytes:
        """Return the whole graph of a disclosure, as published: same literals, same order."""
        return graph_as(self.library.release.graph_lines(self.library.records[iri].id), suffix)

    def facts(self, iri: str) -> bytes:
        """Return the facts of a disclosure as CSV."""
        return rows.as_csv(rows.rows(self.library, self.library.document(iri), iri))

    def _parts(self, iri: str) -> tuple[Part, ...]:
        """Return the files of a disclosure: its exports, or what is made when it is asked for where there are none."""
        base, path = self.library.base, self.library.addresses.path(iri)
        record = self.library.records[iri]
        assert path is not None
        kept = {export.file: export for export in record.exports}
        if all(file in kept for file in EXPORTS.values()):
            folder = f"{base}export/{path.removeprefix('doc/')}"
            return tuple(Part(name, f"{folder}/{file}", kept[file].bytes) for name, file in EXPORTS.items())
        data = f"{base}data/{path.removeprefix('doc/')}"
        return (
            Part("ttl", f"{data}.ttl", len(self.graph(iri, "ttl"))),
            Part("jsonld", f"{data}.jsonld", len(self.graph(iri, "jsonld"))),
            Part("csv", f"{base}{path}.csv", len(self.facts(iri))),
        )


def graph_as(lines: bytes, suffix: str) -> bytes:
    """Return a graph, given as sorted N-Quads, in the format of a suffix."""
    if suffix == "nq":
        return lines
    triples = (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS))
    data = ox.serialize(triples, format=GRAPHS[suffix], prefixes=PREFIXES)
    assert data is not None
    return data


def whole_parts(served: Served) -> Iterator[Part]:
    """Yield the dumps."""
    for name in ("nq", "ttl"):
        file = f"all.{name}.gz"
        size = served.library.release.dump(file).stat().st_size
        yield Part(f"{name}-all", f"{served.library.base}dump/{file}", size)
