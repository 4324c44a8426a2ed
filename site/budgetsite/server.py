"""The server: granian over the application; and one answer without a server."""

from __future__ import annotations

import os
import resource
import sys
from functools import partial
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from werkzeug.test import Client
from werkzeug.wrappers import Response

from budgetgraph.releases.release import Release
from budgetgraph.settings import settings
from budgetsite.app import Site, create_app
from budgetsite.engine import CPUS, QueryFailed

SPARE_THREADS = 128
"""So many requests besides queries are answered at a time by each server process, however many queries wait.

An idle thread costs next to nothing.
"""

IDLE_SECONDS = 10
"""A connection on which no request comes is closed after so long."""

OTHER_FILES = 256
"""So many files besides connections may be open in a server process."""

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
        blocking_threads=limits.query_workers
        + limits.query_queue
        + limits.query_bodies
        + limits.transfers
        + SPARE_THREADS,
        backpressure=_connections(limits.connections),
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000),
        log_level=LogLevels.error,  # its warning of many threads does not know that they wait for the query workers
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING_SECONDS,  # one that is still starting does not hear the signal
        http=HTTPModes.http1,
    )
    server.serve(
        spawn_target=_on_one_cpu if 1 < len(CPUS) <= workers else None,
        target_loader=partial(load, directory.resolve(), store),
    )


def _connections(limit: int) -> int:
    """Return how many connections a server process may hold; each is an open file, of which the system allows so many.

    Granian holds half a thousand by default, which one client could keep for itself.
    """
    _, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    return limit if allowed == resource.RLIM_INFINITY else max(1, min(limit, allowed - OTHER_FILES))


def _on_one_cpu(number: int, *rest: object, **named: object) -> None:
    """Be server process *number* (from 1), on one CPU.

    Its threads take turns at the interpreter, and to wake the next one on another CPU takes longer than many a
    query: so 1.15 times as many short ones are answered. The query workers go where there is room.
    """
    os.sched_setaffinity(0, {CPUS[(number - 1) % len(CPUS)]})
    Granian._spawn_wsgi_worker(number, *rest, **named)


def load(directory: Path, store: str | None, *_: object) -> Site:
    """Make the application of a server process."""
    app = create_app(directory, store=store)
    try:
        with app.current.hold() as served:
            served.engine.warm(served.settings.query_workers)
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
