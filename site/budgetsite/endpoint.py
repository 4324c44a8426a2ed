"""The SPARQL endpoint as bare WSGI: from a request to its answer, from the cache if it was asked before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from budgetsite import description
from budgetsite.compression import compress
from budgetsite.current import Served
from budgetsite.engine import QueryFailed, Request
from budgetsite.negotiation import Format
from budgetsite.protocol import (
    METHODS,
    Asked,
    check_query,
    description_format,
    formats,
    read_request,
    wants_page,
)

RETRY_AFTER = "10"
_ALLOWED = ", ".join(METHODS)
CORS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Content-Location, ETag, Link, Location, Retry-After"),
)
PREFLIGHT = (
    ("Allow", _ALLOWED),
    ("Access-Control-Allow-Methods", _ALLOWED),
    ("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match"),
    ("Access-Control-Max-Age", "86400"),
)
_REASONS = {
    200: "OK",
    204: "No Content",
    304: "Not Modified",
    400: "Bad Request",
    403: "Forbidden",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    503: "Service Unavailable",
}


@dataclass(slots=True)
class Answer:
    """An HTTP answer: status, headers, body."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The status with its reason, as WSGI wants it."""
        return f"{self.status} {_REASONS[self.status]}"


def answer(environ: Mapping[str, Any], served: Served) -> Answer | None:
    """Answer a request to the endpoint; None says that the query page is what was asked for."""
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return Answer(204, headers=[*PREFLIGHT])
    accept = environ.get("HTTP_ACCEPT")
    try:
        asked = read_request(environ, served.settings)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and wants_page(asked, accept):
            return None
        if asked.query is None:
            return _description(served, description_format(asked, accept))
        return _result(environ, served, asked)
    except QueryFailed as failed:
        return refusal(failed)


def refusal(failed: QueryFailed) -> Answer:
    """Say in one line why a query got no result, and which setting it met."""
    setting = f" [{failed.setting}]" if failed.setting else ""
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    if failed.status == 503:
        headers.append(("Retry-After", RETRY_AFTER))
    if failed.status == 405:
        headers.append(("Allow", _ALLOWED))
    line = " ".join(failed.message.split())
    return Answer(failed.status, f"{line}{setting}\n".encode(), headers)


def run(
    served: Served, asked: Asked, rows: Format | None, triples: Format | None, *, key: str | None = None
) -> tuple[str, bytes]:
    """Return (media type, bytes) of the result of a query; raise QueryFailed if there is none."""
    assert asked.query is not None
    own_dataset = check_query(asked.query)
    key = key or query_key(served, asked, rows, triples)
    kept = served.results.get(key)
    if kept:
        return kept
    request = Request(
        asked.query,
        rows.media_type if rows else None,
        triples.media_type if triples else None,
        asked.default_graphs,
        asked.named_graphs,
        own_dataset,
        f"{served.library.base}sparql",
    )
    media_type, body = served.engine.run(request)
    if served.engine.keeps:
        served.results.put(key, media_type, body)
    return media_type, body


def query_key(served: Served, asked: Asked, rows: Format | None, triples: Format | None) -> str:
    """Return what tells a query's result apart from all others: the release, the query, its dataset, the formats."""
    parts = (
        served.key,
        asked.query or "",
        repr(asked.default_graphs),
        repr(asked.named_graphs),
        rows.suffix if rows else "",
        triples.suffix if triples else "",
    )
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _result(environ: Mapping[str, Any], served: Served, asked: Asked) -> Answer:
    rows, triples = formats(asked, environ.get("HTTP_ACCEPT"))
    check_query(asked.query or "")
    key = query_key(served, asked, rows, triples)
    etag = f'W/"{key}"'
    headers = [("Cache-Control", "no-cache"), ("Vary", "Accept, Accept-Encoding")]
    if served.engine.keeps:
        headers.append(("ETag", etag))
    if served.engine.keeps and matches(environ.get("HTTP_IF_NONE_MATCH"), etag):
        return Answer(304, headers=headers)
    media_type, body = run(served, asked, rows, triples, key=key)
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    encoding, body = compress(body, environ.get("HTTP_ACCEPT_ENCODING"))
    if encoding:
        headers.append(("Content-Encoding", encoding))
    return Answer(200, body, [("Content-Type", media_type + charset), *headers])


def _description(served: Served, form: Format) -> Answer:
    body = description.service(served.library, form)
    charset = "; charset=utf-8" if form.media_type.startswith("text/") else ""
    return Answer(200, body, [("Content-Type", form.media_type + charset), ("Vary", "Accept")])


def matches(header: str | None, etag: str) -> bool:
    """Compare an If-None-Match header with an entity tag, weakly (RFC 9110, section 13.1.2)."""
    if not header:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def respond(found: Answer, method: str, start_response: Any) -> Iterable[bytes]:
    """Send an answer by WSGI; HEAD gets the headers alone."""
    length = () if found.status in (204, 304) else (("Content-Length", str(len(found.body))),)
    start_response(found.line, [*found.headers, *CORS, *length])
    return () if method == "HEAD" or not found.body else (found.body,)
