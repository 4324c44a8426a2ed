"""RDF/XML and Turtle of a whole disclosure: one description a resource, in the order of the graph."""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat, serialize

from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.releases.quads import PREFIXES

RDF_XML = "application/rdf+xml"
TURTLE = "text/turtle"

_ROOT = re.compile(rb"<rdf:RDF ([^>]*)>")
_PREFIXES = {**PREFIXES, "foaf": "http://xmlns.com/foaf/0.1/"}


def rdf_xml_bytes(index: QuadIndex) -> bytes:
    """Return the graph as RDF/XML; the writer orders name spaces anew with every call, so they are put in order."""
    data = serialize(index.triples, format=RdfFormat.RDF_XML, prefixes=_PREFIXES) or b""
    return _ROOT.sub(lambda root: b"<rdf:RDF " + b" ".join(sorted(root[1].split())) + b">", data, count=1)


def turtle_bytes(index: QuadIndex) -> bytes:
    """Return the graph as Turtle; literals keep their form (`3710800.00`)."""
    data = serialize(index.triples, format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b""
    return ordered_head(data, len(_PREFIXES))


def ordered_head(turtle: bytes, prefixes: int) -> bytes:
    """Put the prefixes at the head of Turtle in order; the writer orders them anew with every call."""
    lines = turtle.split(b"\n", prefixes)
    return b"\n".join([*sorted(lines[:-1]), lines[-1]])
