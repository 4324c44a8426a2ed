"""Addresses: which path answers for an IRI, and which IRIs a path is about. Host headers play no part in it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

VOCABULARY = "https://w3id.org/budgetgraph/"
"""Under this lie the terms, concepts and shapes; the site answers for all of it under /ontology."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a site whose data is named under the base IRI `base`."""

    base: str

    @property
    def root(self) -> str:
        """The path of the base IRI: `/`, unless the site lies below a path of its host."""
        return urlsplit(self.base).path or "/"

    def path(self, iri: str) -> str | None:
        """Return the path, below the root, of the document about an IRI of ours; None for those of others."""
        if iri.startswith(self.base + "id/"):
            return "doc/" + iri[len(self.base) + 3 :]
        if iri.startswith(VOCABULARY):
            return ("ontology/" + iri[len(VOCABULARY) :].replace("#", "/")).rstrip("/")
        return None

    def href(self, iri: str) -> str:
        """Return where a page should link to for an IRI: our document about it, or the IRI itself."""
        path = self.path(iri)
        return iri if path is None else self.root + path

    def to(self, path: str) -> str:
        """Return a path of the site as a link."""
        return self.root + path.lstrip("/")

    def data(self, path: str) -> list[str]:
        """Return the IRIs that a path below /id or /doc can be about; the first is the usual one."""
        return list(dict.fromkeys((f"{self.base}id/{quote(path, safe='/-')}", f"{self.base}id/{path}")))

    def terms(self, path: str) -> list[str]:
        """Return the IRIs that a path below /ontology can be about."""
        head, _, tail = path.rpartition("/")
        fragment = [f"{VOCABULARY}{head}#{tail}"] if head else [f"{VOCABULARY}{path}#"]
        return [*fragment, VOCABULARY + path, VOCABULARY + quote(path, safe="/-")]
