"""The site as an OpenAPI description, for those who do not speak SPARQL."""

from __future__ import annotations

from typing import Any

from budgetgraph import __version__
from budgetsite.negotiation import CSV, HTML, JSON, RDF, ROWS, TRIPLES, XLSX
from budgetsite.rows import FIELDS

_STRING = {"type": "string"}


def described(base: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the site under a base IRI."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "budgetgraph",
            "version": __version__,
            "description": "部门预算公开关联数据 · Budget disclosures as linked data",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": {
            "/doc/{path}": {"get": _document()},
            "/doc/{path}.json": {"get": _rows()},
            "/doc/{path}.csv": {"get": _file("The rows as CSV", CSV.media_type, filters=True)},
            "/doc/{path}.xlsx": {"get": _file("The rows as a spreadsheet", XLSX.media_type, filters=True)},
            "/export/{path}/graph.ttl": {"get": _file("The whole graph of a disclosure", "text/turtle")},
            "/sparql": {"get": _query(), "post": _query_form()},
            "/catalog": {"get": _catalog()},
            "/limits.json": {"get": _plain("Every limit with its value and meaning", JSON.media_type)},
            "/changes.json": {"get": _plain("What changed from release to release", JSON.media_type)},
            "/openapi.json": {"get": _plain("This description", JSON.media_type)},
        },
        "components": {"schemas": {"Row": _row(), "Rows": _page()}},
    }


def _parameter(name: str, where: str, text: str, **schema: object) -> dict[str, Any]:
    return {
        "name": name,
        "in": where,
        "required": where == "path",
        "description": text,
        "schema": schema or _STRING,
    }


_PATH = _parameter("path", "path", "The IRI of the thing without the base and `id/`; it may hold slashes")


def _answers(media_types: tuple[str, ...], *errors: int) -> dict[str, Any]:
    content = {media_type: {"schema": _STRING} for media_type in media_types}
    texts = {400: "Wrong request", 404: "Nothing is published there", 406: "No such format", 503: "A limit was met"}
    return {
        "200": {"description": "OK", "content": content},
        **{
            str(status): {"description": texts[status], "content": {"text/plain": {"schema": _STRING}}}
            for status in errors
        },
    }


def _document() -> dict[str, Any]:
    types = (HTML.media_type, *(form.media_type for form in RDF))
    return {"summary": "The document about a thing", "parameters": [_PATH], "responses": _answers(types, 404, 406)}


def _filters() -> list[dict[str, Any]]:
    text = "Keep rows with this value: an IRI, a code, a label, or the end of an IRI"
    return [_parameter(name, "query", text) for name in FIELDS if not name.endswith(("Code", "Label"))]


def _rows() -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 1}
    pages = [_parameter("page", "query", "From 1", **whole), _parameter("size", "query", "Rows of a page", **whole)]
    schema = {"$ref": "#/components/schemas/Rows"}
    answers = _answers((JSON.media_type,), 400, 404)
    answers["200"]["content"][JSON.media_type] = {"schema": schema}
    return {
        "summary": "The rows of a table or disclosure",
        "parameters": [_PATH, *pages, *_filters()],
        "responses": answers,
    }


def _file(summary: str, media_type: str, *, filters: bool = False) -> dict[str, Any]:
    parameters = [_PATH, *(_filters() if filters else ())]
    return {"summary": summary, "parameters": parameters, "responses": _answers((media_type,), 404)}


def _plain(summary: str, media_type: str) -> dict[str, Any]:
    return {"summary": summary, "responses": _answers((media_type,))}


def _results() -> dict[str, Any]:
    types = dict.fromkeys(form.media_type for form in (*ROWS, *TRIPLES))
    return _answers(tuple(types), 400, 406, 503)


def _query() -> dict[str, Any]:
    parameters = [
        _parameter("query", "query", "A SPARQL 1.1 query"),
        _parameter("default-graph-uri", "query", "A graph of the default graph"),
        _parameter("named-graph-uri", "query", "A named graph"),
        _parameter("format", "query", "json, xml, csv, tsv; ttl, nt, rdf, jsonld, trig"),
    ]
    return {"summary": "Query the data", "parameters": parameters, "responses": _results()}


def _query_form() -> dict[str, Any]:
    form = {"type": "object", "required": ["query"], "properties": {"query": _STRING, "format": _STRING}}
    content = {
        "application/x-www-form-urlencoded": {"schema": form},
        "application/sparql-query": {"schema": _STRING},
    }
    return {"summary": "Query the data", "requestBody": {"required": True, "content": content}, "responses": _results()}


def _catalog() -> dict[str, Any]:
    page = _parameter("page", "query", "From 1", type="integer", minimum=1)
    types = tuple(form.media_type for form in (*RDF, HTML))
    return {"summary": "The DCAT catalogue", "parameters": [page], "responses": _answers(types, 404, 406)}


def _row() -> dict[str, Any]:
    amount = {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "description": "yuan"}
    return {"type": "object", "properties": {name: amount if name == "amount" else _STRING for name in FIELDS}}


def _page() -> dict[str, Any]:
    whole, link = {"type": "integer"}, {"type": ["string", "null"]}
    return {
        "type": "object",
        "properties": {
            "total": whole,
            "page": whole,
            "pages": whole,
            "previous": link,
            "next": link,
            "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
        },
    }
