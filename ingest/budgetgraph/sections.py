"""The running text of a document: paragraphs below their headings, away from tables and contents lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from budgetgraph.document import Document, Grid, TextLine
from budgetgraph.labels import normalise, parse_line_label, unify

_BULLET = re.compile(r"^\s*[-•·]\s*")
_PART = re.compile(r"^第[一二三四五六七八九十]部分")
_CAPTION = re.compile(r"^(附件|附表)\d+$|^(单位|部门)(名称)?(\(全称\))?:|^(金额)?单位:")
_ENDS = ("。", "！", "?", "；", ";", "!")
_FURNITURE = re.compile(r"^[-—–~·\s]*(第?\s*\d[\d\s]{0,5}页?[,，/\s]*(共?\s*\d+\s*页?)?)[-—–~·\s]*$")
_STOPS = re.compile(r"[,。;:!?，；：]")
MARGIN = 0.2
"""A title leaves this share of the page's width free on both sides."""

LINE = 60
"""A numbered paragraph of at most this many characters, without any other stop than its last, is one too."""

HEADING = 36
"""A numbered line without a full stop, of at most this many characters, is a heading."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text as printed, with the headings above it, outermost first, and its file as in Cell."""

    text: str
    page: int
    line: int | None
    headings: tuple[str, ...] = ()
    title: bool = False
    file: str = ""

    @property
    def flat(self) -> str:
        """The text in the form in which labels are compared."""
        return normalise(self.text)


def read_paragraphs(document: Document) -> list[Paragraph]:
    """Return the paragraphs of a document's running text in reading order."""
    lines = list(_running_lines(document))
    titles = _centred(lines, {page.number: page.width for page in document.pages})
    return list(_under_headings(_joined(lines, titles)))


def _running_lines(document: Document) -> Iterator[TextLine]:
    """Yield the lines of running text: no captions of tables, no page numbers, no contents list."""
    items = [item for item in document.items() if not (isinstance(item, TextLine) and _FURNITURE.match(item.text))]
    captions = _caption_lines(items)
    contents = _contents_lines([item for item in items if isinstance(item, TextLine)])
    for item in items:
        if isinstance(item, TextLine) and id(item) not in captions and id(item) not in contents:
            yield item


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
        if _PART.match(text):
            text = text[:4]
        if text in listed and len(listed) > 2 and (_PART.match(text) or parse_line_label(text).level == 1):
            return found
        listed.add(text)
        found.add(id(line))
    return {id(lines[start])}


def _without_page(text: str) -> str:
    return re.sub(r"[.·…]{3,}\d*$|[.·…]+\d+$", "", text)


def _centred(lines: Sequence[TextLine], widths: Mapping[int, float]) -> frozenset[int]:
    """Return the short lines that stand in the middle of their page: titles of what follows."""
    return frozenset(
        id(line)
        for line in lines
        if line.box is not None
        and len(line.text) <= HEADING
        and not _STOPS.search(unify(line.text))
        and line.box.x0 > widths[line.page] * MARGIN
        and abs(line.box.x0 + line.box.x1 - widths[line.page]) < widths[line.page] * MARGIN / 2
    )


def _joined(lines: Iterable[TextLine], titles: frozenset[int]) -> Iterator[Paragraph]:
    """Join the lines of a paragraph: a line goes on unless it opens a numbered item or follows a full stop.

    A title stands by itself, and nothing above it speaks of what follows.
    """
    text, page, number = "", 0, None
    for line in lines:
        words = _BULLET.sub("", line.text).strip()
        title = id(line) in titles
        if text and (title or _opens(words) or text.endswith(_ENDS) or _is_heading(text)):
            yield Paragraph(text, page, number)
            text = ""
        if title:
            yield Paragraph(words, line.page, line.line, title=True)
            continue
        if not text:
            page, number = line.page, line.line
        text = text + words
    if text:
        yield Paragraph(text, page, number)


def _opens(text: str) -> bool:
    flat = unify(text).replace(" ", "")
    return bool(_PART.match(flat)) or parse_line_label(flat).level is not None or flat.startswith(("注:", "附件"))


def _is_heading(text: str) -> bool:
    flat = normalise(text)
    if _PART.match(flat):
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
        level = 0 if paragraph.title or _PART.match(flat) else parse_line_label(flat).level
        if level is not None:
            path = [(depth, text) for depth, text in path if depth < level]
        yield Paragraph(paragraph.text, paragraph.page, paragraph.line, tuple(text for _, text in path))
        if level is not None and (paragraph.title or _is_heading(paragraph.text) or ":" in flat[:HEADING]):
            path.append((level, flat if paragraph.title or _is_heading(paragraph.text) else flat.partition(":")[0]))
