"""A total left blank beside its items is told, where other rows print theirs; a row without items is not accused."""

from __future__ import annotations

import pytest

from budgetgraph.blank_checks import blank_totals
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.equations import Place, place_of
from budgetgraph.evaluation.mutation import mutated
from budgetgraph.figures import Figure
from budgetgraph.findings import Finding, Speaker
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
