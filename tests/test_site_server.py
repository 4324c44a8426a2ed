"""The server itself: granian answers, real clients work, and one answer can be had without it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from budgetgraph.cli import main
from sites import DISCLOSURE, UNIT, free_port, publish_sample, served


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample."""
    into = tmp_path_factory.mktemp("server") / "R"
    publish_sample(into)
    return into


@pytest.fixture(scope="module")
def server(releases: Path) -> Iterator[str]:
    """The address of `budgetgraph serve`."""
    with served(releases, free_port()) as address:
        yield address


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
