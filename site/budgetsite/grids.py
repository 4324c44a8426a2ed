"""A table as it is printed: rows and columns with their heads, figures linked to their observations, blanks shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from budgetsite.graphs import BG, PROV, QB, RDF, RDFS, Graph
from budgetsite.library import Library
from budgetsite.sums import outcomes

_PLACE = re.compile(r"/page/(\d+)/cell/(\d+)-(\d+)-(\d+)$")

Row = tuple[int, int, int]
Column = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands at one crossing; `kind` is figure, blank or text, `outcome` the worst of a figure's relations."""

    row: Row
    column: Column
    row_label: str
    text: str
    iri: str
    kind: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of the header: its text and how far it spans."""

    text: str
    columns: int
    rows: int
    stub: bool = False


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """The header's lines and the body's lines; in the body a text is a row label, None an empty place."""

    head: list[list[Head]]
    body: list[list[Printed | str | None]]


def printed_table(library: Library, graph: Graph, table: str) -> PrintedTable:
    """Lay a table out from the places of its cells."""
    found = list(_cells(library, graph, table))
    columns = sorted({cell.column for cell in found}, key=lambda column: _first(found, column))
    rows = sorted({cell.row for cell in found})
    by_place = {(cell.row, cell.column): cell for cell in found}
    blocks = list(_blocks(columns, rows, by_place))
    return PrintedTable(_head(blocks), [list(_line(row, blocks, by_place)) for row in rows])


def _first(cells: Iterable[Printed], column: Column) -> tuple[int, int]:
    """Order columns by place; those of a table that goes on sideways come after those of its first page."""
    return min((cell.row[0], column[0]) for cell in cells if cell.column == column)


def _cells(library: Library, graph: Graph, table: str) -> Iterator[Printed]:
    for observation in graph.having(QB + "dataSet", table):
        yield from _figure(graph, observation, outcomes(graph, observation))
    for item in graph.having(BG + "inTable", table):
        types = graph.types(item)
        if BG + "SourceCell" in types:
            yield from _placed(graph, item, item, "blank", graph.value(item, BG + "printedText") or "")
        elif BG + "UnscaledFigure" in types:
            yield from _figure(graph, item, set())
        elif BG + "PerformanceTarget" in types:
            yield from _texts(library, graph, item)


def _figure(graph: Graph, iri: str, found: set[str]) -> Iterator[Printed]:
    worst = next((kind for kind in ("violated", "rounding", "exact") if kind in found), None)
    text = graph.value(iri, BG + "printedText") or ""
    for cell in graph.texts(iri, PROV + "wasDerivedFrom"):
        yield from _placed(graph, iri, cell, "figure", text, outcome=worst)


def _placed(
    graph: Graph, iri: str, cell: str, kind: str, text: str, *, outcome: str | None = None
) -> Iterator[Printed]:
    place = _PLACE.search(cell)
    if place is None:
        return
    page, grid, row, column = map(int, place.groups())
    label = graph.value(iri, BG + "columnLabel") or ""
    row_label = graph.value(iri, BG + "rowLabel") or ""
    yield Printed((page, grid, row), (column, label), row_label, text, iri, kind, outcome)


def _texts(library: Library, graph: Graph, target: str) -> Iterator[Printed]:
    project = graph.value(target, BG + "project")
    row_label = (graph.value(project, RDFS + "label") if project else None) or "—"
    for content in graph.texts(target, BG + "content"):
        head = graph.value(content, BG + "printedUnder") or graph.value(content, BG + "contentKind") or ""
        for cell in graph.texts(content, PROV + "wasDerivedFrom"):
            if place := _PLACE.search(cell):
                page, grid, row, column = map(int, place.groups())
                text = graph.value(content, RDF + "value") or ""
                yield Printed((page, grid, row), (column, library.name(head).zh), row_label, text, target, "text")


def _blocks(columns: list[Column], rows: list[Row], cells: dict[tuple[Row, Column], Printed]) -> Iterator[list[Column]]:
    """Split the columns where the row labels change: blocks that are printed side by side have each their own."""
    block = columns[:1]
    for left, right in pairwise(columns):
        if _same_rows(left, right, rows, cells):
            block.append(right)
            continue
        yield block
        block = [right]
    if block:
        yield block


def _same_rows(left: Column, right: Column, rows: list[Row], cells: dict[tuple[Row, Column], Printed]) -> bool:
    pairs = [(cells.get((row, left)), cells.get((row, right))) for row in rows]
    return all(one.row_label == other.row_label for one, other in pairs if one and other)


def _line(
    row: Row, blocks: list[list[Column]], cells: dict[tuple[Row, Column], Printed]
) -> Iterator[Printed | str | None]:
    for block in blocks:
        here = [cells.get((row, column)) for column in block]
        yield next((cell.row_label for cell in here if cell), "")
        yield from here


def _head(blocks: list[list[Column]]) -> list[list[Head]]:
    """Turn the paths of the columns into lines of header cells; equal neighbours span."""
    paths = [[(_steps(label), index) for index, (_, label) in enumerate(block)] for block in blocks]
    depth = max((len(steps) for block in paths for steps, _ in block), default=1)
    lines: list[list[Head]] = [[] for _ in range(depth)]
    for block in paths:
        lines[0].append(Head("", 1, depth, stub=True))
        for level in range(depth):
            for _, group in groupby(
                block, key=lambda item: (item[0][: level + 1], item[1] * (level >= len(item[0]) - 1))
            ):
                members = list(group)
                steps = members[0][0]
                if level < len(steps):
                    last = level == len(steps) - 1
                    lines[level].append(Head(steps[level], len(members), depth - level if last else 1))
    return lines


def _spans(block: list[tuple[tuple[str, ...], int]], level: int, depth: int) -> Iterator[Head]:
    """Yield the header cells of a block at a level; a leaf spans the lines below it, equal groups span columns."""

    def group_of(item: tuple[tuple[str, ...], int]) -> tuple[tuple[str, ...], int]:
        steps, index = item
        return steps[: level + 1], index if level >= len(steps) - 1 else 0

    for _, members in groupby(block, key=group_of):
        found = list(members)
        steps = found[0][0]
        if level < len(steps):
            yield Head(steps[level], len(found), depth - level if level == len(steps) - 1 else 1)


def _steps(label: str) -> tuple[str, ...]:
    return tuple(step.strip() for step in label.split("›")) or ("",)
