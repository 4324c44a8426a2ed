"""Synthetic disclosures: a budget made by code, read as any other, and its graph under as many names as are wanted.

Run by itself it validates so many observations, one document's graph at a time, and prints what that took:
`python synthetic.py 10000`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from budgetgraph.concepts.ontology import load_ontology
from budgetgraph.disclosure import read_disclosure
from budgetgraph.graph import GraphBuilder
from budgetgraph.validation import validate

BODY = "某市档案局"
ITEMS = 110
"""Items (项) of the functional classification that the document prints, besides the classes above them."""

_HEAD = ("科目编码", "科目名称", "合计", "基本支出", "项目支出")
_TABLES = ("部门支出总表", "一般公共预算支出表")


def budget() -> str:
    """Return the text of a disclosure in which every sum is right."""
    lines = [f"{BODY}2026年部门预算"]
    for number, title in enumerate(_TABLES, start=1):
        lines += [
            f"附件{number}",
            title,
            f"单位名称：{BODY}",
            "单位：万元",
            "",
            "科目编码\t科目名称\t合计\t基本支出\t项目支出",
        ]
        lines += ["\t".join(row) for row in _rows()]
        lines.append("")
    return "\n".join(lines)


def _rows() -> Iterator[tuple[str, ...]]:
    names = {c.notation: c.label for c in load_ontology().scheme("functional") if c.notation}
    items = sorted(code for code in names if len(code) == 7)[:ITEMS]
    amounts = {code: (Decimal(37 + 7 * n) / 4, Decimal(11 + 3 * n) / 2) for n, code in enumerate(items)}
    codes = sorted({code[:length] for code in items for length in (3, 5, 7)})
    yield ("", "合计", *_money([amounts[item] for item in items]))
    for code in codes:
        yield (code, names[code], *_money([amounts[item] for item in items if item.startswith(code)]))


def _money(amounts: list[tuple[Decimal, Decimal]]) -> tuple[str, ...]:
    basic, project = (sum((pair[side] for pair in amounts), Decimal(0)) for side in (0, 1))
    return tuple(f"{amount:.2f}" for amount in (basic + project, basic, project))


def graph() -> tuple[bytes, int]:
    """Return the graph of the synthetic disclosure as N-Quads, and how many observations it holds."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "budget.txt"
        path.write_text(budget(), encoding="utf-8")
        disclosure = read_disclosure(path)
        return "".join(GraphBuilder(disclosure).quads()).encode(), len(disclosure.figures)


def graphs(observations: int, *, faulty: bool) -> Iterator[bytes]:
    """Yield graphs of together so many observations at least; the last one has a wrong amount if it is *faulty*."""
    lines, each = graph()
    slug = next(line for line in lines.split() if b"/2026/approved" in line).split(b"/2026/")[0].rpartition(b"/")[2]
    documents = -(-observations // each)
    for number in range(documents):
        named = lines.replace(b"/" + slug + b"/", b"/%s-%d/" % (slug, number))
        yield _with_an_error(named) if faulty and number == documents - 1 else named


def _with_an_error(lines: bytes) -> bytes:
    total = next(line for line in lines.splitlines() if b"measure/amount>" in line and b"/observation/" in line)
    amount = total.split(b'"')[1]
    return lines.replace(total, total.replace(amount, amount.replace(b".", b"7.")))


def measure(observations: int, *, faulty: bool = False) -> dict[str, float | int]:
    """Validate graphs one at a time; return what it took, and how many violations the last one has."""
    validate(graph()[0])  # shapes are loaded, and everything is in memory that one document needs
    started, documents, violated, before = time.process_time(), 0, 0, 0
    for lines in graphs(observations, faulty=faulty):
        report = validate(lines)
        documents += 1
        before += violated
        violated = sum(result.severity == "Violation" for result in report.results)
    return {
        "documents": documents,
        "violations_before_the_last": before,
        "violations_in_the_last": violated,
        "seconds": time.process_time() - started,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), faulty=True)))
