"""Messages between the server and its query workers: two lengths, a head that is JSON, and a body of bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_LENGTHS = struct.Struct(">II")

PIECE = 1 << 16
"""So many bytes are read at a time."""


def packed(head: bytes, body: bytes) -> bytes:
    """Return a message as it is sent."""
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


def received(read: Callable[[], bytes]) -> tuple[bytes, bytes]:
    """Return (head, body) of the next message, of which *read* returns a piece; raise EOFError if it breaks off.

    Nothing may follow it: a message is sent when the one before it has been answered.
    """
    data: bytes | bytearray = read()
    missing = _missing(data)
    while missing:
        if not isinstance(data, bytearray):
            data = bytearray(data)
        piece = read()
        if not piece:
            raise EOFError("the message breaks off")
        data += piece
        missing = _missing(data)
    start = _LENGTHS.size
    end = start + _LENGTHS.unpack_from(data)[0]
    return bytes(data[start:end]), bytes(memoryview(data)[end:])


def _missing(data: bytes | bytearray) -> bool:
    return len(data) < _LENGTHS.size or len(data) < _LENGTHS.size + sum(_LENGTHS.unpack_from(data))


@lru_cache(maxsize=32)
def head(**values: Any) -> bytes:
    """Return a head: few differ, and each is made once; few are kept, as they can be long with the names of graphs."""
    return json.dumps(values).encode()


@lru_cache(maxsize=32)
def read_head(data: bytes) -> Mapping[str, Any]:
    """Return what a head says."""
    values: Mapping[str, Any] = json.loads(data)
    return values
