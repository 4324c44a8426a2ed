"""Descriptions of the data for programs: VoID."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from budgetsite import description
from budgetsite.context import library
from budgetsite.negotiation import RDF, choose

blueprint = Blueprint("descriptions", __name__)


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Serve the VoID description (https://www.w3.org/TR/void/#well-known)."""
    form = choose(request.headers.get("Accept"), RDF) or choose(None, RDF)
    if form is None:
        abort(406)
    response = Response(description.void(library(), form), mimetype=form.media_type)
    response.vary.add("Accept")
    return response
