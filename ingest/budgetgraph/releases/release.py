"""Releases: many documents as one immutable, servable folder; `current` is switched last, in one step."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from budgetgraph.errors import ReleaseError
from budgetgraph.releases import files, quads
from budgetgraph.releases.draft import Draft
from budgetgraph.releases.records import (
    DocumentRecord,
    ExportRecord,
    PublishedDocument,
    SourceFile,
    SourceRecord,
)

__all__ = [
    "DocumentRecord",
    "ExportRecord",
    "PublishedDocument",
    "Release",
    "SourceFile",
    "SourceRecord",
    "list_releases",
    "prune",
    "publish",
    "publish_quads",
    "rollback",
]

DUMPS = ("all.nq.gz", "all.ttl.gz")


@dataclass(frozen=True, slots=True)
class Release:
    """One release as it lies on the disk; it never changes, so it can be kept as long as it is there.

    `versions` are what `documents` have replaced: each at an IRI of its own, served from its graph, and neither
    in the store nor in the dumps, where it would count twice.
    """

    path: Path
    manifest: Mapping[str, Any]
    documents: tuple[DocumentRecord, ...]
    versions: tuple[DocumentRecord, ...] = ()

    @classmethod
    def open(cls, into: Path) -> Release:
        """Open the current release under *into*; raise ReleaseError if there is none."""
        return cls.at(into.resolve() / "releases" / str(_current(into)))

    @classmethod
    def at(cls, path: Path) -> Release:
        """Open the release in the folder *path*, current or not."""
        try:
            manifest = json.loads((path / "manifest.json").read_bytes())
            documents = tuple(DocumentRecord.from_json(entry) for entry in manifest["documents"])
            versions = tuple(DocumentRecord.from_json(entry) for entry in manifest.get("versions", ()))
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ReleaseError(
                what=f"the manifest cannot be read 清单无法读取 ({error})",
                where=str(path),
                remedy="go back to an earlier release 请回退: budgetgraph releases DIR rollback",
            ) from error
        return cls(path, manifest, documents, versions)

    @property
    def number(self) -> int:
        """The release's number, from 1."""
        return int(self.manifest["release"])

    @property
    def base_iri(self) -> str:
        """The IRI under which everything in the release is named."""
        return str(self.manifest["base_iri"])

    @property
    def store_path(self) -> Path:
        """The Oxigraph store, to be opened read-only; each document and ontology file is a named graph."""
        return self.path / "store"

    def graph_file(self, document_id: str) -> Path:
        """Return the compressed N-Quads of a document."""
        return self.folder(document_id) / "graph.nq.gz"

    def graph_lines(self, document_id: str) -> bytes:
        """Return the sorted N-Quads of a document, as published."""
        return gzip.decompress(self.graph_file(document_id).read_bytes())

    def export(self, document_id: str, file: str) -> ExportRecord | None:
        """Return the record of an export of a document, or None."""
        exports = next(record.exports for record in self.documents if record.id == document_id)
        return next((export for export in exports if export.file == file), None)

    def export_file(self, document_id: str, export: ExportRecord) -> Path:
        """Return an export as it lies on the disk, compressed (gzip) if it is packed."""
        return self.folder(document_id) / export.stored_as

    def export_bytes(self, document_id: str, export: ExportRecord) -> bytes:
        """Return an export, not compressed."""
        data = self.export_file(document_id, export).read_bytes()
        return gzip.decompress(data) if export.packed else data

    def ontology_lines(self) -> bytes:
        """Return the N-Quads of the ontology's graphs, sorted within each graph, as published."""
        return gzip.decompress((self.path / "ontology.nq.gz").read_bytes())

    def report(self, document_id: str) -> dict[str, Any]:
        """Return the report of a document."""
        report: dict[str, Any] = json.loads((self.folder(document_id) / "report.json").read_bytes())
        return report

    def changes(self, document_id: str) -> list[dict[str, Any]]:
        """Return what a document changes against the version that it replaces; nothing if it replaces none."""
        file = self.folder(document_id) / "changes.json"
        return list(json.loads(file.read_bytes())) if file.exists() else []

    def dump(self, name: str) -> Path:
        """Return the dump *name*: all.nq.gz or all.ttl.gz."""
        if name not in DUMPS:
            raise ReleaseError(what=f"no such dump 没有此数据包: {name}", remedy=f"there are 现有 {', '.join(DUMPS)}")
        return self.path / "dump" / name

    def source_file(self, sha256: str) -> Path | None:
        """Return the source with this SHA-256, or None."""
        found = (
            self.path / "documents" / record.id / source.file
            for record in (*self.documents, *self.versions)
            for source in record.files
            if source.sha256 == sha256
        )
        return next(found, None)

    def folder(self, document_id: str) -> Path:
        """Return the folder of a document in this release."""
        if all(record.id != document_id for record in (*self.documents, *self.versions)):
            raise ReleaseError(what=f"no such document 没有此文档: {document_id}", where=str(self.path))
        return self.path / "documents" / document_id


