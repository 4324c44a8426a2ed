"""The graph in a store of others (`publish --store`), and the site over it (`serve --store`): limits hold as ever."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import sites
from budgetgraph.cli import main
from budgetgraph.releases.graphstore import GraphStore
from budgetgraph.releases.release import Release
from budgetgraph.releases.upload import as_triples, graphs, upload
from budgetgraph.settings import Settings
from budgetsite import create_app
from budgetsite.app import Site
from samples import SAMPLE
from sites import DISCLOSURE, free_port, of_year, publish_sample, served

JSON = "application/sparql-results+json"
OXIGRAPH = Path(sys.executable).with_name("oxigraph")

needs_oxigraph = pytest.mark.skipif(
    not OXIGRAPH.exists() and shutil.which("oxigraph") is None, reason="oxigraph is not here: pip install oxigraph"
)


@contextmanager
def oxigraph() -> Iterator[str]:
    """Run an empty Oxigraph server; yield its address."""
    program = str(OXIGRAPH) if OXIGRAPH.exists() else "oxigraph"
    port = free_port()
    process = subprocess.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}query?query=ASK%7B%7D", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of two disclosures."""
    into = tmp_path_factory.mktemp("store") / "R"
    publish_sample(into, years=(2020,))
    return into


@pytest.fixture(scope="module")
def filled(releases: Path) -> Iterator[str]:
    """The address of an Oxigraph server that holds the release."""
    with oxigraph() as address:
        with GraphStore(f"{address}store") as store:
            upload(Release.open(releases), store)
        yield address


@contextmanager
def site_over(releases: Path, address: str, **limits: int) -> Iterator[Site]:
    app = create_app(
        releases, Settings(**{"query_workers": 1, **limits}), f"{address}query?union-default-graph=true", TESTING=True
    )
    try:
        yield app
    finally:
        app.close()


def ask(app: Site, query: str, **headers: str) -> Any:
    return app.test_client().get("/sparql", query_string={"query": query}, headers={"Accept": JSON, **headers})


def told(response: Any) -> object:
    """Return what an answer says, whatever the order of its lines or variables."""
    if response.mimetype != JSON:
        return sorted(response.text.split())
    answer = json.loads(response.text)
    return answer.get("boolean", answer.get("results"))


@needs_oxigraph
def test_each_graph_of_the_release_is_a_named_graph_of_the_store(releases: Path, filled: str) -> None:
    release = Release.open(releases)
    with GraphStore(f"{filled}store") as store:
        for graph, lines in graphs(release):
            there = store.get(graph)
            assert there is not None and there.count(b"\n") == lines.count(b"\n"), graph
        again = upload(release, store)

    assert (again.sent, again.removed) == (0, 0) and again.kept == 2 + len(release.manifest["ontology"]["graphs"])


@needs_oxigraph
def test_the_store_follows_to_the_next_release_and_back(tmp_path: Path) -> None:
    first = publish_sample(tmp_path / "R", years=(2020,))
    with oxigraph() as address, GraphStore(f"{address}store") as store:
        upload(first, store)
        gone = of_year(2020).record.iri
        fewer = upload(publish_sample(tmp_path / "S"), store)
        there = store.get(gone)
        store.replace(DISCLOSURE, b"")
        assert upload(first, store).sent == 1

    assert (fewer.sent, fewer.removed) == (0, 1) and not there


@needs_oxigraph
def test_an_upload_that_broke_off_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = publish_sample(tmp_path / "R", years=(2020,))
    replace, sent = GraphStore.replace, []

    def breaks(self: GraphStore, graph: str, triples: bytes) -> None:
        sent.append(graph)
        if len(sent) > 3:
            raise KeyboardInterrupt
        replace(self, graph, triples)

    with oxigraph() as address, GraphStore(f"{address}store") as store:
        with monkeypatch.context() as patch:
            patch.setattr(GraphStore, "replace", breaks)
            with pytest.raises(KeyboardInterrupt):
                upload(release, store)
        upload(release, store)
        there = store.get(DISCLOSURE)

    assert there and there.count(b"\n") == release.graph_lines(release.documents[0].id).count(b"\n")


@needs_oxigraph
def test_publish_fills_the_store_and_serve_asks_it(tmp_path: Path) -> None:
    with oxigraph() as address:
        command = ["publish", str(SAMPLE), "--into", str(tmp_path / "R"), "--store", f"{address}store"]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.stderr
        assert "graphs sent" in result.stdout
        with served(tmp_path / "R", free_port(), store=f"{address}query?union-default-graph=true") as site:
            asked = f"{site}sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%7B%3Fs%20a%20%3Chttps://w3id.org/budgetgraph/ns%23Disclosure%3E%7D"
            with urllib.request.urlopen(urllib.request.Request(asked, headers={"Accept": JSON})) as response:
                assert json.load(response)["results"]["bindings"][0]["n"]["value"] == "1"


