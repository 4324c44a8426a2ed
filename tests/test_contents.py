"""Content streams: what PLAYA's parser makes of them is drawn as pdfminer draws it."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from pdfminer.layout import LTChar, LTComponent, LTContainer, LTCurve, LTImage
from pdfplumber.utils.exceptions import PdfminerException
from reportlab.pdfgen.canvas import Canvas

from budgetgraph.readers.contents import drawn_on
from samples import DOCUMENTS, SHARED

ODD = (
    "BT /F1 10 Tf 50 700 Td (a\\(b\\)\\101 \\\\) Tj ET",
    "BT /F1 10 Tf 50 680 Td <41 4 2 43> Tj ET % a comment (",
    "BT /F1 10 Tf 50 660 Td [(A) -250 (B) .5 (C(nested) D)] TJ ET",
    "BT /F1 10 Tf 50 640 Td 12 (spaced) ' 1 2 (both) \" ET",
    "q 10 0 0 10 50 600 cm BI /W 2 /H 2 /CS /G /BPC 8 ID abEI EI Q",
    "/P <</MCID 0 /Lang (zh)>> BDC BT /F1 10 Tf 50 580 Td (marked) Tj ET EMC",
    "10 20 30 40 re f* 5 5 m 9 5 l 9 9 l b* 1 w",
    "nonsense 3 true false null /Name [1 2 [3]] 7 Tw BT /F1 10 Tf 50 560 Td (after) Tj ET",
    "re 1 2 m",
)


def everything(items: LTContainer[Any]) -> list[tuple[object, ...]]:
    return [attributes for item in items for attributes in _attributes(item)]


def _attributes(item: LTComponent) -> list[tuple[object, ...]]:
    if isinstance(item, LTImage):
        return []  # no one asks for it
    if isinstance(item, LTContainer):
        return everything(item)
    text = item.get_text() if isinstance(item, LTChar) else None
    path = (item.pts, item.stroke, item.fill, item.linewidth) if isinstance(item, LTCurve) else None
    return [(type(item).__name__, item.bbox, text, path)]


def agrees(file: Path | BytesIO) -> int:
    """Compare all pages with pdfplumber's own layout, and return how many things are drawn on them."""
    drawn = 0
    with pdfplumber.open(file) as pdf:
        for page in pdf.pages:
            ours = everything(drawn_on(page))
            assert ours == everything(page.layout), page.page_number
            drawn += len(ours)
            page.close()
    return drawn


@pytest.mark.parametrize("name", sorted(path.name for path in DOCUMENTS.glob("*.pdf")))
def test_a_sample_is_drawn_as_pdfminer_draws_it(name: str) -> None:
    assert agrees(DOCUMENTS / name) > 1000


def test_odd_contents_are_drawn_as_pdfminer_draws_them() -> None:
    data = BytesIO()
    canvas = Canvas(data, pageCompression=0)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(50, 720, "first")
    contents: list[str] = vars(canvas)["_code"]
    contents.extend(ODD)
    canvas.showPage()
    canvas.save()

    assert agrees(data) > 40


@pytest.mark.corpus
@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="../shared/corpus is not here")
@pytest.mark.timeout(1200)
def test_every_page_of_the_corpus_is_drawn_as_pdfminer_draws_it() -> None:
    for file in sorted((SHARED / "corpus").rglob("*.pdf")):
        with suppress(PdfminerException):  # no PDF: that it is refused is tested elsewhere
            agrees(file)
