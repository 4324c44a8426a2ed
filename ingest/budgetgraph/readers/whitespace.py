"""Tables without rules: their lines and the white space between runs of characters tell rows and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from budgetgraph.labels import normalise
from budgetgraph.readers.glyphs import Glyph, rows_of

APART = 0.55
"""Characters farther apart than this share of their size belong to two runs."""

REACH = 6
"""So many lines without an amount may stand between two that have one."""

HEADS = 9
"""At most so many lines make the heads of a table."""

WIDE = 4.5
"""Heads stand no farther apart than so many sizes of their characters."""

_AMOUNT = re.compile(r"\d\.\d\d$")
_MONEY = re.compile(r"[-−(]?\d[\d,]*\.\d+\)?|\d{1,3}(,\d{3})+")
_CAPTION = re.compile(r"单位[::].{0,6}元|^[^。]{2,40}表(\(.*\))?$|\((万|千|亿)?元\)$")
_NOTE = re.compile(r"^(注|备注|说明)[::\d]")
_STOP = re.compile(r"[。;!?]|,(?=.{12})|.{12},")
_UNIT = re.compile(r"(万|千|亿)?元|%|[,。;)]|[人个辆台件次批]")
_COLUMN_NUMBER = re.compile(r"\d{1,2}|\*{1,2}|[栏行]次?|次|[类款项—-]")
_PROSE = 24
"""A run of so many characters with a stop at its end, or half as many again without, is running text."""


class Run(NamedTuple):
    """Characters of one line that stand together."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def is_money(self) -> bool:
        return _MONEY.fullmatch(normalise(self.text)) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line as its runs, from left to right."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return normalise("".join(run.text for run in self.runs))

    @property
    def top(self) -> float:
        return min(run.top for run in self.runs)

    @property
    def bottom(self) -> float:
        return max(run.bottom for run in self.runs)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        return max(run.size for run in self.runs)

    @property
    def amounts(self) -> int:
        """How many runs are amounts."""
        return sum(1 for run in self.runs if run.is_money)

    @property
    def numbers_columns(self) -> bool:
        """Whether it holds the numbers of columns: 栏次 1 2 3."""
        digits = sum(1 for run in self.runs if re.fullmatch(r"\d{1,2}", normalise(run.text)))
        return digits > 1 and all(_COLUMN_NUMBER.fullmatch(normalise(run.text)) for run in self.runs)

    @property
    def is_sentence(self) -> bool:
        """Whether amounts stand in a sentence: stops in its words, or a unit behind an amount (34.75 万元，增长)."""
        words = [normalise(run.text) for run in self.runs if not run.is_money]
        units = (right for left, right in pairwise(self.runs) if left.is_money and not right.is_money)
        return any(_STOP.search(text) for text in words) or any(_UNIT.match(normalise(run.text)) for run in units)

    @property
    def ends_a_table(self) -> bool:
        """Whether it is a caption, a note, or running text."""
        if self.amounts:
            return self.is_sentence
        long = len(self.runs) == 1 and len(self.text) >= _PROSE * (1 if self.text.endswith("。") else 1.5)
        return long or bool(_CAPTION.search(self.text) or _NOTE.match(self.text))


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of a table: its heads, and its body, which begins with the first line that has an amount."""

    heads: tuple[Line, ...]
    body: tuple[Line, ...]


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """Return the printed lines that some characters make, each as its runs."""
    return [Line(tuple(_runs(row))) for row in rows_of(glyphs) if any(not glyph.text.isspace() for glyph in row)]


def _runs(row: Sequence[Glyph]) -> Iterator[Run]:
    together: list[Glyph] = []
    for glyph in row:
        if glyph.text.isspace():
            continue
        if together and _parts(together, glyph):
            yield _run(together)
            together = []
        together.append(glyph)
    if together:
        yield _run(together)


def _parts(together: Sequence[Glyph], glyph: Glyph) -> bool:
    """Say whether a character opens another run; after a whole amount less room is needed."""
    gap = (glyph.x0 - together[-1].x1) / glyph.size
    if gap > APART:
        return True
    return gap > APART / 3 and bool(_AMOUNT.search(normalise("".join(each.text for each in together[-4:]))))


def _run(glyphs: Sequence[Glyph]) -> Run:
    return Run(
        "".join(glyph.text for glyph in glyphs),
        glyphs[0].x0,
        max(glyph.x1 for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        max(glyph.bottom for glyph in glyphs),
        max(glyph.size for glyph in glyphs),
    )


def regions(lines: Sequence[Line]) -> Iterator[Region]:
    """Yield the tables among the lines of a page, from top to bottom."""
    done = 0
    for first, last in _bodies(lines):
        head = first
        while head > done and first - head < HEADS and _is_head(lines[head - 1], lines[head]):
            head -= 1
        heads = [line for line in lines[head:first] if not line.ends_a_table]
        numbers = heads[-1:] if heads and heads[-1].numbers_columns else []
        yield Region(tuple(heads[: len(heads) - len(numbers)]), (*numbers, *lines[first : last + 1]))
        done = last + 1


def _is_head(line: Line, below: Line) -> bool:
    return not line.ends_a_table and below.top - line.bottom < WIDE * below.size


def _bodies(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each run of lines with amounts that is a table."""
    rich = [place for place, line in enumerate(lines) if line.amounts and len(line.runs) > 1 and not line.is_sentence]
    group: list[int] = []
    for place in rich:
        if group and (place - group[-1] > REACH or any(line.ends_a_table for line in lines[group[-1] : place])):
            yield from _if_table(group, lines)
            group = []
        group.append(place)
    yield from _if_table(group, lines)


