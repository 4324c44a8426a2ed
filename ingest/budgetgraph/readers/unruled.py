"""Cells of tables without vertical rules, from where their texts stand; and rows that no rule parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from budgetgraph.readers.glyphs import Glyph
from budgetgraph.readers.heads import Label, joined, labels_of, with_blank_columns
from budgetgraph.readers.whitespace import Line, Region, columns, lines_of, regions, rows, sides

Bounds = tuple[float, float, float, float]
Rule = tuple[float, float, float]
"""A horizontal rule: its left and right end, and its height."""

FEWEST = 2
"""A table has at least so many columns."""


def with_unruled(
    bands: Sequence[list[Bounds]], glyphs: Sequence[Glyph], rules: Sequence[Rule]
) -> Iterator[list[Bounds]]:
    """Yield the cells of each table: ruled ones as given, and those that some characters outside of them make.

    A table may be ruled in its heads only: what is set below belongs to the same columns.
    """
    below: dict[int, list[Bounds]] = {}
    for region in regions(lines_of(glyphs)):
        place = next((place for place, band in enumerate(bands) if _is_ruled_head(band, region)), None)
        if place is not None:
            across = sorted({cell[0] for cell in bands[place]} | {cell[2] for cell in bands[place]})
            below[place] = [*_body_cells(region, across, _from(bands[place], rows(region, ())))]
            continue
        yield from _cells(region, rules)
    for place, band in enumerate(bands):
        yield [*band, *below.get(place, ())]


def _is_ruled_head(band: Sequence[Bounds], region: Region) -> bool:
    """Say whether a ruled grid ends right above a body without heads of its own, as wide as it is."""
    gap = region.body[0].top - max(cell[3] for cell in band)
    left, right = min(cell[0] for cell in band), max(cell[2] for cell in band)
    within = all(left <= run.centre <= right for line in region.body for run in line.runs)
    return not region.heads and -1 <= gap <= 2 * region.body[0].size and within


def _from(band: Sequence[Bounds], down: Sequence[float]) -> list[float]:
    return [max(cell[3] for cell in band), *down[1:]]


def _cells(region: Region, rules: Sequence[Rule]) -> Iterator[list[Bounds]]:
    printed = columns(region)
    if len(printed) < FEWEST:
        return
    near = [rule for rule in rules if rule[0] < printed[-1][1] and rule[1] > printed[0][0]]
    labels = joined([run for line in region.heads for run in line.runs], near)
    spans, centres = with_blank_columns(printed, labels)
    across = sides(spans, centres, region)
    labels, head = labels_of(labels, region, across)
    down = rows(region, sorted({y for _, _, y in near}))
    heads = _head_cells(labels, head, across) if region.heads else []
    yield [*heads, *_body_cells(region, across, down)]


def _head_cells(labels: Sequence[Label], edges: Sequence[float], across: Sequence[float]) -> list[Bounds]:
    taken: set[tuple[int, int]] = set()
    cells: list[Bounds] = []
    for label in labels:
        bottom = label.row + label.rows
        places = {(row, column) for row in range(label.row, bottom) for column in range(label.first, label.last + 1)}
        if places & taken:
            continue
        taken |= places
        cells.append((across[label.first], edges[label.row], across[label.last + 1], edges[bottom]))
    for row in range(len(edges) - 1):
        for column in range(len(across) - 1):
            if (row, column) not in taken:
                cells.append((across[column], edges[row], across[column + 1], edges[row + 1]))
    return cells


def _body_cells(region: Region, across: Sequence[float], down: Sequence[float]) -> Iterator[Bounds]:
    """Yield the cells of the body; what is printed over the side of a column spans the columns on both sides."""
    for top, bottom in pairwise(down):
        runs = [run for line in region.body for run in line.runs if top <= run.middle < bottom]
        open_sides = {x for x in across[1:-1] for run in runs if run.x0 < x - 1 and run.x1 > x + 1}
        closed = [x for x in across if x not in open_sides]
        yield from ((x0, top, x1, bottom) for x0, x1 in pairwise(closed))


def parted(cells: Sequence[Bounds], glyphs: Sequence[Glyph]) -> list[Bounds]:
    """Part the rows of a ruled grid that hold several lines of amounts, where no rule parts them."""
    tall: dict[tuple[float, float], list[Bounds]] = {}
    for cell in cells:
        tall.setdefault((cell[1], cell[3]), []).append(cell)
    found: list[Bounds] = []
    for (top, bottom), those in tall.items():
        lines = lines_of([glyph for glyph in glyphs if top <= glyph.middle < bottom]) if len(those) > 1 else []
        edges = _parting(lines, those, top, bottom)
        found.extend((x0, upper, x1, lower) for x0, _, x1, _ in those for upper, lower in pairwise(edges))
    return found


def _parting(lines: Sequence[Line], cells: Sequence[Bounds], top: float, bottom: float) -> list[float]:
    """Return where the rows of a strip of cells begin and end: several lines of it are rows if each has amounts."""
    rich = [line for line in lines if line.amounts]
    if len(rich) < 3 or not _stand_apart(rich, cells):
        return [top, bottom]
    found = rows(Region((), tuple(lines)), ())
    return [top, *found[1:-1], bottom]


def _stand_apart(rich: Sequence[Line], cells: Sequence[Bounds]) -> bool:
    """Say whether amounts stand one below the other in one cell: no cell of a row holds two."""
    lefts = sorted(cell[0] for cell in cells)
    stacks: dict[int, int] = {}
    for line in rich:
        for run in line.runs:
            if run.is_money:
                place = bisect_right(lefts, run.centre)
                stacks[place] = stacks.get(place, 0) + 1
    return max(stacks.values(), default=0) > 2
