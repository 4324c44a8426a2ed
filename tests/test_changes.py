"""Changes: columns of 增减额 are held to their own sums, and to nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.report.examination import Report, examine
from samples import right_documents

TABLES = """某市档案局2026年部门预算
附件1
一般公共预算支出表
单位名称：某市档案局
单位：万元

科目编码	科目名称	2025年预算数	2026年预算数	增减额
201	一般公共服务支出	80.00	100.00	20.00
208	社会保障和就业支出	40.00	20.00	{change}
	合计	120.00	120.00	0.00
附件2
一般公共预算“三公”经费支出表
单位名称：某市档案局
单位：万元

项目	2025年预算数	2026年预算数	增减额
因公出国（境）费用	1.00	1.00	0.00
公务接待费	2.00	1.00	-1.00
公务用车购置及运行费	2.00	2.00	0.00
合计	5.00	4.00	-1.00
附件3
财政拨款支出表
单位名称：某市档案局
单位：万元

项目	2025年预算数	2026年预算数	比上年增减
合计	150.00	130.00	-20.00
其中：一般公共预算财政拨款	120.00	120.00	0.00
"""


@pytest.fixture
def read(tmp_path: Path) -> Disclosure:
    return disclosure_of(tmp_path, "-20.00")


def disclosure_of(folder: Path, change: str) -> Disclosure:
    """Read the tables with a change of social security."""
    path = folder / "budget.txt"
    path.write_text(TABLES.format(change=change), encoding="utf-8")
    return read_disclosure(path)


def violations(report: Report) -> list[str]:
    return [finding.message.en for finding in report.findings if finding.severity.value == "Violation"]


def test_a_change_is_not_the_amount_of_another_table_nor_less_than_that_of_the_whole(read: Disclosure) -> None:
    assert violations(examine(read)) == []


def test_a_change_says_of_what_it_is_one(read: Disclosure) -> None:
    said = {figure.table: figure.coordinates.get("aspect") for figure in read.figures if "增减" in figure.column_label}

    assert {table: (aspect or "").rpartition("/")[2] for table, aspect in said.items()} == {
        "1": "memo",
        "2": "three-public-change",
        "3": "memo",
    }


def test_a_wrong_change_is_told_in_its_column_and_in_its_row(tmp_path: Path) -> None:
    messages = violations(examine(disclosure_of(tmp_path, "-10.00")))

    assert len(messages) == 2
    assert all("annex 1" in message and "10.00" in message for message in messages)
    assert sum("合计 × 增减额" in message for message in messages) == 1


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("a change of one line", "-1.00", "-2.00"),
        ("an adjusted budget of one line", "280.00", "320.00"),
        ("an adjusted budget beside the account", "-20.00", "20.00"),
        ("changes against last year and against the budget", "\t10.00", "\t20.00"),
        ("the year before last year, and a change", "10.00", "-10.00"),
        ("changes against the budget and the account of last year", "\t-10.00", "\t10.00"),
        ("a change in a group with its share", "10.00\t", "90.00\t"),
    ],
)
def test_a_figure_is_the_one_before_it_and_the_change(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(right_documents()[name].replace(right, wrong) + "\n", encoding="utf-8")

    assert len(violations(examine(read_disclosure(path)))) == 1
