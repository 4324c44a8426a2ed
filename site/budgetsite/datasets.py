"""Data sets as files: the whole graph of a disclosure in RDF, its facts as CSV, the dumps; with their sizes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from budgetgraph.releases.release import Release
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

    def file(self, iri: str, name: str, release: Release | None = None) -> tuple[str, bytes] | None:
        """Return (media type, bytes) of a file of a disclosure, in this release or in another; None if it has none.

        The exports that were kept, and what can be made of the graph: itself in every RDF format, its facts as CSV.
        """
        release = release or self.library.release
        record = next((record for record in release.documents if record.iri == iri), None)
        if record is None:
            return None
        kept = release.export(record.id, name)
        if kept is not None:
            return kept.media_type, release.export_bytes(record.id, kept)
        stem, _, suffix = name.partition(".")
        if stem == "graph" and suffix in GRAPHS:
            return GRAPHS[suffix].media_type, graph_as(release.graph_lines(record.id), suffix)
        if name == EXPORTS["csv"] and release is self.library.release:
            return FORMATS["csv"].media_type, rows.as_csv(rows.rows(self.library, self.library.document(iri), iri))
        return None

    def _parts(self, iri: str) -> tuple[Part, ...]:
        """Return the files of a disclosure that are its distributions."""
        path = self.library.addresses.path(iri)
        assert path is not None
        folder = f"{self.library.base}export/{path.removeprefix('doc/')}"
        kept = {export.file: export.bytes for export in self.library.records[iri].exports}
        return tuple(
            Part(name, f"{folder}/{file}", kept[file] if file in kept else self._size(iri, file))
            for name, file in EXPORTS.items()
        )

    def _size(self, iri: str, file: str) -> int:
        found = self.file(iri, file)
        return len(found[1]) if found else 0


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
