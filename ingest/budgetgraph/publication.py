"""Publication: sources become reports, and reports become what a release holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from budgetgraph import __version__
from budgetgraph.disclosure import read_disclosure
from budgetgraph.errors import UnusableSource
from budgetgraph.exports import export_all
from budgetgraph.findings import Severity
from budgetgraph.readers import SUFFIXES
from budgetgraph.release import DocumentRecord, PublishedDocument, SourceFile
from budgetgraph.report import Report, as_json, examine
from budgetgraph.resources import data_folder
from budgetgraph.terms import Names

GRAPH = "https://w3id.org/budgetgraph/graph/"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that was refused, with the reason in one line."""

    source: str
    reason: str
    message: str


def sources(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: those named, and those that folders hold, in order.

    Raises UnusableSource for a folder without documents; missing files are refused when they are read.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not inside:
            raise UnusableSource(
                what="no document in this folder 文件夹中没有可读的文件",
                where=str(path),
                remedy=f"it should hold {', '.join(SUFFIXES)} files 应含上述格式的文件",
                reason="empty-folder",
            )
        found.extend(inside)
    return list(dict.fromkeys(found))


def examine_source(path: Path, base: str) -> Report | Refusal:
    """Read and validate one source; a refusal is a value, so that the rest of a batch goes on."""
    try:
        return examine(read_disclosure(path), base)
    except UnusableSource as refused:
        return Refusal(str(path), refused.reason, str(refused))


def prepare(path: Path, base: str) -> PublishedDocument | Refusal:
    """Read and validate one source for publication."""
    report = examine_source(path, base)
    return report if isinstance(report, Refusal) else published(report, base)


def prepare_all(paths: Iterable[Path], base: str, jobs: int) -> Iterator[tuple[Path, PublishedDocument | Refusal]]:
    """Yield each source with what became of it, as soon as it is ready; *jobs* processes work at it."""
    listed = list(paths)
    if jobs <= 1 or len(listed) <= 1:
        yield from ((path, prepare(path, base)) for path in listed)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        waiting: Mapping[Future[PublishedDocument | Refusal], Path] = {
            pool.submit(prepare, path, base): path for path in listed
        }
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def published(report: Report, base: str) -> PublishedDocument:
    """Return a report as what a release holds of a document."""
    disclosure = report.disclosure
    identity, document = disclosure.identity, disclosure.document
    names = Names(base, identity)
    record = DocumentRecord(
        id=f"{identity.path.replace('/', '-')}-{document.sha256[:12]}",
        iri=names.disclosure,
        title=f"{identity.body}{identity.year}年{'决算' if identity.phase == 'executed' else '预算'}",
        year=identity.year,
        organization_iri=names.organization(identity.body),
        organization_name=identity.body,
        division=identity.division,
        phase=identity.phase,
        level=identity.level,
        tables=len(disclosure.readings),
        figures=len(disclosure.figures),
        relations=len(disclosure.relations.relations),
        violations=report.count(Severity.VIOLATION),
        warnings=report.count(Severity.WARNING),
        generated_by=f"budgetgraph {__version__}",
    )
    source = SourceFile(document.sha256, document.media_type, document.name, document.data)
    exports = tuple(export_all(report.graph, disclosure.ontology))
    return PublishedDocument(record, report.graph, as_json(report), (source,), exports)


def ontology_graphs() -> dict[str, bytes]:
    """Return the Turtle of the ontology and the shapes by the IRI of their graph."""
    return {
        f"{GRAPH}{folder}/{path.stem}": path.read_bytes()
        for folder in ("ontology", "shapes")
        for path in sorted(data_folder(folder).glob("*.ttl"))
    }


def as_dict(report: Report | Refusal) -> dict[str, Any]:
    """Return what became of a source as JSON values."""
    if isinstance(report, Refusal):
        return {"source": report.source, "refused": {"reason": report.reason, "message": report.message}}
    return as_json(report)
