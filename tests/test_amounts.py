"""Amounts: what is printed, what it is worth, and which blank is which."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetgraph.amounts import Blank, Unit, finest_place, is_number, parse_number, yuan
from budgetgraph.errors import AmountError

WAN = Unit("ten-thousand-yuan", "万元", Decimal(10000))


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("371.08", "371.08"),
        ("1,234.50", "1234.50"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("（12.5）", "-12.5"),
        ("０.６", "0.6"),
    ],
)
def test_numbers_are_read_as_printed(printed: str, number: str) -> None:
    assert parse_number(printed) == Decimal(number)


@pytest.mark.parametrize(
    ("printed", "blank"),
    [("", Blank.EMPTY), (" ", Blank.EMPTY), ("—", Blank.DASH), ("-", Blank.DASH), ("无", Blank.NONE)],
)
def test_blanks_are_told_apart(printed: str, blank: Blank) -> None:
    assert parse_number(printed) is blank


@pytest.mark.parametrize("printed", ["合计", "1,23", "12.3.4", "12人", "2019年"])
def test_what_is_neither_says_so(printed: str) -> None:
    assert not is_number(printed)
    with pytest.raises(AmountError, match="not an amount"):
        parse_number(printed)


def test_an_amount_is_exact_in_yuan() -> None:
    assert str(yuan(Decimal("371.08"), WAN)) == "3710800.00"
    assert finest_place("371.08", WAN) == Decimal(100)
    assert finest_place("18", WAN) == Decimal(10000)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_grouping_does_not_change_a_number(number: Decimal) -> None:
    assert parse_number(f"{number:,}") == number
