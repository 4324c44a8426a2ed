"""Characters of a page and the lines of text that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pdfplumber

from budgetgraph.document import Box, TextLine

MIDDLE = 0.35
"""The middle of a character stands so many of its sizes above its baseline."""

SLANT = 0.05
"""A character whose sine or cosine is greater than this share of its size on both axes stands aslant."""


class Glyph(NamedTuple):
    """A character with its box, in PDF points from the top left corner of the page."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def glyphs_of(page: pdfplumber.page.Page) -> list[Glyph]:
    """Return the characters of a page that lie on it, in stream order (off-page text and watermarks are left out)."""
    width, height = page.width, page.height
    return [
        Glyph(char["text"], char["x0"], *_height(char), char["size"])
        for char in page.chars
        if char["x1"] > 0 and char["x0"] < width and char["bottom"] > 0 and char["top"] < height
        if not _is_slanting(char["matrix"])
    ]


def _is_slanting(matrix: tuple[float, ...]) -> bool:
    """Say whether a character is turned by less than a right angle, as those of a watermark are (italics are not)."""
    a, b, c, d = matrix[:4]
    return min(abs(a), abs(b), abs(c), abs(d)) > SLANT * max(abs(a), abs(d))


def _height(char: dict[str, Any]) -> tuple[float, float, float]:
    """Return top, right side and bottom of a character; one whose font misstates its height stands on its baseline."""
    top, right, bottom, size = char["top"], char["x1"], char["bottom"], char["size"]
    a, b, c, d, _, base = char["matrix"]
    if b or c or a <= 0 or d <= 0:
        return top, right, bottom
    baseline = top + char["y1"] - base
    if abs((top + bottom) / 2 - (baseline - MIDDLE * size)) <= size / 2:
        return top, right, bottom
    return baseline - (MIDDLE + 0.5) * size, right, baseline + (0.5 - MIDDLE) * size


def inside(glyph: Glyph, box: Box) -> bool:
    """Say whether the middle of a character lies in a box."""
    x, y = (glyph.x0 + glyph.x1) / 2, glyph.middle
    return box.x0 <= x < box.x1 and box.top <= y < box.bottom


def rows_of(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Group characters into printed lines, top to bottom, each from left to right."""
    row: list[Glyph] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=lambda item: (item.middle, item.x0)):
        if row and glyph.middle - middle > max(glyph.size, row[-1].size) * 0.5:
            yield sorted(row, key=lambda item: item.x0)
            row = []
        if not row:
            middle = glyph.middle
        row.append(glyph)
    if row:
        yield sorted(row, key=lambda item: item.x0)


def text_of(glyphs: Iterable[Glyph]) -> str:
    """Return the text of some characters, a line break between printed lines."""
    return "\n".join(filter(None, (_spaced(row).strip() for row in rows_of(glyphs))))


def _spaced(row: list[Glyph]) -> str:
    parts: list[str] = []
    right = None
    for glyph in row:
        if right is not None and glyph.x0 - right > glyph.size * 0.3 and not glyph.text.isspace():
            parts.append(" ")
        parts.append(glyph.text)
        right = glyph.x1
    return " ".join("".join(parts).split())


def text_lines(glyphs: Iterable[Glyph], *, page: int) -> Iterator[TextLine]:
    """Yield the printed lines that some characters make."""
    for row in rows_of(glyphs):
        text = _spaced(row)
        if text:
            box = Box(row[0].x0, min(g.top for g in row), max(g.x1 for g in row), max(g.bottom for g in row))
            yield TextLine(page=page, text=text, top=box.top, box=box, size=max(g.size for g in row))
