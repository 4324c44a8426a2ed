"""Files as they are: the source documents, the dumps, and pictures of the pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from budgetgraph.releases.release import Release
from budgetsite.context import library, served
from budgetsite.datasets import GRAPHS
from budgetsite.graphs import BG, Graph
from budgetsite.pictures import Box, picture

blueprint = Blueprint("files", __name__)

_FILE = re.compile(r"([0-9a-f]{64})\.(pdf|txt|xlsx|bin)")
_YEAR = 31_536_000


@blueprint.get("/file/<name>")
def source(name: str) -> Response:
    """Serve a source document; its name is its SHA-256, so it never changes."""
    found = _FILE.fullmatch(name)
    path = library().release.source_file(found.group(1)) if found else None
    if found is None or path is None or path.suffix != f".{found.group(2)}":
        abort(404, f"there is no file {name} here 没有此文件")
    response = send_file(path, mimetype="application/pdf" if path.suffix == ".pdf" else None, max_age=_YEAR)
    response.headers["Link"] = f'<{library().base}id/file/{found.group(1)}>; rel="describedby"'
    return response


@blueprint.get("/export/<path:path>/<name>")
def export(path: str, name: str) -> Response:
    """Serve a file of a disclosure: an export kept in the release, or its graph in another format."""
    return _file_of(path, name, library().release)


@blueprint.get("/release/<int:number>/export/<path:path>/<name>")
def earlier_export(number: int, path: str, name: str) -> Response:
    """Serve a file of a disclosure as it was in a release: what was corrected since is still there."""
    folder = served().directory / "releases" / str(number)
    if number > library().release.number or not folder.is_dir():
        abort(404, f"there is no release {number} 没有此版本")
    response = _file_of(path, name, Release.at(folder))
    response.headers["Link"] = f'<{library().addresses.to(quote(f"export/{path}/{name}"))}>; rel="latest-version"'
    return response


@blueprint.get("/data/<path:path>.<suffix>")
def data(path: str, suffix: str) -> BaseResponse:
    """Lead from an address of before to the graph of a disclosure."""
    if suffix not in GRAPHS or not any(iri in library().records for iri in library().addresses.data(path)):
        abort(404, f"there is no disclosure {path}, or it has no .{suffix}; there are {', '.join(GRAPHS)} 没有此数据")
    return redirect(library().addresses.to(quote(f"export/{path}/graph.{suffix}")), 301)


@blueprint.get("/release/<int:number>/data/<path:path>.<suffix>")
def earlier_data(number: int, path: str, suffix: str) -> BaseResponse:
    """Lead from an address of before to the graph of a disclosure as it was."""
    return redirect(library().addresses.to(quote(f"release/{number}/export/{path}/graph.{suffix}")), 301)


def _file_of(path: str, name: str, release: Release) -> Response:
    found = next(
        (found for iri in library().addresses.data(path) if (found := served().datasets.file(iri, name, release))), None
    )
    if found is None:
        abort(404, f"there is no file {name} of {path} 没有此文件")
    return Response(found[1], mimetype=found[0])


@blueprint.get("/dump/<name>")
def dump(name: str) -> Response:
    """Serve all data as one compressed file."""
    if name not in ("all.nq.gz", "all.ttl.gz"):
        abort(404, f"there is no dump {name}; there are all.nq.gz and all.ttl.gz 没有此数据包")
    path = library().release.dump(name)
    return send_file(path, mimetype="application/gzip", as_attachment=True, download_name=name, conditional=True)


@blueprint.get("/doc/file/<sha256>/page/<int:number>.png")
def page_picture(sha256: str, number: int) -> Response:
    """Show a page, or the part of it around a box, with the box marked."""
    path = _paged(sha256)
    box = _box(request.args.get("box"))
    data = picture(path, number, box, whole="whole" in request.args)
    if data is None:
        abort(404, f"there is no page {number} 没有此页")
    return Response(data, mimetype="image/png")


@blueprint.get("/doc/file/<sha256>/page/<int:number>")
def page(sha256: str, number: int) -> str:
    """Show a page with the tables that stand on it."""
    _paged(sha256)
    iri = f"{library().base}id/file/{sha256}"
    graph = library().graph_of(iri)
    count = int(graph.value(iri, BG + "pageCount") or 0)
    if not 1 <= number <= count:
        abort(404, f"there is no page {number} 没有此页")
    tables = [table for table in graph.of_type(BG + "DisclosedTable") if _stands_on(graph, table, number)]
    return render_template("page.html", file=iri, number=number, count=count, graph=graph, tables=tables)


def _stands_on(graph: Graph, table: str, number: int) -> bool:
    first, last = (int(graph.value(table, BG + name) or 0) for name in ("firstPage", "lastPage"))
    return first <= number <= last


def _paged(sha256: str) -> Path:
    path = library().release.source_file(sha256)
    if path is None or path.suffix != ".pdf":
        abort(404, f"there are no pages of {sha256} here 没有此文件的页面")
    return path


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    parts = re.split(r"[ ,]+", text.strip())
    if len(parts) != 4 or not all(re.fullmatch(r"-?\d+(\.\d+)?", part) for part in parts):
        abort(400, f"a box is four numbers, x0 top x1 bottom, not {text} 须为四个数")
    x0, top, x1, bottom = map(float, parts)
    return x0, top, x1, bottom
