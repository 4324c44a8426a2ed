"""Statements: what the sentences of a text state, and how far their scope reaches."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import CONCEPT, load_ontology
from budgetgraph.document import Document, Page, TextLine
from budgetgraph.identity.reading import Identity
from budgetgraph.prose.model import Statement
from budgetgraph.prose.sections import read_paragraphs
from budgetgraph.prose.statements import Statements

BODY = Identity("云山市公安局", "000000", "云山市", 2026, "approved", "department")


@cache
def resolver() -> Resolver:
    return Resolver(load_ontology())


def statements(*text: str, body: Identity = BODY, carried_over: bool = False) -> list[Statement]:
    """Return what a text states, a paragraph a line; *carried_over*, its disclosure prints money carried over."""
    lines = tuple(TextLine(1, words, 20.0 * n, line=n) for n, words in enumerate(text, start=1))
    paragraphs = read_paragraphs(Document("d.txt", "0", "text/plain", (Page(1, 0, 0, lines, ()),), paged=False))
    year = f"{CONCEPT}funding-year/{'unstated' if carried_over else 'current'}"
    return list(Statements(resolver(), body, year).read(paragraphs))


def meant(*text: str, body: Identity = BODY) -> dict[str, set[str] | None]:
    """Return the coordinates of each amount of a text, the body and the funding year left out; None if it has none."""
    return {
        statement.printed: None
        if statement.coordinates is None
        else {
            value.rpartition("/")[2]
            for key, value in statement.coordinates.values
            if key not in ("organization", "fundingYear")
        }
        for statement in statements(*text, body=body)
        if statement.amount is not None
    }


@pytest.mark.parametrize(
    ("text", "coordinates"),
    [
        ("（一）2080501-行政单位离退休178.51万元。", {"2080501", "expenditure"}),
        ("1.“一般公共服务支出（类）政协事务（款）行政运行（项）”科目43.83万元。", {"2010201", "expenditure"}),
        ("2.信访业务（2014004）893.61万元，较上年增加71.61万元。", {"2014004", "expenditure"}),
    ],
)
def test_an_item_that_opens_a_paragraph_with_its_amount_is_what_the_amount_is_for(
    text: str, coordinates: set[str]
) -> None:
    assert next(iter(meant(text).values())) == coordinates


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("住房保障（类）支出", "221"),
        ("一般公共服务（类）支出", "201"),
        ("教育（类）", "205"),
        ("差旅费（款）支出", "30211"),
    ],
)
def test_the_level_beside_a_name_says_which_class_it_is(name: str, code: str) -> None:
    assert meant(f"本年{name}100.00万元。")["100.00"] == {code, "expenditure"}


@pytest.mark.parametrize("name", ["云山市公安局", "市公安局"])
def test_a_word_inside_the_name_of_the_body_is_no_class(name: str) -> None:
    found = meant(f"2026年{name}“三公”经费预算数为400.00万元，其中：公务接待费28.50万元。")

    assert found == {
        "400.00": {"three-public", "expenditure"},
        "28.50": {"three-public", "official-reception", "expenditure"},
    }


def test_the_name_of_another_body_leaves_a_figure_without_coordinates() -> None:
    assert meant("2026年河西县公安局支出预算400.00万元。") == {"400.00": None}


@pytest.mark.parametrize(
    ("words", "coordinates"),
    [
        ("一般公共预算拨款收入", {"general-public", "revenue"}),
        ("一般公共预算拨款支出", {"general-public", "expenditure"}),
        ("政府性基金拨款支出预算", {"government-fund", "expenditure"}),
        ("财政拨款收、支总预算", {"fiscal", "sources"}),
        ("部门预算收入", {"sources"}),
        ("部门预算支出", {"uses"}),
        ("总收入", {"sources"}),
        ("相应安排支出预算", {"uses"}),
        ("一般公共预算安排委托业务费", {"30227", "general-public", "expenditure"}),
    ],
)
def test_the_words_before_an_amount_say_what_it_is(words: str, coordinates: set[str]) -> None:
    found = meant(f"2026年本部门{words}100.00万元。")["100.00"]

    assert found == coordinates


def test_what_a_fund_has_left_from_last_year_is_no_revenue() -> None:
    found = meant("（一）收入预算：2026年收入预算9.00万元，其中：上年结转结余的一般公共预算收入1.00万元。")

    assert found["1.00"] == {"general-public", "opening-balance"}


def test_an_item_of_the_three_public_expenses_is_no_economic_class() -> None:
    found = meant(
        "一、一般公共预算“三公”经费、会议费、培训费情况说明",
        "（一）公务接待费预算支出2.00万元，本年数与上年数一致。",
        "（二）培训费预算支出3.00万元。",
    )

    assert found["2.00"] == {"three-public", "official-reception", "general-public", "expenditure"}
    assert found["3.00"] == {"three-public-and-meetings", "30216", "general-public", "expenditure"}


def test_the_name_of_an_item_that_is_an_economic_class_too_means_neither_alone() -> None:
    assert meant("2026年公务接待费2.00万元。") == {"2.00": None}


def test_parts_that_open_a_sentence_are_parts_of_what_stands_before_it() -> None:
    found = meant("财政拨款安排“三公”经费9.00万元，比上年减少1.00万元。其中：公务接待费2.00万元，与上年持平。")

    assert found["2.00"] == {"three-public", "official-reception", "fiscal", "expenditure"}


def test_the_parts_of_a_list_have_one_whole() -> None:
    found = meant("一般公共预算财政拨款支出9.00万元，其中：基本支出4.00万元，项目支出5.00万元。")

    assert found["4.00"] == {"basic", "general-public", "expenditure"}
    assert found["5.00"] == {"project", "general-public", "expenditure"}


def test_a_final_account_beside_its_budget_is_of_the_same_part() -> None:
    found = meant(
        "“三公”经费财政拨款支出预算为45.00万元，支出决算为38.25万元，完成预算的85.00%。其中：公务用车购置及运行费"
        "支出预算为42.00万元，支出决算为37.00万元；公务接待费支出预算为3.00万元，支出决算为1.25万元。",
        body=replace(BODY, phase="executed"),
    )

    assert found["38.25"] == {"three-public", "fiscal", "expenditure"}
    assert found["37.00"] == {"three-public", "official-vehicles", "fiscal", "expenditure"}
    assert found["3.00"] == {"three-public", "official-reception", "fiscal", "expenditure", "approved"}
    assert found["1.25"] == {"three-public", "official-reception", "fiscal", "expenditure"}


@pytest.mark.parametrize(
    ("listed", "year"),
    [
        ("财政拨款收入6.00万元、事业收入2.00万元、上年结转1.00万元", "current"),
        ("上年结转1.00万元，财政拨款收入6.00万元，事业收入2.00万元", "current"),
        ("财政拨款收入7.00万元，其中上年结转1.00万元，事业收入2.00万元", "unstated"),
        ("财政拨款收入7.00万元、事业收入2.00万元", "unstated"),
    ],
)
def test_revenue_listed_beside_what_is_carried_over_is_of_this_year(listed: str, year: str) -> None:
    found = statements(f"本部门收入预算数9.00万元，其中：{listed}。", carried_over=True)
    whole = found[0].coordinates
    assert whole is not None
    revenue = [each.coordinates for each in found if each.coordinates and "revenue" in str(each.coordinates)]

    assert revenue
    assert (whole.get("fundingYear") or "").rpartition("/")[2] == ("both" if year == "current" else "unstated")
    assert {(each.get("fundingYear") or "").rpartition("/")[2] for each in revenue} == {year}


def test_a_new_subject_ends_the_list() -> None:
    found = meant("本部门财政拨款收入9.00万元，其中：一般公共预算8.00万元；本部门支出预算9.50万元。")

    assert found["9.50"] == {"uses"}


def test_a_figure_with_a_colon_is_the_whole_of_what_follows() -> None:
    found = meant("政府采购预算9.00万元；其中一般公共预算拨款政府采购7.00万元：货物3.00万元、服务4.00万元。")

    assert found["3.00"] == {"procurement", "procurement-goods", "general-public", "expenditure"}
    assert found["4.00"] == {"procurement", "procurement-services", "general-public", "expenditure"}


def test_what_may_belong_to_a_part_or_to_the_whole_body_has_no_coordinates() -> None:
    assert meant("财政拨款支出9.00万元，基本支出4.00万元。")["4.00"] is None


def test_parts_of_a_figure_that_is_not_understood_are_not_understood() -> None:
    assert meant("智慧警务平台9.00万元，其中：财政拨款4.00万元。") == {"9.00": None, "4.00": None}


def test_what_follows_a_change_may_be_a_part_of_the_change() -> None:
    assert meant("支出预算9.00万元，比上年增加2.00万元，其中人员经费1.00万元。")["1.00"] is None


def test_what_a_figure_is_compared_with_is_no_figure_of_its_own() -> None:
    found = meant("“三公”经费支出9.00万元，完成预算10.00万元的90%。其中：公务接待费支出4.00万元。")

    assert found["10.00"] is None
    assert found["4.00"] == {"three-public", "official-reception", "expenditure"}


def test_a_threshold_is_no_figure() -> None:
    assert meant("单价100万元以上设备2台，购置50万元（含）以上设备1台。") == {}


def test_a_line_that_ends_with_a_colon_leads_in_the_list_below_it() -> None:
    found = meant(
        "一、支出情况",
        "财政拨款支出主要内容如下：",
        "1.住房保障支出（类）3.00万元。",
        "2.教育支出（类）4.00万元。",
        "二、收入情况",
        "收入预算9.00万元。",
    )

    assert found == {
        "3.00": {"221", "fiscal", "expenditure"},
        "4.00": {"205", "fiscal", "expenditure"},
        "9.00": {"sources"},
    }


def test_a_heading_beside_another_is_not_below_what_that_leads_in() -> None:
    found = meant("（一）“三公”经费预算：", "公务接待费2.00万元。", "（二）会议费预算：", "会议费3.00万元。")

    assert found["3.00"] == {"30215", "expenditure"}


def test_the_heading_of_a_part_speaks_of_all_below_it() -> None:
    found = meant("第五部分 财政拨款“三公”经费预算情况", "1.公务接待费。2026年预算数15.00万元。")

    assert found == {"15.00": {"three-public", "official-reception", "fiscal", "expenditure"}}


def test_below_an_item_that_is_not_known_nothing_is_the_whole_of_the_body() -> None:
    assert meant("1.智慧警务平台建设", "（3）预算安排：2026年安排支出预算1.00亿元。") == {"1.00": None}


def test_a_project_may_have_the_name_of_a_class() -> None:
    assert meant("（五）项目支出9.00万元，具体包括：", "1.社会组织管理5.00万元。")["5.00"] is None


def test_a_heading_of_both_sides_of_the_account_is_of_neither() -> None:
    found = meant("（一）财政拨款收入支出总体情况", "财政拨款收入9.00万元。")

    assert found == {"9.00": {"fiscal", "revenue"}}


def test_a_clause_of_another_year_is_of_the_same_thing() -> None:
    found = meant("“三公”经费预算数为9.00万元，2025年预算数为8.00万元，其中公务接待费1.00万元。")

    assert found["8.00"] == {"three-public", "expenditure", "2025"}
    assert found["1.00"] == {"three-public", "official-reception", "expenditure"}


def test_a_figure_whose_subject_stands_in_the_clause_before_is_of_that() -> None:
    found = meant("按支出功能分类，规模较大的主要是2014099其他信访事务支出，2026年预算数为3.00万元。")

    assert found["3.00"] is None


def test_a_quotation_is_printed_text_with_its_neighbourhood() -> None:
    [first, second] = statements("2026年“三公”经费 9.00 万元，其中：公务接待费２.00万元。")

    assert (first.quoted, second.quoted) == ("2026年“三公”经费 9.00 万元", "其中：公务接待费２.00万元")
    assert second.quote is not None
    assert (second.quote.exact, second.quote.prefix, second.quote.suffix) == (
        "其中：公务接待费２.00万元",
        "2026年“三公”经费 9.00 万元，",
        "。",
    )
    assert (second.printed, second.amount) == ("2.00", Decimal("20000.00"))
