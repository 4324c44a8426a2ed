"""Readers: a file becomes a Document, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from budgetgraph.document import Document
from budgetgraph.errors import UnusableSource
from budgetgraph.readers.excel import SAVE_AS, read_xlsx
from budgetgraph.readers.pdf import read_pdf
from budgetgraph.readers.text import read_text
from budgetgraph.settings import Settings, settings

__all__ = ["CONVERTIBLE", "SUFFIXES", "read"]

SUFFIXES: dict[str, Callable[[Path, Settings], Document]] = {
    ".pdf": read_pdf,
    ".txt": read_text,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
}

_AS_PDF = "open it in an office programme and save it as .pdf 请用办公软件另存为.pdf"
_UNPACK = "unpack it and give its files 请解压后提供其中的文件"
_PICTURE = "run optical character recognition and save it as .pdf 请先进行文字识别并存为.pdf"
CONVERTIBLE = {
    **dict.fromkeys((".xls", ".et", ".xlsb", ".ods"), SAVE_AS),
    **dict.fromkeys((".doc", ".docx", ".wps", ".odt", ".rtf"), _AS_PDF),
    **dict.fromkeys((".zip", ".rar", ".7z"), _UNPACK),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff"), _PICTURE),
    ".ofd": "open it in an OFD viewer and export it as .pdf 请用OFD阅读器（如WPS、数科、福昕）导出为.pdf",
}
"""Formats in which disclosures are published and that are not read: suffix → what to do about it."""


def read(path: Path | str, limits: Settings | None = None) -> Document:
    """Read one file; the suffix only chooses the reader, the content decides.

    Raises UnusableSource, saying why in one line, if the file cannot be read as a disclosure or is over a limit
    of the settings.
    """
    path, limits = Path(path), limits or settings()
    if not path.exists():
        raise UnusableSource(
            what="no such file 文件不存在",
            where=str(path),
            remedy="check the path 请检查路径",
            reason="missing",
        )
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnusableSource(
            what=f"cannot read {path.suffix or 'this'} files 不支持此格式",
            where=str(path),
            remedy=CONVERTIBLE.get(suffix, f"give one of {', '.join(SUFFIXES)} 请提供上述格式"),
            reason="unsupported",
        )
    if path.stat().st_size > limits.source_bytes:
        raise UnusableSource(
            what=f"larger than {limits.source_bytes:,} bytes 文件过大",
            where=str(path),
            remedy="raise BUDGETGRAPH_SOURCE_BYTES if you trust it 若可信请调高此设置",
            reason="too-large",
        )
    return SUFFIXES[suffix](path, limits)
