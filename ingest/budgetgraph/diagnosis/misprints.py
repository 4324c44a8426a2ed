"""Misprints: how a number that is printed can have come from the one that should be."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum


class Misprint(Enum):
    """Kinds of misprint, the most telling first; the value is a slug."""

    SIGN = "sign"
    SWAPPED = "digits-swapped"
    DIGIT = "digit-changed"
    DROPPED = "digit-dropped"
    ADDED = "digit-added"
    POINT = "point-slipped"
    UNIT = "unit-slipped"


_UNITS = frozenset((4, -4, 8, -8))
"""Powers of ten between the units in use: 元, 万元, 亿元."""


def misprint(printed: Decimal, meant: Decimal) -> Misprint | None:
    """Return the one slip of the pen that makes *printed* of *meant*; None if it would take several."""
    if not printed or not meant or printed == meant:
        return None
    if printed == -meant:
        return Misprint.SIGN
    if (printed < 0) != (meant < 0):
        return None
    power = _power_of_ten(printed, meant)
    if power:
        return Misprint.UNIT if power in _UNITS else Misprint.POINT
    one, other = _digits(printed, meant)
    if len(one) == len(other) and (found := _of_one_length(one, other)):
        return found
    for short, long, found in ((one, other, Misprint.DROPPED), (other, one, Misprint.ADDED)):
        if _lacks_one(short, long) or _lacks_one(short.rstrip("0"), long.rstrip("0")):
            return found
    return None


def _power_of_ten(one: Decimal, other: Decimal) -> int:
    """Return k where one = other × 10^k, 0 if there is none."""
    if one.normalize().as_tuple().digits != other.normalize().as_tuple().digits:
        return 0
    return one.adjusted() - other.adjusted()


def _digits(one: Decimal, other: Decimal) -> tuple[str, str]:
    """Return the digits of two numbers to the same number of decimals."""
    decimals = max(_decimals(one), _decimals(other))
    return f"{abs(one):.{decimals}f}".replace(".", ""), f"{abs(other):.{decimals}f}".replace(".", "")


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_one_length(one: str, other: str) -> Misprint | None:
    differing = [index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) == 1:
        return Misprint.DIGIT
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        first, second = differing
        if one[first] == other[second] and one[second] == other[first]:
            return Misprint.SWAPPED
    return None


def _lacks_one(shorter: str, longer: str) -> bool:
    short = len(shorter) + 1 == len(longer)
    return short and any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
