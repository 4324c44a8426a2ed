"""The server itself: granian answers, real clients work, and one answer can be had without it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import RDF, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from budgetgraph.cli import main
from budgetgraph.settings import Settings
from budgetsite.engine import CPUS
from sites import BUDGETGRAPH, DISCLOSURE, UNIT, free_port, publish_sample, served, when_ready

COMUNICA = Path(__file__).parent / "clients" / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"


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


@pytest.mark.skipif(len(CPUS) < 2, reason="there is one CPU, or no telling which one a process runs on")
def test_each_server_process_keeps_to_a_cpu_and_the_query_workers_to_none(releases: Path) -> None:
    due = [{cpu} for cpu in CPUS], [set(CPUS)] * len(CPUS) * Settings().query_workers
    with served(releases, port := free_port(), workers=len(CPUS)):
        for _ in range(100):  # one that answers is enough to be ready: the others may still be starting
            if placed(port) == due:
                break
            time.sleep(0.3)

        assert placed(port) == due


def placed(port: int) -> tuple[list[set[int]], list[set[int]]]:
    """The CPUs of each server process on a port, and of each of their query workers."""
    mains = [number for number in running("serve", str(port)) if parent(number) == os.getpid()]
    processes = [number for number in running("serve", str(port)) if parent(number) in mains]
    workers = [number for number in running("budgetsite.worker") if parent(number) in processes]
    return [os.sched_getaffinity(number) for number in processes], [os.sched_getaffinity(number) for number in workers]


def running(*words: str) -> list[int]:
    """The processes in whose command line there are some words, the oldest first."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            if all(word in command for word in words):
                found.append(int(folder.name))
    return sorted(found)


def parent(process: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return 0  # it has ended


def test_sparqlwrapper_gets_its_answer(server: str) -> None:
    client = SPARQLWrapper(f"{server}sparql")
    client.setQuery("SELECT ?d { ?d a <https://w3id.org/budgetgraph/ns#Disclosure> }")
    client.setReturnFormat(JSON)
    for method in ("GET", POST):
        client.setMethod(method)
        answer = client.queryAndConvert()

        assert isinstance(answer, dict)
        assert [binding["d"]["value"] for binding in answer["results"]["bindings"]] == [DISCLOSURE]


def test_rdflib_asks_as_it_asks_any_store(server: str) -> None:
    graph = Graph(SPARQLStore(f"{server}sparql"))
    found = list(graph.triples((None, RDF.type, URIRef("https://w3id.org/budgetgraph/ns#Disclosure"))))

    assert [str(subject) for subject, _, _ in found] == [DISCLOSURE]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_curl_gets_turtle_and_follows_to_the_document(server: str) -> None:
    def curl(*arguments: str) -> str:
        return subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, check=True).stdout

    assert DISCLOSURE in curl("-L", "-H", "Accept: text/turtle", f"{server}id/{UNIT}")
    assert "@context" in curl("-H", "Accept: application/ld+json", f"{server}doc/{UNIT}/table/9")
    assert '"boolean":true' in curl("--data-urlencode", "query=ASK {}", f"{server}sparql")
    assert '"boolean":true' in curl(
        "-X", "QUERY", "-H", "Content-Type: application/sparql-query", "-d", "ASK {}", f"{server}sparql"
    )


@pytest.mark.skipif(not COMUNICA.exists(), reason="comunica is not here: make clients")
def test_comunica_gets_its_answer(server: str) -> None:
    query = "SELECT ?d { ?d a <https://w3id.org/budgetgraph/ns#Disclosure> }"
    command = ["node", str(COMUNICA), f"sparql@{server}sparql", query]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    assert [row["d"] for row in json.loads(said)] == [DISCLOSURE]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser uses it
def test_a_json_ld_processor_fetches_the_context(server: str) -> None:
    document = {"@context": f"{server}context.jsonld", "id": DISCLOSURE, "type": "Disclosure", "fiscalYear": 2019}
    graph = Graph().parse(data=json.dumps(document), format="json-ld")

    assert (URIRef(DISCLOSURE), RDF.type, URIRef("https://w3id.org/budgetgraph/ns#Disclosure")) in graph
    assert len(graph) == 2


def test_serve_says_where_to_look_and_nothing_else(releases: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [BUDGETGRAPH, "serve", str(releases), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    when_ready(f"http://127.0.0.1:{port}/")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to every process
    said, _ = process.communicate(timeout=30)

    assert f"http://127.0.0.1:{port}/" in said and said.count("\n") == 2, said


def test_a_server_process_that_is_killed_is_replaced(releases: Path) -> None:
    port = free_port()
    with served(releases, port) as address:
        command = ["ps", "-ww", "-eo", "pid=,ppid=,args="]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        ours = [line.split(maxsplit=2) for line in lines if f"--port {port}" in line]
        parents = {pid for pid, _, _ in ours}
        child = next(pid for pid, above, _ in ours if above in parents)
        os.kill(int(child), signal.SIGKILL)
        for _ in range(3):
            time.sleep(1)
            when_ready(address)


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
