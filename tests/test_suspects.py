"""The likeliest wrong figure is named, with its cause; a value is suggested only where relations agree on it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from budgetgraph.diagnosis.causes import Diagnosis
from budgetgraph.diagnosis.equations import Place, place_of
from budgetgraph.diagnosis.suspects import suspects
from budgetgraph.disclosure import read_disclosure
from budgetgraph.document import Document
from budgetgraph.evaluation.mutation import mutated
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.readers import read
from budgetgraph.report.examination import Report, as_json, examine
from budgetgraph.terms import BG
from samples import SAMPLE, disclosure


@pytest.fixture(scope="module")
def document() -> Document:
    return read(SAMPLE)


def figure(table: str, row: str, printed: str) -> Figure:
    return next(f for f in disclosure().figures if f.table == table and row in f.row_label and f.printed == printed)


def diagnosed(document: Document, before: Figure, after: str) -> tuple[Report, Diagnosis]:
    report = examine(read_disclosure(mutated(document, {place_of(before): after})))
    place = place_of(before)
    return report, next(d for d in report.diagnoses if d.items and place_of(d.items[0]) == place)


@pytest.mark.parametrize(
    ("after", "cause", "words"),
    [
        ("317.08", "digits-swapped", "颠倒"),
        ("37.08", "digit-dropped", "漏印"),
        ("3710.8", "point-slipped", "小数点"),
        ("3710800", "unit-slipped", "单位"),
        ("-371.08", "sign", "正负号"),
        ("372.08", "digit-changed", "一位数字有误"),
    ],
)
def test_the_cause_is_told_in_words(document: Document, after: str, cause: str, words: str) -> None:
    place = place_of(figure("4", "2010350", "371.08"))
    found = suspects(read_disclosure(mutated(document, {place: after})))
    suspect = next(suspect for suspect in found if place_of(suspect.items[0]) == place)

    assert suspect.cause == cause
    assert words in suspect.message.zh
    assert "371.08" in suspect.message.zh and "371.08" in suspect.message.en


def test_a_suggestion_stands_beside_the_printed_amount_with_its_relations(document: Document) -> None:
    report, diagnosis = diagnosed(document, figure("4", "2010350", "371.08"), "317.08")

    assert diagnosis.suggested == Decimal("3710800.00")
    assert len(diagnosis.evidence) >= 2
    graph = report.graph.decode()
    (line,) = (line for line in graph.splitlines() if f"<{BG}suggestedAmount>" in line)
    subject = line.split()[0]
    assert '"3710800.00"' in line
    assert sum(1 for line in graph.splitlines() if line.startswith(f"{subject} <{BG}suggestedBy>")) >= 2
    assert any(f'{subject} <{BG}printedText> "317.08"' in line for line in graph.splitlines())


def test_the_report_says_it_as_json_too(document: Document) -> None:
    report, _ = diagnosed(document, figure("4", "2010350", "371.08"), "317.08")

    (found,) = (d for d in as_json(report)["diagnoses"] if d["suggested"] == "3710800.00")

    assert found["suspects"][0]["printed"] == "317.08"
    assert found["relations"] >= 2


def test_nothing_is_suggested_that_one_relation_alone_supports(document: Document) -> None:
    for shown in disclosure().figures:
        if shown.table == "15" and shown.number:
            report = examine(read_disclosure(mutated(document, {place_of(shown): "999.99"})))
            for diagnosis in report.diagnoses:
                assert diagnosis.suggested is None or len(diagnosis.evidence) > 1
            break


def test_a_disclosure_without_violations_accuses_nobody() -> None:
    clean = read_disclosure(Path(SAMPLE))

    for diagnosis in examine(clean).diagnoses:
        assert diagnosis.table in {"5", "11"}
        assert not any(isinstance(item, BlankCell) for item in diagnosis.items)


def shifted(table: str, row: str, texts: list[str]) -> dict[Place, str]:
    """New texts for the first amount cells of a row, from left to right."""
    reading = disclosure().reading(table)
    (block,) = reading.structure.blocks
    line = next(line for line in block.lines if row in line.label)
    items = [reading.cells[line, column] for column in block.amounts]
    return {place_of(item): text for item, text in zip(items, texts, strict=False)}


@pytest.mark.parametrize(
    ("table", "row", "texts", "lost"),
    [
        ("20", "基本工资", ["", "21.72", "21.72"], False),
        ("4", "2010350", ["", "371.08", "218.08", "200.08", "18.00", "", "", "153.00", ""], True),
    ],
)
def test_a_row_that_has_slipped_is_named_as_one(
    document: Document, table: str, row: str, texts: list[str], lost: bool
) -> None:
    moved = shifted(table, row, texts)

    found = suspects(read_disclosure(mutated(document, moved)))

    suspect = next(found)
    assert suspect.cause == "row-shifted"
    assert {place_of(item) for item in suspect.items} <= set(moved)
    assert suspect.table == table
    assert ("已不在表上" in suspect.message.zh) == lost


def test_a_missing_figure_is_named_where_two_relations_agree_on_it(document: Document) -> None:
    place = place_of(figure("20", "基本工资", "21.72"))
    found = list(suspects(read_disclosure(mutated(document, {place: ""}))))

    suspect = next(suspect for suspect in found if suspect.cause == "figure-missing")

    assert place_of(suspect.items[0]) == place
    assert "21.72" in suspect.message.zh and "21.72" in suspect.message.en


def test_a_row_moved_back_may_be_one_of_several_repairs(tmp_path: Path) -> None:
    path = tmp_path / "accounts.txt"
    heads = "单位名称\t合计\t合计\t公务接待费\t公务接待费"
    path.write_text(
        "某市档案局2024年度部门决算\n第一部分 情况说明\n附件1\n财政拨款“三公”经费支出决算表\n"
        f"单位名称：某市档案局\n单位：万元\n\n{heads}\n某市档案局\t0.95\t\t0.95\t\n"
        "第三部分 说明\n三、财政拨款“三公”经费支出决算情况说明\n"
        "2024年度财政拨款“三公”经费支出决算为0.00万元。其中：公务接待费支出决算为0.00万元。\n",
        encoding="utf-8",
    )

    report = examine(read_disclosure(path))

    assert any("移回1栏" in d.message.zh and "one column" in d.message.en for d in report.diagnoses)
