"""A release in a store of others: each of its graphs, and a record of which graph the store holds in which state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from budgetgraph import terms
from budgetgraph.releases.graphstore import GraphStore
from budgetgraph.releases.release import Release

_HOLDS = terms.DCT + "identifier"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """How many graphs were sent, were there already, and were removed."""

    sent: int
    kept: int
    removed: int


def upload(release: Release, store: GraphStore, *, done: Callable[[], object] = bool) -> Uploaded:
    """Bring the store up to the release; *done* is called for each graph.

    A store has no transactions over several requests: while this runs it holds some graphs of the new release and
    some of the old. If it is interrupted, the record does not list what was under way, and the next run sends it.
    Raises StoreError if the store does not take it.
    """
    record = record_iri(release)
    digests = {graph: hashlib.sha256(lines).hexdigest() for graph, lines in graphs(release)}
    held = read_record(store.get(record) or b"")
    sound = {graph: digest for graph, digest in held.items() if digests.get(graph) == digest}
    if sound != held:
        store.replace(record, record_lines(record, sound))
    for graph in sorted(held.keys() - digests.keys()):
        store.delete(graph)
    for graph, lines in graphs(release):
        if graph not in sound:
            store.replace(graph, as_triples(lines, graph))
        done()
    if sound != digests:
        store.replace(record, record_lines(record, digests))
    return Uploaded(len(digests) - len(sound), len(sound), len(held.keys() - digests.keys()))


def graphs(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield (IRI, sorted N-Quads) of each graph: the ontology's, then the documents'."""
    by_graph: dict[str, list[bytes]] = {}
    for line in release.ontology_lines().splitlines(keepends=True):
        by_graph.setdefault(line.rpartition(b" <")[2].rpartition(b"> .")[0].decode(), []).append(line)
    for graph, lines in by_graph.items():
        yield graph, b"".join(lines)
    for document in release.documents:
        yield document.iri, release.graph_lines(document.id)


def as_triples(lines: bytes, graph: str) -> bytes:
    """Return the N-Quads of one graph as N-Triples: each line without the graph at its end."""
    ending = f" <{graph}> .".encode()
    return b"".join(line.removesuffix(ending) + b" .\n" for line in lines.splitlines())


def record_iri(release: Release) -> str:
    """Return the graph in which the store keeps the record."""
    return f"{release.base_iri}id/uploaded"


def record_lines(record: str, digests: dict[str, str]) -> bytes:
    """Return a record as N-Triples: for each graph a text, its SHA-256 and IRI; nothing is said of the graph."""
    return b"".join(
        f'<{record}> <{_HOLDS}> "sha256:{digest} {graph}" .\n'.encode() for graph, digest in sorted(digests.items())
    )


def read_record(triples: bytes) -> dict[str, str]:
    """Return the SHA-256 of each graph that a record lists."""
    found = ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)
    texts = (line.object.value for line in found if isinstance(line.object, ox.Literal))
    return {graph: digest.removeprefix("sha256:") for digest, _, graph in (text.partition(" ") for text in texts)}
