"""The SPARQL 1.1 Protocol over HTTP: GET, POST form, POST direct; https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.datastructures import MultiDict

from budgetgraph.releases.quads import PREFIXES
from budgetgraph.settings import Settings
from budgetsite import description
from budgetsite.engine import Engine, QueryFailed, Request
from budgetsite.examples import examples
from budgetsite.lexer import QUERIES, UPDATES, keywords
from budgetsite.library import Library
from budgetsite.negotiation import HTML, RDF, ROWS, TRIPLES, Format, choose

blueprint = Blueprint("sparql", __name__)

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
RETRY_AFTER = "10"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was sent, with its dataset; None where nothing was sent."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


@blueprint.route("/sparql", methods=["GET", "POST", "QUERY", "OPTIONS"])
def sparql() -> Response:
    """Answer a query; without one, the page for a browser and the service description for a program."""
    if request.method == "OPTIONS":
        return preflight()
    try:
        asked = _asked()
        if asked.query is None:
            return _without_query()
        return _answer(asked, asked.query)
    except QueryFailed as failed:
        return refusal(failed)


def preflight() -> Response:
    """Answer a CORS preflight request."""
    response = Response(status=204)
    response.headers["Allow"] = "GET, HEAD, POST, QUERY, OPTIONS"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, QUERY, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def refusal(failed: QueryFailed) -> Response:
    """Say in one line why a query got no result, and which setting it met."""
    setting = f" [{failed.setting}]" if failed.setting else ""
    response = Response(failed.message + setting + "\n", status=failed.status, mimetype="text/plain")
    if failed.status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _asked() -> Asked:
    """Read the request by its method and media type; raise QueryFailed with 400, 413 or 415."""
    limit = _settings().query_length
    if request.method in ("GET", "HEAD"):
        if "update" in request.args:
            raise QueryFailed(400, "updates are not served here 此处不提供更新")
        return _parameters(request.args)
    if (request.content_length or 0) > limit * 4:
        raise QueryFailed(413, f"the query is longer than {limit} characters 查询过长", "query_length")
    kind = (request.mimetype or "").lower()
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise QueryFailed(
            400 if kind in (FORM, DIRECT) else 415, f"write the query in UTF-8, not {charset} 请使用UTF-8"
        )
    if kind == FORM:
        if "update" in request.form:
            raise QueryFailed(403, "updates are not served here 此处不提供更新")
        return _parameters(request.form)
    if kind == DIRECT:
        return _parameters(request.args, _decoded(request.get_data()))
    if kind == UPDATE:
        raise QueryFailed(403, "updates are not served here 此处不提供更新")
    raise QueryFailed(415, f"send the query as {FORM} or {DIRECT} 请用上述类型提交查询")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryFailed(400, f"the query is not UTF-8 (byte {error.start}) 查询不是UTF-8") from error


def _parameters(values: MultiDict[str, str], direct: str | None = None) -> Asked:
    queries = values.getlist("query") if direct is None else [direct, *values.getlist("query")]
    if len(queries) > 1:
        raise QueryFailed(400, "send one query at a time 一次只能提交一个查询")
    if not queries and request.method not in ("GET", "HEAD"):
        raise QueryFailed(400, "there is no query 缺少查询")
    if queries and len(queries[0]) > _settings().query_length:
        raise QueryFailed(
            413, f"the query is longer than {_settings().query_length} characters 查询过长", "query_length"
        )
    default, named = values.getlist("default-graph-uri"), values.getlist("named-graph-uri")
    given = bool(default or named)
    return Asked(queries[0] if queries else None, tuple(default) if given else None, tuple(named) if given else None)


def _without_query() -> Response:
    form = choose(request.headers.get("Accept"), (*RDF, HTML))
    if form is None:
        raise QueryFailed(406, "the service is described as RDF or HTML 服务描述只有RDF与HTML")
    library = _library()
    if form is HTML:
        return Response(render_template("sparql.html", examples=examples(), prefixes=PREFIXES), mimetype="text/html")
    return Response(description.service(library, request.base_url, form), mimetype=form.media_type)


def _answer(asked: Asked, query: str) -> Response:
    words = keywords(query)
    if "SERVICE" in words:
        raise QueryFailed(400, "SERVICE is not served here: this endpoint opens no connections 此处不支持SERVICE")
    if words & UPDATES and not words & QUERIES:
        raise QueryFailed(400, "updates are not served here 此处不提供更新")
    rows, triples = _formats()
    if rows is None and triples is None:
        raise QueryFailed(406, "no acceptable format for the result 无可用的结果格式")
    etag = _etag(asked, query, rows, triples)
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        media_type, body = _engine().run(
            Request(
                query,
                rows.media_type if rows else None,
                triples.media_type if triples else None,
                asked.default_graphs,
                asked.named_graphs,
                own_dataset="FROM" in words,
            ),
            dict(PREFIXES),
        )
        response = Response(body, content_type=_content_type(media_type))
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    return response


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _formats() -> tuple[Format | None, Format | None]:
    """Return the formats for rows and for triples; `?format=` and `?output=` win over Accept."""
    wanted = request.values.get("format") or request.values.get("output")
    if not wanted:
        accept = request.headers.get("Accept")
        return choose(accept, ROWS), choose(accept, TRIPLES)
    named = wanted.lower()

    def find(formats: tuple[Format, ...]) -> Format | None:
        return next((form for form in formats if named == form.suffix or named in form.media_types), None)

    return find(ROWS), find(TRIPLES)


def _etag(asked: Asked, query: str, rows: Format | None, triples: Format | None) -> str:
    parts = (
        current_app.config["RELEASE_KEY"],
        query,
        repr(asked.default_graphs),
        repr(asked.named_graphs),
        rows.suffix if rows else "",
        triples.suffix if triples else "",
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _library() -> Library:
    library: Library = current_app.config["LIBRARY"]
    return library


def _engine() -> Engine:
    engine: Engine = current_app.config["ENGINE"]
    return engine
