"""What all commands share: where they print, how they fail, what options of several mean."""

from __future__ import annotations

import sys
from functools import partial
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from budgetgraph.errors import BudgetgraphError
from budgetgraph.releases.release import Release

WIDE = None if sys.stdout.isatty() else 160

out = Console(highlight=False, width=WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)

# exit statuses; 0 is success
EXIT_VIOLATION = 1
EXIT_UNUSABLE = 2
EXIT_SOME_REFUSED = 3
EXIT_NOT_STORED = 4


def fail(error: BudgetgraphError) -> NoReturn:
    """Print an error on one line and end with the status of what cannot be used."""
    err.print(str(error), style="red", markup=False)
    sys.exit(EXIT_UNUSABLE)


def base_of(value: str) -> str:
    """Return a base IRI with the slash that ends it."""
    return value if value.endswith("/") else value + "/"


def checked_store(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse an address that is none of the web."""
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter("it begins with http:// or https:// 须以此开头")
    return value


store_option = click.option(
    "--store",
    metavar="URL",
    envvar="BUDGETGRAPH_STORE",
    callback=checked_store,
    help="Graph Store URL of a SPARQL 1.1 store that gets the release too; it may hold user:password@.",
)


def progress_bar() -> Progress:
    """Return a bar that is shown on a terminal only, and on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, disable=not err.is_terminal, transient=True)


def upload_to(release: Release, store: str) -> None:
    """Bring a store up to a release; the release is served from here whatever the store says."""
    from budgetgraph.releases.graphstore import GraphStore
    from budgetgraph.releases.upload import upload

    try:
        with GraphStore(store) as target, progress_bar() as progress:
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
