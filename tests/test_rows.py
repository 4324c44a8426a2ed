"""Rows: bodies, classes and projects in one stub, lists inside lists, other years, labels that are new."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetgraph.concepts.ontology import load_ontology
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.figures import Figure
from budgetgraph.report.examination import examine
from budgetgraph.report.inspection import as_text
from budgetgraph.report.unknown_labels import as_turtle, unknown_labels
from samples import ROOT


def disclosure_of(
    title: str, table: str, folder: Path, extra: str = "", *, body: str = "某市档案局2026年部门预算"
) -> Disclosure:
    """Read a small disclosure of one table; bars part its cells."""
    lines = [line.strip().replace("|", "\t") for line in table.strip().splitlines()]
    path = folder / "budget.txt"
    heads = [body, "附件1", title, "单位名称：某市档案局", "单位：万元", ""]
    path.write_text("\n".join([*heads, *lines, ""]), encoding="utf-8")
    return read_disclosure(path, load_ontology(extra=extra.encode()))


def figure(disclosure: Disclosure, printed: str) -> Figure:
    return next(figure for figure in disclosure.figures if figure.printed == printed)


def slug(figure: Figure, dimension: str) -> str | None:
    value = figure.coordinates.get(dimension)
    return value.rpartition("/")[2] if value else None


def violations(disclosure: Disclosure) -> list[str]:
    return [finding.message.en for finding in examine(disclosure).findings if finding.severity.value == "Violation"]


def test_a_body_in_a_stub_opens_the_classes_below_it(tmp_path: Path) -> None:
    read = disclosure_of(
        "基本支出总表",
        """
        支出项目类别|总计|一般公共预算拨款
        某市档案局|30.00|30.00
        工资福利支出|20.00|20.00
        基本工资|12.00|12.00
        津贴补贴|8.00|8.00
        商品和服务支出|10.00|10.00
        """,
        tmp_path,
    )

    assert slug(figure(read, "12.00"), "departmentEconomicClassification") == "30101"
    assert violations(read) == []
    assert {figure.resolved for figure in read.figures} == {True}


def test_a_body_that_does_not_sum_is_noticed(tmp_path: Path) -> None:
    read = disclosure_of(
        "项目支出总表",
        """
        支出项目类别|总计
        某市档案局|30.00
        档案修复|20.00
        馆舍租赁|11.00
        """,
        tmp_path,
    )

    assert figure(read, "20.00").coordinates.get("project") == "档案修复"
    assert len(violations(read)) == 1


def test_where_lines_are_withheld_the_printed_ones_are_only_parts(tmp_path: Path) -> None:
    table = "支出项目类别|总计\n某市档案局|30.00\n档案修复|20.00\n馆舍租赁|{}"
    remark = "\n\n（注：根据国家保密法律法规，部分具体项目信息公开时予以剔除。）"

    assert violations(disclosure_of("项目支出总表", table.format("1.00") + remark, tmp_path)) == []
    assert len(violations(disclosure_of("项目支出总表", table.format("11.00") + remark, tmp_path))) == 1


def test_a_list_may_open_inside_a_list_of_the_same_numbers(tmp_path: Path) -> None:
    """一、本年支出 holds a list 一、二、 of its own; 二、结转下年 goes on with the outer one."""
    read = disclosure_of(
        "收支总表",
        """
        收入|预算数|支出|预算数
        项目||项目|
        一、财政拨款|9.00|一、本年支出|8.00
        ||一、一般公共服务支出|5.00
        ||二、教育支出|3.00
        ||三、卫生健康支出|
        二、上年结转|1.00|二、结转下年|2.00
        收入总计|10.00|支出总计|10.00
        """,
        tmp_path,
    )

    assert violations(read) == []


def test_a_year_in_a_head_is_the_fiscal_year_of_its_figures(tmp_path: Path) -> None:
    read = disclosure_of(
        "一般公共预算支出表",
        """
        科目编码|科目名称|2025年预算数|2026年预算数|增减额
        201|一般公共服务支出|4.00|5.00|1.00
        """,
        tmp_path,
    )

    assert figure(read, "4.00").coordinates.get("fiscalYear") == "2025"
    assert figure(read, "5.00").coordinates.get("fiscalYear") is None
    assert slug(figure(read, "1.00"), "aspect") == "memo"


def test_a_label_put_together_of_known_words_is_known(tmp_path: Path) -> None:
    read = disclosure_of("支出表", "科目名称|一般公共预算基本支出\n一般公共服务支出|5.00\n教育支出|1.00", tmp_path)

    assert slug(figure(read, "5.00"), "fundSource") == "general-public"
    assert slug(figure(read, "5.00"), "expenditureNature") == "basic"


def test_a_new_label_is_mended_by_one_line_in_the_ontology(tmp_path: Path) -> None:
    table = "科目编码|科目名称|俸禄津贴合出\n201|一般公共服务支出|5.00\n205|教育支出|1.00"
    line = (
        "<https://w3id.org/budgetgraph/concept/expenditure-nature/personnel> "
        '<http://www.w3.org/2004/02/skos/core#hiddenLabel> "俸禄津贴合出"@zh .'
    )
    before, after = (disclosure_of("一般公共预算支出表", table, tmp_path, extra) for extra in ("", line))

    assert not figure(before, "5.00").resolved
    assert figure(after, "5.00").resolved
    assert slug(figure(after, "5.00"), "expenditureNature") == "personnel"


@pytest.mark.parametrize("module", sorted((ROOT / "ingest").rglob("*.py")), ids=lambda path: path.name)
def test_no_module_of_the_reader_names_a_place(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    places = [
        concept.label
        for concept in load_ontology().scheme("division")
        if concept.notation and concept.notation.endswith("00") and concept.notation != "000000"
    ]

    assert [place for place in places if place in text] == []


def test_where_a_subtotal_is_blank_its_members_are_summed_instead(tmp_path: Path) -> None:
    table = """
        单位名称|合计|三公经费|||会议费
        |||小计|公务接待费|公务用车购置及运行费|
        某市档案馆|{total}|||9.22|0.57
        """

    right = disclosure_of("一般公共预算“三公”经费及会议费表", table.format(total="9.79"), tmp_path)
    wrong = disclosure_of("一般公共预算“三公”经费及会议费表", table.format(total="9.22"), tmp_path)

    assert violations(right) == []
    assert any("9.79" in message for message in violations(wrong))


def test_natures_of_spending_stand_under_the_column_of_all_spending(tmp_path: Path) -> None:
    table = """
        科目编码|科目名称|支出总计|基本支出|项目支出|结转下年
        201|一般公共服务支出|{total}|20.00|10.00|5.00
        """

    right = disclosure_of("支出总表", table.format(total="30.00"), tmp_path)
    wrong = disclosure_of("支出总表", table.format(total="31.00"), tmp_path)

    assert figure(right, "30.00").role.value == "subtotal"
    assert violations(right) == []
    assert any("31.00" in message for message in violations(wrong))


def test_items_stand_under_the_column_of_their_aspect(tmp_path: Path) -> None:
    read = disclosure_of(
        "一般公共预算“三公”经费、会议费、培训费支出表",
        """
        单位名称|“三公”经费合计|因公出国（境）费|公务接待费|会议费
        某市档案局|5.00|3.00|1.00|7.00
        """,
        tmp_path,
    )

    assert slug(figure(read, "3.00"), "item") == "going-abroad"
    assert slug(figure(read, "1.00"), "aspect") == "three-public"
    assert any("5.00" in message for message in violations(read))


def test_a_total_that_is_divided_itself_sums_like_columns(tmp_path: Path) -> None:
    table = """
        年度|总计||因公出国（境）费||公务接待费|
        |一般公共预算|政府性基金预算|一般公共预算|政府性基金预算|一般公共预算|政府性基金预算
        2026年|{total}|2.00|3.00|1.00|4.00|1.00
        """

    right = disclosure_of("财政拨款“三公”经费支出表", table.format(total="7.00"), tmp_path)
    wrong = disclosure_of("财政拨款“三公”经费支出表", table.format(total="8.00"), tmp_path)

    assert violations(right) == []
    assert any("8.00" in message for message in violations(wrong))


def test_among_its_sisters_the_name_of_the_department_is_its_own_office(tmp_path: Path) -> None:
    read = disclosure_of(
        "2026年部门支出总表",
        """
        单位名称|合计|基本支出|项目支出
        合计|30.00|20.00|10.00
        某市档案局|18.00|12.00|6.00
        某市档案馆|12.00|8.00|4.00
        """,
        tmp_path,
        body="某市档案局2026年部门预算\n本部门预算为汇总预算",
    )

    assert figure(read, "18.00").coordinates.get("organization") == "某市档案局(本级)"
    assert figure(read, "30.00").coordinates.get("organization") == "某市档案局"
    assert figure(read, "12.00").role.value == "leaf"


def test_an_unknown_label_comes_with_the_nearest_concept_as_turtle(tmp_path: Path) -> None:
    read = disclosure_of(
        "一般公共预算“三公”经费支出表",
        """
        项目|预算数
        合计|5.00
        因公出国境团组经费支出|3.00
        公务接待费|2.00
        """,
        tmp_path,
    )
    (unknown,) = unknown_labels(read)
    pasted = "\n".join(as_turtle([unknown]))

    assert unknown.nearest is not None and unknown.nearest.slug == "going-abroad"
    assert load_ontology(extra=pasted.encode()).uses(unknown.label)
    assert "3.00 + 2.00 (summation" in as_text(read)


def test_items_head_the_names_of_what_is_bought(tmp_path: Path) -> None:
    read = disclosure_of(
        "政府采购支出预算表",
        """
        采购品目大类|专项名称|采购物品名称|总计
        合计|||30.00
        一、货物A|||20.00
        |某信息化专项|台式计算机|12.00
        |某信息化专项|打印设备|8.00
        二、服务C|||10.00
        |某培训专项|培训服务|10.00
        """,
        tmp_path,
    )

    assert slug(figure(read, "8.00"), "item") == "procurement-goods"
    assert figure(read, "8.00").role.value == "leaf"
    assert violations(read) == []


def test_a_project_may_begin_with_a_year_and_a_body_with_its_code(tmp_path: Path) -> None:
    read = disclosure_of(
        "项目支出总表",
        """
        单位名称|项目名称|总计
        105001某市档案局|2026年档案修复|20.00
        105001某市档案局|2026年馆舍租赁|10.00
        """,
        tmp_path,
    )

    assert figure(read, "20.00").coordinates.get("project") == "2026年档案修复"
    assert {figure.coordinates.get("organization") for figure in read.figures} == {"某市档案局"}


def test_a_total_among_codes_is_one_of_what_it_names(tmp_path: Path) -> None:
    read = disclosure_of(
        "一般公共预算财政拨款基本支出决算表",
        """
        人员经费|||公用经费||
        科目编码|科目名称|决算数|科目编码|科目名称|决算数
        301|工资福利支出|300.00|302|商品和服务支出|70.00
        30101|基本工资|300.00|30201|办公费|70.00
        303|对个人和家庭的补助|20.00|310|资本性支出|10.00
        人员经费合计||330.00|公用经费合计||80.00
        """,
        tmp_path,
        body="某市档案局2026年部门决算",
    )

    (message,) = violations(read)
    assert "330.00" in message and "320.00" in message


_OF_BODIES_AND_CLASSES = """
    科目编码|||单位代码|单位名称（科目）|金额
    类|款|项|||
    ||||合计|{total}
    |||301001|某市档案局机关|200.00
    ||||行政运行|200.00
    201|03|01|301001|档案修复|150.00
    201|03|01|301001|馆舍租赁|50.00
    |||301002|某市地方志编纂中心|100.00
    ||||行政运行|100.00
    201|03|01|301002|志书编纂|100.00
