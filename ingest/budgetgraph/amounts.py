"""Amounts as printed: what stands in a cell, and what it is worth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from budgetgraph.errors import AmountError
from budgetgraph.labels import normalise

NUMBER = re.compile(r"[-−﹣－]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_PLAIN = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_PARENTHESISED = re.compile(r"\((\d[\d,]*(\.\d+)?)\)")


class Blank(Enum):
    """Ways in which a cell can hold no number; they do not mean the same."""

    EMPTY = ""
    DASH = "—"
    NONE = "无"


_BLANKS = {
    "": Blank.EMPTY,
    "—": Blank.DASH,
    "-": Blank.DASH,
    "--": Blank.DASH,
    "——": Blank.DASH,
    "/": Blank.DASH,
}
_BLANKS |= {"无": Blank.NONE}


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that a table states, e.g. 万元, as a factor to yuan."""

    slug: str
    label: str
    yuan: Decimal


def parse_number(printed: str) -> Decimal | Blank:
    """Return the number that *printed* holds, or which kind of blank it is.

    Brackets mean a negative number, as accountants write it.
    Raises AmountError, with the text as printed, if it is neither.
    """
    text = _plain(printed)
    blank = _BLANKS.get(text)
    if blank is not None:
        return blank
    bracketed = _PARENTHESISED.fullmatch(text)
    if bracketed:
        text = "-" + bracketed.group(1)
    if not _PLAIN.fullmatch(text):
        raise AmountError(what=f"not an amount 不是金额: {printed!r}")
    return Decimal(text.replace(",", ""))


def _plain(printed: str) -> str:
    """Return a number without its currency sign, its minus and its separators as in ASCII."""
    return normalise(printed).replace("−", "-").replace("，", ",").removeprefix("¥")


def is_number(printed: str) -> bool:
    """Say whether *printed* holds a number."""
    text = _plain(printed)
    return bool(_PLAIN.fullmatch(text) or _PARENTHESISED.fullmatch(text))


def is_blank(printed: str) -> bool:
    """Say whether *printed* says that nothing is there: empty, a dash, 无."""
    return normalise(printed) in _BLANKS


def yuan(number: Decimal, unit: Unit) -> Decimal:
    """Return *number* in yuan, to two decimals, exactly."""
    return (number * unit.yuan).quantize(Decimal("0.01"))


def finest_place(printed: str, unit: Unit) -> Decimal:
    """Return the value in yuan of the last place that *printed* shows: 371.08 in 万元 gives 100."""
    decimals = normalise(printed).rpartition(".")[2] if "." in printed else ""
    digits = len(re.sub(r"\D", "", decimals))
    return Decimal(1).scaleb(-digits) * unit.yuan
