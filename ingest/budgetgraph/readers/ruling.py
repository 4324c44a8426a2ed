"""Ruled grids of a page, found from its lines and rectangles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.layout import LTComponent, LTCurve, LTLine, LTRect
from pdfplumber.table import (
    cells_to_tables,
    edges_to_intersections,
    intersections_to_cells,
    merge_edges,
)

from budgetgraph.document import Box, Cell, Grid
from budgetgraph.readers.glyphs import Glyph, inside, text_of, unbroken
from budgetgraph.readers.unruled import parted, with_unruled

SNAP = 3.0
"""Edges nearer than this many points are one."""

FILLED = 3.0
"""A filled, unstroked rectangle larger than this on both sides is a background, not a rule."""

Edge = dict[str, Any]
Bounds = tuple[float, float, float, float]


def ruled_grids(page: pdfplumber.page.Page, glyphs: Sequence[Glyph], drawn: Sequence[LTComponent]) -> Iterator[Grid]:
    """Yield the grids of a page from top to bottom, with the text of their cells; *drawn* are its lines and curves."""
    edges = [edge for edge in merge_edges(_rules(page, drawn), SNAP, SNAP, SNAP, SNAP) if _length(edge) >= SNAP]
    edges = [*edges, *_missing_sides(edges)]
    closing = _closing_rules(edges)
    cells = intersections_to_cells(edges_to_intersections([*edges, *closing], SNAP, SNAP))
    bands = [band for table in cells_to_tables(cells) for band in _bands(table)]
    bands = [parted(band, glyphs) for band in bands if len(band) > 1]
    bands = [*_with_unruled(edges, bands, glyphs)]
    bands.sort(key=lambda band: (min(cell[1] for cell in band), min(cell[0] for cell in band)))
    ends = {round(edge["top"]) for edge in closing}
    buckets = _distribute(glyphs, bands)
    for number, band in enumerate(bands, start=1):
        yield _grid(band, page=page.page_number, number=number, glyphs=buckets[number - 1], closing=ends)


def _with_unruled(
    edges: Sequence[Edge], bands: Sequence[list[Bounds]], glyphs: Sequence[Glyph]
) -> Iterator[list[Bounds]]:
    """Yield the cells of all tables; rules that only lie across tell the rows of those that are not ruled."""
    boxes = [_bounds(band) for band in bands]
    outside = [glyph for glyph in glyphs if not any(inside(glyph, box) for box in boxes)]
    across = [
        (float(edge["x0"]), float(edge["x1"]), float(edge["top"])) for edge in edges if edge["orientation"] == "h"
    ]
    yield from with_unruled(bands, outside, across)


def _length(edge: Edge) -> float:
    return max(float(edge["x1"] - edge["x0"]), float(edge["bottom"] - edge["top"]))


def _rules(page: pdfplumber.page.Page, drawn: Sequence[LTComponent]) -> list[Edge]:
    """Return the rules of a page; those of one rectangle, or of all that lie on it, are its four sides.

    pdfminer counts from the media box.
    """
    left, above = page.mediabox[:2]
    under = float(page.height) + above
    rules: list[Edge] = []
    curves: list[Edge] = []
    rects: list[tuple[Bounds, bool]] = []
    for item in drawn:
        if isinstance(item, LTLine | LTRect):
            bounds = item.x0 + left, under - item.y1, item.x1 + left, under - item.y0
            if isinstance(item, LTRect):
                large = item.width > FILLED and item.height > FILLED
                rects.append((bounds, large and bool(item.fill) and not item.stroke))
            else:
                rules.append(_edge(*bounds, "h" if bounds[1] == bounds[3] else "v"))
        elif isinstance(item, LTCurve):
            curves.extend(_straights([(left + x, under - y) for x, y in item.pts]))
    backgrounds = {bounds for bounds, is_background in rects if is_background}
    sides = [side for bounds, _ in rects if bounds not in backgrounds for side in _sides(*bounds)]
    width, height = float(page.width), float(page.height)
    return [edge for edge in (*rules, *curves, *sides) if _on_page(edge, width, height)]


def _edge(x0: float, top: float, x1: float, bottom: float, orientation: str) -> Edge:
    """Return a rule as pdfplumber's functions take it."""
    return {
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": orientation,
    }


