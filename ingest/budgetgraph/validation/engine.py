"""The engine: shapes parsed once, a graph in an Oxigraph store, pySHACL between them."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph
from oxrdflib import OxigraphStore
from rdflib import Graph, URIRef

from budgetgraph.errors import BudgetgraphError

LOCAL = "urn:budgetgraph:document"
"""The name that a graph bears while it is validated, whatever it is published under."""


class ValidationFailed(BudgetgraphError):
    """Validation itself failed: this says nothing about the data."""


@dataclass(frozen=True, slots=True)
class Data:
    """One graph, in a store of its own."""

    store: pyoxigraph.Store
    graph: pyoxigraph.NamedNode

    def rdflib(self) -> Graph:
        """Return the graph as pySHACL wants it.

        rdflib's default graph is a named one in an Oxigraph store; the name must be given, or nothing is seen.
        """
        return Graph(store=OxigraphStore(store=self.store), identifier=URIRef(self.graph.value))


def load(lines: bytes) -> Data:
    """Load N-Quads or N-Triples of one graph; the names of graphs are dropped.

    IRIs are not checked again: the writer of the graph did that.
    Raises ValidationFailed if the lines cannot be parsed.
    """
    # pySHACL puts values into its messages with re.sub, which takes a backslash in them for a command
    text = lines.replace(rb"\\", "＼".encode())
    store, graph = pyoxigraph.Store(), pyoxigraph.NamedNode(LOCAL)
    try:
        store.load(_unnamed(text), format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
    except SyntaxError as error:
        raise ValidationFailed(what=f"the graph is not N-Quads 图不是 N-Quads: {error}") from error
    return Data(store, graph)


def _unnamed(lines: bytes) -> bytes:
    """Return N-Quads as N-Triples: the graph's name, the same on every line, is cut off."""
    first = lines.lstrip().partition(b"\n")[0].split()
    if len(first) < 5 or not first[-2].startswith(b"<"):
        return lines
    return lines.replace(b" " + first[-2] + b" .\n", b" .\n")
