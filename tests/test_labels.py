"""Labels are compared in one form, whatever the producer of the file wrote."""

from __future__ import annotations

import pytest

from budgetgraph.labels import join_lines, normalise, parse_line_label, readable, tidy


@pytest.mark.parametrize(
    ("printed", "compared"),
    [
        ("⼊", "入"),  # Kangxi radical
        ("⻔", "门"),  # CJK radical, no NFKC mapping
        ("戶", "户"),
        ("总 计", "总计"),
        ("（一）", "(一)"),
        ("“三公”经费", "三公经费"),
        ("其 他\n交 通 费 用", "其他交通费用"),
    ],
)
def test_a_label_has_one_form(printed: str, compared: str) -> None:
    assert normalise(printed) == compared


@pytest.mark.parametrize(
    ("printed", "text", "level", "memo"),
    [
        ("一、一般公共预算拨款", "一般公共预算拨款", 1, False),
        ("二十一、债务发行费用支出", "债务发行费用支出", 1, False),
        ("二一、债务付息支出", "债务付息支出", 1, False),
        ("（一）基本支出", "基本支出", 2, False),
        ("1.工资福利支出", "工资福利支出", 3, False),
        ("其中：公务用车购置费", "公务用车购置费", None, True),
        ("一般公共服务支出", "一般公共服务支出", None, False),
        ("本年预算（万元）", "本年预算", None, False),
        ("2.5亿元项目", "2.5亿元项目", None, False),
    ],
)
def test_numbering_and_memo_are_split_off(printed: str, text: str, level: int | None, memo: bool) -> None:
    parsed = parse_line_label(printed)

    assert (parsed.text, parsed.level, parsed.memo) == (text, level, memo)


def test_a_cell_of_several_lines_reads_as_one() -> None:
    assert join_lines("371.0\n8") == "371.08"
    assert join_lines("H5 app\nrelease") == "H5 app release"


def test_readable_keeps_punctuation_and_replaces_radicals() -> None:
    assert readable("“最多跑⼀次”改⾰⼯作经费（试行）") == "“最多跑一次”改革工作经费（试行）"


def test_tidy_closes_spread_ideographs_and_keeps_codes_apart() -> None:
    assert tidy("201 一般 公 共 服 务 支出") == "201 一般公共服务支出"
