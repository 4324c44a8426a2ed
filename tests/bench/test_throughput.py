"""Throughput of the endpoint against the server of the same store, paired in one run on the same data.

`OXIGRAPH` and `RDFLIB_ENDPOINT` name the two programs if they are not on the path. Other load on the machine
falls on all servers alike, since they take turns in short rounds; what is compared are medians of ratios.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from budgetgraph.settings import Settings
from budgetsite.engine import Engine, Request
from sites import free_port, publish_sample, served

pytestmark = [pytest.mark.throughput, pytest.mark.timeout(1800)]

SCRIPT = Path(__file__).with_name("queries.lua")
CLIENTS = 4
ROUNDS = {"analytical": (7, 6), "short": (7, 2), "repeated": (7, 2)}
"""For each kind of query: so many rounds, of so many seconds."""
LEAST = {"analytical": 0.9, "short": 0.15, "repeated": 0.3}
"""Of the throughput of `oxigraph serve-read-only`."""
MANY_TIMES = 5
"""The throughput of rdflib-endpoint."""
JSON = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Server:
    """A server under test: its name and what stands before an encoded query."""

    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Round:
    """What wrk saw in one round: answers a second, and the median latency in milliseconds."""

    rate: float
    median: float


def program(variable: str, name: str) -> str | None:
    """Return a program that the environment names, or that is beside this interpreter or on the path."""
    beside = Path(sys.executable).with_name(name)
    return os.environ.get(variable) or (str(beside) if beside.exists() else shutil.which(name))


needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not here")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of half a dozen disclosures."""
    into = tmp_path_factory.mktemp("throughput") / "R"
    publish_sample(into, years=range(2020, 2025))
    return into


@contextmanager
def running(command: list[str], prefix: str) -> Iterator[str]:
    """Run another server until the block is left; wait until it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            assert process.poll() is None, f"{command[0]} ended by itself, with status {process.returncode}"
            try:
                ask(prefix)
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
        else:
            raise AssertionError(f"{command[0]} does not answer")
        yield prefix
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(prefix: str, query: str = "ASK {}") -> object:
    """Return the answer of a server to a query."""
    request = urllib.request.Request(prefix + quote(query), headers={"Accept": JSON})
    with urllib.request.urlopen(request, timeout=600) as response:
        return json.load(response)


@contextmanager
def oxigraph(releases: Path) -> Iterator[Server]:
    """Run Oxigraph's own server on the same store."""
    found = program("OXIGRAPH", "oxigraph")
    if found is None:
        pytest.skip("oxigraph is not here: pip install oxigraph")
    port = free_port()
    place = ["--location", str(releases / "current" / "store"), "--bind", f"127.0.0.1:{port}"]
    command = [found, "serve-read-only", "--union-default-graph", *place]
    with running(command, f"http://127.0.0.1:{port}/query?query=") as prefix:
        yield Server("oxigraph", prefix)


@contextmanager
def rdflib_endpoint(releases: Path, folder: Path) -> Iterator[Server]:
    """Run rdflib-endpoint over the same triples, in the fastest store that it has."""
    found = program("RDFLIB_ENDPOINT", "rdflib-endpoint")
    if found is None:
        pytest.skip("rdflib-endpoint is not here: name it in RDFLIB_ENDPOINT")
    file, port = folder / "all.nt", free_port()
    subprocess.run(
        [sys.executable, "-c", _AS_TRIPLES, str(releases / "current" / "dump" / "all.nq.gz"), str(file)], check=True
    )
    command = [found, "serve", "--host", "127.0.0.1", "--port", str(port), "--store", "Oxigraph", str(file)]
    with running(command, f"http://127.0.0.1:{port}/?query=") as prefix:
        yield Server("rdflib-endpoint", prefix)


_AS_TRIPLES = """
import gzip, sys, pyoxigraph as ox
quads = ox.parse(gzip.open(sys.argv[1]), format=ox.RdfFormat.N_QUADS)
ox.serialize((quad.triple for quad in quads), sys.argv[2], format=ox.RdfFormat.N_TRIPLES)
"""


