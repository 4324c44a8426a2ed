"""Relations follow from structure and coordinates, never from the numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from budgetgraph.concepts.ontology import CONCEPT
from budgetgraph.diagnosis.equations import judge_relation, place_of
from budgetgraph.disclosure import read_disclosure
from budgetgraph.evaluation.mutation import mutated
from budgetgraph.figures import BlankCell
from budgetgraph.readers import read
from budgetgraph.relations.model import Implied, Relation, RelationKind, tolerance
from budgetgraph.report.examination import examine
from samples import HETANG, SAMPLE, disclosure, needs_hetang, report, right_documents


def relations(kind: RelationKind, table: str | None = None) -> list[Relation]:
    return [
        relation
        for relation in disclosure().relations.relations
        if relation.kind is kind and (table is None or relation.table == table)
    ]


def amounts(relation: Relation) -> list[Decimal | None]:
    return [part.amount for part in relation.parts]


def test_a_total_column_sums_its_groups_by_their_totals() -> None:
    total = next(
        relation
        for relation in relations(RelationKind.SUMMATION, "4")
        if relation.over == "expenditureNature" and len(relation.parts) == 2
    )

    assert not isinstance(total.whole, BlankCell)
    assert total.whole.amount == Decimal("3710800.00")
    assert amounts(total) == [Decimal("2180800.00"), Decimal("1530000.00")]


def test_memo_columns_that_exhaust_their_whole_are_a_sum() -> None:
    heads = {relation.kind for relation in disclosure().relations.relations if relation.table == "16"}

    assert RelationKind.SUMMATION in heads


def test_total_uses_are_the_balance_axiom_not_the_years_figures() -> None:
    (axiom,) = relations(RelationKind.AXIOM)

    assert axiom.basis is not None and axiom.basis.endswith("axiom/balance")
    sides = [axiom.whole, *axiom.parts]
    assert [term.coordinates and term.coordinates.get("operationCharacter") for term in sides] == [
        CONCEPT + "operation-character/sources",
        CONCEPT + "operation-character/uses",
    ]


def test_an_equality_never_crosses_scope() -> None:
    for relation in relations(RelationKind.EQUALITY):
        assert all(part.coordinates == relation.whole.coordinates for part in relation.parts)


def test_an_implied_total_is_the_sum_of_rows_that_exhaust_a_dimension() -> None:
    for implied in disclosure().relations.implied:
        assert isinstance(implied, Implied)
        assert implied.amount == sum(part.amount for part in implied.parts if part.amount is not None)


def test_tolerance_is_half_a_place_for_each_addend_and_the_total() -> None:
    assert tolerance(Decimal(100), 2) == Decimal("150.00")
    assert tolerance(Decimal("0.01"), 1) == Decimal("0.01")


@needs_hetang
def test_one_finely_printed_figure_does_not_tighten_the_tolerance_of_its_table() -> None:
    figure = next(f for f in disclosure().figures if f.table == "4" and f.printed == "371.08")
    before = {relation.tolerance for relation in disclosure().relations.relations if relation.table == "4"}

    finer = read_disclosure(mutated(read(SAMPLE), {place_of(figure): "371.0801"}))

    relations = [relation for relation in finer.relations.relations if relation.table == "4"]
    assert {relation.tolerance for relation in relations} == before
    assert all(judge_relation(relation).kind != "violated" for relation in relations)


def test_a_table_printed_finely_throughout_is_held_to_its_finest_place() -> None:
    figures = [f for f in disclosure().figures if f.table == "4" and f.number]
    finer = read_disclosure(mutated(read(SAMPLE), {place_of(f): f"{f.printed}00" for f in figures}))

    before, after = (
        min(r.tolerance for r in found.relations.relations if r.table == "4" and r.kind is RelationKind.SUMMATION)
        for found in (disclosure(), finer)
    )

    assert after * 100 == before


def test_the_slip_of_annex_11_shows_as_four_disagreements_with_annex_20() -> None:
    found = report(HETANG / "disclosure.pdf")
    violated = [finding.relation for finding in found.findings if finding.relation]
    equalities = [relation for relation in violated if relation.kind is RelationKind.EQUALITY]

    assert len(equalities) == 4
    assert {relation.table for relation in equalities} == {"11"}
    assert {relation.table for relation in violated} == {"5", "11"}


INCOME = """
科目编码|科目名称|合计|一般公共预算拨款|事业收入
|合计|30.00|20.00|10.00
201|一般公共服务支出|12.00|12.00|
206|科学技术支出|18.00|8.00|10.00
"""
EXPENDITURE = """
科目编码|科目名称|合计|基本支出|项目支出
|合计|30.00|20.00|10.00
201|一般公共服务支出|12.00|10.00|2.00
206|科学技术支出|18.00|10.00|8.00
"""


def allocations(folder: Path, income: str, expenditure: str = EXPENDITURE) -> list[Relation]:
    lines = ["某市档案局2026年部门预算"]
    for number, (title, table) in enumerate((("收入总表", income), ("支出总表", expenditure)), start=1):
        lines += [f"附件{number}", title, "单位名称：某市档案局", "单位：万元", "", *table.strip().splitlines(), ""]
    path = folder / "budget.txt"
    path.write_text("\n".join(lines).replace("|", "\t"), encoding="utf-8")
    found = read_disclosure(path).relations.relations
    return [relation for relation in found if (relation.basis or "").endswith("axiom/allocation")]


def test_what_is_raised_for_a_function_is_spent_on_it(tmp_path: Path) -> None:
    found = allocations(tmp_path, INCOME)

    assert sorted(str(relation.parts[0].amount) for relation in found) == ["120000.00", "180000.00"]
    assert {relation.kind for relation in found} == {RelationKind.AXIOM}


def test_where_money_is_carried_over_no_function_need_balance(tmp_path: Path) -> None:
    carried = INCOME.replace("事业收入", "上年结转")

    assert allocations(tmp_path, carried) == []


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("balances carried over in a row", "\t12.00", "\t13.00"),
        ("balances carried over in a row", "\t10.00", "\t11.00"),
        ("balances carried over and a distribution", "148.00\t2.00", "148.00\t5.00"),
    ],
)
def test_what_is_carried_over_balances_in_its_row(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(right_documents()[name].replace(right, wrong) + "\n", encoding="utf-8")
    (finding,) = (f for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation")

    assert finding.rule == "axiom"


def test_the_figures_of_a_row_that_does_not_balance_are_in_its_message(tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(right_documents()["balances carried over in a row"].replace("150.00", "155.00"), encoding="utf-8")
    (finding,) = (f for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation")

    assert all(amount in finding.message.en for amount in ("165.00", "160.00"))


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("三公 and procurement in sentences alone", "预算58.60", "预算56.80"),
        ("三公 and procurement in sentences alone", "购置费18.00", "购置费15.00"),
        ("三公 and procurement in sentences alone", "服务预算70.00", "服务预算90.00"),
        ("三公 and procurement of an account in sentences alone", "决算为21.50", "决算为25.10"),
    ],
)
def test_a_sentence_that_states_a_whole_and_all_its_items_is_a_sum(
    name: str, right: str, wrong: str, tmp_path: Path
) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(right_documents()[name].replace(right, wrong) + "\n", encoding="utf-8")
    rules = [f.rule for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation"]

    assert rules == ["summation"]


def test_a_bare_zero_among_items_does_not_loosen_their_sum(tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(
        "某县水利局2025年部门预算\n"
        "2025年“三公”经费预算数为126.00万元，其中，公务接待费7.00万元，因公出国（境）费0万元，公务用车购置及运行费"
        "120.00万元。\n",
        encoding="utf-8",
    )

    assert [f.rule for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation"] == ["summation"]


def test_items_of_which_one_is_not_stated_are_no_sum(tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(
        right_documents()["三公 in sentences, of which one names not every item"].replace("10.00", "15.00") + "\n",
        encoding="utf-8",
    )

    assert [f.rule for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation"] == []


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("a nature and its parts side by side", "420.00", "402.00"),
        ("natures and their parts side by side below no head", "\t120.00", "\t102.00"),
        ("natures and their parts side by side below no head", "\t80.00", "\t90.00"),
        ("funds and their parts side by side", "\t80.00", "\t90.00"),
    ],
)
def test_parts_that_follow_their_whole_are_no_parts_of_the_total(
    name: str, right: str, wrong: str, tmp_path: Path
) -> None:
    path = tmp_path / "budget.txt"
    path.write_text(right_documents()[name].replace(right, wrong) + "\n", encoding="utf-8")
    rules = [f.rule for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation"]

    assert rules == ["summation"]


def test_a_total_of_sources_is_the_sum_of_the_year_and_what_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "budget.txt"
    text = right_documents()["a total of revenue, the year and what is carried over"]
    path.write_text(text.replace("420.00", "402.00") + "\n", encoding="utf-8")
    rules = [f.rule for f in examine(read_disclosure(path)).findings if f.severity.value == "Violation"]

    assert rules == ["summation"]
