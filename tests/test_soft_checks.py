"""What sentences say of their own figures, and what the rules of disclosure expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from budgetgraph.checks.findings import Finding, Severity, Speaker
from budgetgraph.checks.names import names_in_prose, names_in_tables
from budgetgraph.checks.rows import labels_against_codes, repeated_codes
from budgetgraph.checks.rules import blank_against_prose, missing_tables, placeholders
from budgetgraph.checks.staff import staff
from budgetgraph.checks.twins import twins
from budgetgraph.checks.wordings import differences, direction_words, percentages
from budgetgraph.checks.years import (
    changes_against_tables,
    later_years,
    other_days,
    other_years_in_headings,
    other_years_in_titles,
)
from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import BG, CONCEPT, SKOS, load_ontology
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.document import TextLine
from budgetgraph.labels import normalise
from budgetgraph.prose.reading import read_prose
from budgetgraph.prose.sections import Paragraph
from samples import SHARED, disclosure

PUTUO = SHARED / "corpus" / "shanghai-putuo"
PLANTED = PUTUO / "samples__bad__24年普陀区财政局（测试问题版本）.pdf"
ORIGINAL = PUTUO / "samples__good__上海市普陀区财政局2024年度部门决算.pdf"

needs_putuo = pytest.mark.skipif(not PUTUO.is_dir(), reason="../shared/corpus/shanghai-putuo is not here")

Check = Callable[[Disclosure, Speaker], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    blank_against_prose,
    changes_against_tables,
    differences,
    direction_words,
    labels_against_codes,
    later_years,
    missing_tables,
    names_in_prose,
    names_in_tables,
    other_days,
    other_years_in_headings,
    other_years_in_titles,
    percentages,
    placeholders,
    repeated_codes,
    staff,
    twins,
)


def saying(text: str, check: Check, *, phase: str = "approved", more: str = "") -> list[Finding]:
    """What a check finds if the text were all that the sample says, with some Turtle more in the ontology."""
    sample = disclosure()
    said = replace(
        sample,
        paragraphs=(Paragraph(text=text, headings=(), page=3, line=None),),
        identity=replace(sample.identity, phase=phase),
        ontology=load_ontology(extra=more.encode()),
    )
    return list(check(said, Speaker(said)))


def label(concept: str, text: str) -> str:
    """Turtle that gives a concept one more label."""
    return f'<{CONCEPT}{concept}> <{SKOS}altLabel> "{text}"@zh .'


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


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("支出预算100.00万元,比2018年预算数90.00万元增加20.00万元。", True),
        ("支出预算100.00万元,比2018年预算数90.00万元增加10.00万元。", False),
        ("支出预算80.00万元,较上年90.00万元减少10万元。", False),
        ("支出预算80.00万元,较上年90.00万元增加10万元。", True),
    ],
)
def test_a_difference_is_held_against_the_two_figures_beside_it(text: str, wrong: bool) -> None:
    assert [finding.rule for finding in saying(text, differences)] == ["change"] * wrong


def test_up_and_down_in_one_breath_is_told() -> None:
    said = "支出决算90.00万元,比上年增加10.00万元,下降10.00%。"

    assert [finding.rule for finding in saying(said, direction_words)] == ["direction-word"]
    assert saying(said, percentages) == []


def test_a_percentage_of_the_wrong_year_is_explained() -> None:
    (finding,) = saying("支出6106.99万元,与上年相比增加101.48万元,增长1.66%。", percentages)

    assert "1.69%" in finding.message.zh and "以本年数为分母" in finding.message.zh


@pytest.mark.parametrize(
    ("text", "check", "concept", "word", "rule"),
    [
        (
            "年初预算为10.00万元,支出决算为9.00万元。决算数胜过预算数。",
            direction_words,
            "wording/greater",
            "胜过",
            "direction-word",
        ),
        ("收入支出总计100万元。与上年相比缩减60.00万元,缩减1.00%。", percentages, "cue/decrease", "缩减", "percentage"),
        ("支出预算100.00万元,相较90.00万元增加20.00万元。", differences, "wording/compared-with", "相较", "change"),
        ("合计100.00万元,当中:甲收入60.00万元,占90.00%。", percentages, "cue/of-which", "当中", "percentage"),
        ("截今2017年12月31日,共有车辆0辆。", other_days, "wording/as-of", "截今", "other-year"),
        ("服务办草拟的部门预算已经批复。", names_in_prose, "wording/drawn-up", "草拟的", "other-name"),
    ],
)
def test_a_word_added_to_the_ontology_is_understood(
    text: str, check: Check, concept: str, word: str, rule: str
) -> None:
    assert saying(text, check, phase="executed") == []
    assert [f.rule for f in saying(text, check, phase="executed", more=label(concept, word))] == [rule]


def test_twins_are_data(tmp_path: Path) -> None:
    more = (
        f'<https://w3id.org/budgetgraph/twin/test> <{SKOS}prefLabel> "甲"@zh , "one"@en ; '
        f"<{BG}functionalItem> <{CONCEPT}functional/2010350> ; "
        f"<{BG}economicItem> <{CONCEPT}department-economic/30108> ."
    )

    assert saying("", twins) == []
    assert [(f.rule, f.severity) for f in saying("", twins, more=more)] == [("twins-differ", Severity.INFO)]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("第二部分 某市某区XX局2024年度部门决算表", ["某市某区XX局"]),
        ("收入××万元，占××%", ["收入××万元", "占××"]),
        ("○○年度收支", ["○○年度收支"]),
        ("比上年增加**万元", ["比上年增加**万元"]),
        ("二○○八年设立", []),
        ("W060701单元X101、X102街坊", []),
        ("** ** 1 2 3", []),
        ("XXL 号", []),
    ],
)
def test_a_placeholder_of_the_template_is_found_wherever_it_stands(line: str, left: list[str]) -> None:
    sample = disclosure()
    (first, *rest) = sample.document.pages
    page = replace(first, lines=(*first.lines, TextLine(page=1, text=line, top=0.0)))
    said = replace(sample, documents=(replace(sample.document, pages=(page, *rest)),))

    found = list(placeholders(said, Speaker(said)))

    assert [text for text in left if not any(text in finding.message.zh for finding in found)] == []
    assert len(found) == len(left)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("人员编制52人,其中行政编制44人,事业编制8人;实有人员59人。", True),
        ("人员编制60人,其中行政编制44人,事业编制8人;实有人员59人。", False),
        ("行政编制44人,事业编制8人;实有人员50人。", False),
        ("行政编制44人,事业编制8人;实有人员53人。", True),
    ],
)
def test_staff_in_post_is_held_against_the_whole_establishment(text: str, over: bool) -> None:
    sample = disclosure()
    paragraphs = [Paragraph(text=normalise(text), headings=(), page=3, line=None)]
    prose = read_prose(paragraphs, Resolver(sample.ontology), sample.identity, "all")
    said = replace(sample, prose=prose)

    assert [finding.rule for finding in staff(said, Speaker(said))] == ["staff-over-establishment"] * over


@pytest.mark.parametrize(
    ("name", "other"),
    [("某市某局", True), ("株洲市荷塘区政务服务中", False), ("万", False), ("株洲市荷塘区政务服务中心机关", False)],
)
def test_a_name_that_a_cell_cuts_is_not_that_of_another_body(name: str, other: bool) -> None:
    sample = disclosure()
    identity = replace(sample.identity, body="株洲市荷塘区政务服务中心")
    reading = next(reading for reading in sample.readings if reading.figures)
    table = copy(reading.table)
    table.body = name
    said = replace(sample, identity=identity, readings=(replace(reading, table=table),))

    assert [finding.rule for finding in names_in_tables(said, Speaker(said))] == ["other-name"] * other


@cache
def rules(path: Path) -> list[str]:
    found = read_disclosure(path)
    return sorted(finding.rule for check in CHECKS for finding in check(found, Speaker(found)))


@needs_putuo
def test_the_planted_faults_are_found_and_nothing_else() -> None:
    assert rules(PLANTED) == [
        "blank-table",
        *["direction-word"] * 3,
        "missing-table",
        *["other-year"] * 2,
        "percentage",
        "placeholder",
    ]


@needs_putuo
def test_the_original_has_none_of_them() -> None:
    assert rules(ORIGINAL) == []


@needs_putuo
def test_a_twin_that_differs_is_an_info_at_most() -> None:
    found = read_disclosure(PUTUO.parent / "cities" / "022_佛山" / "2026年佛山市交通运输局部门预算.pdf")

    severities = {finding.severity for finding in twins(found, Speaker(found))}

    assert severities <= {Severity.INFO}
