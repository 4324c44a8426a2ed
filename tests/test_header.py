"""Headers: depth, spans, and the row of column numbers as witness."""

from __future__ import annotations

import pytest

from budgetgraph.document import Cell, Grid
from budgetgraph.tables.header import is_column_numbers, read_header, rows_of


def grid(text: str, *, spans_lost: bool = True) -> Grid:
    """Make a grid from lines of cells parted by bars."""
    rows = [line.strip().split("|") for line in text.strip().splitlines()]
    cells = tuple(
        Cell(page=1, grid=1, row=r, column=c, text=cell.strip())
        for r, row in enumerate(rows, start=1)
        for c, cell in enumerate(row, start=1)
    )
    width = max(map(len, rows))
    return Grid(1, 1, cells, len(rows), width, top=0, bottom=0, spans_lost=spans_lost)


def test_lost_spans_run_to_the_right_within_one_parent_and_else_down() -> None:
    header = read_header(
        grid(
            """
            科目|| 总计 |基本支出||项目支出
            编码|名称|| 合计 |工资|
            201 |一般公共服务支出| 3.00 | 2.00 | 2.00 | 1.00
            """
        )
    )

    assert header.depth == 2
    assert [column.path for column in header.columns] == [
        ("科目", "编码"),
        ("科目", "名称"),
        ("总计",),
        ("基本支出", "合计"),
        ("基本支出", "工资"),
        ("项目支出",),
    ]


@pytest.mark.parametrize(
    "row", ["栏次 | 1=2+3 | 2 | 3", "1 | 2 | 3=2-1", "① = ② + ③ | ② | ③", "1 | 2 | 3=(2-1)/1*100%"]
)
def test_column_numbers_may_say_from_which_they_are_worked_out(row: str) -> None:
    assert is_column_numbers(rows_of(grid(row))[0])


def test_column_numbers_may_skip_and_follow_placeholders() -> None:
    assert is_column_numbers(rows_of(grid("** | ** | 1 | 2 | 3 | 5 | 9"))[0])
    assert is_column_numbers(rows_of(grid("栏次 | 1 | 2"))[0])
    assert not is_column_numbers(rows_of(grid("合计 | 1 | 2"))[0])
    assert not is_column_numbers(rows_of(grid("1 | 2 | 500"))[0])
    assert not is_column_numbers(rows_of(grid("201 | 03 | 50 | 4"))[0])


def test_where_spans_contradict_the_numbers_the_labels_in_reading_order_are_the_leaves() -> None:
    """Nine numbers, nine leaf labels: the second 合计 opens the second group, whatever lies above it."""
    header = read_header(
        grid(
            """
            科目|总计|工资性支出||社会保障缴费||伙食补助费|住房公积金||
            ||合计|基本工资|奖金|合计|养老|医疗||
            **|1|2|3|4|5|6|7|8|9
            201|9|3|1|2|5|2|3||1
            """
        )
    )

    assert header.mended
    assert [column.path for column in header.columns[1:]] == [
        ("总计",),
        ("工资性支出", "合计"),
        ("工资性支出", "基本工资"),
        ("工资性支出", "奖金"),
        ("社会保障缴费", "合计"),
        ("社会保障缴费", "养老"),
        ("社会保障缴费", "医疗"),
        ("伙食补助费",),
        ("住房公积金",),
    ]


def test_a_header_is_not_mended_where_labels_and_numbers_differ_in_number() -> None:
    header = read_header(
        grid(
            """
            科目|总计|工资性支出||伙食补助费||
            ||合计|基本工资|奖金||
            **|1|2|3|4|5|6
            201|9|3|1|2|5|
            """
        )
    )

    assert not header.mended


def test_a_head_printed_again_beside_itself_over_other_labels_is_one_that_spans() -> None:
    header = read_header(
        grid(
            """
            科目|2024年|2024年|2025年|2025年|金额|金额
            科目|基本支出|项目支出|基本支出|项目支出|金额|金额
            201|1|2|3|4|5|6
            """
        )
    )
    first, second, third, fourth, *others = header.columns[1:]

    assert first.groups[0] == second.groups[0] != third.groups[0] == fourth.groups[0]
    assert [column.path for column in others] == [("金额",), ("金额",)]
    assert others[0].groups != others[1].groups
