"""The real disclosures of ../shared/corpus: how much of them is understood, and that nothing right is accused."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from budgetgraph.checks.findings import Severity
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.evaluation import Measures, summary
from budgetgraph.identity.assembly import assemble
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.report.examination import examine
from samples import SHARED, corpus_measures

CORPUS = SHARED / "corpus"
KNOWN = Path(__file__).with_name("known-violations.csv")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here"),
    pytest.mark.timeout(3000),
]

FLOORS = {
    "tables_recognised": 0.98,
    "cells_captured": 0.995,
    "cells_resolved": 0.97,
    "verified": 0.90,
    "verified_twice": 0.60,
    "verified_across": 0.40,
    "headlines_present": 0.95,
}


@pytest.fixture(scope="module")
def measured() -> tuple[Measures, ...]:
    return corpus_measures()


def test_so_much_of_the_corpus_is_understood(measured: Sequence[Measures]) -> None:
    shares = summary(measured)["shares"]

    assert {name: share for name, share in shares.items() if share < FLOORS[name]} == {}


def test_what_is_no_budget_is_refused_with_its_reason(measured: Sequence[Measures]) -> None:
    refused = {measures.source.split("/")[1]: measures.refused for measures in measured if measures.refused}

    assert refused == {
        "015_长沙": "evaluation-report",
        "021_泉州": "scan",
        "032_厦门": "notice",
        "samples__templates__附件2：部门决算模板.pdf": "empty-form",
    }
    assert [measures.refused for measures in measured if "015_长沙" in measures.source].count("scan") == 1


def test_every_violation_is_known_to_be_real(measured: Sequence[Measures]) -> None:
    """Each was looked at on its page; the list says what is printed there, and none of it is overlooked."""
    raised = Counter(
        (measures.source, str(finding["table"] or ""), str(finding["page"] or ""))
        for measures in measured
        if not measures.source.startswith("hetang-2019")
        for finding in measures.violations
    )

    alone = Counter({violation: n for violation, n in known_violations().items() if " + " not in violation[0]})
    assert raised == alone


def test_text_and_tables_that_are_read_together_accuse_nothing_right() -> None:
    """The text of one file is held against the tables of another; what is raised was looked at on its page."""
    folder = CORPUS / "jiangsu-2017-2019"
    alone = [(path, read_disclosure(path).sketch) for path in sorted(folder.rglob("*.pdf"))]
    paths = {sketch.key: path for path, sketch in alone}
    groups = [sorted(paths[sketch.key] for sketch in group) for group in assemble(sketch for _, sketch in alone)]
    together = [group for group in groups if len(group) > 1]
    raised = Counter(
        (
            " + ".join(path.relative_to(CORPUS).as_posix() for path in group),
            finding.table or "",
            str(finding.page or ""),
        )
        for group in together
        for finding in examine(read_disclosure(group)).findings
        if finding.severity is Severity.VIOLATION
    )

    assert len(together) == 7
    assert raised - known_violations() == Counter()


def known_violations() -> Counter[tuple[str, str, str]]:
    with KNOWN.open(encoding="utf-8", newline="") as lines:
        return Counter((row["source"], row["table"], row["page"]) for row in csv.DictReader(lines))


@pytest.mark.parametrize("table", sorted(CORPUS.rglob("收支预算总表.csv")), ids=lambda path: path.parent.name)
def test_what_a_third_party_extracted_is_what_is_read(table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    disclosures = [read_disclosure(path) for path in sorted(table.parent.glob("*.pdf"))]
    for row in rows:
        year = int(row.pop("")[:4])
        read = {line for each in disclosures if each.identity.year == year for line in summary_lines(each)}
        wanted = {(label, Decimal(amount)) for label, amount in row.items() if amount}

        assert wanted - read == set()


def summary_lines(disclosure: Disclosure) -> set[tuple[str, Decimal]]:
    """Return the labels and amounts, in 万元, of the table of income and expenditure."""
    return {
        (parse_line_label(figure.row_label).text, figure.number)
        for reading in disclosure.readings
        if normalise(reading.table.title).endswith("收支预算总表") and reading.kind.slug == "income-expenditure"
        for figure in reading.figures
    }
