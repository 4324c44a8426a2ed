"""A draft: a release being built in a folder beside its place; nobody sees it before it is finished."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Protocol

import budgetgraph
from budgetgraph.errors import ReleaseError
from budgetgraph.releases import files, quads, versions
from budgetgraph.releases.exported import GRAPH
from budgetgraph.releases.records import (
    DocumentRecord,
    ExportRecord,
    PublishedDocument,
    check_document,
    name_sources,
    to_json,
)


class Base(Protocol):
    """A release upon which another is built."""

    @property
    def path(self) -> Path: ...
    @property
    def documents(self) -> tuple[DocumentRecord, ...]: ...
    @property
    def versions(self) -> tuple[DocumentRecord, ...]: ...


@dataclass(frozen=True, slots=True)
class Old:
    """A document that another replaces: where it is, the IRI that it had, and its graph under that IRI."""

    folder: Path
    record: DocumentRecord
    iri: str
    graph: bytes

    @classmethod
    def at(cls, folder: Path, record: DocumentRecord) -> Old:
        """Read the document in *folder*, which may have become a version already."""
        graph = gzip.decompress((folder / "graph.nq.gz").read_bytes())
        if record.version_of:
            graph = versions.as_current(graph, record.version_of, record.iri)
        return cls(folder, record, record.version_of or record.iri, graph)


@dataclass(frozen=True, slots=True)
class Draft:
    """Release *number* of the folder *into*, while it is built; `records`, `versions` and `digests` fill as it grows.

    The draft holds its documents itself (hard links to what earlier releases hold), so that nothing that
    happens in DIR/documents later can change a release.
    """

    into: Path
    number: int
    base_iri: str
    current: Base | None = None
    records: dict[str, DocumentRecord] = field(default_factory=dict)
    versions: dict[str, DocumentRecord] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, into: Path, number: int, *, base_iri: str, current: Base | None = None) -> Draft:
        """Make the folder of the draft upon what is *current*; the caller holds the lock of *into*."""
        draft = cls(into, number, base_iri, current)
        draft.documents.mkdir(parents=True)
        return draft

    @property
    def folder(self) -> Path:
        """Where the draft is built."""
        return files.beside(self.into / "releases" / str(self.number))

    @property
    def documents(self) -> Path:
        """The folder of the draft's documents, each in a folder of its own."""
        return self.folder / "documents"

    def add(self, document: PublishedDocument) -> None:
        """Write *document*; what was there with its IRI becomes a version that it replaces."""
        check_document(document, self.base_iri)
        exports = tuple(ExportRecord.of(export) for export in document.exports)
        record = replace(document.record, files=name_sources(document.sources), exports=exports)
        graph = quads.sort_lines(document.graph)
        quads.check_graph(graph, record.iri)
        self._drop(record.id)
        old = self._replaced_by(record)
        if old is not None:
            record = replace(record, replaces=old.record.id)
            found = versions.changes(old.graph, graph, record.iri)
            version = versions.version_iri(record.iri, old.record.id)
            self._keep_version(old, version)
            graph = quads.sort_lines(graph + versions.change_facts(found, record.iri, version))
        folder = self.documents / record.id
        folder.mkdir()
        for source, named in zip(document.sources, record.files, strict=True):
            (folder / named.file).write_bytes(source.data)
        for export, kept in zip(document.exports, exports, strict=True):
            if export.file != GRAPH:
                (folder / kept.stored_as).write_bytes(export.stored)
        quads.write_nquads([graph], folder / "graph.nq.gz")
        (folder / "report.json").write_bytes(to_json(document.report))
        (folder / "document.json").write_bytes(to_json(record.as_json()))
        if old is not None:
            (folder / "changes.json").write_bytes(to_json([change.as_json() for change in found]))
        self.records[record.iri] = record

    def _drop(self, document_id: str) -> None:
        """Remove what this draft holds with an id, as a document or as a version."""
        for held in (self.records, self.versions):
            for key in [key for key, record in held.items() if record.id == document_id]:
                shutil.rmtree(self.documents / held.pop(key).id)

    def _replaced_by(self, record: DocumentRecord) -> Old | None:
        """Return the version that *record* replaces, if one was published before, with its graph as it was then."""
        own = self.records.get(record.iri)
        if own is not None:
            return Old.at(self.documents / own.id, own)
        if self.current is None:
            return None
        known = {other.id: other for other in (*self.current.documents, *self.current.versions)}
        old = next((other for other in self.current.documents if other.iri == record.iri), None)
        if old is not None and old.id == record.id:
            old = known.get(old.replaces or "")
        return Old.at(self.current.path / "documents" / old.id, old) if old is not None else None

    def _keep_version(self, old: Old, version: str) -> None:
        """Write a version under its own IRI; its sources and report stay as they are."""
        record, iri = replace(old.record, iri=version, version_of=old.iri), old.iri
        self.records.pop(iri, None)
        folder, built = self.documents / record.id, files.beside(self.documents / record.id)
        built.mkdir()
        for file in old.folder.iterdir():
            if file.name not in ("graph.nq.gz", "document.json"):
                files.link(file, built / file.name)
        graph = quads.sort_lines(versions.as_version(old.graph, iri, version))
        quads.write_nquads([graph], built / "graph.nq.gz")
        (built / "document.json").write_bytes(to_json(record.as_json()))
        if folder.exists():
            shutil.rmtree(folder)
        built.rename(folder)
        self.versions[record.id] = record

    def carry_over(self, digests: Mapping[str, str]) -> None:
        """Take over those documents and versions of the current release that were not published anew."""
        if self.current is None:
            return
        taken = {record.id for record in (*self.records.values(), *self.versions.values())}
        carried: set[str] = set()
        for record in (*self.current.documents, *self.current.versions):
            if record.id in taken or record.iri in self.records:
                continue
            self._carry(record)
            carried.add(record.id)
        for name, digest in digests.items():
            match name.split("/"):
                case ["documents", document_id, _file] if document_id in carried:
                    self.digests[name] = digest

    def _carry(self, record: DocumentRecord) -> None:
        assert self.current is not None
        if not record.iri.startswith(self.base_iri):
            raise ReleaseError(
                what=f"the current release has another base IRI 当前版本的基础网址不同: {record.iri}",
                where=str(self.into),
                remedy="use that --base-iri, or another folder 请使用相同的基础网址，或换一个目录",
            )
        files.link_folder(self.current.path / "documents" / record.id, self.documents / record.id)
        if record.version_of:
            self.versions[record.id] = record
        else:
            self.records[record.iri] = record

    def finish(self, ontology: bytes, *, graphs: Sequence[str]) -> None:
        """Write dumps, store and manifest, keep the documents in DIR/documents, and switch to the release."""
        dump = self.folder / "dump"
        dump.mkdir()
        quads.write_nquads([ontology], self.folder / "ontology.nq.gz")
        count = quads.write_nquads(self._parts(ontology), dump / "all.nq.gz")
        quads.write_turtle(dump / "all.nq.gz", dump / "all.ttl.gz")
        manifest = self._manifest(self._hashes(), graphs=graphs, count=count)
        (self.folder / "manifest.json").write_bytes(to_json(manifest))
        quads.build_store(dump / "all.nq.gz", self.folder / "store")
        files.seal(self.folder)
        self._keep_documents()
        files.switch(self.into, self.number, built=self.folder)

    def _parts(self, ontology: bytes) -> Iterable[bytes]:
        """The ontology first, then the documents by IRI; each part is sorted."""
        yield ontology
        for _iri, record in sorted(self.records.items()):
            yield gzip.decompress((self.documents / record.id / "graph.nq.gz").read_bytes())

    def _hashes(self) -> dict[str, str]:
        """The SHA-256 of each file; what was carried over is not read again, for it cannot have changed."""
        return {
            name: self.digests.get(name) or files.digest(path)
            for path in files.files_of(self.folder)
            for name in [path.relative_to(self.folder).as_posix()]
        }

    def _manifest(self, hashes: Mapping[str, str], *, graphs: Sequence[str], count: int) -> dict[str, object]:
        return {
            "release": self.number,
            "base_iri": self.base_iri,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "software": budgetgraph.__version__,
            "documents": [
                {**record.as_json(), "sha256": hashes[f"documents/{record.id}/graph.nq.gz"]}
                for record in sorted(self.records.values(), key=attrgetter("id"))
            ],
            "versions": [record.as_json() for record in sorted(self.versions.values(), key=attrgetter("id"))],
            "files": dict(hashes),
            "ontology": {"graphs": list(graphs)},
            "quads": count,
        }

    def _keep_documents(self) -> None:
        """Bring DIR/documents up to this release; what else is there (earlier versions) stays."""
        for record in self.records.values():
            kept, own = self.into / "documents" / record.id, self.documents / record.id
            if not files.same_folder(own, kept):
                files.link_folder(own, files.beside(kept))
                files.sync(files.beside(kept))
                files.replace_folder(files.beside(kept), kept)
