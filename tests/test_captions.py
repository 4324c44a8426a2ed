"""Captions: what the lines above a table say of it."""

from __future__ import annotations

import pytest

from budgetgraph.document import Box, TextLine
from budgetgraph.tables.captions import Caption


def line(text: str, top: float, x0: float = 62, x1: float = 540) -> TextLine:
    return TextLine(page=1, text=text, top=top, box=Box(x0, top, x1, top + 12), size=10.5)


def test_number_title_body_and_unit_stand_above_a_table() -> None:
    caption = Caption.read([line("公开07表", 68), line("支出预算表", 93), line("部门名称：某某法院 单位：万元", 120)])

    assert caption == Caption(None, "支出预算表", "某某法院", "万元")


def test_the_name_of_a_body_is_read_over_two_lines_beside_a_unit() -> None:
    caption = Caption.read(
        [line("支出预算表", 93), line("部门名称：江南省高级人民法", 116, x1=198), line("院 单位：万元", 129)]
    )

    assert (caption.body, caption.unit) == ("江南省高级人民法院", "万元")


@pytest.mark.parametrize(("broken", "rest", "unit"), [("单位：万", "元", "万元"), ("单位：", "元", "元")])
def test_a_unit_is_read_over_two_lines_beside_the_name_of_a_body(broken: str, rest: str, unit: str) -> None:
    lines = [line("支出预算表", 127), line(broken, 163, x0=499), line(f"部门名称：江南省高级人民法院 {rest}", 176)]

    assert Caption.read(lines) == Caption(None, "支出预算表", "江南省高级人民法院", unit)


def test_a_unit_is_read_over_two_lines_that_stand_alone() -> None:
    caption = Caption.read([line("支出预算表", 127), line("单位：万", 163, x0=499), line("元", 176)])

    assert (caption.body, caption.unit) == (None, "万元")


@pytest.mark.parametrize("counted", ["人", "辆", "平方米", "美元"])
def test_what_is_counted_is_the_unit_and_no_body(counted: str) -> None:
    caption = Caption.read([line("人员情况表", 127), line(f"单位：{counted}", 140)])

    assert (caption.body, caption.unit) == (None, counted)


def test_lines_far_apart_are_not_joined() -> None:
    lines = [line("部门名称：江南省高级人民法", 60, x1=198), line("院 单位：万元", 129)]

    assert Caption.read(lines).body == "江南省高级人民法"


def test_a_number_beside_the_body_is_no_title() -> None:
    caption = Caption.read([line("支出预算表", 68), line("某某市财政局 预算公开表3", 93), line("单位：万元", 120)])

    assert (caption.title, caption.unit) == ("支出预算表", "万元")


@pytest.mark.parametrize("between", ["预算10表", "某某市财政局"])
def test_a_heading_serves_as_title_over_a_number_or_the_name_of_a_body(between: str) -> None:
    caption = Caption.read([line("机关运行经费", 68), line(between, 93), line("单位：万元", 120)])

    assert caption.title == "机关运行经费"
