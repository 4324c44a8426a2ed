"""What pdfplumber sees of a document without us: its plain tables and the money words in them (DESIGN section 8)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber

from budgetgraph.document import Box
from budgetgraph.labels import normalise

ROWS = 3
MONEY_WORDS = 5
"""A plain table counts if it has at least so many rows and so many money words."""

_MONEY = re.compile(r"[-−]?(\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d+)")
_INTEGER = re.compile(r"[-−]?\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page that looks like an amount."""

    page: int
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class SeenTable:
    """A table as pdfplumber's plain `find_tables` sees it, with its money words."""

    page: int
    box: Box
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is seen of a document, and how many seconds `find_tables` and `extract` took for all its pages."""

    pages: int
    tables: tuple[SeenTable, ...]
    seconds: float


def see(path: Path) -> Seen:
    """Return what pdfplumber sees of a PDF file by itself."""
    tables: list[SeenTable] = []
    seconds = 0.0
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            started = time.perf_counter()
            found = page.find_tables()
            for table in found:
                table.extract()
            seconds += time.perf_counter() - started
            tables.extend(_tables(page, found))
            page.close()
        return Seen(len(pdf.pages), tuple(tables), seconds)


def _tables(page: pdfplumber.page.Page, found: Sequence[Any]) -> Iterator[SeenTable]:
    words = page.extract_words() if found else []
    for table in found:
        if len(table.rows) < ROWS:
            continue
        inside = [word for word in words if _within(word, table.bbox)]
        money = [_word(word, page.page_number) for word in _money(inside, table)]
        if len(money) >= MONEY_WORDS:
            yield SeenTable(page.page_number, _box(table.bbox), tuple(money))


def _money(words: Sequence[dict[str, Any]], table: Any) -> Iterator[dict[str, Any]]:
    """Yield the money words of a table, and the bare integers of the columns that hold one; no column numbers."""
    edges = sorted({cell[0] for cell in table.cells} | {cell[2] for cell in table.cells})
    columns = {id(word): _column(word, edges) for word in words}
    holding = {columns[id(word)] for word in words if _MONEY.fullmatch(_text(word))}
    numbering = {id(word) for row in _lines(words) if _numbers_columns(row) for word in row}
    for word in words:
        plain = _INTEGER.fullmatch(_text(word)) and columns[id(word)] in holding and id(word) not in numbering
        if plain or _MONEY.fullmatch(_text(word)):
            yield word


def _lines(words: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    line: list[dict[str, Any]] = []
    for word in sorted(words, key=lambda word: word["top"] + word["bottom"]):
        if line and (word["top"] + word["bottom"]) - (line[0]["top"] + line[0]["bottom"]) > 6:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _numbers_columns(line: Sequence[dict[str, Any]]) -> bool:
    """Say whether a line holds nothing but rising whole numbers and marks: 栏次 1 2 3."""
    ordered = sorted(line, key=lambda word: word["x0"])
    numbers = [int(_text(word)) for word in ordered if re.fullmatch(r"\d{1,2}", _text(word))]
    rest = [word for word in ordered if re.search(r"\d", _text(word)) and not re.fullmatch(r"\d{1,2}", _text(word))]
    return len(numbers) >= 2 and not rest and all(a < b for a, b in pairwise(numbers))


def _text(word: dict[str, Any]) -> str:
    return normalise(word["text"])


def _column(word: dict[str, Any], edges: Sequence[float]) -> int:
    middle = (word["x0"] + word["x1"]) / 2
    return sum(1 for edge in edges if edge <= middle)


def _within(word: dict[str, Any], box: Sequence[float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _word(word: dict[str, Any], page: int) -> Word:
    return Word(page, word["text"], _box((word["x0"], word["top"], word["x1"], word["bottom"])))


def _box(values: Sequence[float]) -> Box:
    return Box(*(float(value) for value in values))
