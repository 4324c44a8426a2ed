"""Compression of what is sent: brotli or gzip, if the client takes it and it pays (RFC 9110, section 12.5.3)."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

WORTHWHILE = 1000
"""Fewer bytes than this are sent as they are."""


@lru_cache(maxsize=1000)
def encoding(accept: str | None) -> str | None:
    """Return the content coding that a client likes best among `br` and `gzip`, None for neither."""
    if not accept:
        return None
    wanted = parse_accept_header(accept, Accept)
    best = max(("br", "gzip"), key=wanted.quality)
    return best if wanted.quality(best) > 0 else None


def compress(body: bytes, accept: str | None) -> tuple[str | None, bytes]:
    """Return (content coding, coded bytes); None, and the bytes as they are, where coding does not pay."""
    chosen = encoding(accept) if len(body) >= WORTHWHILE else None
    if chosen == "br":
        return chosen, brotli.compress(body, quality=4)
    if chosen == "gzip":
        return chosen, gzip.compress(body, compresslevel=5, mtime=0)
    return None, body
