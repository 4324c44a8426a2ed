"""The quads of a release: sorted lines in, dumps and a store out; the store is never read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from budgetgraph import terms
from budgetgraph.errors import ReleaseError
from budgetgraph.releases.files import gzip_reader, gzip_writer

PREFIXES = {
    "bg": terms.BG,
    "bg-dim": terms.DIM,
    "dcat": terms.DCAT,
    "dct": terms.DCT,
    "obeu-attribute": terms.OBEU_ATTRIBUTE,
    "obeu-budgetphase": terms.OBEU_PHASE,
    "obeu-measure": terms.OBEU_MEASURE,
    "org": terms.ORG,
    "prov": terms.PROV,
    "qb": terms.QB,
    "rdf": terms.RDF,
    "rdfs": terms.RDFS,
    "sh": terms.SH,
    "skos": terms.SKOS,
    "xsd": terms.XSD,
}

Term = TypeVar("Term")
_BATCH = 50_000


def sort_lines(nquads: bytes) -> bytes:
    """Return *nquads* with each line once, sorted by its bytes; the lines themselves are not touched."""
    return b"".join(line + b"\n" for line in sorted({*nquads.split(b"\n")} - {b""}))


def check_graph(nquads: bytes, iri: str) -> None:
    """Raise ReleaseError unless each line of *nquads* is in the graph *iri* and has no blank node."""
    ending = f" <{iri}> .".encode()
    for line in nquads.splitlines():
        blank = any(term.startswith(b"_:") for term in line.split(b" ", 2))
        if blank or not line.endswith(ending):
            raise ReleaseError(
                what=f"a blank node, or outside its graph 空白节点或不在其图中: {line.decode()}",
                where=iri,
            )


def normalise_quads(nquads: bytes) -> bytes:
    """Return any N-Quads as sorted lines: no comments, one space between terms."""
    with _syntax("N-Quads"):
        return sort_lines(serialize(parse(nquads, format=RdfFormat.N_QUADS), format=RdfFormat.N_QUADS) or b"")


def ontology_quads(ontology: Mapping[str, bytes]) -> bytes:
    """Return the Turtle files of *ontology* (graph IRI → Turtle) as sorted N-Quads."""
    return b"".join(_turtle_quads(graph, ontology[graph]) for graph in sorted(ontology))


def _turtle_quads(graph: str, turtle: bytes) -> bytes:
    """Blank nodes get their RDFC-1.0 labels behind a mark of their graph: stable, and apart in a dump."""
    with _syntax(graph):
        dataset = Dataset(parse(turtle, format=RdfFormat.TURTLE, base_iri=graph, rename_blank_nodes=True))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    mark = f"b{hashlib.sha256(graph.encode()).hexdigest()[:8]}"
    quads = (
        Quad(_marked(quad.subject, mark), quad.predicate, _marked(quad.object, mark), NamedNode(graph))
        for quad in dataset
    )
    return sort_lines(serialize(quads, format=RdfFormat.N_QUADS) or b"")


def _marked(term: Term, mark: str) -> Term | BlankNode:
    return BlankNode(f"{mark}{term.value}") if isinstance(term, BlankNode) else term


def write_nquads(parts: Iterable[bytes], path: Path) -> int:
    """Write sorted N-Quads one after the other, compressed; return how many quads they are."""
    count = 0
    with gzip_writer(path) as stream:
        for part in parts:
            stream.write(part)
            count += part.count(b"\n")
    return count


def write_turtle(nquads: Path, path: Path) -> None:
    """Write the triples of a compressed N-Quads file as compressed Turtle: same order, same literals."""
    with gzip_reader(nquads) as source, gzip_writer(path) as target, _syntax("N-Quads"):
        target.write("".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()).encode())
        triples = (quad.triple for quad in parse(source, format=RdfFormat.N_QUADS))
        while batch := list(islice(triples, _BATCH)):
            target.write(_turtle(batch))


def _turtle(triples: list[Triple]) -> bytes:
    """Return Turtle without its head, in which pyoxigraph orders the prefixes anew with every call."""
    turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    return turtle.split(b"\n", len(PREFIXES))[-1]


def build_store(nquads: Path, folder: Path) -> None:
    """Build the Oxigraph store of a release from its N-Quads dump: one named graph per graph."""
    store = Store(folder)
    with gzip_reader(nquads) as source, _syntax("N-Quads"):
        store.bulk_load(source, RdfFormat.N_QUADS)
    store.flush()
    store.optimize()


@contextmanager
def _syntax(where: str) -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise ReleaseError(what=f"not valid RDF 无效的 RDF: {error.msg}", where=where) from error
