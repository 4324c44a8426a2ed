"""The report says what a document gets wrong, at its severity, and accuses nothing that is right."""

from __future__ import annotations

import pytest

from budgetgraph.checks.findings import Finding, Severity
from samples import HETANG, needs_hetang, report

FILES = ("disclosure.txt", "disclosure.pdf", "disclosure-radicals.pdf")

WARNINGS = [
    ("empty-claim", "附件13、14、15为空，但附件15", "153.00"),
    ("empty-claims-differ", "13、14、15", "7、12、13、14"),
    ("other-year", "2020年度", "2019"),
    ("other-year", "2020年部门预算", "2019"),
    ("other-name", "“行政服务中心”", "株洲市荷塘区政务服务中心"),
    ("other-name", "附件5", "附件7"),
    ("included-item-blank", "行政事业性收费", "国有资源"),
    ("staff-over-establishment", "10人", "8名"),
    ("texts-slipped", "经费安排20.51万元", "成本指标"),
    ("no-unit", "附件19", "推断为万元"),
    ("code-twice", "30399", "2次"),
]


def findings(severity: Severity, name: str | None = None) -> list[Finding]:
    found = report(HETANG / name) if name else report()
    return [finding for finding in found.findings if finding.severity is severity]


@pytest.mark.parametrize(("rule", "one", "other"), WARNINGS)
def test_each_oddity_of_the_sample_is_a_warning(rule: str, one: str, other: str) -> None:
    messages = [finding.message.zh for finding in findings(Severity.WARNING) if finding.rule == rule]

    assert any(one in message and other in message for message in messages)


@needs_hetang
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("rule", "one", "other"), WARNINGS)
def test_each_oddity_of_hetang_is_a_warning(name: str, rule: str, one: str, other: str) -> None:
    messages = [finding.message.zh for finding in findings(Severity.WARNING, name) if finding.rule == rule]

    assert any(one in message and other in message for message in messages)


@needs_hetang
@pytest.mark.parametrize("name", FILES)
def test_only_annexes_5_and_11_of_hetang_are_accused(name: str) -> None:
    violations = findings(Severity.VIOLATION, name)

    assert {finding.table for finding in violations} == {"5", "5-2", "11"}


@needs_hetang
def test_the_table_of_another_body_is_a_violation_with_its_amount_and_code() -> None:
    (foreign,) = (f for f in findings(Severity.VIOLATION, "disclosure.pdf") if f.rule == "foreign-table")

    assert "行政审批服务局" in foreign.message.zh
    assert "643.40" in foreign.message.zh
    assert "075" in foreign.message.zh


@needs_hetang
def test_the_broken_row_of_annex_5_is_compared_with_annex_10() -> None:
    (broken,) = (d for d in report(HETANG / "disclosure.pdf").diagnoses if d.table == "5")

    assert broken.cause == "row-broken"
    assert all(word in broken.message.zh for word in ("3.16", "105.06", "附件10", "8.16", "200.08"))


@needs_hetang
def test_annex_11_is_explained_as_a_slip_with_the_right_column_of_each_figure() -> None:
    (slip,) = (d for d in report(HETANG / "disclosure.pdf").diagnoses if d.table == "11")

    assert slip.cause == "columns-slipped"
    for words in (
        "附件6、附件20可证",
        "办公费、印刷费、咨询费",
        "左移1栏：邮电费 2.00（印在电费栏）",
        "差旅费 1.50",
        "会议费 0.25",
        "培训费 0.10",
        "公务接待费 0.60",
        "维修(护)费 0.05",
        "左移2栏：劳务费 5.00（印在被装购置费栏）",
        "工会经费 0.50",
        "福利费 1.00",
        "其他 3.00",
        "大型修缮",
        "次序颠倒",
    ):
        assert words in slip.message.zh


def test_each_finding_says_it_in_both_languages() -> None:
    for finding in report().findings:
        assert finding.message.zh and finding.message.en
