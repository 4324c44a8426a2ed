"""Reader of extracted text: tables are runs of tab-separated lines, the spans of their cells are lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from budgetgraph.document import Cell, Document, Grid, Page, TextLine
from budgetgraph.errors import UnusableSource
from budgetgraph.labels import normalise
from budgetgraph.settings import Settings

_CAPTION = re.compile(r"^(公开|附)?.{0,4}表\d*$|^.{0,4}(单位|部门)(名称|\(全称\))*:")
"""What stands side by side above a table: its number, the body, the unit."""

_TAG = re.compile(r"</?[a-z]+\s*/?>", re.IGNORECASE)


def read_text(path: Path, limits: Settings) -> Document:
    """Read a UTF-8 text file; every line that holds a tab is a row of a table, captions side by side apart.

    Raises UnusableSource if the file is empty or not UTF-8.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableSource(
            what=f"not UTF-8 text (byte {error.start}) 不是UTF-8文本",
            where=str(path),
            remedy="convert it to UTF-8 请转换为UTF-8",
            reason="encoding",
        ) from error
    if not text.strip():
        raise UnusableSource(
            what="the file is empty 文件为空",
            where=str(path),
            remedy="publish the original 请提供原文件",
            reason="empty",
        )
    lines = text.splitlines()
    rows = set(_rows(lines))
    grids = tuple(_grids(lines, rows))
    running = tuple(
        TextLine(page=1, text=text.strip(), top=float(number), line=number)
        for number, line in enumerate(lines, start=1)
        if line.strip() and number not in rows
        for text in _TAG.sub("", line).split("\t")
        if text.strip()
    )
    page = Page(number=1, width=0, height=float(len(lines)), lines=running, grids=grids)
    return Document(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="text/plain",
        pages=(page,),
        paged=False,
        data=data,
    )


def _rows(lines: list[str]) -> Iterator[int]:
    """Yield the numbers of the lines that are rows of tables."""
    inside = False
    for number, line in enumerate(lines, start=1):
        inside = "\t" in line and (inside or not _is_caption(line))
        if inside:
            yield number


def _is_caption(line: str) -> bool:
    return all(_CAPTION.match(normalise(text)) for text in line.split("\t") if text.strip())


def _grids(lines: list[str], rows: set[int]) -> Iterator[Grid]:
    numbered = list(enumerate(lines, start=1))
    blocks = (list(block) for is_row, block in groupby(numbered, key=lambda item: item[0] in rows) if is_row)
    for number, block in enumerate(blocks, start=1):
        texts_of = [(line, _TAG.sub("\n", text).split("\t")) for line, text in block]
        width = max(index for _, texts in texts_of for index, text in enumerate(texts, start=1) if text.strip())
        cells = tuple(
            Cell(page=1, grid=number, row=row, column=column, text=text.strip(), line=line)
            for row, (line, texts) in enumerate(texts_of, start=1)
            for column, text in enumerate(texts[:width], start=1)
        )
        yield Grid(
            page=1,
            number=number,
            cells=cells,
            rows=len(texts_of),
            columns=width,
            top=float(block[0][0]),
            bottom=float(block[-1][0]),
            spans_lost=True,
        )
