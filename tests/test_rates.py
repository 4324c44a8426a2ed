"""Percentages in tables are held to the figures of their rows, where their heads say which these are."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.disclosure import read_disclosure
from budgetgraph.report.examination import examine
from samples import right_documents


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("growth in every line", "8.89", "18.89"),
        ("growth in every line", "20.00", "50.00"),
        ("growth as a ratio", "102.38", "105.38"),
        ("growth beside change and natures", "2.38%", "23.8%"),
        ("share of what is not printed", "-11.11", "-12.50"),
        ("completion", "95.83%", "98.53%"),
        ("completion of a budget in every line", "103.13", "113.13"),
        ("completion and growth of revenue", "102.78", "107.28"),
        ("completion and growth of revenue", "6.45", "4.65"),
        ("shares of a total of 100", "80.00", "86.00"),
    ],
)
def test_a_percentage_that_its_row_does_not_make_is_told(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    text = right_documents()[name]
    assert right in text
    head, _, rest = text.rpartition(right)
    path.write_text(f"{head}{wrong}{rest}\n", encoding="utf-8")
    found = [finding for finding in examine(read_disclosure(path)).findings if finding.rule == "percentage"]

    assert len(found) == 1
    assert wrong in found[0].message.zh and wrong in found[0].message.en


def test_an_account_that_differs_from_its_completion_is_told(tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(right_documents()["completion"].replace("115.00", "105.00") + "\n", encoding="utf-8")
    (finding,) = (finding for finding in examine(read_disclosure(path)).findings if finding.rule == "percentage")

    assert "87.50%" in finding.message.en
