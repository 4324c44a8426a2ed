"""Figures that err alike are one cause: the item that totals leave out is named, or the unit of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.report.examination import examine
from budgetgraph.report.rendering import as_html

HEAD = ["某市档案局2026年部门预算", "附件1", "部门支出总表", "单位名称：某市档案局", "单位：万元", ""]
ROWS = """
科目编码|科目名称|合计|基本支出|项目支出
|合计|{0}|60.00|30.00
20101|人大事务|{1}|40.00|20.00
20102|政协事务|{2}|20.00|10.00
"""


def budget(folder: Path, *totals: str) -> Disclosure:
    path = folder / "budget.txt"
    lines = [line.replace("|", "\t") for line in ROWS.format(*totals).strip().splitlines()]
    path.write_text("\n".join([*HEAD, *lines, ""]), encoding="utf-8")
    return read_disclosure(path)


@pytest.mark.parametrize(
    ("totals", "causes"),
    [
        (("90.00", "60.00", "30.00"), 0),
        (("60.00", "40.00", "20.00"), 1),
        (("90.00", "40.00", "30.00"), 0),
    ],
)
def test_an_item_that_two_totals_leave_out_is_one_cause(tmp_path: Path, totals: tuple[str, ...], causes: int) -> None:
    found = [d for d in examine(budget(tmp_path, *totals)).diagnoses if d.cause == "item-left-out"]

    assert len(found) == causes
    for diagnosis in found:
        assert "项目支出" in diagnosis.message.zh and "40.00 ≠ 40.00 + 20.00" in diagnosis.message.zh
        assert "leaves out" in diagnosis.message.en
        assert len(diagnosis.evidence) == 3


def test_the_violations_of_one_cause_stand_together_in_the_report(tmp_path: Path) -> None:
    report = examine(budget(tmp_path, "60.00", "40.00", "20.00"))

    page = as_html([report])

    (cause,) = report.diagnoses
    assert page.count('class="cause"') == 1
    assert f"同一原因的其他{len(cause.evidence) - 1}项违反" in page
    assert "其他违反" not in page


def test_one_misprint_that_two_tables_repeat_is_suggested_for_both(tmp_path: Path) -> None:
    """Mended in one table it would differ from the other, so each is weighed as if those before it were mended."""
    path = tmp_path / "budget.txt"
    rows = [line.replace("|", "\t") for line in ROWS.format("90.00", "60.00", "37.00").strip().splitlines()]
    second = ["附件2", "一般公共预算支出表", "单位名称：某市档案局", "单位：万元", ""]
    path.write_text("\n".join([*HEAD, *rows, "", *second, *rows, ""]), encoding="utf-8")

    report = examine(read_disclosure(path))

    suggested = [(d.table, d.suggested) for d in report.diagnoses if d.suggested is not None]
    assert sorted(table for table, _ in suggested if table) == ["1", "2"]
    assert {f"{amount:.2f}" for _, amount in suggested if amount is not None} == {"300000.00"}


@pytest.mark.parametrize("wrong", [None, "1", "2", "3"])
def test_a_table_with_the_wrong_unit_is_one_cause(tmp_path: Path, wrong: str | None) -> None:
    path = tmp_path / "budget.txt"
    rows = [line.replace("|", "\t") for line in ROWS.format("90.00", "60.00", "30.00").strip().splitlines()]
    titles = ("一般公共预算支出表", "一般公共预算支出情况表", "一般公共预算支出预算表")
    lines = ["某市档案局2026年部门预算"]
    for number, title in zip("123", titles, strict=True):
        unit = "元" if number == wrong else "万元"
        lines += [f"附件{number}", title, "单位名称：某市档案局", f"单位：{unit}", "", *rows, ""]
    path.write_text("\n".join(lines), encoding="utf-8")

    found = examine(read_disclosure(path)).diagnoses

    assert [(d.table, d.cause) for d in found] == ([(wrong, "table-unit-mistaken")] if wrong else [])
    assert all("10,000倍" in d.message.zh and "10,000 times" in d.message.en for d in found)
