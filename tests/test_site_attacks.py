"""What an attacker may try: nobody is reached, nothing is read that is not published, and the next one is answered."""

from __future__ import annotations

import http.client
import io
import os
import shutil
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from budgetgraph.releases.release import rollback
from budgetgraph.settings import Settings
from budgetsite.engine import QueryFailed
from budgetsite.lexer import keywords
from budgetsite.protocol import read_request
from sites import UNIT, free_port, publish_sample, served, site_over

JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample, and a second one of it."""
    into = tmp_path_factory.mktemp("attacks") / "R"
    publish_sample(into)
    publish_sample(into, years=(2020,))
    return into


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    """A client of the site."""
    with site_over(releases) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def server(releases: Path) -> Iterator[str]:
    """The address of `budgetgraph serve`."""
    with served(releases, free_port(), query_seconds=3) as address:
        yield address


RUN_TOGETHER = {
    "after a prefixed name": "PREFIX a: <a:> SELECT * { ?s ?p ?o FILTER(?o=a:b)SERVICE<%s>{?s ?p ?o} }",
    "after a prefixed name, with a variable": "PREFIX a: <a:> SELECT * { VALUES ?e {<%s>} FILTER(?o=a:b)SERVICE?e{} }",
    "after a double": "SELECT * { ?s ?p 1e5SERVICE<%s>{?s ?p ?o} }",
    "after a boolean": "SELECT * { ?s ?p trueSERVICE<%s>{?s ?p ?o} }",
    "after a comparison that looks like an IRI": ("SELECT * { VALUES ?e {<%s>} FILTER(?a<?b)SERVICE#>\n?e{?s ?p ?o} }"),
    "after a comparison with a name": (
        "PREFIX a: <a:> SELECT * { VALUES ?e {<%s>} FILTER(?a<a:b)SERVICE#>\n?e{?s ?p ?o} }"
    ),
    "after a string with an escaped quote": "SELECT * { ?s ?p 'a\\'b'SERVICE<%s>{?s ?p ?o} }",
    "after a long string": "SELECT * { ?s ?p '''a''b'''SERVICE<%s>{?s ?p ?o} }",
    "after an escaped quote": "SELECT * { ?s ?p \\u0022 SERVICE \\u0022 SERVICE <%s> {?s ?p ?o} }",
    "after a comment ended by an escape": "SELECT * { # \\u000A SERVICE <%s> {?s ?p ?o}\n }",
    "after a carriage return": "SELECT * { # comment\rSERVICE <%s> {?s ?p ?o} }",
    "after a language tag": "SELECT * { ?s ?p 'a'@en SERVICE<%s>{?s ?p ?o} }",
    "in a property list": "SELECT * { ?s ?p ?o;SERVICE<%s>{?s ?p ?o} }",
    "in MINUS": "SELECT * { ?s ?p ?o MINUS{SERVICE<%s>{?s ?p ?o}} }",
    "in a CONSTRUCT": "CONSTRUCT WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "in an ASK after BASE": "BASE <%s> ASK { SERVICE <> { ?s ?p ?o } }",
}


@pytest.fixture
def listener() -> Iterator[tuple[str, socket.socket]]:
    """An address, and the socket on which a connection would be heard."""
    with socket.create_server(("127.0.0.1", 0)) as heard:
        heard.setblocking(False)
        yield f"http://127.0.0.1:{heard.getsockname()[1]}/", heard


def nobody_came(heard: socket.socket) -> bool:
    try:
        heard.accept()
    except BlockingIOError:
        return True
    return False


@pytest.mark.parametrize("spelling", RUN_TOGETHER)
def test_service_reaches_nobody_however_it_is_hidden(
    client: FlaskClient, listener: tuple[str, socket.socket], spelling: str
) -> None:
    address, heard = listener
    response = client.get("/sparql", query_string={"query": RUN_TOGETHER[spelling] % address})

    assert response.status_code == 400, response.text
    assert nobody_came(heard)


@pytest.mark.parametrize(
    "spelling",
    [name for name in RUN_TOGETHER if name not in ("after a comment ended by an escape",)],
)
def test_the_front_door_itself_sees_service_however_it_is_hidden(spelling: str) -> None:
    assert "SERVICE" in keywords(RUN_TOGETHER[spelling] % "http://127.0.0.1/")


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX a: <http://example.org/> SELECT * { ?s ?p ?o FILTER(?p != a:service\\#) } LIMIT 1",
        "SELECT * { ?s ?p ?o FILTER(?p != <http://example.org/a(b)>) } LIMIT 1",
        "SELECT * { ?s ?p ?o FILTER(STRLEN(STR(?o)) < 9 && ?p != <a:service>) } LIMIT 1",
        "SELECT * { ?s ?p ?o FILTER(LANG(?o) != 'service') } LIMIT 1",
    ],
)
def test_what_is_not_service_still_works(client: FlaskClient, query: str) -> None:
    assert client.get("/sparql", query_string={"query": query}).status_code == 200


NESTED = {
    "groups": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "brackets": "SELECT * { FILTER(" + "(" * 40_000 + "1" + ")" * 40_000 + ") }",
    "negations": "SELECT * { FILTER(" + "!" * 90_000 + "true) }",
    "a sum": "SELECT (1" + "+1" * 40_000 + " AS ?x) {}",
    "unions": "SELECT * { {}" + "UNION{}" * 14_000 + "}",
    "optionals": "SELECT * {" + "OPTIONAL{" * 9_000 + "}" * 9_000 + "}",
    "blank nodes": "SELECT * { ?s ?p " + "[ ?p " * 9_000 + "?o" + "]" * 9_000 + "}",
    "lists": "SELECT * { ?s ?p " + "(" * 40_000 + ")" * 40_000 + "}",
    "exists": "SELECT * { " + "FILTER EXISTS{" * 6_000 + "}" * 6_000 + "}",
    "an open string": "SELECT * { ?s ?p '''" + "''\\'" * 20_000,
    "open IRIs": "SELECT * { " + "<a" * 45_000,
    "colons": "SELECT * { " + "a:" * 45_000,
}


@pytest.mark.timeout(600)
def test_what_is_nested_too_deeply_is_refused_and_the_next_one_is_answered(releases: Path) -> None:
    with site_over(releases, Settings(query_workers=1, query_seconds=10)) as app:
        client = app.test_client()
        found = {
            name: client.post("/sparql", data={"query": query}, headers={"Accept": JSON})
            for name, query in NESTED.items()
        }
        after = client.get("/sparql", query_string={"query": "ASK {}"})

    for name, response in found.items():
        assert response.status_code in (200, 400, 503), name
        assert response.status_code == 200 or response.text.count("\n") == 1, name
        assert response.status_code != 200 or name in ("unions", "a sum"), name
    assert after.status_code == 200


def test_a_worker_that_somebody_stops_is_replaced_and_its_query_is_answered(releases: Path) -> None:
    with site_over(releases, Settings(query_workers=1)) as app, app.current.hold() as held:
        client = app.test_client()
        held.engine.warm()
        (worker,) = held.engine._all
        os.kill(worker.process.pid, signal.SIGKILL)
        answers = [client.get("/sparql", query_string={"query": f"ASK {{}} #{number}"}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3


@pytest.mark.parametrize(
    "path",
    [
        "/file/../../../../etc/passwd",
        "/file/..%2f..%2f..%2fetc%2fpasswd",
        "/file/" + "0" * 64 + ".pdf",
        "/file/" + "0" * 64 + ".pdf/../manifest.json",
        "/data/../manifest.json",
        f"/data/{UNIT}/../../../../manifest.json",
        f"/export/{UNIT}/..%2fdocument.json",
        f"/export/{UNIT}/document.json",
        f"/export/{UNIT}/source.pdf",
        "/export/../../../etc/passwd",
        "/dump/../manifest.json",
        "/dump/..%2fmanifest.json",
        "/static/../app.py",
        "/static/..%2f..%2fapp.py",
        "/doc/..%2f..%2fetc%2fpasswd",
        "/doc/%00",
        "/doc/%ff%fe",
        "/doc/" + "%2e%2e/" * 20 + "etc/passwd",
        "/ontology/..%2f..%2fetc",
        "/doc/file/..%2f..%2f/page/1.png",
        "//etc/passwd",
        "/describe?iri=file:///etc/passwd",
        "/describe?iri=%0d%0aX-Evil:1",
    ],
)
def test_no_path_leads_out_of_what_is_published(server: str, path: str) -> None:
    host = server.removeprefix("http://").rstrip("/")
    with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
        connection.request("GET", path, headers={"Accept": "text/plain"})
        response = connection.getresponse()
        body = response.read()

    assert response.status in (400, 404), response.status
    assert b"root:" not in body and b'"documents"' not in body
    assert response.getheader("X-Evil") is None


@pytest.mark.parametrize(
    "path",
    [
        f"/id/{UNIT}%0d%0aX-Evil:%201",
        "/ns/a%0d%0aX-Evil:%201",
        f"/doc/{UNIT}.ttl%0d%0aX-Evil:%201",
        f"/data/{UNIT}.ttl%0aX-Evil:%201",
        "/?q=%0d%0aX-Evil:%201",
        "/sparql?query=ASK%7B%7D&format=json%0d%0aX-Evil:%201",
        "/changes?iri=%0d%0aX-Evil:%201",
    ],
)
def test_no_header_can_be_added_by_an_address(server: str, path: str) -> None:
    host = server.removeprefix("http://").rstrip("/")
    with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()

    assert response.status < 500
    assert response.getheader("X-Evil") is None


def raw(server: str, request: bytes, *, wait: float = 20) -> bytes:
    """Send bytes as they are, and return what comes back until the server hangs up or nothing more comes."""
    host, port = server.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=wait) as connection:
        try:
            connection.sendall(request)
            return connection.recv(1 << 16)
        except (ConnectionError, TimeoutError):
            return b""


REQUESTS = {
    "ten megabytes of address": b"GET /" + b"a" * 10_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "ten megabytes of header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "an address that is no text": b"GET /\xff\xfe\x80?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a query that is no text": b"GET /sparql?query=\xff%ff HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe\r\n\r\n",
    "a header that is no text": b"GET / HTTP/1.1\r\nHost: x\r\nAccept: \xe4\xb8\xad\r\nIf-None-Match: \xff\r\n\r\n",
    "a host of somebody else": b"GET /id/x HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n",
    "a wrong length": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nx",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "two framings": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an endless body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"a" * 0x10000 + b"\r\n" + b"10000\r\n" + b"a" * 0x10000,
    "a coded body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_an_odd_request_is_refused_and_the_next_one_is_answered(server: str, kind: str) -> None:
    said = raw(server, REQUESTS[kind], wait=3)

    assert not said or not said.startswith(b"HTTP/1.1 5"), said[:200]
    assert b"evil.example" not in said and b"Traceback" not in said
    with urllib.request.urlopen(f"{server}health", timeout=30) as response:
        assert response.status == 200


def test_a_body_that_breaks_off_is_no_query() -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/sparql-query",
        "CONTENT_LENGTH": "100",
        "wsgi.input": io.BytesIO(b"ASK {}"),
    }

    with pytest.raises(QueryFailed, match="breaks off"):
        read_request(environ, Settings())


def test_many_slow_clients_do_not_keep_others_waiting(server: str) -> None:
    host, port = server.removeprefix("http://").rstrip("/").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(1200)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(
                b"GET / HTTP/1.1\r\nHo"
                if number % 8 == 0
                else b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: 1000\r\n\r\nASK"
            )
        started = time.monotonic()
        with urllib.request.urlopen(f"{server}sparql?query=ASK%7B%7D", timeout=30) as response:
            assert response.status == 200
    finally:
        for connection in slow:
            connection.close()

    assert time.monotonic() - started < 20


def test_clients_that_read_slowly_do_not_keep_others_waiting(tmp_path: Path) -> None:
    publish_sample(tmp_path)
    dump = tmp_path / "releases" / "1" / "dump" / "all.nq.gz"
    dump.unlink()
    dump.write_bytes(os.urandom(12_000_000))
    with served(tmp_path, free_port(), workers=1, transfers=2) as address:
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        slow = [socket.socket() for _ in range(600)]
        try:
            for connection in slow:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.connect((host, int(port)))
                connection.sendall(b"GET /dump/all.nq.gz HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(1)
            with urllib.request.urlopen(f"{address}health", timeout=20) as response:
                assert response.status == 200
            with pytest.raises(urllib.error.HTTPError, match="503") as refused:
                urllib.request.urlopen(f"{address}dump/all.nq.gz", timeout=20)
            with closing(refused.value) as answer:
                assert (answer.headers["Retry-After"], b"[transfers]" in answer.read()) == ("10", True)
        finally:
            for connection in slow:
                connection.close()
        assert len(when_it_is_free(f"{address}dump/all.nq.gz")) == 12_000_000


def when_it_is_free(address: str) -> bytes:
    for _ in range(50):
        try:
            with urllib.request.urlopen(address, timeout=30) as response:
                data: bytes = response.read()
                return data
        except urllib.error.HTTPError as refused:
            refused.close()
            time.sleep(0.2)
    raise AssertionError(address)


def test_the_release_can_be_switched_under_load(releases: Path, server: str) -> None:
    stop, seen, wrong = threading.Event(), set[str](), []

    def ask() -> None:
        count = quote("SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/budgetgraph/ns#Disclosure> } #")
        number = 0
        while not stop.is_set():
            number += 1
            try:
                address = f"{server}sparql?format=csv&query={count}{threading.get_ident()}-{number}"
                with urllib.request.urlopen(address, timeout=30) as response:
                    seen.add(response.read().decode().split()[1])
            except urllib.error.HTTPError as error:
                wrong.append(error.read().decode())
            except (urllib.error.URLError, ConnectionError) as error:
                wrong.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in (1, 2, 1, 2):
            rollback(releases, number)
            time.sleep(1.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert wrong == [] and seen == {"1", "2"}


def test_a_store_that_is_removed_is_said_so_and_pages_go_on(tmp_path: Path) -> None:
    publish_sample(tmp_path / "R")
    with site_over(tmp_path / "R") as app:
        client = app.test_client()
        assert client.get("/").status_code == 200
        shutil.rmtree(tmp_path / "R" / "releases" / "1" / "store")
        asked, ready, page = client.get("/sparql?query=ASK%7B%7D"), client.get("/ready"), client.get("/")

    assert asked.status_code == 503 and "no query worker" in asked.text and asked.text.count("\n") == 1
    assert ready.status_code == 503 and page.status_code == 200
