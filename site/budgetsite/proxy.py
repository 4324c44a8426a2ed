"""A store of others behind the endpoint: it answers the queries, and our limits still hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Late

from budgetgraph.releases.graphstore import credentials, without_credentials
from budgetgraph.settings import Settings
from budgetsite.engine import Engine, QueryFailed, Request

_PIECE = 1 << 16
_SHOWN = 200


class Proxy(Engine):
    """An engine whose queries are answered by the SPARQL endpoint of a store; its workers only parse them.

    What is not SPARQL 1.1 never reaches the store, so that its own extensions cannot be used (Virtuoso's
    `define get:soft` fetches addresses). When our time is over we hang up, upon which not every store stops:
    it should have a time limit of its own. What parameters the address has (Oxigraph's `union-default-graph`) go with
    those queries that name no dataset of their own.
    """

    keeps = False  # the store is brought up to a release after the release is served

    def __init__(self, store: Path, settings: Settings, address: str) -> None:
        super().__init__(store, settings)
        self._url, self._auth = without_credentials(address), credentials(address)
        self._turns = threading.BoundedSemaphore(settings.query_workers)
        self._local = threading.local()

    def run(self, request: Request) -> tuple[str, bytes]:
        """Return (media type, serialised result) of a query, from the store; raise QueryFailed."""
        triples = bool(self.ask(request, parse=True)[0]["triples"])
        deadline = time.monotonic() + self.settings.query_seconds
        media_type = request.triples if triples else request.rows
        if media_type is None:
            raise self.failure({"status": "not-acceptable", "triples": triples})
        with self._turn(deadline), self._asked(request, media_type, deadline) as response:
            if response.status_code != 200:
                raise _refused(response)
            given = response.headers.get("Content-Type", "").partition(";")[0].strip()
            if given != media_type:
                raise QueryFailed(406, f"the store has no {media_type} for this, but {given} 存储不提供此格式")
            return media_type, self._body(response, deadline)

    @contextmanager
    def _turn(self, deadline: float) -> Iterator[None]:
        """Let so many queries go to the store at a time as there are workers."""
        if not self._turns.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise QueryFailed(503, "the store is busy 存储繁忙", "query_workers")
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _asked(self, request: Request, media_type: str, deadline: float) -> Iterator[requests.Response]:
        """Send a query as it is, with its dataset; whatever goes wrong on the way is one line with its status."""
        form = {
            "query": request.query,
            "default-graph-uri": list(request.default_graphs or ()),
            "named-graph-uri": list(request.named_graphs or ()),
        }
        named = request.own_dataset or form["default-graph-uri"] or form["named-graph-uri"]
        patience = max(0.1, deadline - time.monotonic())
        try:
            with self._session.post(
                self._url.partition("?")[0] if named else self._url,
                data=form,
                headers={"Accept": media_type},
                timeout=patience,
                stream=True,
                allow_redirects=False,
            ) as response:
                yield response
        except (requests.Timeout, Late):
            raise self.failure({"status": "too-slow"}) from None
        except (requests.RequestException, HTTPError, OSError) as error:
            message = f"the store does not answer as it should 存储应答异常 ({type(error).__name__})"
            raise QueryFailed(503, message) from error

    @property
    def _session(self) -> requests.Session:
        """The connection of this thread, which is kept open."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env, session.auth = False, self._auth
        return session

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        """Return the named result; one that is too long, comes too late or breaks off is an error."""
        data = bytearray()
        while piece := response.raw.read1(_PIECE, decode_content=True):
            data += piece
            if len(data) > self.settings.query_result_bytes:
                raise self.failure({"status": "too-large"})
            if time.monotonic() > deadline:
                raise self.failure({"status": "too-slow"})
        return bytes(data)


def _refused(response: requests.Response) -> QueryFailed:
    said = " ".join(response.raw.read(4 * _SHOWN, decode_content=True).decode("utf-8", "replace").split())[:_SHOWN]
    status = 400 if response.status_code == 400 else 503
    return QueryFailed(status, f"the store refused the query 存储拒绝查询: HTTP {response.status_code} {said}")
