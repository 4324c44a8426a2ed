"""The running text of a document: paragraphs below their headings, away from tables and contents lists."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from budgetgraph.document import Document, Grid, TextLine
from budgetgraph.labels import normalise, parse_line_label, unify
from budgetgraph.prose.margins import Margins

_BULLET = re.compile(r"^\s*[-•·]\s*")
PART = re.compile(r"^第[一二三四五六七八九十]部分")
_CAPTION = re.compile(r"^(附件|附表)\d+$|^(单位|部门)(名称)?(\(全称\))?:|^(金额)?单位:")
_ENDS = ("。", "！", "?", "；", ";", "!")
_FURNITURE = re.compile(r"^[-—–─~·\s]*(第?\s*\d[\d\s]{0,5}页?[,，/\s]*(共?\s*\d+\s*页?)?)[-—–─~·\s]*$")
_STOPS = re.compile(r"[,。;:!?，；：]")
REPEATED = 3
"""A line that opens or closes this many pages, at one height of them, is a running head and no part of the text."""

LINE = 60
"""A numbered paragraph of at most this many characters, without any other stop than its last, is one too."""

HEADING = 36
"""A numbered line without a full stop, of at most this many characters, is a heading."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text as printed, with the headings above it, outermost first, and its file as in Cell.

    `parts` are its lines: where in the text each begins, its page and, in text sources, its line.
    """

    text: str
    page: int
    line: int | None
    headings: tuple[str, ...] = ()
    title: bool = False
    file: str = ""
    parts: tuple[tuple[int, int, int | None], ...] = ()

    @property
    def flat(self) -> str:
        """The text in the form in which labels are compared."""
        return normalise(self.text)

    def place(self, offset: int) -> tuple[int, int, int | None]:
        """Return where the page on which a character of the text stands begins in it, that page, and its line."""
        if not self.parts:
            return 0, self.page, self.line
        _, page, line = self.parts[bisect_right([start for start, _, _ in self.parts], offset) - 1]
        return min(start for start, other, _ in self.parts if other == page), page, line


def read_paragraphs(document: Document) -> list[Paragraph]:
    """Return the paragraphs of a document's running text in reading order."""
    lines = list(_running_lines(document))
    return list(_under_headings(_joined(lines, Margins(lines, {page.number: page.width for page in document.pages}))))


def _running_lines(document: Document) -> Iterator[TextLine]:
    """Yield the lines of running text: no captions of tables, no page numbers, no running heads, no contents list."""
    items = [item for item in document.items() if not (isinstance(item, TextLine) and _FURNITURE.match(item.text))]
    captions = _caption_lines(items)
    contents = _contents_lines([item for item in items if isinstance(item, TextLine)])
    left_out = captions | contents | _running_heads(items)
    for item in items:
        if isinstance(item, TextLine) and id(item) not in left_out:
            yield item


def _running_heads(items: Sequence[TextLine | Grid]) -> set[int]:
    """Return the lines that are the first or the last of several pages, with the same words at the same height."""
    pages: dict[int, list[TextLine | Grid]] = defaultdict(list)
    for item in items:
        pages[item.page].append(item)
    alike: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for page, found in pages.items():
        for item in (found[0], found[-1]):
            if isinstance(item, TextLine) and item.box is not None:
                words = re.sub(r"\d+", "", normalise(item.text))
                alike[words, round(item.top)][page] = id(item)
    return {line for lines in alike.values() if len(lines) >= REPEATED for line in lines.values()}


def _caption_lines(items: Sequence[TextLine | Grid]) -> set[int]:
    """Return the lines directly above a grid, up to the number of its annex."""
    found: set[int] = set()
    for index, item in enumerate(items):
        if not isinstance(item, Grid):
            continue
        near = range(index - 1, max(index - 7, -1), -1)
        for position in near:
            line = items[position]
            if isinstance(line, Grid) or line.text.rstrip().endswith("。"):
                break
            found.add(id(line))
            if _CAPTION.match(normalise(line.text)) and normalise(line.text).startswith(("附件", "附表")):
                break
    return found


