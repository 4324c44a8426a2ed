"""Words quoted from a paragraph as they are printed, with what stands before and behind them."""

from __future__ import annotations

from dataclasses import dataclass

from budgetgraph.labels import normalise
from budgetgraph.prose.sections import Paragraph

CONTEXT = 32
"""So many characters before and behind a quotation tell it from others of its page."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation that can be found again on its page: its words, and those before and behind them.

    Line breaks of the page are left out; no part reaches over to another page.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""


class Quotation:
    """Turns places in a paragraph's normalised text into what is printed there."""

    def __init__(self, paragraph: Paragraph) -> None:
        self._paragraph = paragraph
        self._origins = [index for index, char in enumerate(paragraph.text) for _ in normalise(char)]
        if len(self._origins) != len(paragraph.flat):  # characters that Unicode composes: quote what is compared
            self._paragraph = Paragraph(paragraph.flat, paragraph.page, paragraph.line)
            self._origins = list(range(len(paragraph.flat)))

    def printed(self, start: int, end: int) -> str:
        """Return what is printed between two places of the normalised text."""
        return self._paragraph.text[self._origins[start] : self._origins[end - 1] + 1]

    def place(self, offset: int) -> tuple[int, int | None]:
        """Return the page and, in text sources, the line of a place of the normalised text."""
        _, page, line = self._paragraph.place(self._origins[offset])
        return page, line

    def quote(self, start: int, end: int) -> Quote:
        """Return the words between two places, cut at the top of the page on which they end."""
        text, last = self._paragraph.text, self._origins[end - 1]
        top, page, _ = self._paragraph.place(last)
        bottom = next((place for place, other, _ in self._paragraph.parts if place > last and other != page), len(text))
        first = max(self._origins[start], top)
        return Quote(
            exact=text[first : last + 1],
            prefix=text[max(top, first - CONTEXT) : first],
            suffix=text[last + 1 : min(bottom, last + 1 + CONTEXT)],
        )
