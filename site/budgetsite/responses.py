"""What holds for every answer: entity tags and 304, CORS, compression, errors in one clear line."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from budgetsite.compression import compress
from budgetsite.context import served
from budgetsite.endpoint import CORS, PREFLIGHT, matches
from budgetsite.negotiation import HTML, Format, choose

_PLAIN = Format("txt", "text/plain")
_UNTAGGED = ("/health", "/ready")
_COMPRESSED = ("text/", "application/json", "application/ld+json", "application/n-triples", "application/rdf+xml")
_READING = ("GET", "HEAD")


def register(app: Flask) -> None:
    """Make an application answer so."""
    app.before_request(_not_modified)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _error)


def entity_tag() -> str:
    """Return the tag of what this request gets: it depends on the release, the address and Accept alone."""
    parts = (served().key, request.full_path, request.headers.get("Accept", ""))
    return f'W/"{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:32]}"'


def _tagged() -> bool:
    return request.method in _READING and request.path not in _UNTAGGED


def _not_modified() -> Response | None:
    if request.method == "OPTIONS":
        return Response(status=204, headers=[*PREFLIGHT])
    if _tagged() and matches(request.headers.get("If-None-Match"), entity_tag()):
        return Response(status=304)
    return None


def _finish(response: Response) -> Response:
    for name, value in CORS:
        response.headers[name] = value
    response.headers["X-Content-Type-Options"] = "nosniff"
    if _tagged() and response.status_code in (200, 304):
        response.headers["ETag"] = entity_tag()
        response.headers.setdefault("Cache-Control", "no-cache")
    if response.status_code == 304:
        response.vary.add("Accept")
    return _compressed(response)


def _compressed(response: Response) -> Response:
    if response.direct_passthrough or not (response.mimetype or "").startswith(_COMPRESSED):
        return response
    if response.status_code != 200 or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    coding, body = compress(response.get_data(), request.headers.get("Accept-Encoding"))
    if coding:
        response.set_data(body)
        response.content_encoding = coding
    return response


def _error(error: HTTPException) -> Response:
    """Say what is wrong in one line; as a page for a browser, as text for a program."""
    status = error.code or 500
    line = " ".join((error.description or error.name).split())
    if choose(request.headers.get("Accept"), (_PLAIN, HTML)) is HTML:
        response = Response(render_template("error.html", status=status, line=line), status, mimetype="text/html")
    else:
        response = Response(f"{line}\n", status, mimetype="text/plain")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    response.vary.add("Accept")
    return response