def _contents_lines(lines: Sequence[TextLine]) -> set[int]:
    """Return the lines of a contents list: from 目录 to the first heading that it has listed."""
    start = next((i for i, line in enumerate(lines) if normalise(line.text) in ("目录", "目录:")), None)
    if start is None:
        return set()
    listed: set[str] = set()
    found = {id(lines[start])}
    for line in lines[start + 1 :]:
        text = _without_page(normalise(_BULLET.sub("", line.text)))
        if PART.match(text):
            text = text[:4]
        if text in listed and len(listed) > 2 and (PART.match(text) or parse_line_label(text).level == 1):
            return found
        listed.add(text)
        found.add(id(line))
    return {id(lines[start])}


def _without_page(text: str) -> str:
    return re.sub(r"[.·…]{3,}\d*$|[.·…]+\d+$", "", text)


def _is_title(line: TextLine, following: TextLine | None, margins: Margins) -> bool:
    """Say whether a line is a title of what follows: short, without a stop, in the middle of its page."""
    return len(line.text) <= HEADING and not _STOPS.search(unify(line.text)) and margins.is_centred(line, following)


def _joined(lines: Sequence[TextLine], margins: Margins) -> Iterator[Paragraph]:
    """Join the lines of a paragraph.

    A line goes on unless it opens a numbered item, or follows a full stop or a heading.
    Below a line that fills its measure they go on all the same, unless they are indented:
    such a line is cut by the margin and not by its writer.
    A title stands by itself, and nothing above it speaks of what follows.
    """
    paragraph: list[tuple[str, TextLine]] = []
    for line, following in zip_longest(lines, lines[1:]):
        words = _BULLET.sub("", line.text).strip()
        title = _is_title(line, following, margins)
        text = "".join(said for said, _ in paragraph)
        if paragraph and (title or _opens(words) or _is_over(text, paragraph[-1][1], line, margins)):
            yield _paragraph(paragraph)
            paragraph = []
        paragraph.append((words, line))
        if title:
            yield _paragraph(paragraph, title=True)
            paragraph = []
    if paragraph:
        yield _paragraph(paragraph)


def _is_over(text: str, last: TextLine, following: TextLine, margins: Margins) -> bool:
    """Say whether a paragraph ends with its *last* line."""
    cut = margins.is_full(last, following) and not margins.is_indented(following)
    return not cut and (text.endswith(_ENDS) or _is_heading(text))


def _paragraph(lines: Sequence[tuple[str, TextLine]], *, title: bool = False) -> Paragraph:
    parts: list[tuple[int, int, int | None]] = []
    text = ""
    for words, line in lines:
        parts.append((len(text), line.page, line.line))
        text += words
    _, first = lines[0]
    return Paragraph(text, first.page, first.line, title=title, parts=tuple(parts))


def _opens(text: str) -> bool:
    flat = unify(text).replace(" ", "")
    return bool(PART.match(flat)) or parse_line_label(flat).level is not None or flat.startswith(("注:", "附件"))


def _is_heading(text: str) -> bool:
    flat = normalise(text)
    if PART.match(flat):
        return True
    if parse_line_label(flat).level is None:
        return False
    if len(flat) <= HEADING and not flat.endswith((*_ENDS, ",", "、")):
        return True
    return (
        len(flat) <= LINE and flat.endswith("。") and not _STOPS.search(flat[:-1]) and not re.search(r"\d万?元", flat)
    )


def _under_headings(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    path: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        flat = normalise(paragraph.text)
        level = _level(flat, paragraph.title)
        if level is not None:
            path = [(depth, text) for depth, text in path if depth < level]
        yield replace(paragraph, headings=tuple(text for _, text in path))
        if level is not None and (paragraph.title or _is_heading(paragraph.text) or ":" in flat[:HEADING]):
            path.append((level, flat if paragraph.title or _is_heading(paragraph.text) else flat.partition(":")[0]))


def _level(flat: str, title: bool) -> int | None:
    """Return the depth of what a paragraph opens; a title is above all others, unless it is numbered itself."""
    if PART.match(flat):
        return 0
    numbered = parse_line_label(flat).level
    return 0 if title and numbered is None else numbered
