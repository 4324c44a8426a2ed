"""Right documents accuse nobody: each holds something that may be taken for a sum, a part or a share, and is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.disclosure import read_disclosure
from budgetgraph.report.examination import examine
from samples import right_documents

DOCUMENTS = right_documents()
ACCUSING = ("percentage", "change", "other-name")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_right_document_accuses_nobody(name: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(DOCUMENTS[name] + "\n", encoding="utf-8")
    report = examine(read_disclosure(path))

    assert len(report.disclosure.figures) >= 3 or report.disclosure.prose.statements
    assert [
        finding.message.en
        for finding in report.findings
        if finding.severity.value == "Violation" or finding.rule in ACCUSING
    ] == []


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("conferences beside 三公 in rows", "合计\t15.00", "合计\t25.00"),
        ("conferences beside 三公 in columns, under a total of its own name", "局本级\t10.00", "局本级\t17.00"),
        ("an average a head between parts", "230.00\t800.00", "230.00\t810.00"),
        ("parts in 万元 and in yuan", "220000.00", "230000.00"),
    ],
)
def test_a_sum_that_takes_in_what_is_no_part_is_found(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(DOCUMENTS[name].replace(right, wrong) + "\n", encoding="utf-8")
    report = examine(read_disclosure(path))

    assert {finding.rule for finding in report.findings if finding.severity.value == "Violation"} == {"summation"}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("final accounts with money carried over", "本年支出合计1,264.56", "本年支出合计1,265.56"),
        ("final accounts with money carried over", "财政拨款收入1,234.56万元，占", "财政拨款收入1,235.56万元，占"),
        (
            "a final account of one fund, with a budget column",
            "支出530.00",
            "支出531.00",
        ),
        ("a bare budget beside the account", "预算为500.00", "预算为510.00"),
        ("the procured part of purchased services, before the procurement", "采购预算100.00", "采购预算110.00"),
    ],
)
def test_a_sentence_that_differs_from_the_table_is_found(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(DOCUMENTS[name].replace(right, wrong) + "\n", encoding="utf-8")
    report = examine(read_disclosure(path))

    assert {finding.rule for finding in report.findings if finding.severity.value == "Violation"} == {"equality"}


@pytest.mark.parametrize(
    "name",
    [
        "tables with the codes of bodies beside names of bodies, classes and projects",
        "heads in two levels, three blocks, several natures",
        "其中 of a line without number, then the next line",
        "final accounts with money carried over",
        "bodies, natures and projects of a department",
        "classes of both economic classifications, codes and names in one cell",
    ],
)
def test_a_whole_disclosure_is_understood_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(DOCUMENTS[name] + "\n", encoding="utf-8")
    disclosure = read_disclosure(path)

    assert [figure.row_label for figure in disclosure.figures if not figure.resolved] == []
    assert [reading.table.title for reading in disclosure.readings if reading.kind.slug == "other"] == []