def test_a_store_that_does_not_take_it_leaves_the_release_published(tmp_path: Path) -> None:
    command = [
        "publish",
        str(SAMPLE),
        "--into",
        str(tmp_path),
        "--store",
        f"http://me:secret@127.0.0.1:{free_port()}/x",
    ]
    result = CliRunner().invoke(main, command)

    assert result.exit_code == 4 and Release.open(tmp_path).number == 1
    assert "cannot be reached" in result.stderr and "secret" not in result.stderr


@pytest.mark.parametrize("command", ["publish", "serve"])
def test_a_store_is_reached_by_http(tmp_path: Path, command: str) -> None:
    arguments = [str(SAMPLE), "--into", str(tmp_path)] if command == "publish" else [str(tmp_path)]
    result = CliRunner().invoke(main, [command, *arguments, "--store", "file:///etc"])

    assert result.exit_code == 2 and "http://" in result.stderr


@needs_oxigraph
def test_all_kinds_of_queries_are_answered_as_from_our_own_store(releases: Path, filled: str) -> None:
    queries = {
        f"SELECT * {{ <{DISCLOSURE}> ?p ?o }} ORDER BY ?p ?o": JSON,
        f"ASK {{ GRAPH <{DISCLOSURE}> {{ ?s ?p ?o }} }}": JSON,
        f"SELECT (COUNT(*) AS ?n) FROM <{DISCLOSURE}> {{ ?s ?p ?o }}": "text/csv",
        f"CONSTRUCT WHERE {{ <{DISCLOSURE}> a ?type }}": "application/n-triples",
    }
    with site_over(releases, filled) as app, sites.site_over(releases) as own:
        for query, accept in queries.items():
            theirs, ours = ask(app, query, Accept=accept), ask(own, query, Accept=accept)
            assert theirs.status_code == 200, theirs.text
            assert theirs.headers["Content-Type"] == ours.headers["Content-Type"]
            assert "ETag" not in theirs.headers
            assert told(theirs) == told(ours)


@needs_oxigraph
@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", 400, "updates"),
        ("SELECT * {", 400, "line 1"),
        ('define get:soft "soft" SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }', 400, "parsed"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a", 503, "[query_seconds]"),
        ("SELECT * { ?s ?p ?o }", 503, "[query_result_bytes]"),
    ],
)
def test_the_limits_hold(releases: Path, filled: str, query: str, status: int, words: str) -> None:
    with site_over(releases, filled, query_seconds=3, query_result_bytes=100_000) as app:
        started = time.monotonic()
        response = ask(app, query)
        after = ask(app, "ASK {}")

    assert response.status_code == status and words in response.text, response.text
    assert time.monotonic() - started < 60 and response.text.count("\n") == 1
    assert after.status_code == 200


class Odd(BaseHTTPRequestHandler):
    """A store that answers, but not as it should."""

    protocol_version = "HTTP/1.0"

    def do_POST(self) -> None:
        """Answer as the query says."""
        query = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "redirect" in query:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            return
        self.send_response(500 if "broken" in query else 200)
        self.send_header("Content-Type", "text/html" if "page" in query else JSON)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            for _ in range(1 if "short" in query else 100):
                self.wfile.write(b"Fehler\r\n" * 10)
                time.sleep(0.2 if "drip" in query else 0)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("redirect", 503, "HTTP 302"),
        ("broken", 503, "HTTP 500 Fehler"),
        ("page", 406, "text/html"),
        ("short", 503, "does not answer"),
        ("drip", 503, "[query_seconds]"),
    ],
)
def test_a_store_that_misbehaves_is_one_line(releases: Path, kind: str, status: int, words: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with site_over(releases, f"http://127.0.0.1:{server.server_address[1]}/", query_seconds=2) as app:
                response = ask(app, f"SELECT * {{ ?{kind} ?p ?o }}")
        finally:
            server.shutdown()
            thread.join()

    assert response.status_code == status and words in response.text, response.text
    assert response.text.count("\n") == 1


def test_a_store_that_is_gone_is_said_so_and_the_pages_are_served(releases: Path) -> None:
    with site_over(releases, f"http://127.0.0.1:{free_port()}/") as app:
        client = app.test_client()
        asked, ready, page = ask(app, "ASK {}"), client.get("/ready"), client.get("/")

    assert asked.status_code == 503 and "does not answer" in asked.text and asked.headers["Retry-After"]
    assert ready.status_code == 503 and page.status_code == 200


def test_a_graph_as_triples_keeps_what_looks_like_its_end() -> None:
    line = b'<a:s> <a:p> "x <a:g> ." <a:g> .\n'

    assert as_triples(line, "a:g") == b'<a:s> <a:p> "x <a:g> ." .\n'
