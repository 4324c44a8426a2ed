"""What machines look for at every site: health, readiness, robots.txt, the site map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, abort, request

from budgetsite.context import library, served
from budgetsite.engine import QueryFailed, Request
from budgetsite.graphs import BG, RDF_TYPE

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
        served().engine.run(Request("ASK {}", "application/sparql-results+json", None), {})
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
    yield from (f"{base}{name}" for name in ("ontology", "ns", "limits"))
    yield from (f"{base}{path(iri)}" for iri in sorted(library().records))
    tables = library().index.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(BG + "DisclosedTable"), None)
    yield from sorted(f"{base}{path(quad.subject.value)}" for quad in tables if isinstance(quad.subject, ox.NamedNode))


def _xml(outer: str, inner: str, addresses: Iterator[str]) -> Response:
    lines = "".join(f"<{inner}><loc>{escape(address)}</loc></{inner}>\n" for address in addresses)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{_NAMESPACE}">\n{lines}</{outer}>\n'
    return Response(body, mimetype="application/xml")
