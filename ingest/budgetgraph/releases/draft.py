"""A draft: a release being built in a folder beside its place; nobody sees it before it is finished."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

import budgetgraph
from budgetgraph.errors import ReleaseError
from budgetgraph.releases import files, quads
from budgetgraph.releases.exported import GRAPH
from budgetgraph.releases.records import (
    DocumentRecord,
    ExportRecord,
    PublishedDocument,
    check_document,
    name_sources,
    to_json,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Release *number* of the folder *into*, while it is built; `records` and `digests` fill as it grows.

    The draft holds its documents itself (hard links to what earlier releases hold), so that nothing that
    happens in DIR/documents later can change a release.
    """

    into: Path
    number: int
    base_iri: str
    records: dict[str, DocumentRecord] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, into: Path, number: int, *, base_iri: str) -> Draft:
        """Make the folder of the draft; the caller holds the lock of *into*."""
        draft = cls(into, number, base_iri)
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
        """Write *document*; it takes the place of one that was added before with its id or its IRI."""
        check_document(document, self.base_iri)
        exports = tuple(ExportRecord.of(export) for export in document.exports)
        record = replace(document.record, files=name_sources(document.sources), exports=exports)
        graph = quads.sort_lines(document.graph)
        quads.check_graph(graph, record.iri)
        for earlier in [earlier for earlier in self.records.values() if _same(earlier, record)]:
            shutil.rmtree(self.documents / self.records.pop(earlier.iri).id)
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
        self.records[record.iri] = record

    def carry_over(self, release: Path, records: Iterable[DocumentRecord], *, digests: Mapping[str, str]) -> None:
        """Take over those documents of an earlier release that were not published anew, and their SHA-256."""
        published = {record.id for record in self.records.values()}
        carried = {
            record.id: record for record in records if record.id not in published and record.iri not in self.records
        }
        for record in carried.values():
            if not record.iri.startswith(self.base_iri):
                raise ReleaseError(
                    what=f"the current release has another base IRI 当前版本的基础网址不同: {record.iri}",
                    where=str(self.into),
                    remedy="use that --base-iri, or another folder 请使用相同的基础网址，或换一个目录",
                )
            files.link_folder(release / "documents" / record.id, self.documents / record.id)
            self.records[record.iri] = record
        for name, digest in digests.items():
            match name.split("/"):
                case ["documents", document_id, _file] if document_id in carried:
                    self.digests[name] = digest

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


def _same(one: DocumentRecord, other: DocumentRecord) -> bool:
    return one.id == other.id or one.iri == other.iri
