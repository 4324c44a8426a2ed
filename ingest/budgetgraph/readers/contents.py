"""What is drawn on a page: pdfminer's interpreter, fed by PLAYA's parser of content streams.

pdfminer spends two thirds of its time in cutting content streams into objects; PLAYA's parser does the same in a
quarter of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pdfplumber
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTPage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, stream_value
from pdfminer.psparser import LIT
from pdfplumber.utils.exceptions import PdfminerException
from playa.parser import ObjectParser
from playa.pdftypes import InlineImage, PSKeyword, PSLiteral

_NAMES = {"*": "_a", '"': "_w", "'": "_q"}
"""How pdfminer spells the signs of an operator in the name of the method that does it."""


def drawn_on(page: pdfplumber.page.Page) -> LTPage:
    """Return the layout of a page: characters, paths and images in the order in which they are drawn.

    Raises PdfminerException if the page cannot be interpreted, as pdfplumber does.
    """
    device = PDFPageAggregator(page.pdf.rsrcmgr, pageno=page.page_number)
    try:
        _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    except Exception as error:
        raise PdfminerException(error) from error
    return device.get_result()


class _Interpreter(PDFPageInterpreter):
    def execute(self, streams: Sequence[object]) -> None:
        """Do what content streams say; a stream that is already being executed further up is left out."""
        operations: dict[bytes, tuple[Callable[..., None], int] | None] = {}
        self.stream_ids.clear()
        for operand in _objects(self._executable(streams)):
            if isinstance(operand, PSLiteral):
                self.push(LIT(operand.name))
            elif not isinstance(operand, PSKeyword):
                self.push(operand)
            else:
                name = operand.name
                if name not in operations:
                    operations[name] = self._operation(name)
                if (operation := operations[name]) is not None:
                    do, count = operation
                    operands = self.pop(count) if count else []
                    if len(operands) == count:
                        do(*operands)

    def _executable(self, streams: Sequence[object]) -> Iterator[PDFStream]:
        for stream in map(stream_value, streams):
            if stream.objid is not None and stream.objid not in self.parent_stream_ids:
                self.stream_ids.add(stream.objid)
                yield stream

    def _operation(self, name: bytes) -> tuple[Callable[..., None], int] | None:
        """Return the method of pdfminer that does an operator, and the number of its operands."""
        spelt = "".join(_NAMES.get(sign, sign) for sign in name.decode("latin-1"))
        method = getattr(self, f"do_{spelt}", None)
        return method and (method, method.__code__.co_argcount - 1)


def _objects(streams: Iterator[PDFStream]) -> Iterator[Any]:
    """Yield the operands and operators of content streams, which are one text in several pieces; no inline images."""
    for _, item in ObjectParser(b"\n".join(stream.get_data() for stream in streams)):
        if not isinstance(item, InlineImage):
            yield item