def load(server: Server, mode: str, seconds: int) -> Round:
    """Put a server under the load of four clients for some seconds."""
    base, _, path = server.prefix.removeprefix("http://").partition("/")
    command = ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT), f"http://{base}/"]
    environment = {**os.environ, "MODE": mode, "PREFIX": f"/{path}"}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    requests, microseconds, failed, median = map(int, said.split("\nresult ")[1].split())
    assert failed == 0, said
    return Round(requests / microseconds * 1e6, median / 1000)


def in_turns(servers: list[Server], mode: str) -> dict[str, list[Round]]:
    """Let servers take turns, in an order that changes."""
    found: dict[str, list[Round]] = {server.name: [] for server in servers}
    rounds, seconds = ROUNDS[mode]
    for number in range(rounds):
        for server in servers if number % 2 else reversed(servers):
            found[server.name].append(load(server, mode, seconds))
            time.sleep(1)  # for what was under way when wrk hung up
    return found


def compared(found: dict[str, list[Round]], other: str) -> float:
    """Return the median of our rate over another's, round by round; no answer at all counts as one in ten seconds."""
    pairs = zip(found["ours"], found[other], strict=True)
    return statistics.median(ours.rate / max(theirs.rate, 0.1) for ours, theirs in pairs)


@needs_wrk
@pytest.mark.parametrize("mode", ROUNDS)
def test_a_query_costs_little_more_than_in_the_server_of_the_store(releases: Path, mode: str) -> None:
    with ExitStack() as stack:
        ours = Server("ours", stack.enter_context(served(releases, free_port())) + "sparql?query=")
        theirs = stack.enter_context(oxigraph(releases))
        found = in_turns([ours, theirs], mode)
    ratio = compared(found, "oxigraph")
    for name, rounds in found.items():
        rates, medians = [r.rate for r in rounds], [r.median for r in rounds]
        print(f"{mode}: {name} {statistics.median(rates):.1f}/s, median {statistics.median(medians):.2f} ms")
    print(f"{mode}: {ratio:.2f} × oxigraph serve-read-only")

    assert ratio >= LEAST[mode]
    if mode == "analytical":
        assert min(r.median for r in found["oxigraph"]) >= 50, "the analytical query is too quick to count as one"
    if mode == "short":
        assert statistics.median(r.median for r in found["ours"]) <= 3


@needs_wrk
@pytest.mark.parametrize("mode", ROUNDS)
def test_a_query_is_answered_many_times_as_fast_as_by_rdflib_endpoint(
    releases: Path, mode: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        ours = Server("ours", stack.enter_context(served(releases, free_port())) + "sparql?query=")
        theirs = stack.enter_context(rdflib_endpoint(releases, tmp_path))
        ratio = compared(in_turns([ours, theirs], mode), theirs.name)
    print(f"{mode}: {ratio:.1f} × rdflib-endpoint")

    assert ratio >= MANY_TIMES


def test_isolation_costs_half_a_millisecond_at_most(releases: Path) -> None:
    store = ox.Store.read_only(str(releases / "current" / "store"))
    engine = Engine(releases / "current" / "store", Settings(query_workers=1))
    alone, isolated = [], []
    try:
        engine.warm()
        for number in range(2000):
            query = f"SELECT * {{ ?s a <https://w3id.org/budgetgraph/ns#Disclosure> }} LIMIT 5 # {number}"
            started = time.perf_counter()
            result = store.query(query, use_default_graph_as_union=True)
            assert isinstance(result, ox.QuerySolutions)
            result.serialize(io.BytesIO(), format=ox.QueryResultsFormat.JSON)
            between = time.perf_counter()
            engine.run(Request(query, JSON, None))
            isolated.append(time.perf_counter() - between)
            alone.append(between - started)
    finally:
        engine.close()
    cost = (statistics.median(isolated) - statistics.median(alone)) * 1000
    print(f"isolation costs {cost:.3f} ms at the median")

    assert cost <= 0.5
