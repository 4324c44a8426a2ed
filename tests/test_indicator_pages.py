"""Performance indicators of a PDF: merged cells, a list that goes on over a page, a form below its own title."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

# reportlab ships no types
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.errors import UnusableSource
from budgetgraph.indicators.model import Indicator
from budgetgraph.publication.publishing import sources
from budgetgraph.report.examination import examine
from samples import SHARED

FONT = "WenQuanYi"
CORPUS = SHARED / "corpus"
HEAD = ["单位（项目）名称", "资金总额", "绩效目标", "绩效指标", "", "", "", "", ""]
NAMES = ["", "", "", "一级指标", "二级指标", "三级指标", "指标值", "度量单位", "指标值类型"]
FIRST = [
    HEAD,
    NAMES,
    ["档案修复", "20.00", "修复馆藏", "产出指标", "数量指标", "修复档案", "1000", "卷", "≥"],
    ["", "", "", "", "质量指标", "合格率", "95", "%", "≥"],
]
SECOND = [
    HEAD,
    NAMES,
    ["档案修复", "20.00", "修复馆藏", "", "质量指标", "返修率", "5", "%", "≤"],
    ["", "", "", "效益指标", "社会效益指标", "查阅便利", "提升", "", "定性"],
    ["馆舍租赁", "5.00", "租用馆舍", "产出指标", "数量指标", "租用面积", "500", "平方米", "="],
]
FORM = [
    ["项目名称", "", "档案展览", ""],
    ["主管部门", "", "某市档案局", ""],
    ["项目资金（万元）", "年度资金总额：", "3.00", ""],
    ["", "其中：财政拨款", "2.00", ""],
    ["", "其他资金", "1.00", ""],
    ["年度目标", "办好展览", "", ""],
    ["绩效指标", "一级指标", "三级指标", "指标值"],
    ["", "产出指标", "办展次数", "≥2次"],
    ["", "", "观众人数", "≥1万人次"],
]
MERGED = [("SPAN", (c, 0), (c, 1)) for c in range(3)] + [("SPAN", (3, 0), (8, 0))]


def pages(folder: Path) -> Path:
    """Write a disclosure of three pages: a list, the list going on, a form."""
    font = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
    pdfmetrics.registerFont(TTFont(FONT, BytesIO(font.read_bytes()), subfontIndex=0))
    down = [*MERGED, *(("SPAN", (c, 2), (c, 3)) for c in range(4))]
    below = [*MERGED, *(("SPAN", (c, 2), (c, 3)) for c in range(3))]
    form = [("SPAN", (0, r), (1, r)) for r in (0, 1)] + [("SPAN", (2, r), (3, r)) for r in range(5)]
    form += [("SPAN", (0, 2), (0, 4)), ("SPAN", (1, 5), (3, 5)), ("SPAN", (0, 6), (0, 8)), ("SPAN", (1, 7), (1, 8))]
    story = [
        *_caption("某市档案局2026年部门预算", "附件1", "项目支出绩效目标表", "单位名称：某市档案局　单位：万元"),
        _ruled(FIRST, down),
        PageBreak(),
        *_caption("项目支出绩效目标表", "单位名称：某市档案局　单位：万元"),
        _ruled(SECOND, below),
        PageBreak(),
        *_caption("附件2", "项目绩效目标表"),
        _ruled(FORM, form),
    ]
    path = folder / "某市档案局2026年部门预算.pdf"
    SimpleDocTemplate(str(path), pagesize=landscape(A4), invariant=1).build(story)
    return path


def _caption(*lines: str) -> list[Any]:
    style = ParagraphStyle("caption", fontName=FONT, fontSize=14, leading=24, alignment=1)
    return [Paragraph(line, style) for line in lines]


def _ruled(rows: list[list[str]], merged: list[tuple[Any, ...]]) -> Any:
    everywhere = (0, 0), (-1, -1)
    style = [("FONT", *everywhere, FONT, 9, 12), ("GRID", *everywhere, 0.6, "black"), *merged]
    return Table(rows, [80.0] * len(rows[0]), style=style)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Disclosure:
    """The disclosure of those pages."""
    return read_disclosure(pages(tmp_path_factory.mktemp("pages")))


def what(indicator: Indicator) -> tuple[str | None, str, str, str]:
    path = " › ".join(level.printed for level in indicator.levels)
    return indicator.project, path, indicator.name.flat, indicator.value.flat if indicator.value else ""


def test_merged_cells_hold_for_the_rows_that_they_span_and_over_the_page(read: Disclosure) -> None:
    assert [what(indicator) for indicator in read.indicators if indicator.table == "1"] == [
        ("档案修复", "产出指标 › 数量指标", "修复档案", "1000"),
        ("档案修复", "产出指标 › 质量指标", "合格率", "95"),
        ("档案修复", "产出指标 › 质量指标", "返修率", "5"),
        ("档案修复", "效益指标 › 社会效益指标", "查阅便利", "提升"),
        ("馆舍租赁", "产出指标 › 数量指标", "租用面积", "500"),
    ]


def test_a_project_repeated_at_the_top_of_a_page_is_the_same_one(read: Disclosure) -> None:
    assert [target.project for target in read.targets] == ["档案修复", "馆舍租赁", "档案展览"]


def test_a_form_has_its_project_its_money_and_its_indicators(read: Disclosure) -> None:
    assert [what(indicator) for indicator in read.indicators if indicator.table == "2"] == [
        ("档案展览", "产出指标", "办展次数", "≥2次"),
        ("档案展览", "产出指标", "观众人数", "≥1万人次"),
    ]
    assert {figure.printed for figure in read.figures if figure.table == "2"} == {"3.00", "2.00", "1.00"}


def test_no_quantity_is_money(read: Disclosure) -> None:
    said = {cell.place for indicator in read.indicators for cell in indicator.cells}

    assert not said & {figure.cell.place for figure in read.figures}
    assert not [finding for finding in examine(read).findings if finding.severity.value == "Violation"]


@cache
def corpus() -> tuple[Disclosure, ...]:
    """The disclosures of the corpus that have an indicator."""
    found = []
    for path in sources([CORPUS]):
        try:
            disclosure = read_disclosure(path)
        except UnusableSource:
            continue
        if disclosure.indicators:
            found.append(disclosure)
    return tuple(found)


@pytest.mark.corpus
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")
def test_the_performance_tables_of_the_corpus_become_indicators_and_none_of_them_money() -> None:
    indicators = [indicator for disclosure in corpus() for indicator in disclosure.indicators]

    assert len(corpus()) >= 20 and len(indicators) >= 1150
    assert sum(1 for indicator in indicators if indicator.kind) >= 0.8 * len(indicators)
    for disclosure in corpus():
        said = {cell.place for indicator in disclosure.indicators for cell in indicator.cells}
        assert not said & {figure.cell.place for figure in disclosure.figures}, disclosure.name
