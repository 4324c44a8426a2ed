"""Reader of workbooks (.xlsx): cells as they are shown, with their sheet and address."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from budgetgraph.document import Document
from budgetgraph.errors import UnusableSource
from budgetgraph.readers.sheets import Sheet, read_sheet
from budgetgraph.settings import Settings

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAVE_AS = "open it in WPS or Excel and save it as .xlsx 请用WPS或Excel另存为.xlsx"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FORMULA = re.compile(rb"<f[ />]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")
_DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    InvalidFileException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,
    zlib.error,
)
"""What openpyxl lets through when a part of the file is missing or makes no sense."""


def read_xlsx(path: Path, limits: Settings) -> Document:
    """Read a workbook; hidden sheets, rows and columns are left out and named in `hidden`.

    Raises UnusableSource if the file is no workbook, broken, locked, too large when unpacked, or holds formulas
    whose results were never saved.
    """
    data = path.read_bytes()
    _refuse_what_is_no_workbook(data, path)
    formulas = _unpacked_within(data, path, limits)
    workbook = _load(data, path, results=True)
    _refuse_missing_sheets(data, workbook, path)
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    _refuse_too_many_cells(sheets, limits.sheet_cells, path)
    if formulas:
        _refuse_unsaved_results(_load(data, path, results=False), workbook, path)
    visible = [Sheet(sheet) for sheet in sheets]
    if not any(cell.text for sheet in visible for cell in sheet.cells.values()):
        raise UnusableSource(
            what="no visible sheet holds any text 可见工作表均为空",
            where=str(path),
            remedy="publish the original 请提供原文件",
            reason="empty",
        )
    return Document(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPE,
        pages=tuple(read_sheet(sheet, number) for number, sheet in enumerate(visible, start=1)),
        paged=False,
        hidden=tuple(_hidden(workbook, visible)),
        data=data,
    )


def _hidden(workbook: Workbook, visible: Iterable[Sheet]) -> Iterator[str]:
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            yield sheet.title
    for seen in visible:
        if seen.hidden:
            yield f"{seen.title}（{seen.hidden}）"


def _refuse_what_is_no_workbook(data: bytes, path: Path) -> None:
    if not data.startswith(b"PK\x03\x04"):
        what, remedy, reason = _what_it_is(data)
        raise UnusableSource(what=what, where=str(path), remedy=remedy, reason=reason)


def _what_it_is(data: bytes) -> tuple[str, str, str]:
    """Return what a file is that is no workbook, what to do about it, and the slug of the reason."""
    head = data[:1024].lower()
    if not data:
        return "the file is empty 文件为空", "download it again 请重新下载", "empty"
    if data.startswith(_OLE) and _ENCRYPTED in data:
        return "locked by a password 文件有密码保护", "remove the password first 请先解除密码", "encrypted"
    if data.startswith(_OLE):
        return "an old workbook (.xls) named .xlsx 是旧格式工作簿(.xls)", SAVE_AS, "unsupported"
    if b"<html" in head or b"<!doctype html" in head or b"<table" in head:
        return "an HTML page named .xlsx 是网页而非工作簿", SAVE_AS, "html"
    return "not a workbook 不是工作簿", "check the file 请检查文件", "not-a-workbook"


def _unpacked_within(data: bytes, path: Path, limits: Settings) -> bool:
    """See that the file unpacks, and to no more than is allowed; return whether it holds formulas."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > limits.source_bytes:
                raise UnusableSource(
                    what=f"unpacks to more than {limits.source_bytes:,} bytes 解压后过大",
                    where=str(path),
                    remedy="raise BUDGETGRAPH_SOURCE_BYTES if you trust it 若可信请调高此设置",
                    reason="too-large",
                )
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise UnusableSource(
                    what="an archive, but not a workbook 是压缩包而非工作簿",
                    where=str(path),
                    remedy="check the file 请检查文件",
                    reason="not-a-workbook",
                )
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
            return any(_FORMULA.search(archive.read(part)) for part in sheets)
    except _DAMAGED as error:
        raise _broken(path, error) from error


def _load(data: bytes, path: Path, *, results: bool) -> Workbook:
    try:
        return load_workbook(BytesIO(data), data_only=results, keep_links=False)
    except _DAMAGED as error:
        raise _broken(path, error) from error


def _refuse_missing_sheets(data: bytes, workbook: Workbook, path: Path) -> None:
    """Openpyxl passes over sheets that are listed and not there."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        listed = len(_SHEET.findall(archive.read("xl/workbook.xml")))
    if listed > len(workbook.sheetnames):
        raise _broken(path, f"{listed - len(workbook.sheetnames)} of {listed} sheets missing")


def _broken(path: Path, error: Exception | str) -> UnusableSource:
    detail = error if isinstance(error, str) else type(error).__name__
    return UnusableSource(
        what=f"the workbook is cut off or damaged ({detail}) 工作簿不完整或已损坏",
        where=str(path),
        remedy="download it again 请重新下载",
        reason="truncated",
    )


def _refuse_too_many_cells(sheets: Iterable[Worksheet], limit: int, path: Path) -> None:
    if sum(len(sheet._cells) for sheet in sheets) > limit:
        raise UnusableSource(
            what=f"more than {limit:,} cells 单元格过多",
            where=str(path),
            remedy="raise BUDGETGRAPH_SHEET_CELLS if you trust it 若可信请调高此设置",
            reason="too-long",
        )


def _refuse_unsaved_results(formulas: Workbook, results: Workbook, path: Path) -> None:
    """A formula whose result was never saved shows nothing here and an amount in a spreadsheet programme."""
    unsaved = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in formulas.worksheets
        if sheet.sheet_state == "visible"
        for cell in sheet._cells.values()
        if cell.data_type == "f" and results[sheet.title][cell.coordinate].value is None
    ]
    if unsaved:
        raise UnusableSource(
            what=f"{len(unsaved)} formulas without a saved result, first {unsaved[0]} 公式没有保存结果",
            where=str(path),
            remedy="open it in WPS or Excel, calculate and save it 请用WPS或Excel打开、计算并保存",
            reason="uncalculated",
        )
