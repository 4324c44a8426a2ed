"""Characters of a page and the lines of text that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pdfplumber
from pdfminer.layout import LTChar, LTComponent, LTContainer

from budgetgraph.document import Box, TextLine
from budgetgraph.readers.contents import drawn_on

MIDDLE = 0.35
"""The middle of a character stands so many of its sizes above its baseline."""

TOUCH = 0.08
"""Characters that are apart by at most this share of their size touch each other."""

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


def layout_of(page: pdfplumber.page.Page) -> tuple[list[Glyph], list[LTComponent]]:
    """Return the characters of a page that lie on it, in stream order, and all else that is laid out on it.

    Characters are taken from pdfminer's layout: as pdfplumber's dictionaries they cost a third of the reading.
    """
    glyphs: list[Glyph] = []
    others: list[LTComponent] = []
    for item in _laid_out(drawn_on(page)):
        if not isinstance(item, LTChar):
            others.append(item)
        elif (glyph := _glyph(item, page)) is not None:
            glyphs.append(glyph)
    return glyphs, others


def _laid_out(items: Iterable[LTComponent]) -> Iterator[LTComponent]:
    for item in items:
        if isinstance(item, LTContainer):
            yield from _laid_out(item)
        else:
            yield item


def _glyph(char: LTChar, page: pdfplumber.page.Page) -> Glyph | None:
    """Return a character with its box; nothing if it lies off the page or belongs to a watermark.

    pdfminer counts from the media box.
    """
    if _is_slanting(char.matrix):
        return None
    left, above = page.mediabox[:2]
    x0, x1 = char.x0 + left, char.x1 + left
    top, bottom = page.height - char.y1 + above, page.height - char.y0 + above
    if x1 <= 0 or x0 >= page.width or bottom <= 0 or top >= page.height:
        return None
    top, bottom = _height(char, top, bottom)
    return Glyph(char.get_text(), x0, top, x1, bottom, char.size)


def _is_slanting(matrix: tuple[float, ...]) -> bool:
    """Say whether a character is turned by less than a right angle, as those of a watermark are (italics are not)."""
    a, b, c, d = matrix[:4]
    return min(abs(a), abs(b), abs(c), abs(d)) > SLANT * max(abs(a), abs(d))


def _height(char: LTChar, top: float, bottom: float) -> tuple[float, float]:
    """Return top and bottom of a character; one whose font misstates its height stands on its baseline."""
    a, b, c, d, _, base = char.matrix
    if b or c or a <= 0 or d <= 0:
        return top, bottom
    size = char.size
    baseline = top + char.y1 - base
    if abs((top + bottom) / 2 - (baseline - MIDDLE * size)) <= size / 2:
        return top, bottom
    return baseline - (MIDDLE + 0.5) * size, baseline + (0.5 - MIDDLE) * size


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


def unbroken(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Yield characters that follow each other in the file and on the page without a gap."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run:
            last = run[-1]
            gap = abs(glyph.x0 - last.x1) > glyph.size * TOUCH or abs(glyph.middle - last.middle) > glyph.size * TOUCH
            if gap or glyph.text.isspace() or (glyph.text.isdigit() and not last.text.isascii()):
                yield run
                run = []
        run.append(glyph)
    if run:
        yield run


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
