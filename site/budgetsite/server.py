"""The server: granian over the application; and one answer without a server."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from werkzeug.test import Client
from werkzeug.wrappers import Response

from budgetgraph.release import Release
from budgetgraph.settings import settings
from budgetsite.app import Site, create_app
from budgetsite.engine import QueryFailed

SPARE_THREADS = 128
"""So many requests besides queries are answered at a time by each server process, however many queries wait.

An idle thread costs next to nothing.
"""

STOPPING_SECONDS = 5
"""A server process that has not stopped by then is killed."""


def serve(directory: Path, host: str, port: int, *, workers: int, store: str | None = None) -> None:
    """Serve the current release under *directory* until a signal comes; *store* answers the queries, if it is given.

    Raises ReleaseError if there is none, SettingError if a setting is wrong.
    """
    release = Release.open(directory)
    limits = settings()
    print(
        f"budgetgraph: {release.base_iri} release 版本 {release.number}, {len(release.documents)} disclosures 份公开\n"
        f"open 请打开 http://{host}:{port}/   (stop 停止: Ctrl-C)",
        flush=True,
    )
    server = Granian(
        "budgetsite.server:load",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=limits.query_workers + limits.query_queue + limits.query_bodies + SPARE_THREADS,
        log_level=LogLevels.error,  # its warning of many threads does not know that they wait for the query workers
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_SECONDS,  # one that is still starting does not hear the signal
        http=HTTPModes.http1,
    )
    server.serve(target_loader=partial(load, directory.resolve(), store))


def load(directory: Path, store: str | None, *_: object) -> Site:
    """Make the application of a server process."""
    app = create_app(directory, store=store)
    try:
        with app.current.hold() as served:
            served.engine.warm()
    except QueryFailed as failed:
        sys.exit(f"budgetgraph: {failed.message}")
    return app


def answer(directory: Path, path: str, accept: str) -> tuple[int, str, bytes]:
    """Return (status, media type, body) of a GET request for *path* (with its query), as the site would answer it."""
    app = create_app(directory)
    try:
        response = Client(app, Response).get(path, headers={"Accept": accept}, follow_redirects=True)
        return response.status_code, response.content_type or "", response.get_data()
    finally:
        app.close()
