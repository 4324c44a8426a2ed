"""What sentences say of their own figures, and what the rules of disclosure expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.findings import Finding, Severity, Speaker
from budgetgraph.rule_checks import (
    blank_against_prose,
    labels_against_codes,
    left_over,
    medical_twins,
    missing_tables,
    twins,
)
from budgetgraph.sections import Paragraph
from budgetgraph.wording_checks import direction_words, percentages
from samples import SHARED, disclosure

PUTUO = SHARED / "corpus" / "shanghai-putuo"
PLANTED = PUTUO / "samples__bad__24年普陀区财政局（测试问题版本）.pdf"
ORIGINAL = PUTUO / "samples__good__上海市普陀区财政局2024年度部门决算.pdf"

needs_putuo = pytest.mark.skipif(not PUTUO.is_dir(), reason="../shared/corpus/shanghai-putuo is not here")

Check = Callable[[Disclosure, Speaker], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    missing_tables,
    blank_against_prose,
    left_over,
    labels_against_codes,
    direction_words,
    percentages,
    twins,
    medical_twins,
)


def saying(text: str, check: Check) -> list[Finding]:
    """What a check finds if the text were all that the sample says."""
    said = replace(disclosure(), paragraphs=(Paragraph(text=text, headings=(), page=3, line=None),))
    return list(check(said, Speaker(said)))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("年初预算为10.00万元,支出决算为9.00万元。决算数大于预算数的主要原因:无。", True),
        ("年初预算为10.00万元,支出决算为9.00万元。决算数小于预算数的主要原因:无。", False),
        ("年初预算为10.00万元,支出决算为9.99万元。决算数等于预算数的主要原因:无。", True),
        ("年初预算为10.00万元,支出决算为9.90万元。决算数与预算数基本持平。", False),
        ("年初预算为0万元,全年预算为10.00万元,支出决算为9.00万元。决算数小于全年预算数。", False),
        ("决算数小于预算数。", False),
    ],
)
def test_a_word_of_comparison_is_held_against_its_two_figures(text: str, wrong: bool) -> None:
    assert [finding.rule for finding in saying(text, direction_words)] == ["direction-word"] * wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("收入支出总计0万元。与2023年度相比,收入支出总计减少56.95万元,下降1.87%。", True),
        ("收入支出总计2995.39万元。与2023年度相比,收入支出总计减少56.95万元,下降1.87%。", False),
        ("机关运行经费支出184.65万元,比2023年度增加2.55万元,增长1.40%。", False),
        ("本年收入合计100.00万元,其中:财政拨款收入60.00万元,占60.00%;其他收入40.00万元,占41.00%。", True),
        ("本年收入合计100.00万元,其中:财政拨款收入60.00万元,占60.00%;其他收入40.00万元,占40.00%。", False),
        ("年初预算为200.00万元,支出决算为100.00万元,完成年初预算的60.00%。", True),
        ("年初预算为200.00万元,支出决算为100.00万元,完成年初预算的50.00%。", False),
    ],
)
def test_a_percentage_is_held_against_the_figures_beside_it(text: str, wrong: bool) -> None:
    assert [finding.rule for finding in saying(text, percentages)] == ["percentage"] * wrong


def test_a_placeholder_of_the_template_is_found() -> None:
    assert [finding.rule for finding in saying("按照XX局的部署", left_over)] == ["placeholder"]


@cache
def rules(path: Path) -> list[str]:
    found = read_disclosure(path)
    return sorted(finding.rule for check in CHECKS for finding in check(found, Speaker(found)))


@needs_putuo
def test_the_planted_faults_are_found_and_nothing_else() -> None:
    assert rules(PLANTED) == ["blank-table", *["direction-word"] * 3, "missing-table", "other-year", "percentage"]


@needs_putuo
def test_the_original_has_none_of_them() -> None:
    assert rules(ORIGINAL) == []


@needs_putuo
def test_a_twin_that_differs_is_an_info_at_most() -> None:
    found = read_disclosure(PUTUO.parent / "cities" / "022_佛山" / "2026年佛山市交通运输局部门预算.pdf")

    severities = {finding.severity for check in (twins, medical_twins) for finding in check(found, Speaker(found))}

    assert severities <= {Severity.INFO}
