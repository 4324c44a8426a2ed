"""Performance indicators: lists and forms of every layout, with their kinds, values and projects."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from budgetgraph.concepts.ontology import load_ontology
from budgetgraph.disclosure import Disclosure
from budgetgraph.exports import export_all
from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.indicators.measures import read_measure
from budgetgraph.indicators.model import Indicator
from budgetgraph.report.examination import examine
from budgetgraph.terms import BG, OBEU_MEASURE
from samples import report
from test_rows import disclosure_of, slug, violations

LIST = """
单位（项目）名称|资金总额|绩效目标|一级指标|二级指标|三级指标|指标值类型|指标值|度量单位|权重
合计|20.00||||||||
档案修复|20.00|修复馆藏|产出指标|数量指标|修复档案|≥|1,000|卷|10
||||质量指标|合格率|≥|95|%|10.5
|||||发放时间|定性|12月底前||
|||效益指标|社会效益指标|无|||
|||满意度指标|服务对象满意度指标|读者满意度|≥|90|%|10
"""

FORM = """
项目名称|档案修复
主管部门|某市档案局
资金总额（万元）|20.00
年度目标|修复馆藏
一级指标|二级指标|三级指标|指标值
成本指标|经济成本指标|修复费用|≤20万元
产出指标|数量指标|修复档案|≥1000卷
项目名称|馆舍租赁
主管部门|某市档案局
年度目标|租用馆舍
一级指标|二级指标|三级指标|指标值
产出指标|数量指标|租用面积（平方米）|500
"""


def named(disclosure: Disclosure, name: str) -> Indicator:
    return next(indicator for indicator in disclosure.indicators if indicator.name.flat == name)


def sign(indicator: Indicator) -> str | None:
    return indicator.measure.sign.slug if indicator.measure.sign else None


def test_a_list_has_an_indicator_for_each_row_that_names_one(tmp_path: Path) -> None:
    read = disclosure_of("项目支出绩效目标表", LIST, tmp_path)

    assert [indicator.name.flat for indicator in read.indicators] == ["修复档案", "合格率", "发放时间", "读者满意度"]
    assert {indicator.project for indicator in read.indicators} == {"档案修复"}
    repaired = named(read, "修复档案")
    assert (sign(repaired), repaired.measure.number, repaired.measure.unit) == ("at-least", Decimal(1000), "卷")
    assert repaired.weight == Decimal(10)
    assert [level.printed for level in named(read, "合格率").levels] == ["产出指标", "质量指标"]


def test_quantities_weights_and_dates_are_no_money(tmp_path: Path) -> None:
    read = disclosure_of("项目支出绩效目标表", LIST, tmp_path)

    assert {figure.printed for figure in read.figures} == {"20.00"}
    assert named(read, "发放时间").measure.number is None
    assert sign(named(read, "发放时间")) == "qualitative"


def test_a_list_has_one_target_a_project(tmp_path: Path) -> None:
    read = disclosure_of("项目支出绩效目标表", LIST, tmp_path)

    assert [(target.project, [content.cell.flat for content in target.contents]) for target in read.targets] == [
        ("档案修复", ["修复馆藏"])
    ]
    assert {indicator.group for indicator in read.indicators} == {read.targets[0].group}


def test_forms_below_each_other_are_of_their_own_projects(tmp_path: Path) -> None:
    read = disclosure_of(
        "项目绩效目标表", "项目|金额\n办公|1.00\n\n附件2\n项目绩效目标表\n单位：万元\n" + FORM, tmp_path
    )

    assert [(indicator.project, indicator.name.flat) for indicator in read.indicators] == [
        ("档案修复", "修复费用"),
        ("档案修复", "修复档案"),
        ("馆舍租赁", "租用面积（平方米）"),
    ]
    assert [target.project for target in read.targets] == ["档案修复", "馆舍租赁"]
    assert (named(read, "租用面积（平方米）").measure.unit, named(read, "修复费用").organization) == (
        "平方米",
        "某市档案局",
    )


def test_a_kind_is_what_its_place_says(tmp_path: Path) -> None:
    """成本指标 is a kind of its own at the first level and a kind of output at the second."""
    table = "一级指标|二级指标|三级指标|指标值\n{}|修复费用|≤20万元"

    new = disclosure_of(
        "整体支出绩效目标表",
        "项目|金额\n办公|1.00\n\n附件2\n整体支出绩效目标表\n" + table.format("成本指标|经济成本指标"),
        tmp_path,
    )
    old = disclosure_of(
        "整体支出绩效目标表",
        "项目|金额\n办公|1.00\n\n附件2\n整体支出绩效目标表\n" + table.format("产出指标|成本指标"),
        tmp_path,
    )

    assert [(level.kind.slug if level.kind else None) for level in new.indicators[0].levels] == [
        "cost",
        "cost-economic",
    ]
    assert [(level.kind.slug if level.kind else None) for level in old.indicators[0].levels] == [
        "output",
        "output-cost",
    ]


@pytest.mark.parametrize(
    ("value", "name", "slug", "number", "unit"),
    [
        ("≥95%", "", "at-least", "95", "%"),
        ("≤4500元/人月", "", "at-most", "4500", "元/人月"),
        ("≥330台（套）", "", "at-least", "330", "台(套)"),
        ("=100.00(%)", "", "equal", "100.00", "%"),
        (">=100百分比", "", "at-least", "100", "百分比"),
        ("90%以上", "", "at-least", "90", "%"),
        ("不超过2,000万人次", "", "at-most", "2000", "万人次"),
        ("≥10000", "接访数量（件次/年）", "at-least", "10000", "件次/年"),
        ("2月", "", None, None, None),
        ("≤2月", "", "at-most", "2", "月"),
        ("2026年", "", None, None, None),
        ("3年", "", None, "3", "年"),
        ("12月底前", "", None, None, None),
        ("1个；60个", "", None, None, None),
        ("100余场", "", None, None, None),
        ("定性", "", "qualitative", None, None),
        ("有效提升", "", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_a_value_is_taken_apart(value: str, name: str, slug: str | None, number: str | None, unit: str | None) -> None:
    measure = read_measure(value, ("", ""), name, load_ontology())

    assert (measure.sign.slug if measure.sign else None) == slug
    assert measure.number == (Decimal(number) if number else None)
    assert measure.unit == unit


def test_no_cell_of_an_indicator_is_the_source_of_an_observation(tmp_path: Path) -> None:
    read = disclosure_of("项目支出绩效目标表", LIST, tmp_path)

    assert violations(read) == []
    assert not {figure.cell for figure in read.figures} & {cell for item in read.indicators for cell in item.cells}
    assert examine(read).graph.count(b"ns#Indicator>") == 4


MONEY = """
项目名称|档案修复
主管部门|某市档案局
项目资金（{unit}）|年度资金总额：|20.00
|其中：财政拨款|{fiscal}
|其他资金|5.00
年度目标|修复馆藏
一级指标|二级指标|三级指标|指标值
产出指标|数量指标|修复档案|≥1000卷
"""


def form_of(table: str, folder: Path) -> Disclosure:
    """Read a form below an ordinary table."""
    first = "项目|金额\n办公|1.00\n\n附件2\n项目支出绩效目标表\n（2026年度）\n"
    return disclosure_of("支出总表", first + table, folder)


def test_money_of_a_form_becomes_observations_of_its_project_in_its_own_unit(tmp_path: Path) -> None:
    read = form_of(MONEY.format(unit="元", fiscal="15.00"), tmp_path)

    money = {figure.printed: figure for figure in read.figures if figure.table == "2"}
    assert {printed: figure.amount for printed, figure in money.items()} == {
        "20.00": Decimal("20.00"),
        "15.00": Decimal("15.00"),
        "5.00": Decimal("5.00"),
    }
    assert {figure.coordinates.get("project") for figure in money.values()} == {"档案修复"}
    assert [slug(money[printed], "fundSource") for printed in ("20.00", "15.00", "5.00")] == [None, "fiscal", "other"]
    assert {slug(figure, "aspect") for figure in money.values()} == {"performance"}
    assert violations(read) == []


def test_the_target_of_a_form_is_linked_to_its_money_and_its_indicators(tmp_path: Path) -> None:
    index = QuadIndex.of(examine(form_of(MONEY.format(unit="元", fiscal="15.00"), tmp_path)).graph)
    [target], [indicator] = list(index.of_type(BG + "PerformanceTarget")), list(index.of_type(BG + "Indicator"))

    amounts = index.values(target, BG + "fundAmount")
    assert sorted(index.value(amount, OBEU_MEASURE + "amount") for amount in amounts) == ["15.00", "20.00", "5.00"]
    assert index.values(indicator, BG + "target") == [target]
    assert index.values(indicator, BG + "project") == index.values(target, BG + "project")


def test_parts_of_a_form_that_end_with_the_rest_add_up_to_its_total(tmp_path: Path) -> None:
    assert len(violations(form_of(MONEY.format(unit="万元", fiscal="16.00"), tmp_path))) == 1


def test_indicators_are_exported_with_names_and_places(tmp_path: Path) -> None:
    exports = {
        export.file: export.data
        for export in export_all(examine(disclosure_of("项目支出绩效目标表", LIST, tmp_path)).graph)
    }
    rows = list(csv.DictReader(io.StringIO(exports["indicators.csv"].decode(), newline="")))

    assert [row["name"] for row in rows] == ["修复档案", "合格率", "发放时间", "读者满意度"]
    first = rows[0]
    assert (first["project"], first["path"], first["kind_zh"]) == ("档案修复", "产出指标 › 数量指标", "数量指标")
    assert (first["sign_zh"], first["value"], first["quantity"], first["unit"]) == ("≥", "1,000", "1000", "卷")
    assert first["line"] and first["target"]


def test_there_is_no_file_of_indicators_where_there_are_none() -> None:
    assert "indicators.csv" not in {export.file for export in export_all(report().graph)}


def test_a_head_may_stand_unruled_above_its_list(tmp_path: Path) -> None:
    read = form_of(
        "项目名称|档案修复\n年度目标|修复馆藏\n\n一级指标 二级指标 指标内容 指标值\n"
        "数量指标|修复档案|1000卷\n|修复图书|20册",
        tmp_path,
    )

    assert [(item.project, item.name.flat, item.measure.number) for item in read.indicators] == [
        ("档案修复", "修复档案", Decimal(1000)),
        ("档案修复", "修复图书", Decimal(20)),
    ]
    assert [item.levels[0].printed for item in read.indicators] == ["数量指标", "数量指标"]


def test_a_form_without_a_head_of_its_own_goes_on_with_the_one_before(tmp_path: Path) -> None:
    second = FORM.strip().rpartition("一级指标|二级指标|三级指标|指标值\n")
    read = form_of(second[0] + second[2], tmp_path)

    assert [item.project for item in read.indicators] == ["档案修复", "档案修复", "馆舍租赁"]


def test_an_empty_form_has_neither_indicators_nor_targets(tmp_path: Path) -> None:
    read = form_of(
        "项目名称|\n年度目标|\n一级指标|二级指标|三级指标|指标值\n产出指标|数量指标||\n效益指标|社会效益指标||",
        tmp_path,
    )

    assert not read.indicators and not read.targets
