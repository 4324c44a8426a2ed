"""Long answers: so many are sent at a time, and each makes room for the next however it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import create_environ

from budgetsite.transfers import SHORT, Transfers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Body:
    """A body in two parts that knows whether it was closed; it may break."""

    def __init__(self, length: int, *, breaks: bool = False) -> None:
        self.length, self.breaks, self.closed = length, breaks, 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"a" * (self.length - 1)
        if self.breaks:
            raise OSError("gone")
        yield b"b"

    def close(self) -> None:
        self.closed += 1


class Server:
    """Asks for bodies as a WSGI server does, and keeps the statuses."""

    def __init__(self, limit: int) -> None:
        self.transfers = Transfers(self.answer, self.refuse, limit)
        self.said: list[str] = []
        self.next = Body(1)

    def answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(self.next.length))])
        return self.next

    def refuse(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("503 Service Unavailable", [])
        return (b"later",)

    def ask(self, body: Body, method: str = "GET") -> Iterable[bytes]:
        self.next = body
        environ = create_environ(method=method)
        return self.transfers(environ, lambda status, *rest: self.said.append(status))  # type: ignore[arg-type]


def test_a_short_answer_is_handed_over_whole() -> None:
    server, body = Server(1), Body(SHORT)

    assert [len(part) for part in server.ask(body)] == [SHORT]
    assert body.closed == 1


def test_one_long_answer_too_many_is_refused_until_another_has_ended() -> None:
    server, first, second = Server(1), Body(SHORT + 1), Body(SHORT + 1)
    sent = server.ask(first)

    assert list(server.ask(second)) == [b"later"]
    assert second.closed == 1
    assert b"".join(sent) == b"a" * SHORT + b"b"
    assert first.closed == 1
    assert sum(map(len, server.ask(Body(SHORT + 1)))) == SHORT + 1
    assert [said[:3] for said in server.said] == ["200", "503", "200"]


def test_the_head_of_a_long_answer_needs_no_room() -> None:
    server = Server(1)
    held = server.ask(Body(SHORT + 1))
    server.ask(Body(SHORT + 1), "HEAD")

    assert [said[:3] for said in server.said] == ["200", "200"]
    assert next(iter(held))


def test_an_answer_that_breaks_off_makes_room_once() -> None:
    server, broken = Server(1), Body(SHORT + 1, breaks=True)
    with pytest.raises(OSError, match="gone"):
        list(server.ask(broken))
    abandoned = Body(SHORT + 1)
    del (held := [server.ask(abandoned)])[0]

    assert (broken.closed, abandoned.closed, held) == (1, 1, [])
    sent = server.ask(Body(SHORT + 1))
    assert list(server.ask(Body(SHORT + 1))) == [b"later"]
    assert sent
