"""Garbled documents: whatever stands in a document, it is read or refused; nothing in it breaks the reader."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from budgetgraph.disclosure import read_disclosure
from budgetgraph.errors import BudgetgraphError
from budgetgraph.report.examination import Report, examine
from samples import right_documents

AMOUNT = re.compile(r"\d[\d,]*\.\d\d")
CODE = re.compile(r"\d{3,7}(?=\t)")
WORD = re.compile("合计|小计|其中：")
EACH = 10


def garbled(text: str, random: Random) -> str:
    """Return a document with one thing wrong: amounts, codes, words, cells or lines lost, moved or repeated."""
    lines = text.split("\n")
    here, there = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(9):
        case 0:
            return "\n".join(line for line in lines if "单位：" not in line)
        case 1:
            return AMOUNT.sub(
                lambda found: random.choice([found.group(), "", "0.00", "—", f"-{found.group()}", "#REF!"]), text
            )
        case 2:
            return "\n".join(lines[:here] + lines[here + 1 :])
        case 3:
            return "\n".join(lines[:here] + [lines[here]] * 3 + lines[here + 1 :])
        case 4:
            lines[here], lines[there] = lines[there], lines[here]
            return "\n".join(lines)
        case 5:
            return re.sub("\t", lambda _: random.choice(["\t", "\t", "\t", "\t\t", ""]), text)
        case 6:
            return CODE.sub(lambda found: random.choice([found.group(), found.group()[:-1], "999", ""]), text)
        case 7:
            lines[here] = "\t".join(reversed(lines[here].split("\t")))
            return "\n".join(lines)
        case _:
            return WORD.sub(lambda found: random.choice([found.group(), "合计", "其中：", "", "小计"]), text)


@pytest.mark.parametrize("seed", range(12))
def test_a_garbled_document_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    random, documents = Random(seed), right_documents()
    for number in range(EACH):
        text = documents[random.choice(sorted(documents))]
        for _ in range(random.randrange(1, 4)):
            text = garbled(text, random)
        path = tmp_path / f"{number}.txt"
        path.write_text(text + "\n", encoding="utf-8")
        try:
            report: Report | None = examine(read_disclosure(path))
        except BudgetgraphError:
            report = None
        assert report is None or report.graph


def test_a_table_whose_heads_are_lost_is_read(tmp_path: Path) -> None:
    path = tmp_path / "headless.txt"
    path.write_text(
        "某市民政局2025年部门预算\n附件1\n一般公共预算支出表\n单位：万元\n\n"
        "\t\t\t小计\t基本支出项目支出增减额\t增减率\n"
        "21303\t水利\t\t420.00\t\t430.00\t300.00\t130.00\t10.00\t2.38%\n"
        "21305\t南水北调\t\t0.00\t30.00\t30.00\t30.00\n",
        encoding="utf-8",
    )

    assert "420.00" in [figure.printed for figure in read_disclosure(path).figures]


def test_a_difference_of_nothing_is_told_in_its_unit(tmp_path: Path) -> None:
    path = tmp_path / "nothing.txt"
    path.write_text(
        "某市档案局2026年部门预算\n第一部分 情况说明\n一、2026年支出预算0.00万元，比上年0.00万元增加20.00万元。\n"
        "附件1\n支出预算表\n单位名称：某市档案局\n单位：万元\n\n项目\t预算数\n合计\t30.00\n基本支出\t30.00\n",
        encoding="utf-8",
    )

    found = examine(read_disclosure(path)).findings

    assert any("应为0" in finding.message.zh and "万元" in finding.message.zh for finding in found)
