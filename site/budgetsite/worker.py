"""A query worker: a process that holds the store open, answers one query at a time, and can reach nothing else.

It reads requests and writes answers over its standard streams: the body of one is a query, of the other its result
(messages.py). Run as `python -m budgetsite.worker STORE MEMORY_MB RESULT_BYTES [CPU…]`.
"""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from budgetsite.messages import PIECE, head, packed, read_head, received
from budgetsite.rdf import PREFIXES
from budgetsite.sandbox import deny_connections, limit_memory

_GRACE = 5
"""So many seconds after its deadline a query ends this process by itself, if nobody is left to do it."""
_NOTHING = ox.Store()
"""Where a query is run that is only to be parsed."""


class TooLarge(OSError):
    """The result has more bytes than it may have."""


class _Bounded(io.BytesIO):
    """A buffer that takes no more than a number of bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.room = limit

    def write(self, piece: Any, /) -> int:
        """Take some bytes; raise TooLarge if there is no room for them."""
        self.room -= len(piece)
        if self.room < 0:
            raise TooLarge
        return super().write(piece)


def answer(store: ox.Store, query: str, request: Mapping[str, Any], limit: int) -> tuple[dict[str, Any], bytes]:
    """Return the answer to a query: its status and, if that is ok, the serialised result.

    *request* says in which formats, over which dataset, or that the query is only to be parsed.
    """
    try:
        if request["parse"]:
            result = _NOTHING.query(query, base_iri=request["base"])
            return {"status": "ok", "triples": isinstance(result, ox.QueryTriples)}, b""
        result = store.query(query, base_iri=request["base"], **_dataset(request))
        media_type = request["rows" if not isinstance(result, ox.QueryTriples) else "triples"]
        if media_type is None:
            return {"status": "not-acceptable", "triples": isinstance(result, ox.QueryTriples)}, b""
        buffer = _Bounded(limit)
        if isinstance(result, ox.QueryTriples):
            ox.serialize(result, buffer, ox.RdfFormat.from_media_type(media_type), prefixes=PREFIXES)
        else:
            result.serialize(buffer, format=ox.QueryResultsFormat.from_media_type(media_type))
    except SyntaxError as error:
        return {"status": "syntax", "message": str(error)}, b""
    except TooLarge:
        return {"status": "too-large"}, b""
    except MemoryError:
        return {"status": "memory"}, b""
    except (OSError, RuntimeError, ValueError) as error:
        return {"status": "failed", "message": str(error)}, b""
    return {"status": "ok", "media_type": media_type}, buffer.getvalue()


def _dataset(request: Mapping[str, Any]) -> dict[str, Any]:
    default, named = request["default_graphs"], request["named_graphs"]
    if default is None and named is None:
        return {} if request["own_dataset"] else {"use_default_graph_as_union": True}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in default or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in named or ()],
    }


def main() -> None:
    """Open the store, close the doors, answer until the parent is gone."""
    path = sys.argv[1]
    memory, limit, *cpus = map(int, sys.argv[2:])
    if cpus:  # those of the whole program, not the one of the server process
        os.sched_setaffinity(0, cpus)
    try:
        store = ox.Store.read_only(path)
    except OSError as error:
        sys.exit(f"budgetgraph: the store cannot be opened 无法打开存储: {' '.join(str(error).split())}")
    list(store.quads_for_pattern(None, ox.NamedNode("urn:warm"), None))
    limit_memory(memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to every process; the parent ends this one
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one that a query ends leaves nothing behind
    _send(head(status="ready", sandbox=deny_connections()))
    while True:
        try:
            said, query = received(_read)
        except EOFError:
            return
        request = read_head(said)
        signal.alarm(request["seconds"] + _GRACE)
        status, body = answer(store, query.decode(), request, limit)
        signal.alarm(0)
        _send(head(**status), body)


def _read() -> bytes:
    return os.read(0, PIECE)


def _send(head: bytes, body: bytes = b"") -> None:
    unsent = memoryview(packed(head, body))
    while unsent:
        unsent = unsent[os.write(1, unsent) :]


if __name__ == "__main__":
    main()
