"""The annexes of the sample disclosure, read from sample-2019/, and the answer key of their figures.

Each annex is a file of tab-separated cells, opened by a few settings (`title:`, `widths:` …).
In a cell, `<` continues the cell on its left and `^` the one above it, `>` indents the text, `\\n` breaks
the line, and braces say what a label means: `工资福利支出{dept_economic=301}`
(`{project}`: the label itself is the value).
A figure means what is said by its table (`meaning:`), by the heads above it and by the labels on its left.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path

SOURCE = Path(__file__).parent / "sample-2019"
YUAN = Decimal(10_000)
"""What one 万元, the unit of every annex, is in yuan."""
DIMENSIONS = (
    *("operation", "aspect", "fund", "fund_level", "nature"),
    *("functional", "dept_economic", "item", "project"),
)
ROLES = ("leaf", "subtotal", "total")
NUMBER = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as written in an annex file; *merge* is `<` or `^` where it only continues another."""

    text: str = ""
    merge: str = ""
    indent: int = 0
    meaning: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled grid: its settings, and as many cells in every row."""

    settings: Mapping[str, str]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def header(self) -> int:
        """The number of header rows."""
        return int(self.settings["header"])

    def columns(self, setting: str) -> frozenset[int]:
        """Return the columns (from 0) that a setting such as `figures: 2 4-6` names (from 1)."""
        named: set[int] = set()
        for part in self.settings.get(setting, "").split():
            first, _, last = part.partition("-")
            named.update(range(int(first) - 1, int(last or first)))
        return frozenset(named)


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its number, and its grids, which stand one upon the other."""

    number: int
    grids: tuple[Grid, ...]


def read_annexes() -> tuple[Annex, ...]:
    """Read the annex files, in the order of their numbers."""
    paths = sorted(SOURCE.glob("annex-*.tsv"))
    return tuple(
        Annex(number, tuple(_grid(part) for part in path.read_text(encoding="utf-8").split("\n---\n")))
        for number, path in enumerate(paths, start=1)
    )


def _grid(source: str) -> Grid:
    head, _, body = source.partition("\n\n")
    settings = dict(line.split(": ", 1) for line in head.splitlines())
    rows = [[read_cell(text) for text in line.split("\t")] for line in body.splitlines()]
    width = max(len(row) for row in rows)
    return Grid(settings, tuple((*row, *[Cell()] * (width - len(row))) for row in rows))


def read_cell(source: str) -> Cell:
    if source in ("<", "^"):
        return Cell(merge=source)
    label, _, meaning = source.partition("{")
    text = label.lstrip(">").replace("\\n", "\n")
    return Cell(text, indent=len(label) - len(label.lstrip(">")), meaning=meaning_of(meaning.rstrip("}"), text))


def meaning_of(source: str, label: str = "") -> tuple[tuple[str, str], ...]:
    parts = (part.partition("=") for part in source.split(", ") if part)
    return tuple((name, value or label) for name, _, value in parts)


def answer_key() -> str:
    """Return expected-figures.csv: every figure of the sample, with its coordinates and its worth in yuan."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("annex", "printed", "yuan", *DIMENSIONS, "role"))
    for annex in read_annexes():
        for grid in annex.grids:
            writer.writerows((annex.number, *figure) for figure in _figures(grid))
    return table.getvalue()


def _figures(grid: Grid) -> Iterator[tuple[str, ...]]:
    figures = grid.columns("figures")
    for row in grid.rows[grid.header :]:
        for column in sorted(figures):
            if NUMBER.fullmatch(row[column].text):
                labels = [*_heads(grid, column), *_stubs(row, column, figures)]
                meaning = dict(meaning_of(grid.settings.get("meaning", "")))
                meaning.update(pair for label in labels for pair in label.meaning)
                roles = [value for label in labels for name, value in label.meaning if name == "role"]
                printed = row[column].text
                yield (
                    printed,
                    f"{Decimal(printed) * YUAN:.2f}",
                    *(meaning.get(dimension, "all") for dimension in DIMENSIONS),
                    max(roles, key=ROLES.index, default="leaf"),
                )


def _heads(grid: Grid, column: int) -> Iterator[Cell]:
    for row in range(grid.header):
        place = column
        while grid.rows[row][place].merge == "<":
            place -= 1
        yield grid.rows[row][place]


def _stubs(row: Sequence[Cell], column: int, figures: frozenset[int]) -> Iterator[Cell]:
    """Yield the labels to the left of a figure, up to the next block of figures."""
    while column in figures:
        column -= 1
    while column >= 0 and column not in figures:
        yield row[column]
        column -= 1
