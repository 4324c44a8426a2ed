"""Figures: every printed amount has its coordinates and its cell."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Figure, Role
from samples import DOCUMENTS, HETANG, SAMPLE, disclosure, needs_hetang

COLUMNS = {
    "operation": "operationCharacter",
    "aspect": "aspect",
    "fund": "fundSource",
    "fund_level": "fundLevel",
    "nature": "expenditureNature",
    "functional": "functionalClassification",
    "dept_economic": "departmentEconomicClassification",
    "item": "item",
    "project": "project",
}
HETANG_FILES = ("disclosure.txt", "disclosure.pdf", "disclosure-radicals.pdf")

Line = tuple[str, str, tuple[str, ...]]


def key_lines(path: Path) -> Counter[Line]:
    """Return the lines of an answer key: annex, yuan, coordinates."""
    text = path.read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return Counter(
        (
            row["annex"],
            row["yuan"],
            tuple(row[column].replace("official reception 公务接待费", "official-reception") for column in COLUMNS),
        )
        for row in rows
    )


def figure_lines(read: Disclosure) -> Counter[Line]:
    """Return the figures of a disclosure in the form of an answer key."""
    return Counter((figure.table, str(figure.amount), _coordinates(figure)) for figure in read.figures)


def _coordinates(figure: Figure) -> tuple[str, ...]:
    return tuple((figure.coordinates.get(name) or "all").rpartition("/")[2] for name in COLUMNS.values())


def test_each_figure_of_the_sample_has_the_coordinates_of_the_answer_key() -> None:
    key, read = key_lines(DOCUMENTS / "expected-figures.csv"), figure_lines(disclosure())

    assert sum(key.values()) == 261
    assert key - read == Counter()
    assert {line[0] for line in read - key} == {"5", "5-2"}


@needs_hetang
@pytest.mark.parametrize("name", HETANG_FILES)
def test_each_figure_of_hetang_has_the_coordinates_of_the_answer_key(name: str) -> None:
    key, read = key_lines(HETANG / "figures.csv"), figure_lines(disclosure(HETANG / name))

    assert sum(key.values()) == 261
    assert key - read == Counter()
    assert {line[0] for line in read - key} == {"5", "5-2"}


@needs_hetang
def test_the_reader_of_text_and_the_readers_of_pdf_agree() -> None:
    first, *others = (figure_lines(disclosure(HETANG / name)) for name in HETANG_FILES)

    assert all(other == first for other in others)


def test_every_label_of_the_sample_is_known() -> None:
    unresolved = [figure for figure in disclosure().figures if not figure.resolved]

    assert unresolved == []


def test_all_twenty_annexes_are_there_and_the_empty_ones_say_so() -> None:
    readings = disclosure().readings
    annexes = [reading.table.slug for reading in readings]

    assert [slug for slug in annexes if "-" not in slug] == [str(number) for number in range(1, 21)]
    assert {r.table.slug for r in readings if not r.figures} == {"7", "12", "13", "14"}
    assert all(reading.kind.slug != "other" for reading in readings)


def test_leaves_of_one_breakdown_sum_to_the_printed_total() -> None:
    """In every table that prints a total, leaves with one breakdown and on one side of the account make it up."""
    checked = 0
    for reading in disclosure().readings:
        totals = defaultdict(set)
        leaves: dict[tuple[str, tuple[str, ...], str], Decimal] = defaultdict(Decimal)
        for figure in reading.figures:
            side = "in" if _side(figure) in ("revenue", "sources") else "out"
            fund = figure.coordinates.get("fundSource") or "all"
            assert figure.amount is not None
            if figure.role is Role.TOTAL and not figure.breakdown:
                totals[side].add(figure.amount)
            elif figure.role is Role.LEAF:
                split = "all" if "fundSource" in figure.breakdown else fund
                leaves[side, figure.breakdown, split] += figure.amount
        for (side, breakdown, _), amount in leaves.items():
            if totals[side]:
                assert totals[side] == {amount}, (reading.table.slug, breakdown)
                checked += 1
    assert checked >= 7


def _side(figure: Figure) -> str:
    return (figure.coordinates.get("operationCharacter") or "").rpartition("/")[2]


def test_a_figure_points_at_the_cell_that_prints_it() -> None:
    figure = next(f for f in disclosure().figures if f.printed == "8.73" and f.table == "10")

    assert figure.cell.box is not None
    assert figure.cell.flat == "8.73"
    assert figure.column_label == "社会保障缴费 › 机关事业单位基本养老保险缴费"
    assert figure.row_label == "2010350 事业运行"


def test_a_table_without_a_unit_gets_the_one_that_other_tables_bear_out() -> None:
    reading = disclosure().reading("19")

    assert reading.table.unit is None
    assert reading.unit_inferred
    assert reading.unit is not None and reading.unit.label == "万元"


def test_the_sample_on_the_disk_is_what_its_script_makes() -> None:
    make_sample = pytest.importorskip("make_sample")

    assert SAMPLE.read_bytes() == make_sample.build()