def publish(
    documents: Iterable[PublishedDocument],
    into: Path,
    *,
    base_iri: str,
    ontology: Mapping[str, bytes] | None = None,
) -> Release:
    """Add *documents* to what the current release holds, as a new release, and switch to it.

    A document takes the place of one with its id, and replaces one with its IRI: an earlier version of the same
    disclosure, which stays at an IRI of its own, with a diff; of two in *documents* the later counts.
    *ontology* (graph IRI → Turtle) is the whole of the new
    release's ontology. Raises ReleaseError, and leaves the old release served, if anything is amiss.
    """
    with files.exclusive(into):
        current = Release.open(into) if (into / files.CURRENT).exists() else None
        vocabulary = quads.ontology_quads(ontology or {})
        draft = Draft.begin(into, _next(into), base_iri=base_iri, current=current)
        for document in documents:
            draft.add(document)
        draft.carry_over(current.manifest["files"] if current else {})
        draft.finish(vocabulary, graphs=sorted(ontology or {}))
        return Release.open(into)


def publish_quads(nquads: bytes, into: Path, *, base_iri: str) -> Release:
    """Publish any N-Quads, default graph included, as a release without documents (for conformance tests)."""
    with files.exclusive(into):
        Draft.begin(into, _next(into), base_iri=base_iri).finish(quads.normalise_quads(nquads), graphs=[])
        return Release.open(into)


def list_releases(into: Path) -> tuple[Release, ...]:
    """Return all releases under *into*, the oldest first."""
    return tuple(Release.at(into / "releases" / str(number)) for number in _numbers(into))


def rollback(into: Path, number: int | None = None) -> Release:
    """Make the release *number* current again, or the one before the current one."""
    with _existing(into) as current:
        earlier = [other for other in _numbers(into) if other < current]
        if number is None and not earlier:
            raise ReleaseError(what=f"release {current} is the first 没有更早的版本", where=str(into))
        chosen = earlier[-1] if number is None else number
        if chosen not in _numbers(into):
            raise ReleaseError(
                what=f"there is no release {chosen} 没有此版本",
                where=str(into),
                remedy=f"there are 现有: {', '.join(map(str, _numbers(into)))}",
            )
        release = Release.at(into / "releases" / str(chosen))
        files.switch_back(into, chosen)
        return release


def prune(into: Path, keep: int) -> tuple[int, ...]:
    """Remove all releases but the newest *keep* and the current one; return the numbers of those removed."""
    if keep < 1:
        raise ReleaseError(what=f"cannot keep {keep} releases 保留数量须至少为 1")
    with _existing(into) as current:
        removed = tuple(number for number in _numbers(into)[:-keep] if number != current)
        for number in removed:
            files.discard(into / "releases" / str(number))
        return removed


@contextmanager
def _existing(into: Path) -> Iterator[int]:
    """Hold the lock of a folder that has a release; yield the number of the current one."""
    _current(into)  # first of all: a wrong folder is not to be written to
    with files.exclusive(into):
        yield _current(into)


def _current(into: Path) -> int:
    current = into / files.CURRENT
    if not current.is_dir():
        raise ReleaseError(
            what="there is no release here 此处没有已发布的版本",
            where=str(into),
            remedy="publish one first 请先发布: budgetgraph publish SOURCE --into DIR",
        )
    return int(current.readlink().name)


def _next(into: Path) -> int:
    return max(_numbers(into), default=0) + 1


def _numbers(into: Path) -> list[int]:
    return sorted(int(path.name) for path in (into / "releases").glob("[0-9]*") if path.name.isdecimal())
