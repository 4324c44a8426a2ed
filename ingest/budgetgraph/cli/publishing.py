"""`publish`: sources become a new release."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from rich.table import Table as RichTable

from budgetgraph.cli.console import (
    EXIT_SOME_REFUSED,
    EXIT_UNUSABLE,
    base_of,
    err,
    fail,
    out,
    progress_bar,
    store_option,
    upload_to,
)
from budgetgraph.errors import BudgetgraphError
from budgetgraph.releases.release import PublishedDocument, publish
from budgetgraph.terms import DEFAULT_BASE


@click.command("publish")
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
@store_option
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
        with progress_bar() as progress:
            task = progress.add_task("reading 读取", total=len(paths))
            read = partial(progress.advance, task)
            for files, result in in_groups(
                paths, prepare_task, base_of(base_iri), jobs, metadata=given, done=read, dask=dask
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
        release = publish(ready, into, base_iri=base_of(base_iri), ontology=ontology_graphs())
    except BudgetgraphError as error:
        fail(error)
    out.print(_closing_table(sorted(rows)))
    out.print(f"release {release.number} 版本: {into / 'current'}", markup=False)
    if store:
        upload_to(release, store)
    sys.exit(EXIT_SOME_REFUSED if refusals else 0)


def _in_order_of_issue(document: PublishedDocument) -> tuple[str, str, str]:
    """Of several versions the one counts that is said to be issued, or was retrieved, last."""
    dates = [source.origin.get("issued") or source.origin.get("retrieved") or "" for source in document.sources]
    return document.record.iri, max(dates), document.record.id


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
