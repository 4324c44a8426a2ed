"""The command line."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as RichTable

from budgetgraph import __version__
from budgetgraph.errors import BudgetgraphError
from budgetgraph.releases.release import PublishedDocument, Release, list_releases, prune, publish, rollback
from budgetgraph.terms import DEFAULT_BASE

WIDE = None if sys.stdout.isatty() else 160

out = Console(highlight=False, width=WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)

EXIT_VIOLATION = 1
EXIT_UNUSABLE = 2
EXIT_SOME_REFUSED = 3
EXIT_NOT_STORED = 4


def _fail(error: BudgetgraphError) -> NoReturn:
    err.print(str(error), style="red", markup=False)
    sys.exit(EXIT_UNUSABLE)


def _base(value: str) -> str:
    return value if value.endswith("/") else value + "/"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="budgetgraph")
def main() -> None:
    """Read Chinese budget disclosures and publish them as linked open data. 把部门预算公开文件发布为关联开放数据。"""


def _checked_store(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter("it begins with http:// or https:// 须以此开头")
    return value


_store_option = click.option(
    "--store",
    metavar="URL",
    envvar="BUDGETGRAPH_STORE",
    callback=_checked_store,
    help="Graph Store URL of a SPARQL 1.1 store that gets the release too; it may hold user:password@.",
)


@main.command("publish")
@click.argument("source", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the releases.")
@click.option("--base-iri", default=DEFAULT_BASE, show_default=True, help="IRI under which the data is named.")
@click.option(
    "--metadata",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON file that says where SOURCE comes from; so does FILE.json beside a FILE.",
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes that read documents.")
@click.option("--dask", metavar="ADDRESS", help="Read on the workers of this Dask scheduler, e.g. tcp://host:8786.")
@_store_option
def publish_command(
    source: Sequence[Path],
    into: Path,
    base_iri: str,
    metadata: Path | None,
    jobs: int,
    dask: str | None,
    store: str | None,
) -> None:
    """Read SOURCE (files and folders), validate, and add them to a new release under DIR.

    Exit status: 0; 3 if some sources were refused; 4 if STORE did not take the release, which is published here;
    2 if nothing could be published.
    """
    from budgetgraph.metadata import load_metadata
    from budgetgraph.publication.publishing import (
        NOTHING_GIVEN,
        Refusal,
        in_groups,
        ontology_graphs,
        prepare_task,
        sources,
    )

    refusals: list[Refusal] = []
    ready: list[PublishedDocument] = []
    rows: list[tuple[str, ...]] = []
    try:
        given = load_metadata(metadata) if metadata else NOTHING_GIVEN
        paths = sources(source)
        with _progress() as progress:
            task = progress.add_task("reading 读取", total=len(paths))
            read = partial(progress.advance, task)
            for files, result in in_groups(
                paths, prepare_task, _base(base_iri), jobs, metadata=given, done=read, dask=dask
            ):
                if isinstance(result, Refusal):
                    refusals.append(result)
                else:
                    ready.append(result.document)
                    rows.append(_row(files, result.document, result.seconds))
        for refusal in refusals:
            err.print(f"refused 拒绝: {refusal.message}", style="red", markup=False)
        if not ready:
            sys.exit(EXIT_UNUSABLE)
        ready.sort(key=_in_order_of_issue)
        release = publish(ready, into, base_iri=_base(base_iri), ontology=ontology_graphs())
    except BudgetgraphError as error:
        _fail(error)
    out.print(_closing_table(sorted(rows)))
    out.print(f"release {release.number} 版本: {into / 'current'}", markup=False)
    if store:
        _upload(release, store)
    sys.exit(EXIT_SOME_REFUSED if refusals else 0)


def _upload(release: Release, store: str) -> None:
    """Bring a store up to a release; the release is served from here whatever the store says."""
    from budgetgraph.releases.graphstore import GraphStore
    from budgetgraph.releases.upload import upload

    try:
        with GraphStore(store) as target, _progress() as progress:
            task = progress.add_task(
                "uploading 上传", total=len(release.documents) + len(release.manifest["ontology"]["graphs"])
            )
            done = upload(release, target, done=partial(progress.advance, task))
    except BudgetgraphError as error:
        err.print(str(error), style="red", markup=False)
        sys.exit(EXIT_NOT_STORED)
    out.print(
        f"store 存储: {done.sent} graphs sent 上传, {done.kept} kept 保留, {done.removed} removed 删除", markup=False
    )


def _in_order_of_issue(document: PublishedDocument) -> tuple[str, str, str]:
    """Of several versions the one counts that is said to be issued, or was retrieved, last."""
    dates = [source.origin.get("issued") or source.origin.get("retrieved") or "" for source in document.sources]
    return document.record.iri, max(dates), document.record.id


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, disable=not err.is_terminal, transient=True)


def _row(files: Sequence[Path], document: PublishedDocument, seconds: float) -> tuple[str, ...]:
    record = document.record
    counts = (record.tables, record.figures, record.relations, record.violations, record.warnings)
    return (" + ".join(path.name for path in files), record.title, *map(str, counts), f"{seconds:.1f}")


def _closing_table(rows: Sequence[tuple[str, ...]]) -> RichTable:
    table = RichTable(box=None, pad_edge=False)
    table.add_column("document 文件", overflow="fold")
    table.add_column("disclosure 公开", overflow="fold")
    for heading in (
        "tables 表",
        "figures 数",
        "relations 关系",
        "violations 违反",
        "warnings 提示",
        "seconds 秒",
    ):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


@main.command("check")
@click.argument("source", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "turtle"]),
    default="text",
    show_default=True,
)
@click.option("--base-iri", default=DEFAULT_BASE, show_default=True)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes that read documents.")
def check_command(source: Sequence[Path], form: str, base_iri: str, jobs: int) -> None:
    """Read and validate SOURCE, publish nothing.

    Exit status: 2 if any source is unusable, else 1 if there is a violation, else 0.
    """
    from budgetgraph.checks.findings import Severity
    from budgetgraph.publication.publishing import Refusal, as_dict, examine_task, in_groups, sources
    from budgetgraph.report.rendering import as_html, as_text, as_turtle

    try:
        found = dict(in_groups(sources(source), examine_task, _base(base_iri), jobs))
    except BudgetgraphError as error:
        _fail(error)
    reports = [found[files] for files in sorted(found)]
    refusals = [report for report in reports if isinstance(report, Refusal)]
    usable = [report for report in reports if not isinstance(report, Refusal)]
    if form == "json":
        click.echo(json.dumps({"documents": [as_dict(report) for report in reports]}, ensure_ascii=False, indent=2))
    elif form == "html":
        click.echo(as_html(usable))
    else:
        for report in usable:
            click.echo(as_text(report) if form == "text" else as_turtle(report))
    for refusal in refusals:
        err.print(f"refused 拒绝: {refusal.message}", style="red", markup=False)
    if refusals:
        sys.exit(EXIT_UNUSABLE)
    sys.exit(EXIT_VIOLATION if any(report.count(Severity.VIOLATION) for report in usable) else 0)


@main.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--page", type=int, help="Only this page.")
@click.option("--format", "form", type=click.Choice(["text", "json", "png"]), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the picture goes (png).")
def inspect_command(file: Path, page: int | None, form: str, output: Path | None) -> None:
    """Show what was understood of FILE: grids, headers, coordinates, relations, labels that no concept has."""
    from budgetgraph.publication.publishing import Inspection, inspect_task
    from budgetgraph.publication.workers import run_one
    from budgetgraph.settings import settings

    try:
        limits = settings()
        shown = run_one(inspect_task, Inspection(file, form, page, limits), limits)
    except BudgetgraphError as error:
        _fail(error)
    if form == "png":
        target = output or Path(f"{file.stem}-p{page or 1}.png")
        target.write_bytes(shown)
        click.echo(str(target))
    else:
        click.echo(shown.decode())


@main.command("evaluate")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--json", "json_file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the measures go."
)
@click.option(
    "--html", "html_file", type=click.Path(dir_okay=False, path_type=Path), help="Where a page with every miss goes."
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes that read documents.")
@click.option(
    "--mutations", default=0, show_default=True, help="How many cells to change, one at a time, and look for."
)
@click.option("--seed", default=1, show_default=True, help="Which cells are changed, and how.")
def evaluate_command(
    folder: Path, *, json_file: Path, html_file: Path | None, jobs: int, mutations: int, seed: int
) -> None:
    """Measure how much of the documents in FOLDER was understood, against what pdfplumber sees of them by itself.

    With --mutations, also change the text of that many money cells, and measure how many changes are noticed.
    """
    from budgetgraph.evaluation import as_dict, as_html, evaluate_all
    from budgetgraph.evaluation.trials import mutate_all, mutation_dict
    from budgetgraph.publication.publishing import sources

    try:
        paths = sources([folder])
    except BudgetgraphError as error:
        _fail(error)
    with _progress() as progress:
        task = progress.add_task("measuring 评测", total=len(paths))
        measured = []
        for measures in evaluate_all(paths, folder, jobs):
            progress.advance(task)
            measured.append(measures)
    measured.sort(key=lambda measures: measures.source)
    found = as_dict(measured)
    if mutations:
        tried = mutation_dict(mutate_all(paths, folder, trials=mutations, seed=seed, jobs=jobs))
        found["mutation"] = tried
        found["summary"]["mutation"] = tried["summary"]
    json_file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if html_file:
        html_file.write_text(as_html(measured, found.get("mutation")), encoding="utf-8")
    out.print_json(json.dumps(found["summary"], ensure_ascii=False))


@main.command("serve")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="Server processes.")
@click.option(
    "--store",
    metavar="URL",
    envvar="BUDGETGRAPH_STORE_QUERY",
    callback=_checked_store,
    help="SPARQL endpoint of a store that answers the queries: one that `publish --store` filled.",
)
def serve_command(directory: Path, host: str, port: int, workers: int, store: str | None) -> None:
    """Serve the current release under DIRECTORY."""
    from budgetsite import serve

    try:
        serve(directory, host, port, workers=workers, store=store)
    except BudgetgraphError as error:
        _fail(error)


@main.command("get")
@click.argument("path")
@click.option("--from", "directory", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--accept", default="*/*", show_default=True)
def get_command(path: str, directory: Path, accept: str) -> None:
    """Answer one request for PATH without a server."""
    from budgetsite import answer

    try:
        status, _, body = answer(directory, path, accept)
    except BudgetgraphError as error:
        _fail(error)
    sys.stdout.buffer.write(body)
    sys.stdout.flush()
    if status >= 400:
        err.print(f"HTTP {status}", style="red")
        sys.exit(EXIT_UNUSABLE)


@main.command("releases")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.argument("action", type=click.Choice(["list", "diff", "rollback", "prune", "upload"]), default="list")
@click.option("--to", type=int, help="Release to go back to (rollback); the one before, if left out.")
@click.option("--keep", type=int, default=3, show_default=True, help="How many releases to keep (prune).")
@click.option("--document", default="", help="Only disclosures whose id or title holds this (diff).")
@_store_option
def releases_command(directory: Path, action: str, to: int | None, keep: int, document: str, store: str | None) -> None:
    """List what has been published under DIRECTORY, what corrected versions change, go back, or remove old releases.

    `upload` brings STORE up to the current release: after a rollback, or where `publish --store` was interrupted.
    """
    try:
        if action == "upload":
            if store is None:
                raise click.UsageError("upload needs --store URL 请给出 --store")
            _upload(Release.open(directory), store)
            return
        if action == "diff":
            _print_changes(Release.open(directory), document)
            return
        if action == "rollback":
            rollback(directory, to)
        elif action == "prune":
            prune(directory, keep)
        for release in list_releases(directory):
            _print_release(release)
    except BudgetgraphError as error:
        _fail(error)


def _print_changes(release: Release, wanted: str) -> None:
    replacing = [
        record for record in release.documents if record.replaces and (wanted in record.id or wanted in record.title)
    ]
    if not replacing:
        out.print("no disclosure replaces an earlier version 没有更正过的公开", markup=False)
    for record in replacing:
        found = release.changes(record.id)
        counts = Counter(change["kind"] for change in found)
        out.print(f"{record.title}: {record.id} replaces 替代 {record.replaces}", markup=False)
        out.print(
            f"{counts['changed']} changed 改变, {counts['added']} added 新增, {counts['removed']} removed 删除",
            markup=False,
        )
        table = RichTable(box=None, pad_edge=False)
        for heading in ("change 变更", "table 表", "row 行", "column 列"):
            table.add_column(heading, overflow="fold")
        for heading in ("before, yuan 原数（元）", "after, yuan 新数（元）"):
            table.add_column(heading, justify="right")
        for change in found:
            amounts = (change["amount_before"] or "", change["amount_after"] or "")
            table.add_row(change["kind"], change["table"], change["row"], change["column"], *amounts)
        out.print(table)


def _print_release(release: Any) -> None:
    documents = len(release.documents)
    out.print(f"{release.number}  {release.manifest['created']}  {documents} documents 份", markup=False)


@main.command("settings")
def settings_command() -> None:
    """Show every limit, with its default and meaning."""
    from budgetgraph.settings import describe

    try:
        described = describe()
    except BudgetgraphError as error:
        _fail(error)
    table = RichTable(box=None, pad_edge=False)
    for heading in ("setting 设置", "value 值", "default 默认", "meaning 含义"):
        table.add_column(heading, overflow="fold")
    for line in described:
        table.add_row(line.variable, str(line.value), str(line.default), f"{line.meaning.en} {line.meaning.zh}")
    out.print(table)