def _sides(x0: float, top: float, x1: float, bottom: float) -> Iterator[Edge]:
    yield _edge(x0, top, x1, top, "h")
    yield _edge(x0, bottom, x1, bottom, "h")
    yield _edge(x0, top, x0, bottom, "v")
    yield _edge(x1, top, x1, bottom, "v")


def _straights(points: Sequence[tuple[float, float]]) -> Iterator[Edge]:
    """Yield the pieces of a curve that are upright or level."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 == x1 or y0 == y1:
            yield _edge(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), "v" if x0 == x1 else "h")


def _on_page(edge: Edge, width: float, height: float) -> bool:
    return bool(edge["x1"] >= 0 and edge["x0"] <= width and edge["bottom"] >= 0 and edge["top"] <= height)


def _closing_rules(edges: Sequence[Edge]) -> list[Edge]:
    """Return horizontal rules that close a grid which a page boundary cuts open.

    Two or more vertical rules that end at one height, where no horizontal rule lies, are such a cut.
    """
    vertical = [edge for edge in edges if edge["orientation"] == "v"]
    horizontal = [edge for edge in edges if edge["orientation"] == "h"]
    closing: list[Edge] = []
    for end in ("top", "bottom"):
        heights: dict[int, list[Edge]] = {}
        for edge in vertical:
            heights.setdefault(round(edge[end] / SNAP), []).append(edge)
        for group in heights.values():
            y, x0, x1 = group[0][end], min(e["x0"] for e in group), max(e["x1"] for e in group)
            ruled = any(abs(h["top"] - y) <= SNAP * 2 and h["x1"] > x0 and h["x0"] < x1 for h in horizontal)
            if len(group) >= 3 and not ruled:
                closing.append(_edge(x0, y, x1, y, "h"))
    return closing


def _missing_sides(edges: Sequence[Edge]) -> list[Edge]:
    """Return vertical rules that close a grid whose side is not drawn.

    Three or more horizontal rules that end at one place, away from every vertical rule, are such a side.
    """
    vertical = [edge for edge in edges if edge["orientation"] == "v"]
    horizontal = [edge for edge in edges if edge["orientation"] == "h"]
    sides: list[Edge] = []
    for end in ("x0", "x1"):
        places: dict[int, list[Edge]] = {}
        for edge in horizontal:
            places.setdefault(round(edge[end] / SNAP), []).append(edge)
        for group in places.values():
            x, top, bottom = group[0][end], min(e["top"] for e in group), max(e["top"] for e in group)
            drawn = any(abs(v["x0"] - x) <= SNAP * 2 and v["bottom"] > top and v["top"] < bottom for v in vertical)
            crossed = sum(1 for v in vertical if v["top"] < bottom and v["bottom"] > top)
            if len(group) >= 3 and not drawn and crossed >= 2:
                sides.append(_edge(x, top, x, bottom, "v"))
    return sides


def _bands(cells: Sequence[Bounds]) -> list[list[Bounds]]:
    """Split a grid where the columns change: tables that were set one under the other without a gap."""
    heights = sorted({cell[1] for cell in cells} | {cell[3] for cell in cells})
    straddled = {y for y in heights for cell in cells if cell[1] + SNAP < y < cell[3] - SNAP}
    cuts = [y for y in heights[1:-1] if y not in straddled]
    bands: list[list[Bounds]] = []
    current: list[Bounds] = []
    for low, high in pairwise([heights[0], *cuts, heights[-1]]):
        strip = [cell for cell in cells if cell[1] >= low - SNAP and cell[3] <= high + SNAP]
        if current and _disagree(_inner_edges(current), _inner_edges(strip)):
            bands.append(current)
            current = []
        current = [*current, *strip]
    return [*bands, current]


def _inner_edges(cells: Sequence[Bounds]) -> set[float]:
    edges = {cell[0] for cell in cells} | {cell[2] for cell in cells}
    return edges - {min(edges), max(edges)} if edges else edges


def _disagree(above: set[float], below: set[float]) -> bool:
    """Two strips disagree where each has at least two edges of its own, and they share hardly any."""
    shared = sum(1 for x in below if any(abs(x - y) <= SNAP for y in above))
    return len(below) >= 2 and len(above) >= 2 and shared <= len(below) // 3 and shared <= len(above) // 3


def _distribute(glyphs: Sequence[Glyph], bands: Sequence[Sequence[Bounds]]) -> list[list[Glyph]]:
    boxes = [_bounds(band) for band in bands]
    buckets: list[list[Glyph]] = [[] for _ in bands]
    for glyph in glyphs:
        for bucket, box in zip(buckets, boxes, strict=True):
            if inside(glyph, box):
                bucket.append(glyph)
                break
    return buckets


def _bounds(cells: Sequence[Bounds]) -> Box:
    return Box(
        min(cell[0] for cell in cells),
        min(cell[1] for cell in cells),
        max(cell[2] for cell in cells),
        max(cell[3] for cell in cells),
    )


def _grid(bounds: Sequence[Bounds], *, page: int, number: int, glyphs: Sequence[Glyph], closing: set[int]) -> Grid:
    tops = _positions(cell[1] for cell in bounds)
    lefts = _positions(cell[0] for cell in bounds)
    by_cell: dict[Bounds, list[Glyph]] = {cell: [] for cell in bounds}
    strips: dict[float, list[Bounds]] = {}
    for cell in bounds:
        strips.setdefault(cell[1], []).append(cell)
    for run in unbroken(glyphs):
        for glyph, owner in _owners(run, strips):
            by_cell[owner].append(glyph)
    cells = [
        Cell(
            page=page,
            grid=number,
            row=_index(tops, cell[1]) + 1,
            column=_index(lefts, cell[0]) + 1,
            row_span=max(1, _span(tops, cell[1], cell[3])),
            column_span=max(1, _span(lefts, cell[0], cell[2])),
            text=text_of(by_cell[cell]),
            box=Box(*(float(value) for value in cell)),
        )
        for cell in bounds
    ]
    box = _bounds(bounds)
    return Grid(
        page=page,
        number=number,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        rows=len(tops),
        columns=len(lefts),
        top=box.top,
        bottom=box.bottom,
        box=box,
        open_top=round(box.top) in closing,
        open_bottom=round(box.bottom) in closing,
    )


def _owners(run: Sequence[Glyph], strips: dict[float, list[Bounds]]) -> Iterator[tuple[Glyph, Bounds]]:
    """Yield the characters of an unbroken run with their cells."""
    first, last = _owner(run[0], strips), _owner(run[-1], strips)
    whole = first if first is last else _overflowing(run, strips)
    for glyph in run:
        owner = whole or _owner(glyph, strips)
        if owner is not None:
            yield glyph, owner


def _overflowing(run: Sequence[Glyph], strips: dict[float, list[Bounds]]) -> Bounds | None:
    """Return the cell of words that lie over its neighbours too: the one that they fill, or in which most of them lie.

    An amount that ends a run says that it is several texts.
    """
    if any(glyph.text.isdigit() for glyph in run[-2:]):
        return None
    middle = _owner(run[len(run) // 2], strips)
    inside_it = sum(1 for glyph in run if middle and middle[0] <= (glyph.x0 + glyph.x1) / 2 < middle[2])
    fills = middle is not None and run[-1].x1 - run[0].x0 > middle[2] - middle[0]
    return middle if fills or inside_it * 2 >= len(run) else None


def _owner(glyph: Glyph, strips: dict[float, list[Bounds]]) -> Bounds | None:
    x, y = (glyph.x0 + glyph.x1) / 2, glyph.middle
    for top, cells in strips.items():
        if y < top:
            continue
        for cell in cells:
            if cell[0] <= x < cell[2] and y < cell[3]:
                return cell
    return None


def _positions(values: Any) -> list[float]:
    positions: list[float] = []
    for value in sorted(values):
        if not positions or value - positions[-1] > SNAP:
            positions.append(value)
    return positions


def _index(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda i: abs(positions[i] - value))


def _span(positions: Sequence[float], start: float, end: float) -> int:
    return sum(1 for position in positions if start - SNAP / 2 <= position < end - SNAP)
