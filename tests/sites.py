"""What the tests of the site share: releases of the sample, and the site over one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph

from budgetgraph.publication.publishing import ontology_graphs, published
from budgetgraph.releases.release import PublishedDocument, Release, publish
from budgetgraph.report.examination import examine
from budgetgraph.settings import Settings
from budgetsite import create_app
from budgetsite.app import Site
from samples import disclosure

BASE = "https://budget.example/"
"""Not the host that the tests ask: what is served must not depend on the Host header."""

UNIT = "430202/zhengwufuwuzhongxin-f333f1/2019/approved/unit"
DISCLOSURE = f"{BASE}id/{UNIT}"


@cache
def sample(base: str = BASE) -> PublishedDocument:
    """Return the sample, ready to be published under a base IRI."""
    return published(examine(disclosure(), base), base)


def of_year(year: int, base: str = BASE) -> PublishedDocument:
    """Return the sample as if it were the disclosure of another year: what many documents are for the site."""
    document, path = sample(base), f"/{year}/approved/unit"
    record = replace(
        document.record,
        id=f"sample-{year}",
        iri=document.record.iri.replace("/2019/approved/unit", path),
        year=year,
        title=document.record.title.replace("2019", str(year)),
    )
    return replace(document, record=record, graph=document.graph.replace(b"/2019/approved/unit", path.encode()))


def publish_sample(into: Path, base: str = BASE, *, years: Sequence[int] = ()) -> Release:
    """Publish the sample as a release, and as the disclosures of some other years."""
    documents = [sample(base), *(of_year(year, base) for year in years)]
    return publish(documents, into, base_iri=base, ontology=ontology_graphs())


@contextmanager
def site_over(into: Path, settings: Settings | None = None) -> Iterator[Site]:
    """Open the site over a directory of releases, and close it."""
    app = create_app(into, settings or Settings(query_workers=1), TESTING=True)
    try:
        yield app
    finally:
        app.close()


def triples_of(response: Any) -> set[str]:
    """Return the triples of an RDF answer, as N-Triples lines; read by its media type."""
    assert response.status_code == 200, response.text
    form = pyoxigraph.RdfFormat.from_media_type(response.mimetype)
    return {str(quad.triple) for quad in pyoxigraph.parse(response.data, format=form, base_iri=BASE)}


BUDGETGRAPH = str(Path(sys.executable).with_name("budgetgraph"))


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(into: Path, port: int, *, store: str | None = None, workers: int = 2, **settings: int) -> Iterator[str]:
    """Run `budgetgraph serve` on a port; yield its address; *settings* are those of the environment, in lower case."""
    limits = {f"BUDGETGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {**os.environ, **limits, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [
        BUDGETGRAPH,
        "serve",
        str(into),
        "--port",
        str(port),
        "--workers",
        str(workers),
        *(("--store", store) if store else ()),
    ]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield when_ready(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def when_ready(address: str) -> str:
    """Wait until a server answers; return its address."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}ready", timeout=5) as response:
                assert response.status == 200
                return address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("the server does not answer")
