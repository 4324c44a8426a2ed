"""Records: what is known of a published document, as values and as document.json."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePath
from typing import Any

from budgetgraph.errors import ReleaseError
from budgetgraph.releases.exported import Export

SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt"}
_ID = re.compile(r"\w[\w.-]*")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source with its bytes; `name` is what its publisher called it, `origin` what its metadata says."""

    sha256: str
    media_type: str
    name: str
    data: bytes
    origin: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes, *, media_type: str, name: str) -> SourceFile:
        """Return the source that *data* is."""
        return cls(hashlib.sha256(data).hexdigest(), media_type, name, data)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source without its bytes; `file` is its name in the document's folder."""

    sha256: str
    media_type: str
    name: str
    file: str
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """An export without its bytes; `bytes` is its size, `table` the table that it holds, if it is but one.

    `packed` says that the file is kept compressed: its name in the folder ends in `.gz`.
    """

    file: str
    media_type: str
    title_zh: str
    title_en: str
    bytes: int
    table: str | None = None
    conforms_to: str | None = None
    packed: bool = False

    @classmethod
    def of(cls, export: Export) -> ExportRecord:
        """Return the record of an export."""
        return cls(
            file=export.file,
            media_type=export.media_type,
            title_zh=export.title_zh,
            title_en=export.title_en,
            bytes=export.size,
            table=export.table,
            conforms_to=export.conforms_to,
            packed=export.packed,
        )

    @property
    def stored_as(self) -> str:
        """The file's name in the document's folder."""
        return f"{self.file}.gz" if self.packed else self.file


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One published document: its identity, its sources and how much was found in it.

    `files` and `exports` may be left empty by whoever publishes: they are written from the document.
    So is what versions need:
    `replaces`, the id of the version that this document replaces, and `version_of`, the IRI of the disclosure
    of which this is an earlier version.
    """

    id: str
    iri: str
    title: str
    year: int
    organization_iri: str
    organization_name: str
    division: str
    phase: str
    level: str
    tables: int
    figures: int
    relations: int
    violations: int
    warnings: int
    generated_by: str
    files: tuple[SourceRecord, ...] = ()
    replaces: str | None = None
    version_of: str | None = None
    exports: tuple[ExportRecord, ...] = ()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> DocumentRecord:
        """Return the record that document.json, or an entry of manifest.json, holds."""
        fields = {name: values[name] for name in cls.__slots__ if name in values}
        sources = tuple(SourceRecord(**source) for source in values["files"])
        exports = tuple(ExportRecord(**export) for export in values.get("exports", ()))  # releases before had none
        return cls(**{**fields, "files": sources, "exports": exports})

    def as_json(self) -> dict[str, Any]:
        """Return the values of document.json."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document ready to be published; every quad of `graph` (N-Quads) is in the graph `record.iri`."""

    record: DocumentRecord
    graph: bytes
    report: Mapping[str, object]
    sources: tuple[SourceFile, ...]
    exports: tuple[Export, ...] = ()


def name_sources(sources: tuple[SourceFile, ...]) -> tuple[SourceRecord, ...]:
    """Name the files of *sources* in a document's folder: source.pdf, source-2.txt and so on."""
    return tuple(
        SourceRecord(
            source.sha256,
            source.media_type,
            source.name,
            f"source{f'-{number}' if number > 1 else ''}{_suffix(source)}",
            source.origin,
        )
        for number, source in enumerate(sources, 1)
    )


def check_document(document: PublishedDocument, base_iri: str) -> None:
    """Raise ReleaseError unless *document* is fit for a release with *base_iri*."""
    record = document.record
    if not _ID.fullmatch(record.id) or ".tmp" in record.id:
        raise ReleaseError(what="an id that cannot name a folder 编号不能用作文件夹名", where=record.id)
    if not record.iri.startswith(base_iri):
        raise ReleaseError(
            what=f"the document {record.iri} is not under the base IRI {base_iri} 文档不在基础网址之下",
            where=record.id,
            remedy="publish with the base IRI that it was read with 请用读取时的基础网址发布",
        )
    for source in document.sources:
        if hashlib.sha256(source.data).hexdigest() != source.sha256:
            raise ReleaseError(what=f"the SHA-256 of {source.name} is another 校验和不符", where=record.id)


def to_json(value: object) -> bytes:
    """Return *value* as JSON: keys sorted, text as it is, one line a value."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _suffix(source: SourceFile) -> str:
    own = PurePath(source.name).suffix.lower()
    return SUFFIXES.get(source.media_type) or (own if _SUFFIX.fullmatch(own) else ".bin")
