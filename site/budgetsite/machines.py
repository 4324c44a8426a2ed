"""What machines look for at every site: health, readiness, robots.txt, the site map, the feed, OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, abort, render_template, request

from budgetsite.context import library, served
from budgetsite.engine import QueryFailed, Request
from budgetsite.graphs import BG, RDF_TYPE
from budgetsite.history import Step, atom, difference, history
from budgetsite.negotiation import HTML, JSON, choose, split_suffix
from budgetsite.openapi import described

blueprint = Blueprint("machines", __name__)

MAP_SIZE = 50_000
"""A site map may hold no more addresses (https://www.sitemaps.org/protocol.html)."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@blueprint.get("/health")
def health() -> Response:
    """Say that the server answers."""
    return _status("ok", 200)


@blueprint.get("/ready")
def ready() -> Response:
    """Say whether queries are answered."""
    try:
        served().engine.run(Request("ASK {}", "application/sparql-results+json", None))
    except QueryFailed as failed:
        return _status(failed.message, 503)
    return _status("ready", 200)


def _status(status: str, code: int) -> Response:
    body = json.dumps({"status": status, "release": library().release.number})
    response = Response(body + "\n", code, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask crawlers to leave the endpoint and the pictures alone, and lead them to the site map."""
    lines = ("User-agent: *", "Disallow: /sparql", "Disallow: /*.png", f"Sitemap: {library().base}sitemap.xml", "")
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the documents about disclosures and tables; as an index where they are too many for one list."""
    addresses = list(_addresses())
    pages = -(-len(addresses) // MAP_SIZE)
    number = request.args.get("page", type=int)
    if number is None and pages > 1:
        return _xml("sitemapindex", "sitemap", (f"{library().base}sitemap.xml?page={n + 1}" for n in range(pages)))
    if number is not None and not 1 <= number <= pages:
        abort(404, f"there is no page {number} of the site map 没有此页")
    start = ((number or 1) - 1) * MAP_SIZE
    return _xml("urlset", "url", iter(addresses[start : start + MAP_SIZE]))


def _addresses() -> Iterator[str]:
    base, path = library().base, library().addresses.path
    yield base
    yield from (f"{base}{name}" for name in ("ontology", "ns", "catalog", "limits"))
    yield from (f"{base}{path(iri)}" for iri in sorted(library().records))
    tables = library().index.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(BG + "DisclosedTable"), None)
    yield from sorted(f"{base}{path(quad.subject.value)}" for quad in tables if isinstance(quad.subject, ox.NamedNode))


@blueprint.get("/feed.atom")
def feed() -> Response:
    """List the releases, the newest first."""
    steps = history(served().directory, library().release.number)
    return Response(atom(steps, library().base, served().profile.title_zh), mimetype="application/atom+xml")


@blueprint.get("/changes")
@blueprint.get("/changes.<suffix>")
def changes(suffix: str | None = None) -> Response:
    """Show what changed from release to release; of one disclosure (`?iri=`), which statements."""
    steps = history(served().directory, library().release.number)
    iri = request.args.get("iri")
    form = (
        choose(request.headers.get("Accept"), (HTML, JSON))
        if suffix is None
        else split_suffix(f".{suffix}", (HTML, JSON))[1]
    )
    if form is None:
        abort(404 if suffix else 406, "there are HTML and JSON 只有HTML与JSON")
    lost, gained = _difference(iri, [step.number for step in steps]) if iri else ([], [])
    if form is HTML:
        page = render_template("changes.html", steps=steps, iri=iri, lost=lost, gained=gained)
        response = Response(page, mimetype="text/html")
    else:
        values = {"iri": iri, "lost": lost, "gained": gained} if iri else [_as_json(step) for step in steps]
        response = Response(json.dumps(values, ensure_ascii=False, indent=1), mimetype="application/json")
    response.vary.add("Accept")
    return response


def _difference(iri: str, numbers: list[int]) -> tuple[list[str], list[str]]:
    newer = request.args.get("to", numbers[0], type=int)
    earlier = [number for number in numbers if number < newer]
    if newer not in numbers or not earlier:
        return [], []
    return difference(served().directory, iri, request.args.get("from", earlier[0], type=int), newer)


def _as_json(step: Step) -> dict[str, object]:
    return {
        "release": step.number,
        "created": step.created,
        "added": [record.iri for record in step.added],
        "corrected": [new.iri for _, new in step.corrected],
        "removed": [record.iri for record in step.removed],
    }


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe what programs can ask for (https://spec.openapis.org/oas/v3.1.0)."""
    body = json.dumps(described(library().base), ensure_ascii=False, indent=1)
    return Response(body, mimetype="application/json")


@blueprint.get("/schema/<name>")
def schema(name: str) -> Response:
    """Return the JSON schema of what a command prints or reads: check, evaluate, metadata."""
    file = files("budgetgraph") / "schemas" / f"{name}.schema.json"
    if not name.isalpha() or not file.is_file():
        abort(404)
    return Response(file.read_bytes(), mimetype="application/schema+json")


def _xml(outer: str, inner: str, addresses: Iterator[str]) -> Response:
    lines = "".join(f"<{inner}><loc>{escape(address)}</loc></{inner}>\n" for address in addresses)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{_NAMESPACE}">\n{lines}</{outer}>\n'
    return Response(body, mimetype="application/xml")
