"""Descriptions of the data for programs: the catalogue and VoID."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from budgetsite import description
from budgetsite.catalog import Catalog
from budgetsite.context import library, served
from budgetsite.negotiation import HTML, RDF, Format, choose, split_suffix
from budgetsite.rdf import serialise
from budgetsite.resources import page_number

blueprint = Blueprint("descriptions", __name__)

_CATALOG = (*RDF, HTML)
"""RDF for those who do not say what they want: harvesters send `*/*`."""


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Serve the VoID description (https://www.w3.org/TR/void/#well-known)."""
    form = choose(request.headers.get("Accept"), RDF) or choose(None, RDF)
    if form is None:
        abort(406)
    response = Response(description.void(library(), form), mimetype=form.media_type)
    response.vary.add("Accept")
    return response


@blueprint.get("/catalog")
@blueprint.get("/catalog.<suffix>")
def catalog(suffix: str | None = None) -> Response:
    """Serve a page of the catalogue."""
    form = _catalog_format(suffix)
    view = Catalog(served(), page_number(), f".{suffix}" if suffix else "")
    if view.page > view.pages:
        abort(404, f"there is no page {view.page} of the catalogue 没有此页")
    if form is HTML:
        response = Response(render_template("catalog.html", catalog=view), mimetype="text/html")
    else:
        response = Response(serialise(view.triples(), form), mimetype=form.media_type)
    if suffix is None:
        response.vary.add("Accept")
        response.headers["Content-Location"] = library().addresses.to(f"catalog.{form.suffix}?page={view.page}")
    for other in _CATALOG:
        address = library().addresses.to(f"catalog.{other.suffix}")
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{other.media_type}"')
    return response


def _catalog_format(suffix: str | None) -> Format:
    if suffix is None:
        return choose(request.headers.get("Accept"), _CATALOG) or abort(406, "there are RDF and HTML 只有RDF与HTML")
    return split_suffix(f".{suffix}", _CATALOG)[1] or abort(404, f"there is no .{suffix} here 没有此格式")
