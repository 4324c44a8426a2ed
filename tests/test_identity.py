"""Identity: what the cover prints, however its title is broken into lines."""

from __future__ import annotations

import pytest

from budgetgraph.concepts.ontology import load_ontology
from budgetgraph.document import Document, Page, TextLine
from budgetgraph.identity.reading import Identity, read_identity, same_body


def identity(*lines: str, size: float = 36, after: tuple[str, ...] = ("目 录", "第一部分 部门概况")) -> Identity | None:
    printed = [*((line, size) for line in lines), *((line, 16.0) for line in after)]
    page = Page(
        number=1,
        width=595,
        height=842,
        lines=tuple(TextLine(1, text, 20.0 * row, size=large) for row, (text, large) in enumerate(printed)),
        grids=(),
    )
    return read_identity(Document("b.pdf", "0" * 64, "application/pdf", (page,)), [], load_ontology())


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (("江苏省档案局2019年度部门预算公开",), "江苏省档案局"),
        (("江苏省档案局2019年度", "部门预算公开"), "江苏省档案局"),
        (("江苏省档案局", "2019年度部门预算公开"), "江苏省档案局"),
        (("江苏省档案局部门", "2019年度部门预算信息公开"), "江苏省档案局"),
        (("2019年度", "江苏省档案管理", "中心", "单位预算"), "江苏省档案管理中心"),
        (("2019年度江苏省高级", "人民法院预算公开"), "江苏省高级人民法院"),
    ],
)
def test_a_title_names_the_body_however_it_is_broken(lines: tuple[str, ...], body: str) -> None:
    found = identity(*lines)

    assert found is not None
    assert (found.body, found.division_name, found.year) == (body, "江苏省", 2019)


def test_where_the_cover_is_a_picture_the_body_of_most_sentences_counts() -> None:
    sentences = tuple(f"江苏省档案局2019年度{what}支出预算10万元" for what in ("财政拨款", "基本", "项目"))

    found = identity("目录", after=("第二部分 2019年度部门预算表", *sentences))

    assert found is not None and found.body == "江苏省档案局"
    assert identity("目录", after=("第二部分 2019年度部门预算表", *sentences[:2])) is None


def test_a_level_that_nothing_states_is_a_units_and_marked() -> None:
    found = identity("江苏省档案局2019年预算")

    assert found is not None and (found.level, found.level_stated) == ("unit", False)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ("二〇二四年度", "某高新技术产业开发区管理委员会", "部门决算"),
            ("某高新技术产业开发区管理委员会", "000000", 2024, "executed"),
        ),
        (("江苏省档案局关于2022年部门预算的公开说明",), ("江苏省档案局", "320000", 2022, "approved")),
        (("关于公开2022年度江苏省档案局部门预算的说明",), ("江苏省档案局", "320000", 2022, "approved")),
        (("2024年江苏省档案局“三公”经费预算情况表",), ("江苏省档案局", "320000", 2024, "approved")),
        (("南京市江宁区2020年财政决算（草案）报告",), ("南京市江宁区", "320115", 2020, "executed")),
        (
            ("关于南京市江宁区2021年财政", "预算执行情况及2022年财政", "预算草案的报告"),
            ("南京市江宁区", "320115", 2022, "draft"),
        ),
        (("2026年省级部门预算", "吉林省商务厅"), ("吉林省商务厅", "220000", 2026, "approved")),
        (("部门名称：云南省民政厅", "2025年部门预算"), ("云南省民政厅", "530000", 2025, "approved")),
        (("政协陕西省委员会办公厅", "2024年部门综合预算"), ("政协陕西省委员会办公厅", "610000", 2024, "approved")),
        (("2025年郑州市财政局部门预算（草案）",), ("郑州市财政局", "410100", 2025, "draft")),
        (("关于宁夏回族自治区水利厅2023年部门决算情况的说明",), ("宁夏回族自治区水利厅", "640000", 2023, "executed")),
        (
            ("2024", "年", "部门预算", "北京市朝阳区", "城市管理委员会"),
            ("北京市朝阳区城市管理委员会", "110105", 2024, "approved"),
        ),
    ],
)
def test_a_cover_says_body_division_year_and_phase_in_any_order(
    lines: tuple[str, ...], found: tuple[str, str, int, str]
) -> None:
    read = identity(*lines)

    assert read is not None
    assert (read.body, read.division, read.year, read.phase) == found


def test_no_name_is_that_of_a_body_without_a_name() -> None:
    assert not same_body("某市档案局", "")
