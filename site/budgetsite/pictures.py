"""Pictures of pages: where a figure stands, marked on the page that it was read from."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

Box = tuple[float, float, float, float]

SCALE = 2
"""Pixels of a point."""
_MARGIN_X, _MARGIN_Y = 160.0, 60.0
"""Points around a box that are shown with it."""

_lock = threading.Lock()  # pdfium is not made for threads


@lru_cache(maxsize=64)
def picture(path: Path, number: int, box: Box | None, *, whole: bool = False) -> bytes | None:
    """Return a page (from 1) as PNG, cut to the surroundings of *box* unless *whole*; None if there is no such page.

    The box is in PDF points from the top left corner of the page as displayed.
    """
    image = _rendered(path, number)
    if image is None:
        return None
    if box:
        _mark(image, box)
        if not whole:
            image = image.crop(_surroundings(box, image.size))
    data = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(data, "PNG", optimize=True)
    return data.getvalue()


def _rendered(path: Path, number: int) -> Image.Image | None:
    with _lock:
        document = pypdfium2.PdfDocument(path)
        try:
            if not 1 <= number <= len(document):
                return None
            image: Image.Image = document[number - 1].render(scale=SCALE).to_pil().convert("RGB")
            return image
        finally:
            document.close()


def _mark(image: Image.Image, box: Box) -> None:
    x0, top, x1, bottom = (value * SCALE for value in box)
    ImageDraw.Draw(image).rectangle((x0 - 3, top - 3, x1 + 3, bottom + 3), outline=(190, 40, 30), width=3)


def _surroundings(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x0, top, x1, bottom = box
    left, upper = max(0.0, x0 - _MARGIN_X), max(0.0, top - _MARGIN_Y)
    right, lower = x1 + _MARGIN_X, bottom + _MARGIN_Y
    return (
        round(left * SCALE),
        round(upper * SCALE),
        min(size[0], round(right * SCALE)),
        min(size[1], round(lower * SCALE)),
    )