def _if_table(group: Sequence[int], lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    amounts = [lines[place].amounts for place in group]
    if len(group) > 2 or (group and max(amounts) > 2):
        yield group[0], group[-1]


def rows(region: Region, rules: Sequence[float]) -> list[float]:
    """Return where the rows of a table's body begin, and where the last one ends.

    Rules between the rows tell, if there are as many; otherwise lines without an amount join the line with amounts
    that they stand close to: the label of a row may take several lines.
    """
    body = region.body
    top, bottom = body[0].top - 1, body[-1].bottom + 1
    inside = [y for y in rules if top < y < bottom]
    rich = [line for line in body if line.amounts]
    if len(inside) + 1 >= len(rich) > 1:
        return [top, *inside, bottom]
    groups: list[list[Line]] = []
    for line in body:
        if groups and _joins(line, groups[-1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    edges = [
        (max(line.bottom for line in upper) + min(line.top for line in lower)) / 2 for upper, lower in pairwise(groups)
    ]
    return [top, *edges, bottom]


def _joins(line: Line, group: Sequence[Line]) -> bool:
    """Say whether a line belongs to the row of the lines above it: they overlap, and one of them has no amount."""
    above = group[-1]
    if line.amounts and any(other.amounts for other in group):
        return False
    return line.middle - above.middle < line.size * 0.9


def columns(region: Region) -> list[tuple[float, float]]:
    """Return the columns of a table, left and right side of what is printed in each: white runs between them."""
    lines = [line for line in region.body if line.amounts]
    telling = {id(line) for line in lines if not _is_short(line, lines)}
    spans = sorted((run.x0, run.x1) for line in lines for run in line.runs if run.is_money or id(line) in telling)
    found: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if found and x0 <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], x1)
        else:
            found.append((x0, x1))
    return found


def _is_short(line: Line, lines: Sequence[Line]) -> bool:
    """A total is printed across the columns of codes and names; it has fewer labels than other lines."""
    labels = [sum(1 for run in other.runs if not run.is_money) for other in lines]
    return sum(1 for run in line.runs if not run.is_money) < max(labels)


def sides(spans: Sequence[tuple[float, float]], centres: Mapping[int, float], region: Region) -> list[float]:
    """Return where the columns of a table begin, and where the last one ends.

    Amounts stand at the right side of their column.
    A label leaves room at the right of its own; the head over it stands in the middle, if its column's is known.
    """
    money = [_holds_money(span, region) for span in spans]
    found = [spans[0][0] - 2]
    for place, ((_, right), (left, _)) in enumerate(pairwise(spans)):
        side = right + min(2.0, (left - right) / 2) if money[place] else (right + left) / 2
        mirrored = 2 * centres.get(place, 0.0) - found[-1]
        found.append(mirrored if not money[place] and right <= mirrored <= left else side)
    last = max(spans[-1][1], *(run.x1 for line in region.heads for run in line.runs), 0) + 2
    if money[0] and 0 in centres and len(found) > 1:
        found[0] = min(found[0], 2 * centres[0] - found[1])
    return [min(found[0], *(run.x0 for line in region.heads for run in line.runs), found[0]), *found[1:], last]


def _holds_money(span: tuple[float, float], region: Region) -> bool:
    runs = [run for line in region.body for run in line.runs if span[0] <= run.centre <= span[1]]
    return sum(1 for run in runs if run.is_money) * 2 > len(runs)
