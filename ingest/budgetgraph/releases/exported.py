"""An export: one form of a published document, as a release keeps it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

GRAPH = "graph.nq"
"""The graph itself: the export that every document has, as `graph.nq.gz`."""


@dataclass(frozen=True, slots=True)
class Export:
    """One form of a disclosure, or of one of its tables; `size` is that of its bytes, not compressed.

    `stored` are the bytes that a release keeps: compressed (gzip) where it is `packed`, for RDF shrinks to a
    twentieth, and exports travel between processes and wait in memory until a release is built.
    """

    file: str
    media_type: str
    title_zh: str
    title_en: str
    size: int
    stored: bytes
    table: str | None = None
    conforms_to: str | None = None
    packed: bool = False

    @classmethod
    def of(
        cls,
        file: str,
        media_type: str,
        titles: tuple[str, str],
        data: bytes,
        *,
        table: str | None = None,
        conforms_to: str | None = None,
        packed: bool = False,
    ) -> Export:
        """Return the export that *data* is; the titles are Chinese and English."""
        stored = gzip.compress(data, compresslevel=6, mtime=0) if packed else data
        return cls(file, media_type, *titles, len(data), stored, table, conforms_to, packed)

    @property
    def data(self) -> bytes:
        """The bytes, not compressed."""
        return gzip.decompress(self.stored) if self.packed else self.stored
