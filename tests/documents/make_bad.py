"""Make the files in bad/: none holds a budget that can be read, and each is refused for its own reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from make_sample import FONT, register_font
from PIL import Image, ImageDraw, ImageFont

# reportlab ships no types
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

BAD = Path(__file__).parent / "bad"
WIDTH, HEIGHT = A4
LEFT = 80.0
LEADING = 28.0
DOTS = 1.5
"""Dots of the scan in one PDF point."""

TITLE = "关于做好部门预算公开工作的通知"
NOTICE = (
    "各有关单位：",
    "    按照预算公开的要求，请各单位及时公开本单位的部门预算。",
    "    一、公开的内容应当真实、完整，表格齐全，说明清楚。",
    "    二、公开的时间为部门预算批复后的二十日以内。",
    "    三、公开的渠道为区人民政府门户网站。",
    "    特此通知。",
)
PAGE = """<!DOCTYPE html>
<html lang="zh">
<head><meta charset="utf-8"><title>页面不存在</title></head>
<body><h1>404</h1><p>您访问的页面不存在或者已被删除。</p></body>
</html>
"""


def notice(encryption: Any = None) -> bytes:
    """Return a notice of one page: text, but no table."""
    register_font()
    file, canvas = _canvas(encryption)
    canvas.setFont(FONT, 20)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 120, TITLE)
    canvas.setFont(FONT, 14)
    for number, line in enumerate(NOTICE):
        text = line.lstrip()
        indent = 7.0 * (len(line) - len(text))
        canvas.drawString(LEFT + indent, HEIGHT - 180 - LEADING * number, text)
    canvas.save()
    return file.getvalue()


def encrypted() -> bytes:
    """Return the notice behind a password."""
    return notice(StandardEncryption("budget", ownerPassword="budgetgraph", strength=128))


def truncated() -> bytes:
    """Return the first half of the notice: a download that broke off."""
    whole = notice()
    return whole[: len(whole) // 2]


def scan() -> bytes:
    """Return a page that is a picture of the notice, without a text layer."""
    picture = Image.new("1", (round(WIDTH * DOTS), round(HEIGHT * DOTS)), 1)
    pen = ImageDraw.Draw(picture)
    font = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
    for size, top, lines in ((20, 100, (TITLE,)), (14, 166, NOTICE)):
        face = ImageFont.truetype(BytesIO(font.read_bytes()), size * DOTS)
        for number, line in enumerate(lines):
            pen.text((LEFT * DOTS, (top + LEADING * number) * DOTS), line, fill=0, font=face)
    file, canvas = _canvas()
    canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
    canvas.save()
    return file.getvalue()


def _canvas(encryption: Any = None) -> tuple[BytesIO, Any]:
    file = BytesIO()
    return file, Canvas(file, pagesize=A4, invariant=1, pageCompression=0, encrypt=encryption)


def page_html() -> bytes:
    """Return a web page, as a server sends it in place of a missing PDF file."""
    return PAGE.encode()


def empty() -> bytes:
    """Return nothing."""
    return b""


FILES: Mapping[str, Callable[[], bytes]] = {
    "empty.pdf": empty,
    "encrypted.pdf": encrypted,
    "notice.pdf": notice,
    "page-html.pdf": page_html,
    "scan.pdf": scan,
    "truncated.pdf": truncated,
}


def main() -> None:
    """Write all of them."""
    BAD.mkdir(exist_ok=True)
    for name, make in FILES.items():
        (BAD / name).write_bytes(make())


if __name__ == "__main__":
    main()
