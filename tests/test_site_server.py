"""The server itself: granian answers, real clients work, and one answer can be had without it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from budgetgraph.cli import main
from sites import DISCLOSURE, UNIT, publish_sample

BUDGETGRAPH = str(Path(sys.executable).with_name("budgetgraph"))


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample."""
    into = tmp_path_factory.mktemp("server") / "R"
    publish_sample(into)
    return into


@pytest.fixture(scope="module")
def server(releases: Path) -> Iterator[str]:
    """The address of `budgetgraph serve`."""
    port = free_port()
    command = [BUDGETGRAPH, "serve", str(releases), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield wait_until_ready(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def wait_until_ready(address: str) -> str:
    """Wait until a server answers, and return its address."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"{address}ready", timeout=5) as response:
                assert response.status == 200
                return address
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


def test_granian_serves_the_site(server: str) -> None:
    request = urllib.request.Request(f"{server}id/{UNIT}", headers={"Accept": "text/turtle"})
    with urllib.request.urlopen(request) as response:
        assert response.url == f"{server}doc/{UNIT}"
        assert response.headers["Server"] == "granian"
        assert response.headers["Content-Location"] == f"/doc/{UNIT}.ttl"
        assert DISCLOSURE in response.read().decode()


def test_sparqlwrapper_gets_its_answer(server: str) -> None:
    client = SPARQLWrapper(f"{server}sparql")
    client.setQuery("SELECT ?d { ?d a <https://w3id.org/budgetgraph/ns#Disclosure> }")
    client.setReturnFormat(JSON)
    for method in ("GET", POST):
        client.setMethod(method)
        answer = client.queryAndConvert()

        assert isinstance(answer, dict)
        assert [binding["d"]["value"] for binding in answer["results"]["bindings"]] == [DISCLOSURE]


def test_the_dumps_are_served_as_they_are(server: str, releases: Path) -> None:
    for name in ("all.nq.gz", "all.ttl.gz"):
        with urllib.request.urlopen(f"{server}dump/{name}") as response:
            assert response.read() == (releases / "current" / "dump" / name).read_bytes()


def get(releases: Path, path: str, accept: str = "*/*") -> str:
    result = CliRunner().invoke(main, ["get", path, "--from", str(releases), "--accept", accept])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_get_answers_without_a_server(releases: Path) -> None:
    assert DISCLOSURE in get(releases, f"/id/{UNIT}", "text/turtle")
    assert json.loads(get(releases, "/sparql?query=ASK%20%7B%7D"))["boolean"] is True


def test_get_says_what_is_not_there(releases: Path) -> None:
    result = CliRunner().invoke(main, ["get", "/doc/nothing", "--from", str(releases)])

    assert result.exit_code == 2 and "HTTP 404" in result.stderr


def test_serve_says_in_one_line_that_there_is_no_release(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["serve", str(tmp_path)])

    assert result.exit_code == 2
    assert "no release here" in result.stderr and result.stderr.count("\n") == 1
