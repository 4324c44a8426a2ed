"""Layouts of the genre: each file of tests/layouts is set, read, and compared with what it says of itself."""

from __future__ import annotations

import pytest

from budgetgraph.checks.findings import Severity
from budgetgraph.labels import normalise
from layout_check import altered, as_workbook, layout, names, originals, read_of, report, understood, wanted


@pytest.mark.parametrize("name", names())
def test_every_amount_of_a_layout_is_read_with_its_coordinates(name: str) -> None:
    key, read = wanted(layout(name)), read_of(understood(name))

    assert (key - read, read - key) == ({}, {})


@pytest.mark.parametrize("name", names())
def test_every_table_of_a_layout_is_known_for_what_it_is(name: str) -> None:
    said = [(normalise(sheet.title), sheet.settings.get("kind")) for sheet in layout(name).sheets]

    assert [(normalise(reading.table.title), reading.kind.slug) for reading in understood(name).readings] == said


@pytest.mark.parametrize("name", originals())
def test_a_layout_whose_sums_are_right_is_not_accused(name: str) -> None:
    accused = [each for each in report(name).findings if each.severity is Severity.VIOLATION]

    assert [each.message.zh for each in accused] == []


@pytest.mark.parametrize("name", originals())
def test_a_wrong_digit_in_the_first_total_of_a_layout_is_noticed(name: str) -> None:
    accused = [each for each in altered(name).findings if each.severity is Severity.VIOLATION]

    assert accused


@pytest.mark.parametrize("name", originals())
def test_a_layout_as_a_workbook_gives_the_same_figures(name: str) -> None:
    key, read = wanted(layout(name)), read_of(as_workbook(name))

    assert (key - read, read - key) == ({}, {})
