"""Every resource dereferences: /id/… leads to the document about it, in the format that is asked for."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from budgetsite import pages, rows
from budgetsite.context import library, served
from budgetsite.graphs import QB
from budgetsite.negotiation import CSV, HTML, JSON, RDF, XLSX, Format, choose, split_suffix
from budgetsite.rdf import serialise

blueprint = Blueprint("resources", __name__)

DOCUMENT = (HTML, *RDF)
TABULAR = (*DOCUMENT, JSON, CSV, XLSX)


@blueprint.get("/id/<path:path>")
def thing(path: str) -> BaseResponse:
    """Lead from a thing to the document about it (https://www.w3.org/TR/cooluris/, 303 URIs)."""
    iri = _known(library().addresses.data(path))
    response = redirect(library().addresses.href(iri), 303)
    response.headers["Link"] = f'<{library().addresses.href(iri)}>; rel="describedby"'
    response.vary.add("Accept")
    return response


@blueprint.get("/doc/<path:path>")
def document(path: str) -> Response:
    """Serve the document about a thing."""
    return _document(path, library().addresses.data)


@blueprint.get("/ontology/<path:path>")
def term(path: str) -> Response:
    """Serve the document about a term, a concept, a scheme or a shape."""
    return _document(path, library().addresses.terms)


@blueprint.get("/describe")
def describe() -> BaseResponse:
    """Serve what is published about any IRI; one of ours has an address of its own."""
    iri = request.args.get("iri", "")
    if library().addresses.path(iri):
        return redirect(library().addresses.href(iri), 303)
    if not iri or not library().known(iri):
        abort(404, f"nothing is published about {iri or 'nothing'} 没有关于它的数据")
    form = choose(request.headers.get("Accept"), DOCUMENT) or abort(406, _offered(DOCUMENT))
    response = _represent(iri, form)
    response.vary.add("Accept")
    return response


def _document(path: str, candidates: Callable[[str], list[str]]) -> Response:
    """Fetch or abort: a suffix names the format, without one Accept chooses it."""
    form: Format | None = None
    iri = _first_known(candidates(path))
    if iri is None:
        path, form = split_suffix(path, TABULAR)
        iri = _known(candidates(path))
    offered = TABULAR if _has_rows(iri) else DOCUMENT
    negotiated = form is None
    if form is None:
        form = choose(request.headers.get("Accept"), offered)
    if form is None or form not in offered:
        abort(406 if negotiated else 404, _offered(offered))
    response = _represent(iri, form)
    address = library().addresses.href(iri)
    if negotiated:
        response.vary.add("Accept")
        response.headers["Content-Location"] = f"{address}.{form.suffix}"
    for link in _links(iri, address, form, offered):
        response.headers.add("Link", link)
    return response


def _offered(offered: tuple[Format, ...]) -> str:
    return f"there are {', '.join(form.media_type for form in offered)} 可用格式如上"


def _first_known(candidates: list[str]) -> str | None:
    return next((iri for iri in candidates if library().known(iri)), None)


def _known(candidates: list[str]) -> str:
    iri = _first_known(candidates)
    if iri is None:
        abort(404, f"nothing is published about {candidates[0]} 没有关于它的数据")
    return iri


def _has_rows(iri: str) -> bool:
    return bool(library().documents_about(iri)) and QB + "DataSet" in library().graph_of(iri).types(iri)


def _links(iri: str, address: str, form: Format, offered: tuple[Format, ...]) -> list[str]:
    others = [
        f'<{address}.{other.suffix}>; rel="alternate"; type="{other.media_type}"'
        for other in offered
        if other is not form
    ]
    canonical = (library().addresses.path(iri) or "").lstrip("/")
    return [
        f'<{library().base}{canonical}>; rel="canonical"',
        f'<{iri}>; rel="describes"',
        f'<{address}.ttl>; rel="describedby"; type="text/turtle"',
        *others,
    ]


def _represent(iri: str, form: Format) -> Response:
    if form is HTML:
        return Response(pages.page(iri), mimetype=HTML.media_type)
    if form in RDF:
        return Response(serialise(library().describe(iri), form), mimetype=form.media_type)
    return _rows(iri, form)


def _rows(iri: str, form: Format) -> Response:
    graph = library().graph_of(iri)
    found = rows.filtered(rows.rows(library(), graph, iri), request.args.to_dict())
    if form is CSV:
        return Response(rows.as_csv(found), mimetype=CSV.media_type)
    if form is XLSX:
        return Response(rows.as_xlsx(found), mimetype=XLSX.media_type)
    address = library().addresses.href(iri) + ".json"
    number, size = page_number(), min(_positive("size", served().settings.page_size), 10 * served().settings.page_size)
    return Response(
        rows.as_json(found, address, request.args.to_dict(), page=number, size=size), mimetype=JSON.media_type
    )


def page_number() -> int:
    """Return the page that a request asks for, from 1."""
    return _positive("page", 1)


def _positive(name: str, default: int) -> int:
    value = request.args.get(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        abort(400, f"{name} is a whole number of at least 1, not {value} 须为正整数")
    return int(value)
