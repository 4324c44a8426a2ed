"""Number formats of spreadsheets: what a cell shows, as a reader of the sheet sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

GENERAL = "General"
_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^"\\_*\[;]|;')
_PLACES = re.compile(r"[0#?,.]+")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a number format: what stands before and after the digits, and how many are shown.

    `decimals` is None where the section shows the number as it is; `digits` is false where it shows none.
    """

    before: str
    after: str
    decimals: int | None = None
    optional: int = 0
    whole: int = 1
    grouped: bool = False
    scale: int = 0
    digits: bool = True


def shown(value: object, number_format: str) -> str:
    """Return what a cell with a value and a number format shows (ECMA-376 part 1, 18.8.31).

    A number is rounded from the 15 significant digits that a spreadsheet keeps, half away from zero,
    so that no noise of binary fractions is shown.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return _number(Decimal(f"{value:.15g}"), number_format)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _number(value: Decimal, number_format: str) -> str:
    sections = _sections(number_format)
    if value < 0 and len(sections) > 1:
        return _fill(-value, sections[1])
    if value == 0 and len(sections) > 2:
        return _fill(value, sections[2])
    text = _fill(abs(value), sections[0])
    return f"-{text}" if value < 0 and re.search(r"[1-9]", text) else text


def _fill(value: Decimal, section: Section) -> str:
    if not section.digits:
        return (section.before + section.after).strip()
    if section.decimals is None:
        return (section.before + _plain(value) + section.after).strip()
    value = value.scaleb(section.scale)
    rounded = value.quantize(Decimal(1).scaleb(-section.decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}" if section.grouped else f"{rounded:f}"
    whole, point, fraction = text.partition(".")
    for _ in range(section.optional):
        fraction = fraction.removesuffix("0")
    whole = whole.zfill(section.whole) if section.whole else whole.removeprefix("0")
    return (section.before + whole + (point if fraction else "") + fraction + section.after).strip()


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=256)
def _sections(number_format: str) -> tuple[Section, ...]:
    """Read up to four sections: positive, negative, zero, text."""
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(number_format):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(_section(tokens) for tokens in parts)


def _section(tokens: list[str]) -> Section:
    texts = [_literal(token) for token in tokens]
    joined = "".join(tokens)
    if GENERAL in joined or _has_other_digits(tokens):
        return Section("", "")
    marks = [index for index, token in enumerate(tokens) if _PLACES.fullmatch(token)]
    if not marks:
        return Section("".join(texts), "", digits="@" in joined)
    first, last = marks[0], marks[-1]
    pattern = "".join(token for token in tokens[first : last + 1] if _PLACES.fullmatch(token))
    whole, _, fraction = pattern.partition(".")
    thousands = len(pattern) - len(pattern.rstrip(","))
    percent = "%" in tokens
    return Section(
        before="".join(texts[:first]),
        after="".join(texts[last + 1 :]),
        decimals=len(fraction.replace(",", "")),
        optional=len(fraction) - len(fraction.rstrip("#?")),
        whole=whole.count("0"),
        grouped="," in whole.rstrip(","),
        scale=2 * percent - 3 * thousands,
    )


def _has_other_digits(tokens: list[str]) -> bool:
    """Fractions, powers of ten and dates are shown as they are stored: none of them is an amount."""
    return any(token in "/EeyYdDhHsS" for token in tokens if len(token) == 1)


def _literal(token: str) -> str:
    match token[0]:
        case '"':
            return token[1:-1]
        case "\\":
            return token[1]
        case "_":
            return " "
        case "*":
            return ""
        case "[":
            return token[2:].partition("-")[0].rstrip("]") if token.startswith("[$") else ""
    return "" if _PLACES.fullmatch(token) or token == "@" else token