"""


def test_a_row_with_the_code_of_a_body_and_none_of_a_class_is_a_bodys(tmp_path: Path) -> None:
    read = disclosure_of("一般公共预算项目支出预算表", _OF_BODIES_AND_CLASSES.format(total="300.00"), tmp_path)

    centre = [figure for figure in read.figures if figure.coordinates.get("organization") == "某市地方志编纂中心"]
    assert [figure.printed for figure in centre] == ["100.00"] * 3
    assert figure(read, "150.00").coordinates.get("project") == "档案修复"
    assert {figure.resolved for figure in read.figures} == {True}
    assert violations(read) == []


def test_a_name_above_the_rows_of_its_code_is_the_class(tmp_path: Path) -> None:
    read = disclosure_of("一般公共预算项目支出预算表", _OF_BODIES_AND_CLASSES.format(total="300.00"), tmp_path)

    above = [figure for figure in read.figures if slug(figure, "functionalClassification") == "2010301"]
    assert [figure.printed for figure in above if not figure.coordinates.get("project")] == ["200.00", "100.00"]


def test_bodies_told_by_their_codes_sum_to_the_total(tmp_path: Path) -> None:
    read = disclosure_of("一般公共预算项目支出预算表", _OF_BODIES_AND_CLASSES.format(total="310.00"), tmp_path)

    assert len(violations(read)) == 1


def test_a_row_that_counts_states_no_money(tmp_path: Path) -> None:
    read = disclosure_of(
        "“三公”经费情况表",
        """
        项目|预算数
        一、“三公”经费|9.00
        1.公务接待费|4.00
        2.公务用车运行维护费|5.00
        二、国内公务接待人次（人）|520
        三、公务用车保有量（辆）|4
        """,
        tmp_path,
    )

    assert [figure.printed for figure in read.figures] == ["9.00", "4.00", "5.00"]


def test_the_level_of_a_class_in_brackets_counts_nothing(tmp_path: Path) -> None:
    read = disclosure_of(
        "一般公共预算支出表",
        """
        科目|合计
        合计|30
        一般公共服务支出（类）|30
        档案事务（款）|30
        """,
        tmp_path,
    )

    assert [figure.printed for figure in read.figures] == ["30"] * 3


@pytest.mark.parametrize(("total", "wrong"), [("300.00", 0), ("310.00", 1)])
def test_the_classes_of_a_body_stand_below_its_own_row(total: str, wrong: int, tmp_path: Path) -> None:
    read = disclosure_of(
        "部门支出总表",
        f"""
        单位编码|单位名称|科目编码|科目名称|合计
        合计||||{total}
        126|某市档案局|||300.00
        126001|某市档案局机关|2010301|行政运行|200.00
        126002|某市地方志编纂中心|2010302|一般行政管理事务|100.00
        """,
        tmp_path,
    )

    assert len(violations(read)) == wrong
