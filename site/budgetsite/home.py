"""The site's own pages: what is published, search, the vocabulary, the query page, the limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from budgetgraph.exports.context import context_document
from budgetgraph.releases.quads import PREFIXES
from budgetgraph.settings import describe
from budgetgraph.vocabulary.diagram import model_svg
from budgetsite import description, endpoint, structured
from budgetsite.addresses import VOCABULARY
from budgetsite.context import library, served
from budgetsite.engine import QueryFailed
from budgetsite.examples import examples
from budgetsite.graphs import BG, DIM, OWL, RDF, SH, SKOS
from budgetsite.negotiation import HTML, JSON, JSON_LD, ROWS, TRIPLES, Format, choose, split_suffix
from budgetsite.negotiation import RDF as RDF_FORMATS
from budgetsite.protocol import read_request
from budgetsite.rdf import serialise
from budgetsite.resources import page_number

blueprint = Blueprint("home", __name__)

EDITOR = Path(__file__).parent / "static" / "yasgui" / "yasgui.min.js"
"""The query editor; it is brought in by `make assets`, and the plain form works without it."""
FOUND = 50
"""So many terms a search shows."""
_ROWS_JSON, _TURTLE = ROWS[0], TRIPLES[0]


@blueprint.get("/")
def index() -> str:
    """Show what is published, and search it."""
    words = request.args.get("q", "").strip()
    records, size, number = library().search(words), served().settings.page_size, page_number()
    return render_template(
        "home.html",
        structured=structured.catalog(served()),
        words=words,
        total=len(records),
        records=records[(number - 1) * size : number * size],
        number=number,
        more=len(records) > number * size,
        terms=library().search_terms(words, FOUND),
    )


@blueprint.get("/sparql")
def query_page() -> Response:
    """Show the query page, with the result of the query if there is one."""
    status, view = 200, _queried()
    if view.get("failed"):
        status = view["failed"].status
    editor = EDITOR.exists()
    page = render_template(
        "sparql.html",
        examples=examples(),
        prefixes=PREFIXES,
        editor=editor,
        vocabulary=_completions() if editor else None,
        **view,
    )
    response = Response(page, status, mimetype="text/html")
    response.vary.add("Accept")
    return response


def _completions() -> dict[str, Any]:
    """Return what the editor completes: prefixes, classes and properties of the data."""
    classes, properties = (library().counts(query) for query in (description.CLASSES, description.PROPERTIES))
    return {
        "prefixes": PREFIXES,
        "classes": [iri for iri, _ in classes],
        "properties": [iri for iri, _ in properties],
    }


def _queried() -> dict[str, Any]:
    query = request.args.get("query")
    if not query:
        return {}
    try:
        asked = read_request(request.environ, served().settings)
        media_type, body = endpoint.run(served(), asked, _ROWS_JSON, _TURTLE)
    except QueryFailed as failed:
        return {"asked": query, "failed": failed}
    if media_type != _ROWS_JSON.media_type:
        return {"asked": query, "turtle": body.decode()}
    return {"asked": query, "result": json.loads(body)}


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Show the vocabulary, code lists and shapes; as RDF, all of them."""
    return _whole("ontology", suffix, VOCABULARY)


@blueprint.get("/ns")
@blueprint.get("/ns.<suffix>")
def namespace(suffix: str | None = None) -> Response:
    """Show every term of the vocabulary and every dimension."""
    return _whole("ns", suffix, BG, DIM)


@blueprint.get("/ns/<path:path>")
def namespace_term(path: str) -> BaseResponse:
    """Lead to the document about a term."""
    return redirect(library().addresses.to(f"ontology/ns/{path}"), 303)


def _whole(name: str, suffix: str | None, *spaces: str) -> Response:
    offered = (HTML, *RDF_FORMATS)
    form = _form(suffix, offered)
    address = library().addresses.to(name)
    if form is HTML:
        response = Response(render_template(f"{name}.html", **_vocabulary()), mimetype="text/html")
    else:
        terms = library().ontology
        named = [iri for iri in terms.subjects if name == "ontology" or iri.startswith(spaces)]
        triples = (triple for iri in named for triple in terms.triples(iri))
        response = Response(serialise(triples, form), mimetype=form.media_type)
    if suffix is None:
        response.vary.add("Accept")
        response.headers["Content-Location"] = f"{address}.{form.suffix}"
    for other in offered:
        response.headers.add("Link", f'<{address}.{other.suffix}>; rel="alternate"; type="{other.media_type}"')
    return response


def _form(suffix: str | None, offered: tuple[Format, ...]) -> Format:
    if suffix is None:
        return choose(request.headers.get("Accept"), offered) or abort(406, "there are HTML and RDF 只有HTML与RDF")
    _, form = split_suffix("." + suffix, offered)
    return form or abort(404, f"there is no .{suffix} here 没有此格式")


def _vocabulary() -> dict[str, Any]:
    terms = library().ontology
    ours = [iri for iri in sorted(terms.subjects) if iri.startswith((BG, DIM)) and iri not in (BG, DIM)]
    classes = [iri for iri in ours if OWL + "Class" in terms.types(iri)]
    properties = [iri for iri in ours if iri.startswith(BG) and RDF + "Property" in terms.types(iri)]
    dimensions = [iri for iri in ours if iri.startswith(DIM)]
    return {
        "graph": terms,
        "skos": SKOS,
        "classes": classes,
        "properties": properties,
        "dimensions": dimensions,
        "others": [iri for iri in ours if iri not in {*classes, *properties, *dimensions}],
        "schemes": [(iri, len(terms.having(SKOS + "inScheme", iri))) for iri in sorted(_schemes())],
        "shapes": sorted(terms.of_type(SH + "NodeShape")),
        "diagram": Markup(model_svg(library().addresses.href).decode()),
    }


def _schemes() -> list[str]:
    return [iri for iri in library().ontology.of_type(SKOS + "ConceptScheme") if iri.startswith(VOCABULARY)]


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Serve the JSON-LD context of our documents (https://www.w3.org/TR/json-ld11/#the-context)."""
    return Response(context_document(), mimetype=JSON_LD.media_type, headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/limits")
@blueprint.get("/limits.<suffix>")
def limits(suffix: str | None = None) -> Response:
    """Show every limit with its value and meaning."""
    form = _form(suffix, (HTML, JSON))
    described = describe(served().settings)
    if form is HTML:
        response = Response(render_template("limits.html", limits=described), mimetype="text/html")
    else:
        values = {
            line.name: {"value": line.value, "default": line.default, "zh": line.meaning.zh, "en": line.meaning.en}
            for line in described
        }
        response = Response(json.dumps(values, ensure_ascii=False, indent=1), mimetype="application/json")
    response.vary.add("Accept")
    return response
