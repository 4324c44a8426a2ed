"""Make sample-2019.pdf and its answer key, expected-figures.csv, from the files in sample-2019/."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

# reportlab ships no types
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
    XPreformatted,
)
from sample_annexes import SOURCE, Annex, Grid, answer_key, read_annexes

HERE = Path(__file__).parent
PDF = HERE / "sample-2019.pdf"
KEY = HERE / "expected-figures.csv"

BODY = "株洲市荷塘区政务服务中心"
FONT = "WenQuanYi"
MARGIN = 40.0
PADDING = 3.0
RULE = 0.6
EVERYWHERE = (0, 0), (-1, -1)
PAPERS: Mapping[str, tuple[float, float]] = {"text": A4, "A4": landscape(A4), "A3": landscape(A3)}
UNBROKEN = re.compile(r"[（(“《]*(?:[0-9A-Za-z.%/&+*-]+|.)[，。、；：）)”》%]*")
"""What no line break divides: a number, a Latin word, a character with the punctuation that clings to it."""


def build() -> bytes:
    """Return the sample disclosure as a PDF file, the same bytes each time."""
    register_font()
    pages = BytesIO()
    document = BaseDocTemplate(
        pages,
        title=f"{BODY} 2019 年部门预算",
        author="budgetgraph",
        subject="测试样本 sample for tests",
        invariant=1,
        pageCompression=0,
        pageTemplates=[_page(name, size) for name, size in PAPERS.items()],
    )
    story = [*_text_pages((SOURCE / "text.txt").read_text(encoding="utf-8"))]
    for annex in read_annexes():
        story += _annex_pages(annex)
    document.build(story)
    return pages.getvalue()


def register_font() -> None:
    """Make the embedded CJK font of the package paperang-p2-fonts-cjk known to reportlab."""
    font = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
    pdfmetrics.registerFont(TTFont(FONT, BytesIO(font.read_bytes()), subfontIndex=0))


def _page(name: str, size: tuple[float, float]) -> Any:
    width, height = size
    frame = Frame(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN, 0, 0, 0, 0)

    def number(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(width / 2, MARGIN / 2, f"— {document.page} —")

    return PageTemplate(name, [frame], onPage=number, pagesize=size)


def _text_pages(source: str) -> Iterator[Any]:
    setters: Mapping[str, Callable[[str], Iterator[Any]]] = {
        "cover": _cover,
        "contents": _contents,
        "text": _prose,
    }
    for number, part in enumerate(source.split("@")[1:]):
        kind, _, body = part.partition("\n")
        if number:
            yield PageBreak()
        yield from setters[kind](body.strip())


def _cover(source: str) -> Iterator[Any]:
    yield Spacer(1, 200)
    for line in source.split("\n\n"):
        size = 24 if line.startswith("# ") else 14
        yield from _paragraph(line.removeprefix("# "), size=size, centred=True, after=24)


def _contents(source: str) -> Iterator[Any]:
    for line in filter(None, source.splitlines()):
        if line.startswith("# "):
            yield from _paragraph(line.removeprefix("# "), size=18, centred=True, after=10)
        else:
            text = line.lstrip(">")
            yield from _paragraph(text, size=10.5, left=20.0 * (len(line) - len(text)), after=0)


def _prose(source: str) -> Iterator[Any]:
    for line in source.split("\n\n"):
        mark, _, title = line.partition(" ")
        if mark == "#":
            yield from _paragraph(title, size=16, centred=True, after=10)
        elif mark in ("##", "###"):
            yield from _paragraph(title, size=14 if mark == "##" else 12, indent=24, after=4)
        else:
            yield from _paragraph(line, size=12, indent=24, after=4)


def _paragraph(
    text: str, *, size: float, after: float, centred: bool = False, left: float = 0, indent: float = 0
) -> Iterator[Any]:
    style = ParagraphStyle(
        "text",
        fontName=FONT,
        fontSize=size,
        leading=1.6 * size,
        alignment=1 if centred else 0,
        leftIndent=left,
        firstLineIndent=indent,
        spaceAfter=after,
    )
    width = A4[0] - 2 * MARGIN - left
    yield XPreformatted(wrap(text, size=size, width=width, first=width - indent), style)


def _annex_pages(annex: Annex) -> Iterator[Any]:
    settings = annex.grids[0].settings
    paper = settings.get("paper", "A4")
    width = PAPERS[paper][0] - 2 * MARGIN
    yield NextPageTemplate(paper)
    yield PageBreak()
    yield _line([f"附件 {annex.number}"], size=12, width=width)
    yield _line([settings["title"]], size=18, width=width, align="CENTER")
    yield _line([f"单位名称：{BODY}", settings.get("unit", "")], size=10, width=width)
    size = float(settings.get("size", "9"))
    yield from (_ruled(grid, size=size, width=width) for grid in annex.grids)
    if "note" in settings:
        yield _line([wrap(settings["note"], size=10, width=width - 2 * PADDING)], size=10, width=width)


def _line(texts: Sequence[str], *, size: float, width: float, align: str = "LEFT") -> Any:
    style = [*common_style(size), ("ALIGN", (0, 0), (0, 0), align), ("ALIGN", (1, 0), (-1, -1), "RIGHT")]
    return Table([list(texts)], [width / len(texts)] * len(texts), style=style)


def _ruled(grid: Grid, *, size: float, width: float) -> Any:
    shares = [float(share) for part in grid.settings["widths"].split() for share in _repeated(part)]
    widths = [width * share / sum(shares) for share in shares]
    style = [*common_style(size), ("GRID", *EVERYWHERE, RULE, "black"), ("ALIGN", *EVERYWHERE, "CENTER")]
    for side, setting in (("RIGHT", "figures"), ("LEFT", "left")):
        style += [("ALIGN", (column, grid.header), (column, -1), side) for column in grid.columns(setting)]
    texts: list[list[str]] = []
    for number, row in enumerate(grid.rows):
        texts.append([])
        for column, cell in enumerate(row):
            last_row, last_column = _last(grid, number, column)
            room = sum(widths[column : last_column + 1]) - 2 * PADDING - size * cell.indent
            texts[-1].append(wrap(cell.text, size=size, width=room))
            place = (column, number)
            if (last_column, last_row) != place and not cell.merge:
                style.append(("SPAN", place, (last_column, last_row)))
            if cell.indent:
                style.append(("LEFTPADDING", place, place, PADDING + size * cell.indent))
            if "\n" in cell.text:
                style.append(("VALIGN", (0, number), (-1, number), "TOP"))
    return Table(texts, widths, style=style, splitInRow=1)


def common_style(size: float) -> list[tuple[Any, ...]]:
    return [
        ("FONT", *EVERYWHERE, FONT, size, 1.2 * size),
        ("VALIGN", *EVERYWHERE, "MIDDLE"),
        ("LEFTPADDING", *EVERYWHERE, PADDING),
        ("RIGHTPADDING", *EVERYWHERE, PADDING),
        ("TOPPADDING", *EVERYWHERE, PADDING),
        ("BOTTOMPADDING", *EVERYWHERE, PADDING),
    ]


def _repeated(part: str) -> list[str]:
    """Return a width of `38x25` 38 times."""
    times, by, share = part.rpartition("x")
    return [share] * (int(times) if by else 1)


def _last(grid: Grid, row: int, column: int) -> tuple[int, int]:
    last_row, last_column = row, column
    while last_column + 1 < len(grid.rows[row]) and grid.rows[row][last_column + 1].merge == "<":
        last_column += 1
    while last_row + 1 < len(grid.rows) and grid.rows[last_row + 1][column].merge == "^":
        last_row += 1
    return last_row, last_column


def wrap(text: str, *, size: float, width: float, first: float | None = None) -> str:
    """Break *text* into lines of at most *width* points, the first of at most *first*."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, size, width):
            room = width if first is None or lines else first
            if line and _length(line + piece.rstrip(), size) > room:
                lines.append(line.rstrip())
                line = ""
            line = (line + piece).lstrip()
        lines.append(line)
    return "\n".join(lines)


def _pieces(text: str, size: float, width: float) -> Iterator[str]:
    for piece in UNBROKEN.findall(text):
        yield from [piece] if _length(piece, size) <= width else piece


def _length(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def main() -> None:
    """Write the sample and its answer key."""
    PDF.write_bytes(build())
    KEY.write_text(answer_key(), encoding="utf-8")


if __name__ == "__main__":
    main()
