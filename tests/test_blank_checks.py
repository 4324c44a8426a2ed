"""Totals left blank beside their items are told, and funds of which the text says that there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.checks.blanks import blank_totals, funds_of_none
from budgetgraph.checks.findings import Finding, Speaker
from budgetgraph.diagnosis.equations import Place, place_of
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.evaluation.mutation import mutated
from budgetgraph.figures import Figure
from budgetgraph.readers import read
from samples import SAMPLE, disclosure


def row(table: str, label: str) -> list[Figure]:
    return [figure for figure in disclosure().figures if figure.table == table and label in figure.row_label]


def changed(texts: dict[Place, str]) -> Disclosure:
    return read_disclosure(mutated(read(SAMPLE), texts))


def told(found: Disclosure) -> list[Finding]:
    return list(blank_totals(found, Speaker(found)))


def test_the_sample_leaves_no_such_total_blank() -> None:
    assert told(disclosure()) == []


def test_a_blank_total_is_told_with_its_row_and_items() -> None:
    total, *_ = row("20", "基本工资")

    (finding,) = told(changed({place_of(total): ""}))

    assert finding.cells[0].row == total.cell.row
    assert "基本工资" in finding.message.zh and "21.72" in finding.message.zh
    assert "基本工资" in finding.message.en


@pytest.mark.parametrize("label", ["奖金", "津贴补贴"])
def test_a_row_that_is_blank_throughout_is_not_accused(label: str) -> None:
    assert told(changed({place_of(figure): "" for figure in row("20", label)})) == []


FUND = """某市档案局2026年部门预算
第一部分 情况说明
一、政府性基金预算支出情况
{0}
附件1
政府性基金预算支出表
单位名称：某市档案局
单位：万元

科目编码	科目名称	合计	基本支出	项目支出
212	城乡社区支出	{1}		{1}
"""


@pytest.mark.parametrize(
    ("sentence", "amount", "wrong"),
    [
        ("本部门2026年没有使用政府性基金预算拨款安排的支出。", "30.00", True),
        ("本部门2026年没有使用政府性基金预算拨款安排的支出。", "", False),
        ("本部门2026年政府性基金预算支出30.00万元。", "30.00", False),
        ("本部门无国有资本经营预算拨款安排的支出。", "30.00", False),
    ],
)
def test_a_fund_of_which_the_text_says_that_there_is_none_prints_nothing(
    tmp_path: Path, sentence: str, amount: str, wrong: bool
) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(FUND.format(sentence, amount), encoding="utf-8")
    if not amount:
        path.write_text(path.read_text().replace("城乡社区支出", "城乡社区支出") + "合计\t\t0\t\t0\n", encoding="utf-8")
    found = read_disclosure(path)

    assert [finding.rule for finding in funds_of_none(found, Speaker(found))] == ["empty-claim"] * wrong
