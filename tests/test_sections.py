"""Sections: which lines make a paragraph, which are headings, and which are no part of the text."""

from __future__ import annotations

import pytest

from budgetgraph.document import Box, Document, Page, TextLine
from budgetgraph.prose.sections import Paragraph, read_paragraphs

LEFT, RIGHT, EM = 90.0, 510.0, 14.0
"""The margins of the text and the size of its characters on a page of 600 points."""

FULL = "本单位负责全市相关工作的组织协调和监督管理，承担有关改革任务，"
"""Thirty characters: a line that begins at the left margin and reaches the right one."""


def line(text: str, *, page: int = 1, top: float = 0, indent: float = 0, gap: float | None = None) -> TextLine:
    """Return a line that begins *indent* characters after the left margin, as wide as its text."""
    x0 = LEFT + indent * EM
    x1 = RIGHT - gap * EM if gap is not None else min(RIGHT, x0 + len(text) * EM)
    return TextLine(page, text, top, Box(x0, top, x1, top + EM), size=EM)


def centred(text: str, *, page: int = 1) -> TextLine:
    half = len(text) * EM / 2
    return TextLine(page, text, 0, Box(300 - half, 0, 300 + half, EM), size=EM)


def paragraphs(*lines: TextLine) -> list[Paragraph]:
    """Return the paragraphs of some lines, each below the one before, after a page of plain text."""
    plain = [line("一、" + FULL[2:], page=9, top=30 * n) for n in range(20)]
    numbers = sorted({item.page for item in lines})
    pages = [
        Page(
            number,
            600,
            800,
            tuple(
                TextLine(item.page, item.text, item.top or 30.0 * n, item.box, size=item.size)
                for n, item in enumerate(lines)
                if item.page == number
            ),
            (),
        )
        for number in numbers
    ]
    found = read_paragraphs(Document("d.pdf", "0", "application/pdf", (*pages, Page(9, 600, 800, tuple(plain), ()))))
    return [paragraph for paragraph in found if paragraph.page != 9]


def test_a_numbered_line_that_fills_its_measure_is_no_heading() -> None:
    [read] = paragraphs(
        line("（一）因公出国（境）费用。本年度预算安排数为一千零二十六", indent=2),
        line("万元，与上年持平。"),
    )

    assert read.text == "（一）因公出国（境）费用。本年度预算安排数为一千零二十六万元，与上年持平。"
    assert read.headings == ()


def test_a_line_before_a_number_that_does_not_fit_is_cut_by_the_margin() -> None:
    [read] = paragraphs(line("（二）支出预算：本年支出预算，其中：基本支出", indent=2, gap=4), line("1,192.85万元。"))

    assert read.text.endswith("基本支出1,192.85万元。")


def test_a_numbered_line_that_ends_before_the_margin_is_a_heading() -> None:
    heading, read = paragraphs(line("（一）机关运行经费", indent=2), line("本年安排一百万元。", indent=2))

    assert heading.text == "（一）机关运行经费"
    assert read.headings == ("(一)机关运行经费",)


def test_a_heading_that_fills_its_measure_ends_where_an_indented_line_follows() -> None:
    heading, read = paragraphs(
        line("（一）一般公共预算财政拨款基本支出预算安排情况的总体说明", indent=2), line("本年安排一百万元。", indent=2)
    )

    assert read.headings == (heading.flat,)


def test_a_sentence_that_ends_at_the_margin_does_not_end_its_paragraph() -> None:
    [read] = paragraphs(line(FULL[:-1] + "。"), line("其中：基本支出一百万元。"))

    assert "。其中" in read.text


def test_an_indented_first_line_is_no_title_though_it_stands_in_the_middle_of_the_page() -> None:
    [read] = paragraphs(
        line("本部门一般公共预算拨款安排的会议费支出预算数据", indent=2, gap=2.5), line("为九百三十三万元。")
    )

    assert read.text.endswith("预算数据为九百三十三万元。")


def test_a_title_stands_in_the_middle_and_nothing_above_it_speaks_of_what_follows() -> None:
    *_, read = paragraphs(line("一、收入预算", indent=2), centred("政府采购情况"), line("本年安排一百万元。", indent=2))

    assert read.headings == ("政府采购情况",)


def test_a_numbered_line_in_the_middle_keeps_its_depth() -> None:
    *_, read = paragraphs(
        centred("部门预算情况说明"),
        centred("九、基本支出情况说明"),
        line("十、政府采购情况说明", indent=2),
        line("本年安排一百万元。", indent=2),
    )

    assert read.headings == ("部门预算情况说明", "十、政府采购情况说明")


@pytest.mark.parametrize("head", ["年度单位预算公开", "2026年度单位预算公开"])
def test_a_running_head_does_not_cut_a_sentence(head: str) -> None:
    texts = [FULL.replace("本单位", name) for name in ("本单位", "本部门", "我部门")]
    pages = [
        (line(head, page=page, top=40, indent=10), line(text, page=page, top=80), line("─9─", page=page, top=780))
        for page, text in enumerate(texts, start=1)
    ]
    [read] = paragraphs(*(item for page in pages for item in page))

    assert read.text == "".join(texts)


def test_a_paragraph_knows_on_which_page_each_of_its_lines_stands() -> None:
    [read] = paragraphs(line(FULL, page=1), line("安排一百万元。", page=2))

    assert read.place(0) == (0, 1, None)
    assert read.place(len(FULL) + 2) == (len(FULL), 2, None)
