"""`check`, `inspect`, `evaluate`: what is read of documents, without publishing it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from budgetgraph.cli.console import EXIT_UNUSABLE, EXIT_VIOLATION, base_of, err, fail, out, progress_bar
from budgetgraph.errors import BudgetgraphError
from budgetgraph.terms import DEFAULT_BASE


@click.command("check")
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
        found = dict(in_groups(sources(source), examine_task, base_of(base_iri), jobs))
    except BudgetgraphError as error:
        fail(error)
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


@click.command("inspect")
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
        fail(error)
    if form == "png":
        target = output or Path(f"{file.stem}-p{page or 1}.png")
        target.write_bytes(shown)
        click.echo(str(target))
    else:
        click.echo(shown.decode())


@click.command("evaluate")
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
        fail(error)
    with progress_bar() as progress:
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
