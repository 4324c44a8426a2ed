"""The SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/): what a request asks for, and in which form.

Nothing here knows Flask: short queries are answered by bare WSGI, in a fraction of the time that a route takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import parse_qs

from werkzeug.http import parse_options_header

from budgetgraph.settings import Settings
from budgetsite.engine import QueryFailed
from budgetsite.lexer import QUERIES, UPDATES, keywords
from budgetsite.negotiation import HTML, RDF, ROWS, TRIPLES, Format, choose

METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

_READING = ("GET", "HEAD")
_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
_DESCRIBED = (*RDF, HTML)
_ANSWERED = (*ROWS, *TRIPLES, HTML)

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was sent, with its dataset and the format that its parameters name; no query, no dataset."""

    query: str | None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format: str | None = None


def read_request(environ: Mapping[str, Any], settings: Settings) -> Asked:
    """Read a request by its method and media type; raise QueryFailed with 400, 403, 405, 413, 415 or 503."""
    method = environ["REQUEST_METHOD"]
    if method not in METHODS:
        raise QueryFailed(405, f"{method} is not served here; there are {', '.join(METHODS)} 不支持此方法")
    url = _values(environ.get("QUERY_STRING", ""), settings)
    if method in _READING:
        return _asked(url, required=False, settings=settings)
    kind, options = parse_options_header(environ.get("CONTENT_TYPE", ""))
    _check_charset(kind, options.get("charset", "utf-8"))
    if kind == FORM:
        body = _text(_body(environ, settings))
        return _asked(_values(body, settings), required=True, settings=settings)
    if kind == DIRECT:
        direct = {**url, "query": [_text(_body(environ, settings)), *url.get("query", ())]}
        return _asked(direct, required=True, settings=settings)
    if kind == UPDATE:
        raise QueryFailed(403, "updates are not served here 此处不提供更新")
    raise QueryFailed(415, f"send the query as {FORM} or {DIRECT} 请用上述类型提交查询")


def _values(text: str, settings: Settings) -> dict[str, list[str]]:
    """Parse parameters; percent-encoded bytes that are not UTF-8 are refused."""
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise QueryFailed(400, "the parameters are not UTF-8 参数不是UTF-8") from error
    except ValueError as error:
        raise QueryFailed(413, "there are too many parameters 参数过多") from error


def _check_charset(kind: str, charset: str) -> None:
    if charset.lower() not in _UTF8:
        status = 400 if kind in (FORM, DIRECT, UPDATE) else 415
        raise QueryFailed(status, f"write the query in UTF-8, not {charset} 请使用UTF-8")


def _body(environ: Mapping[str, Any], settings: Settings) -> bytes:
    limit = settings.query_length * 4
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > limit:
        raise _too_long(settings)
    receiving = _receiving(settings.query_bodies)
    if not receiving.acquire(blocking=False):
        raise QueryFailed(503, "too many queries are being received; GET is open 正在接收的查询过多", "query_bodies")
    try:
        data: bytes = environ["wsgi.input"].read(int(length) if length.isdecimal() else limit + 1)
    finally:
        receiving.release()
    if len(data) > limit:
        raise _too_long(settings)
    if length.isdecimal() and len(data) < int(length):
        raise QueryFailed(400, "the query breaks off before its end 请求内容不完整")
    return data


@lru_cache
def _receiving(limit: int) -> BoundedSemaphore:
    """Return what lets so many bodies be received at a time: a client that sends slowly holds a thread till its end."""
    return BoundedSemaphore(limit)


def _too_long(settings: Settings) -> QueryFailed:
    return QueryFailed(413, f"the query is longer than {settings.query_length} characters 查询过长", "query_length")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryFailed(400, f"the query is not UTF-8 (byte {error.start}) 查询不是UTF-8") from error


def _asked(values: Values, *, required: bool, settings: Settings) -> Asked:
    if "update" in values:
        raise QueryFailed(403, "updates are not served here 此处不提供更新")
    queries = values.get("query", ())
    if len(queries) > 1:
        raise QueryFailed(400, "send one query at a time 一次只能提交一个查询")
    if required and not queries:
        raise QueryFailed(400, "there is no query 缺少查询")
    if queries and len(queries[0]) > settings.query_length:
        raise _too_long(settings)
    default, named = values.get("default-graph-uri", ()), values.get("named-graph-uri", ())
    given = bool(default or named)
    return Asked(
        queries[0] if queries else None,
        tuple(default) if given else None,
        tuple(named) if given else None,
        next(iter((*values.get("format", ()), *values.get("output", ()))), None),
    )


@lru_cache(maxsize=1000)
def check_query(query: str) -> bool:
    """Refuse what is not served (SERVICE, updates) before it is run; return whether the query names its dataset."""
    words = keywords(query)
    if "SERVICE" in words:
        raise QueryFailed(400, "SERVICE is not served here: this endpoint opens no connections 此处不支持SERVICE")
    if words & UPDATES and not words & QUERIES:
        raise QueryFailed(400, "updates are not served here 此处不提供更新")
    return "FROM" in words


def formats(asked: Asked, accept: str | None) -> tuple[Format | None, Format | None]:
    """Return the formats for rows and for triples; `?format=` and `?output=` win over Accept.

    Raises QueryFailed with 406 if nothing will do.
    """
    if asked.format:
        named = asked.format.lower()
        rows, triples = _named(named, ROWS), _named(named, TRIPLES)
    else:
        rows, triples = choose(accept, ROWS), choose(accept, TRIPLES)
    if rows is None and triples is None:
        offered = ", ".join(form.media_type for form in dict.fromkeys((*ROWS, *TRIPLES)))
        raise QueryFailed(406, f"no acceptable format for the result; there are {offered} 无可用的结果格式")
    return rows, triples


def _named(name: str, offered: tuple[Format, ...]) -> Format | None:
    return next((form for form in offered if name == form.suffix or name in form.media_types), None)


def wants_page(asked: Asked, accept: str | None) -> bool:
    """Say whether the query page, not the result, is what a request would rather have: a browser's does."""
    if asked.format:
        return asked.format.lower() in (HTML.suffix, HTML.media_type)
    return choose(accept, _DESCRIBED if asked.query is None else _ANSWERED) is HTML


def description_format(asked: Asked, accept: str | None) -> Format:
    """Return the format in which to describe the service; raise QueryFailed with 406 if none will do."""
    found = _named(asked.format.lower(), RDF) if asked.format else choose(accept, RDF)
    if found is None:
        raise QueryFailed(406, "the service is described as RDF or HTML 服务描述只有RDF与HTML")
    return found
