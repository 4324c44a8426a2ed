"""Layouts against what was read of them: figures with their coordinates, kinds, units, violations."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from budgetgraph.concepts.lookup import DIMENSIONS
from budgetgraph.concepts.ontology import CONCEPT
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.figures import Figure
from budgetgraph.labels import normalise
from budgetgraph.report.examination import Report, examine
from layout_files import FOLDER, Key, Layout, read_layout_file
from layout_ledger import SCHEMES
from layout_pages import render
from layout_sheets import workbook

_NAMES = {DIMENSIONS[scheme]: key for key, scheme in SCHEMES.items()}
_NAMES |= {"project": "project", "fiscalYear": "fiscal_year", "budgetPhase": "phase"}
_SILENT = ("/current", "/unstated", "/both")
"""Funding years that follow from the document and not from the cell."""


@cache
def layout(name: str) -> Layout:
    """Return a layout by the name of its file."""
    return read_layout_file(FOLDER / f"{name}.tsv")


@cache
def understood(name: str) -> Disclosure:
    """Return what is read of a layout's PDF."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "disclosure.pdf"
        path.write_bytes(render(layout(name)))
        return read_disclosure(path)


@cache
def as_workbook(name: str) -> Disclosure:
    """Return what is read of a layout as a workbook."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "disclosure.xlsx"
        path.write_bytes(workbook(layout(name)))
        return read_disclosure(path)


def names() -> list[str]:
    """Return the names of all layouts."""
    return sorted(path.stem for path in FOLDER.glob("*.tsv") if path.stem != "ledger")


def wanted(layout: Layout) -> Counter[Key]:
    """Return the key of a layout: titles as they are compared."""
    return Counter((normalise(title), yuan, _spoken(values)) for title, yuan, values in layout.key)


def _spoken(values: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return what a cell says by itself; a balance brought forward is money carried over."""
    if ("operation", "operation-character/opening-balance") in values:
        values = (*values, ("year", "funding-year/carried-over"))
    return tuple(sorted((key, value) for key, value in values if key != "organization" and not value.endswith(_SILENT)))


def read_of(disclosure: Disclosure) -> Counter[Key]:
    """Return the figures of a disclosure in the form of a key."""
    titles = {reading.table.slug: normalise(reading.table.title) for reading in disclosure.readings}
    return Counter(
        (titles[figure.table], figure.amount or Decimal(0), _values(figure, disclosure))
        for figure in disclosure.figures
        if figure.number
    )


def _values(figure: Figure, disclosure: Disclosure) -> tuple[tuple[str, str], ...]:
    said = {_NAMES[name]: value.removeprefix(CONCEPT) for name, value in figure.coordinates.values if name in _NAMES}
    year = {"fiscal_year": str(disclosure.identity.year), "phase": disclosure.identity.phase}
    return tuple(sorted((k, v) for k, v in said.items() if year.get(k) != v and not v.endswith(_SILENT)))


@cache
def report(name: str) -> Report:
    """Return the report on a layout."""
    return examine(understood(name))


def originals() -> list[str]:
    """Return the names of the layouts that are not like another one."""
    return [name for name in names() if "like" not in layout(name).settings]


@cache
def altered(name: str) -> Report:
    """Return the report on a layout in whose largest figure one digit is another."""
    disclosure = understood(name)
    largest = max((figure for figure in disclosure.figures if figure.amount), key=lambda figure: figure.amount or 0)
    digit = next(place for place, char in enumerate(largest.printed) if normalise(char).isdigit())
    other = str((int(normalise(largest.printed[digit])) + 1) % 9 + 1)
    changed = largest.printed[:digit] + other + largest.printed[digit + 1 :]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "disclosure.pdf"
        path.write_bytes(render(_with(layout(name), largest.printed, changed)))
        return examine(read_disclosure(path))


def _with(layout: Layout, printed: str, changed: str) -> Layout:
    """Return a layout in which the first cell that prints a text prints another."""
    sheets = list(layout.sheets)
    for number, sheet in enumerate(sheets):
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                if cell.text.replace("\n", "") == printed:
                    new = (*cells[:column], replace(cell, text=changed), *cells[column + 1 :])
                    rows = (*sheet.rows[:row], new, *sheet.rows[row + 1 :])
                    sheets[number] = replace(sheet, rows=rows)
                    return replace(layout, sheets=tuple(sheets))
    raise AssertionError(f"{printed} is in no table of {layout.name}")
