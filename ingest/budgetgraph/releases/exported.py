"""An export: one form of a published document, as a release keeps it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

GRAPH = "graph.nq"
"""The graph itself: the export that every document has, as `graph.nq.gz`."""


@dataclass(frozen=True, slots=True)
class Export:
    """One form of a disclosure, or of one of its tables; `data` are its bytes, not compressed.

    `packed` says that it is kept compressed (gzip) in a release: RDF shrinks to a twentieth.
    """

    file: str
    media_type: str
    title_zh: str
    title_en: str
    data: bytes
    table: str | None = None
    conforms_to: str | None = None
    packed: bool = False

    @property
    def stored(self) -> bytes:
        """The bytes that a release keeps; the same for the same export."""
        return gzip.compress(self.data, compresslevel=6, mtime=0) if self.packed else self.data
