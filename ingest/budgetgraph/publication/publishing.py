"""Publication: sources become reports, and reports become what a release holds."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from budgetgraph import __version__
from budgetgraph.checks.findings import Severity
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.document import Document
from budgetgraph.errors import BudgetgraphError, MetadataError, UnusableSource
from budgetgraph.exports import export_all
from budgetgraph.identity.assembly import Sketch, assemble
from budgetgraph.metadata import Metadata, origin_of
from budgetgraph.publication.farm import Farm
from budgetgraph.publication.workers import Workers
from budgetgraph.readers import CONVERTIBLE, SUFFIXES, read
from budgetgraph.releases.release import DocumentRecord, PublishedDocument, SourceFile
from budgetgraph.report import inspection
from budgetgraph.report.examination import Report, as_json, examine
from budgetgraph.resources import data_folder
from budgetgraph.settings import Settings, settings
from budgetgraph.terms import Names

NOTHING_GIVEN = Metadata()
GRAPH = "https://w3id.org/budgetgraph/graph/"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that was refused, with the reason in one line."""

    source: str
    reason: str
    message: str


def sources(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read: those named, and those that folders hold, in order.

    Files of formats that are not read (.xls, OFD …) are among them, so that they are refused and not passed over.
    Raises UnusableSource for a folder without documents; missing files are refused when they are read.
    """
    found: list[Path] = []
    known = {*SUFFIXES, *CONVERTIBLE}
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in known and file.is_file())
        if not inside:
            raise UnusableSource(
                what="no document in this folder 文件夹中没有可读的文件",
                where=str(path),
                remedy=f"it should hold {', '.join(SUFFIXES)} files 应含上述格式的文件",
                reason="empty-folder",
            )
        found.extend(inside)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Task:
    """Sources that make one disclosure, the base IRI under which it is named, limits, and given metadata."""

    paths: tuple[Path, ...]
    base: str
    limits: Settings
    metadata: Metadata = NOTHING_GIVEN

    @property
    def where(self) -> str:
        """The names of the sources."""
        return " + ".join(map(str, self.paths))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A disclosure ready to be published, and what tells which others it belongs to."""

    document: PublishedDocument
    sketch: Sketch
    seconds: float


def examine_source(path: Path, base: str) -> Report | Refusal:
    """Read and validate one source; a refusal is a value, so that the rest of a batch goes on."""
    try:
        return examine_task(Task((path,), base, settings()))
    except UnusableSource as refused:
        return Refusal(str(path), refused.reason, str(refused))


def examine_task(task: Task) -> Report:
    """Read and validate the sources of one disclosure."""
    documents = [_described(path, task) for path in task.paths]
    return examine(read_disclosure(documents), task.base)


def _described(path: Path, task: Task) -> Document:
    """Read a source, with what its sidecar and the given metadata say of where it comes from."""
    try:
        origin = origin_of(path, task.metadata)
    except MetadataError as error:
        raise UnusableSource(what=error.what, where=error.where, remedy=error.remedy, reason="metadata") from error
    return replace(read(path, task.limits), origin=origin)


def prepare_task(task: Task) -> Prepared:
    """Read and validate the sources of one disclosure for publication."""
    started = time.perf_counter()
    report = examine_task(task)
    document = published(report, task.base)
    return Prepared(document, report.disclosure.sketch, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A wish to see what was understood of a file: in a form (text, json, png), of a page or of all."""

    path: Path
    form: str
    page: int | None
    limits: Settings


def inspect_task(wish: Inspection) -> bytes:
    """Return what was understood of a file."""
    disclosure = read_disclosure(wish.path, limits=wish.limits)
    if wish.form == "png":
        return inspection.as_png(disclosure, wish.page or 1)
    if wish.form == "json":
        return json.dumps(inspection.as_json(disclosure, wish.page), ensure_ascii=False, indent=2).encode()
    return inspection.as_text(disclosure, wish.page).encode()


Result = TypeVar("Result", Prepared, Report)


def in_groups(
    paths: Iterable[Path],
    work: Callable[[Task], Result],
    base: str,
    jobs: int,
    *,
    metadata: Metadata = NOTHING_GIVEN,
    done: Callable[[], object] = bool,
    dask: str | None = None,
) -> Iterator[tuple[tuple[Path, ...], Result | Refusal]]:
    """Yield what becomes of each source, or of the several sources of one disclosure, worked at in *jobs* processes.

    With *dask*, the address of a scheduler, they are worked at by its workers instead.
    What belongs together is told by what was read, so that the sources of several files are read twice.
    *done* is called for each source that has been read.
    """
    alone: dict[str, tuple[Task, Result]] = {}
    limits = settings()
    tasks = [Task((path,), base, limits, metadata) for path in paths]
    for task, result in _run(work, tasks, jobs, dask):
        done()
        if isinstance(result, Refusal):
            yield task.paths, result
        elif sketch_of(result).key in alone:
            yield task.paths, _again(task, alone[sketch_of(result).key][0])
        else:
            alone[sketch_of(result).key] = task, result
    together: list[Task] = []
    for group in assemble(sketch_of(result) for _, result in alone.values()):
        members = [alone[sketch.key] for sketch in group]
        if len(members) == 1:
            yield members[0][0].paths, members[0][1]
        else:
            together.append(Task(tuple(path for task, _ in members for path in task.paths), base, limits, metadata))
    for task, result in _run(work, together, jobs, dask):
        yield task.paths, result


def sketch_of(result: Prepared | Report) -> Sketch:
    """Return what tells which other sources belong to a disclosure."""
    return result.sketch if isinstance(result, Prepared) else result.disclosure.sketch


def _run(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, dask: str | None
) -> Iterator[tuple[Task, Result | Refusal]]:
    if not tasks:
        return
    limits, where = tasks[0].limits, attrgetter("where")
    workers: Workers[Task, Result] | Farm[Task, Result] = (
        Farm(work, limits, dask, where) if dask else Workers(work, limits, max(jobs, 1), where)
    )
    for task, result in workers.run(tasks):
        if isinstance(result, UnusableSource):
            yield task, Refusal(task.where, result.reason, str(result))
        elif isinstance(result, BudgetgraphError):
            raise result
        else:
            yield task, result


def _again(task: Task, other: Task) -> Refusal:
    message = f"{task.where}: the same file as 与此文件相同: {other.where}"
    return Refusal(task.where, "duplicate", message)


def published(report: Report, base: str) -> PublishedDocument:
    """Return a report as what a release holds of a document."""
    disclosure = report.disclosure
    identity = disclosure.identity
    names = Names(base, identity)
    record = DocumentRecord(
        id=f"{identity.path.replace('/', '-')}-{_mark(disclosure)}",
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
    sources = tuple(_source(each) for each in disclosure.documents)
    exports = tuple(export_all(report.graph, disclosure.ontology))
    return PublishedDocument(record, report.graph, as_json(report), sources, exports)


def _source(document: Document) -> SourceFile:
    return SourceFile(document.sha256, document.media_type, document.name, document.data, document.origin.as_json())


def _mark(disclosure: Disclosure) -> str:
    """Return what tells this version of a disclosure from others: the beginning of the SHA-256 of its sources."""
    digests = sorted(document.sha256 for document in disclosure.documents)
    whole = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return whole[:12]


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
