"""The margins between which running text is set: which of its lines are full, indented or centred."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from budgetgraph.document import TextLine

_NUMBER = re.compile(r"[\d,.]+")

LINES = 8
"""A page with fewer lines of running text than this says nothing of its margins; the document does."""

SIZE = 14.0
"""The size of characters, in points, where a line does not state it."""

SLACK = 1.6
"""A full line ends at most this many characters before the right margin: a stop or a number did not fit."""

INDENT = 1.2
"""An indented line begins at least this many characters after the left margin."""

FIRST_LINE = 2
"""The first line of a paragraph is indented by so many characters."""

CENTRED = 0.2
"""A centred line leaves this share of the page's width free on both sides."""


class Margins:
    """The text blocks of a document's pages, from where most of their lines begin and end (points).

    Lines without a box (text sources) are neither full nor indented nor centred.
    """

    def __init__(self, lines: Sequence[TextLine], widths: Mapping[int, float]) -> None:
        self._widths = widths
        edges: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for line in lines:
            if line.box is not None:
                edges[line.page].append((line.box.x0, line.box.x1))
        every = _block([edge for page in edges.values() for edge in page])
        self._blocks = {
            page: _narrowed(_block(found), every) if len(found) >= LINES else every for page, found in edges.items()
        }

    def is_full(self, line: TextLine, following: TextLine | None = None) -> bool:
        """Say whether a line reaches the right margin, so that what it says may go on in the *following* one.

        It may end earlier where that one begins with a number, which is not broken.
        """
        if line.box is None:
            return False
        number = _NUMBER.match(following.text) if following is not None else None
        slack = SLACK + (len(number.group()) / 2 if number else 0)
        return line.box.x1 >= self._blocks[line.page][1] - slack * (line.size or SIZE)

    def is_indented(self, line: TextLine) -> bool:
        """Say whether a line begins away from the left margin, as the first of a paragraph does."""
        return line.box is not None and line.box.x0 > self._blocks[line.page][0] + INDENT * (line.size or SIZE)

    def is_centred(self, line: TextLine, following: TextLine | None = None) -> bool:
        """Say whether a line stands in the middle of its page, free on both sides.

        The first line of a paragraph does not, though its indent may put it there:
        it is full, or it begins where first lines do and the *following* line does not.
        """
        if line.box is None or self.is_full(line, following):
            return False
        indent = (line.box.x0 - self._blocks[line.page][0]) / (line.size or SIZE)
        if abs(indent - FIRST_LINE) < 1 and following is not None and not self.is_indented(following):
            return False
        width = self._widths[line.page]
        return line.box.x0 > width * CENTRED and abs(line.box.x0 + line.box.x1 - width) < width * CENTRED / 2


def _block(edges: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return where a tenth of the lines have begun, and where nine tenths have ended."""
    starts, ends = sorted(start for start, _ in edges), sorted(end for _, end in edges)
    return (starts[len(starts) // 10], ends[len(ends) * 9 // 10]) if edges else (0.0, 0.0)


def _narrowed(own: tuple[float, float], usual: tuple[float, float]) -> tuple[float, float]:
    return min(own[0], usual[0]), min(own[1], usual[1])
