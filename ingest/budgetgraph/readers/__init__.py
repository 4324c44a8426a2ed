"""Readers: a file becomes a Document, whatever its format."""

from __future__ import annotations

from pathlib import Path

from budgetgraph.document import Document
from budgetgraph.errors import UnusableSource
from budgetgraph.readers.pdf import read_pdf
from budgetgraph.readers.text import read_text

__all__ = ["SUFFIXES", "read"]

SUFFIXES = {".pdf": read_pdf, ".txt": read_text}


def read(path: Path | str) -> Document:
    """Read one file; the suffix only chooses the reader, the content decides.

    Raises UnusableSource, saying why in one line, if the file cannot be read as a disclosure.
    """
    path = Path(path)
    reader = SUFFIXES.get(path.suffix.lower())
    if not path.exists():
        raise UnusableSource(
            what="no such file 文件不存在",
            where=str(path),
            remedy="check the path 请检查路径",
            reason="missing",
        )
    if reader is None:
        raise UnusableSource(
            what=f"cannot read {path.suffix or 'this'} files 不支持此格式",
            where=str(path),
            remedy=f"give one of {', '.join(SUFFIXES)} 请提供上述格式",
            reason="unsupported",
        )
    return reader(path)
