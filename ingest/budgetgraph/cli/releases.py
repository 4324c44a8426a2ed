"""`serve`, `get`, `releases`, `settings`: what is done with releases, and the limits."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.table import Table as RichTable

from budgetgraph.cli.console import EXIT_UNUSABLE, checked_store, err, fail, out, store_option, upload_to
from budgetgraph.errors import BudgetgraphError
from budgetgraph.releases.release import Release, list_releases, prune, rollback


@click.command("serve")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="Server processes.")
@click.option(
    "--store",
    metavar="URL",
    envvar="BUDGETGRAPH_STORE_QUERY",
    callback=checked_store,
    help="SPARQL endpoint of a store that answers the queries: one that `publish --store` filled.",
)
def serve_command(directory: Path, host: str, port: int, workers: int, store: str | None) -> None:
    """Serve the current release under DIRECTORY."""
    from budgetsite import serve

    try:
        serve(directory, host, port, workers=workers, store=store)
    except BudgetgraphError as error:
        fail(error)


@click.command("get")
@click.argument("path")
@click.option("--from", "directory", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--accept", default="*/*", show_default=True)
def get_command(path: str, directory: Path, accept: str) -> None:
    """Answer one request for PATH without a server."""
    from budgetsite import answer

    try:
        status, _, body = answer(directory, path, accept)
    except BudgetgraphError as error:
        fail(error)
    sys.stdout.buffer.write(body)
    sys.stdout.flush()
    if status >= 400:
        err.print(f"HTTP {status}", style="red")
        sys.exit(EXIT_UNUSABLE)


@click.command("releases")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.argument("action", type=click.Choice(["list", "diff", "rollback", "prune", "upload"]), default="list")
@click.option("--to", type=int, help="Release to go back to (rollback); the one before, if left out.")
@click.option("--keep", type=int, default=3, show_default=True, help="How many releases to keep (prune).")
@click.option("--document", default="", help="Only disclosures whose id or title holds this (diff).")
@store_option
def releases_command(directory: Path, action: str, to: int | None, keep: int, document: str, store: str | None) -> None:
    """List what has been published under DIRECTORY, what corrected versions change, go back, or remove old releases.

    `upload` brings STORE up to the current release: after a rollback, or where `publish --store` was interrupted.
    """
    try:
        if action == "upload":
            if store is None:
                raise click.UsageError("upload needs --store URL 请给出 --store")
            upload_to(Release.open(directory), store)
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
        fail(error)


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


@click.command("settings")
def settings_command() -> None:
    """Show every limit, with its default and meaning."""
    from budgetgraph.settings import describe

    try:
        described = describe()
    except BudgetgraphError as error:
        fail(error)
    table = RichTable(box=None, pad_edge=False)
    for heading in ("setting 设置", "value 值", "default 默认", "meaning 含义"):
        table.add_column(heading, overflow="fold")
    for line in described:
        table.add_row(line.variable, str(line.value), str(line.default), f"{line.meaning.en} {line.meaning.zh}")
    out.print(table)
