"""IRIs: the vocabulary, the external vocabularies, and those of a disclosure and its parts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from budgetgraph.document import Cell
from budgetgraph.identity.reading import Identity

BG = "https://w3id.org/budgetgraph/ns#"
DIM = "https://w3id.org/budgetgraph/dimension#"
CONCEPT = "https://w3id.org/budgetgraph/concept/"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
OA = "http://www.w3.org/ns/oa#"
OBEU_ATTRIBUTE = "http://data.openbudgets.eu/ontology/dsd/attribute/"
OBEU_MEASURE = "http://data.openbudgets.eu/ontology/dsd/measure/"
OBEU_PHASE = "http://data.openbudgets.eu/resource/codelist/budget-phase/"
ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"
QB = "http://purl.org/linked-data/cube#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CNY = "http://publications.europa.eu/resource/authority/currency/CNY"
YEAR = "http://reference.data.gov.uk/id/gregorian-year/"

DEFAULT_BASE = "http://localhost:8000/"


def node(iri: str) -> NamedNode:
    """Return an IRI as an RDF term."""
    return NamedNode(iri)


def literal(value: object, datatype: str | None = None, language: str | None = None) -> Literal:
    """Return a literal as an RDF term; its lexical form is kept."""
    if language:
        return Literal(str(value), language=language)
    return Literal(str(value), datatype=NamedNode(XSD + datatype)) if datatype else Literal(str(value))


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits that stand for some texts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=4096)
def _quoted(step: str) -> str:
    return quote(step, safe="-")


@dataclass(frozen=True, slots=True)
class Names:
    """The IRIs of one disclosure under the configured base IRI."""

    base: str
    identity: Identity

    @property
    def disclosure(self) -> str:
        return f"{self.base}id/{self.identity.path}"

    def part(self, *path: str) -> str:
        """Return the IRI of a part of the disclosure, e.g. table/9."""
        return "/".join((self.disclosure, *map(_quoted, path)))

    def organization(self, name: str) -> str:
        """Return the IRI of a body in the disclosure's division."""
        return f"{self.base}id/org/{self.identity.division}/{self.identity.slug_of(name)}"

    def project(self, name: str) -> str:
        """Return the IRI of a project of the disclosure."""
        return self.part("project", digest(name))

    def file(self, sha256: str) -> str:
        return f"{self.base}id/file/{sha256}"

    def page(self, sha256: str, number: int) -> str:
        return f"{self.file(sha256)}/page/{number}"

    def cell(self, sha256: str, cell: Cell) -> str:
        return f"{self.page(sha256, cell.page)}/cell/{cell.grid}-{cell.row}-{cell.column}"
