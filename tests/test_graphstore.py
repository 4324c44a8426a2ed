"""Any SPARQL 1.1 store over the Graph Store Protocol: what is sent, who may send it, what is said when it fails."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from budgetgraph.errors import StoreError
from budgetgraph.releases.graphstore import GraphStore, pieces, without_credentials
from sites import free_port

GRAPH = "https://example.org/图?a=1&b=2"


class Noted(BaseHTTPRequestHandler):
    """A Graph Store that notes what it is sent, and asks for a password if it is to."""

    seen: list[tuple[str, str, int, str | None]]
    challenge: str | None
    status = 204

    def _answer(self) -> None:
        graph = parse_qs(urlsplit(self.path).query)["graph"][0]
        size = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(size)
        self.seen.append((self.command, graph, size, self.headers.get("Expect")))
        authorised = self.challenge is None or self.headers.get("Authorization", "").startswith(self.scheme)
        self.send_response(self.status if authorised else 401)
        if not authorised:
            self.send_header("WWW-Authenticate", str(self.challenge))
        self.send_header("Content-Length", "0")
        self.end_headers()

    @property
    def scheme(self) -> str:
        """The scheme of the challenge, with the credentials if it is Basic."""
        name = str(self.challenge).partition(" ")[0]
        return f"Basic {base64.b64encode(b'dba:p@ss').decode()}" if name == "Basic" else 'Digest username="dba"'

    do_GET = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def noting(
    challenge: str | None = None, status: int = 204
) -> Iterator[tuple[str, list[tuple[str, str, int, str | None]]]]:
    handler = type("Handler", (Noted,), {"seen": [], "challenge": challenge, "status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}/store", handler.seen  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def test_triples_are_cut_at_ends_of_lines_and_nothing_is_lost() -> None:
    lines = b"".join(b'<a:%d> <a:p> "%s" .\n' % (number, b"x" * (number % 50)) for number in range(500))
    cut = list(pieces(lines, 1000))

    assert b"".join(cut) == lines and len(cut) > 10
    assert all(piece.endswith(b"\n") and len(piece) < 1100 for piece in cut)
    assert list(pieces(b"")) == [b""]


@pytest.mark.parametrize("blank", [b"_:a <a:p> <a:o> .\n", b"<a:s> <a:p> _:a .\n"])
def test_what_has_a_blank_node_is_not_cut(blank: bytes) -> None:
    lines = b"<a:s> <a:p> <a:o> .\n" * 100 + blank

    assert list(pieces(lines, 100)) == [lines]


def test_the_first_piece_takes_the_place_of_the_graph_and_the_others_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("budgetgraph.releases.graphstore.pieces", lambda triples: pieces(triples, 1000))
    with noting() as (address, seen), GraphStore(f"http://{address}") as store:
        store.replace(GRAPH, b"<a:s> <a:p> <a:o> .\n" * 120)

    assert [(method, graph, expect) for method, graph, _, expect in seen] == [
        ("PUT", GRAPH, None),
        ("POST", GRAPH, None),
        ("POST", GRAPH, None),
    ]


@pytest.mark.parametrize("challenge", ['Basic realm="s"', 'Digest realm="s", nonce="abc", qop="auth", algorithm=MD5'])
def test_a_user_and_a_password_are_sent_as_the_store_asks_for_them(challenge: str) -> None:
    with noting(challenge) as (address, seen), GraphStore(f"http://dba:p%40ss@{address}") as store:
        store.get(GRAPH)
        store.replace(GRAPH, b"")
        store.delete(GRAPH)

    assert [method for method, *_ in seen if method != "GET"] == ["PUT", "DELETE"]  # not asked anew for each


def test_a_refusal_is_one_line_without_the_password() -> None:
    with (
        noting(status=500) as (address, _),
        GraphStore(f"http://dba:secret@{address}") as store,
        pytest.raises(StoreError, match="HTTP 500") as refused,
    ):
        store.replace(GRAPH, b"")

    assert "\n" not in str(refused.value) and "secret" not in str(refused.value)


def test_a_wrong_password_is_said_so() -> None:
    with (
        noting('Basic realm="s"') as (address, _),
        GraphStore(f"http://dba:wrong@{address}") as store,
        pytest.raises(StoreError, match="HTTP 401"),
    ):
        store.replace(GRAPH, b"")


def test_a_store_that_is_not_there_is_one_line() -> None:
    with (
        GraphStore(f"http://127.0.0.1:{free_port()}/store") as store,
        pytest.raises(StoreError, match="cannot be reached"),
    ):
        store.get(GRAPH)


def test_a_graph_that_is_not_there_is_none() -> None:
    with noting(status=404) as (address, _), GraphStore(f"http://{address}") as store:
        assert store.get(GRAPH) is None
        store.delete(GRAPH)


def test_an_address_is_shown_without_user_and_password() -> None:
    assert without_credentials("http://a:b@host:80/x?y=z") == "http://host:80/x?y=z"
