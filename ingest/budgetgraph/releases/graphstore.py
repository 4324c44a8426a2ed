"""A store of others, reached over the SPARQL 1.1 Graph Store HTTP Protocol: one named graph a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from budgetgraph.errors import StoreError

PIECE = 4_000_000
"""So many bytes are sent at a time: Virtuoso refuses more than some MB."""
SECONDS = (10, 600)
"""How long to wait for a connection, and for an answer: a store takes its time to index a piece."""
TURTLE = {"Content-Type": "text/turtle; charset=utf-8"}
"""Sorted N-Triples are Turtle, which every store reads."""
_SHOWN = 200
_BLANK = re.compile(rb"(?m)(^|> )_:")
"""A blank node, as a subject or after a predicate."""


@dataclass(slots=True)
class GraphStore:
    """The graphs of a store by its Graph Store URL, which may hold a user and a password.

    Indirect graph identification: `?graph=IRI` (https://www.w3.org/TR/sparql11-http-rdf-update/, section 4.2).
    """

    address: str
    _session: requests.Session = field(default_factory=requests.Session)

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    @property
    def url(self) -> str:
        """The address without user and password."""
        return without_credentials(self.address)

    def get(self, graph: str) -> bytes | None:
        """Return a graph as N-Triples, None if there is none."""
        response = self._send("GET", graph, headers={"Accept": "application/n-triples"}, missing=True)
        return None if response.status_code == 404 else response.content

    def replace(self, graph: str, triples: bytes) -> None:
        """Put sorted N-Triples in the place of a graph: the first piece by PUT, the others by POST."""
        for number, piece in enumerate(pieces(triples)):
            self._send("POST" if number else "PUT", graph, headers=TURTLE, data=piece)

    def delete(self, graph: str) -> None:
        """Remove a graph, if it is there."""
        self._send("DELETE", graph, missing=True)

    def _send(
        self,
        method: str,
        graph: str,
        *,
        headers: dict[str, str] | None = None,
        data: bytes = b"",
        missing: bool = False,
    ) -> requests.Response:
        try:
            response = self._try(method, graph, headers or {}, data)
            if response.status_code == 401 and self._authenticate(response.headers.get("WWW-Authenticate", "")):
                response = self._try(method, graph, headers or {}, data)
        except (requests.RequestException, ValueError) as error:
            raise self._error(f"cannot be reached 无法连接 ({type(error).__name__})") from error
        if response.ok or (missing and response.status_code == 404):
            return response
        said = " ".join(response.text.split())[:_SHOWN]
        raise self._error(f"{method} of {graph} was refused 被拒绝: HTTP {response.status_code} {said}")

    def _try(self, method: str, graph: str, headers: dict[str, str], data: bytes) -> requests.Response:
        return self._session.request(
            method,
            self.url,
            params={"graph": graph},
            headers=headers,
            data=data,
            timeout=SECONDS,
            allow_redirects=False,
        )

    def _authenticate(self, challenge: str) -> bool:
        """Take up the scheme that the store asks for; say whether there is anything new to try."""
        known = credentials(self.address)
        if known is None or self._session.auth is not None:
            return False
        digest = challenge.lower().startswith("digest")
        self._session.auth = HTTPDigestAuth(*known) if digest else HTTPBasicAuth(*known)
        return True

    def _error(self, what: str) -> StoreError:
        return StoreError(what=what, where=self.url, remedy="then 然后: budgetgraph releases DIR upload --store URL")


def without_credentials(address: str) -> str:
    """Return an address without the user and the password that it may hold."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def credentials(address: str) -> tuple[str, str] | None:
    """Return the user and the password that an address holds."""
    parts = urlsplit(address)
    return (unquote(parts.username), unquote(parts.password or "")) if parts.username is not None else None


def pieces(triples: bytes, size: int = PIECE) -> Iterator[bytes]:
    """Cut N-Triples at ends of lines into pieces of about *size* bytes; one piece if there are blank nodes in it.

    A blank node means another node in each request, so that a graph which has one cannot be cut.
    """
    if _BLANK.search(triples):
        yield triples
        return
    start = 0
    while start < len(triples):
        end = triples.find(b"\n", min(start + size, len(triples)) - 1) + 1 or len(triples)
        yield triples[start:end]
        start = end
    if not triples:
        yield b""
