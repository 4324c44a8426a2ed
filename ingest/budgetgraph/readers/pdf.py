"""Reader of PDF files: characters and ruling lines become lines of text and ruled grids."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from budgetgraph.document import Document, Grid, Page
from budgetgraph.errors import UnusableSource
from budgetgraph.readers.glyphs import Glyph, inside, layout_of, text_lines
from budgetgraph.readers.ruling import ruled_grids
from budgetgraph.settings import Settings

_PDF_ERRORS = (
    MalformedPDFException,
    PdfminerException,
    PDFException,
    PSException,
    PDFPasswordIncorrect,
    PDFEncryptionError,
)

logging.getLogger("pdfminer").setLevel(logging.ERROR)


def read_pdf(path: Path, limits: Settings) -> Document:
    """Read a PDF file.

    Raises UnusableSource if the file is no PDF, broken, locked by a password, too long, or without a text layer.
    """
    data = path.read_bytes()
    _refuse_what_is_no_pdf(data, path)
    try:
        with pdfplumber.open(path) as pdf:
            _refuse_what_is_too_long(pdf, limits.pages, path)
            pages = tuple(_pages(pdf.pages))
    except _PDF_ERRORS as error:
        raise _refusal(error, path) from error
    if not pages:
        raise _broken(path, "no page")
    if sum(len(line.text) for page in pages for line in page.lines) < 20 and not any(page.grids for page in pages):
        raise UnusableSource(
            what=f"no text layer on {len(pages)} page(s), probably a scan 没有文字层，可能是扫描件",
            where=str(path),
            remedy="run optical character recognition first 请先进行文字识别",
            reason="scan",
        )
    return Document(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="application/pdf",
        pages=pages,
        data=data,
    )


def _pages(pages: Iterable[pdfplumber.page.Page]) -> Iterator[Page]:
    for page in pages:
        glyphs, drawn = layout_of(page)
        grids = tuple(ruled_grids(page, glyphs, drawn))
        outside = [glyph for glyph in glyphs if not _in_a_grid(glyph, grids)]
        lines = tuple(text_lines(outside, page=page.page_number))
        yield Page(
            number=page.page_number,
            width=float(page.width),
            height=float(page.height),
            lines=lines,
            grids=grids,
        )
        page.close()


def _in_a_grid(glyph: Glyph, grids: tuple[Grid, ...]) -> bool:
    return any(grid.box is not None and inside(glyph, grid.box) for grid in grids)


def _refuse_what_is_too_long(pdf: pdfplumber.pdf.PDF, limit: int, path: Path) -> None:
    if any(True for _ in islice(PDFPage.create_pages(pdf.doc), limit, None)):
        raise UnusableSource(
            what=f"more than {limit} pages 页数过多",
            where=str(path),
            remedy="raise BUDGETGRAPH_PAGES if you trust it 若可信请调高此设置",
            reason="too-long",
        )


def _refuse_what_is_no_pdf(data: bytes, path: Path) -> None:
    if not data:
        raise UnusableSource(
            what="the file is empty 文件为空",
            where=str(path),
            remedy="download it again 请重新下载",
            reason="empty",
        )
    head = data[:1024]
    if b"%PDF-" in head:
        return
    if b"<html" in head.lower() or b"<!doctype html" in head.lower():
        raise UnusableSource(
            what="an HTML page named .pdf 是网页而非PDF",
            where=str(path),
            remedy="download the attachment itself 请下载附件原文",
            reason="html",
        )
    raise UnusableSource(
        what="not a PDF file 不是PDF文件",
        where=str(path),
        remedy="check the file 请检查文件",
        reason="not-a-pdf",
    )


def _refusal(error: Exception, path: Path) -> UnusableSource:
    causes = (error, *error.args, error.__cause__)
    if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes):
        return UnusableSource(
            what="locked by a password 文件有密码保护",
            where=str(path),
            remedy="remove the password first 请先解除密码",
            reason="encrypted",
        )
    return _broken(path, type(error).__name__)


def _broken(path: Path, detail: str) -> UnusableSource:
    return UnusableSource(
        what=f"the PDF is cut off or damaged ({detail}) PDF文件不完整或已损坏",
        where=str(path),
        remedy="download it again 请重新下载",
        reason="truncated",
    )
