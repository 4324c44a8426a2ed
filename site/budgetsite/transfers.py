"""Long answers: few are sent at a time, since a client that reads slowly holds a thread of the server to the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

SHORT = 1 << 19
"""An answer of at most so many bytes is handed to the server whole, and its thread is free again."""

_PIECE = 1 << 16


class Transfers:
    """Sends the answers of an application: `limit` long ones at a time, and in place of one more what `refuse` says."""

    def __init__(self, application: Application, refuse: Application, limit: int) -> None:
        self._application, self._refuse = application, refuse
        self._free = BoundedSemaphore(limit)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI does."""
        begun: list[Any] = []
        body = self._application(environ, lambda *head: begun.append(head))  # type: ignore[arg-type]
        (status, headers, *rest) = begun[-1]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        if length <= SHORT or environ["REQUEST_METHOD"] == "HEAD":
            start_response(status, headers, *rest)
            return (_whole(body),)
        if not self._free.acquire(blocking=False):
            _close(body)
            return self._refuse(environ, start_response)
        start_response(status, headers, *rest)
        return _Long(body, self._free)


class _Long:
    """A long body in pieces; when it has been sent, or its client is gone, another one may be sent."""

    def __init__(self, body: Iterable[bytes], free: BoundedSemaphore) -> None:
        self._body, self._free, self._pieces = body, free, _pieces(body)
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the body, once."""
        if self._is_open:
            self._is_open = False
            self._free.release()
            _close(self._body)

    def __del__(self) -> None:
        self.close()


def _pieces(body: Iterable[bytes]) -> Iterator[bytes]:
    for part in body:
        for start in range(0, len(part), _PIECE):
            yield part[start : start + _PIECE]


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
