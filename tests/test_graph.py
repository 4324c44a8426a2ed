"""The graph: deterministic, exact, without blank nodes, and the same budget from every source."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal

import pyoxigraph
import pytest

from budgetgraph.graph import GraphBuilder
from budgetgraph.graph.consolidation import consolidate, headlines
from budgetgraph.terms import BG, OA, OBEU_MEASURE, PROV, QB
from samples import HETANG, ROOT, SAMPLE, disclosure, needs_hetang, report

FILES = ("disclosure.txt", "disclosure.pdf", "disclosure-radicals.pdf")


def quads() -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(report().graph, format=pyoxigraph.RdfFormat.N_QUADS))


def values(predicate: str) -> list[str]:
    objects = [quad.object for quad in quads() if quad.predicate.value == predicate]
    return [term.value for term in objects if not isinstance(term, pyoxigraph.Triple)]


def test_lines_are_sorted_and_each_stands_once() -> None:
    lines = report().graph.splitlines()

    assert lines == sorted(lines)
    assert len(lines) == len(set(lines))


def test_there_are_no_blank_nodes_and_one_graph() -> None:
    assert not any(isinstance(term, pyoxigraph.BlankNode) for quad in quads() for term in (quad.subject, quad.object))
    assert len({quad.graph_name for quad in quads()}) == 1


def test_amounts_are_written_with_two_decimals() -> None:
    amounts = values(OBEU_MEASURE + "amount")

    assert len(amounts) > 261
    assert all(amount == f"{Decimal(amount):.2f}" for amount in amounts)


def test_every_observation_has_a_source() -> None:
    observations = {quad.subject for quad in quads() if quad.predicate.value == QB + "dataSet"}
    sourced = {quad.subject for quad in quads() if quad.predicate.value == PROV + "wasDerivedFrom"}

    assert observations <= sourced


def test_every_relation_has_an_outcome() -> None:
    relations = {quad.subject for quad in quads() if quad.predicate.value == BG + "tolerance"}
    judged = {quad.subject for quad in quads() if quad.predicate.value == BG + "outcome"}

    assert relations and relations == judged


def test_another_process_with_another_hash_seed_writes_the_same_bytes() -> None:
    program = (
        "import hashlib; from budgetgraph.disclosure import read_disclosure;"
        "from budgetgraph.report.examination import examine;"
        f"print(hashlib.sha256(examine(read_disclosure({str(SAMPLE)!r})).graph).hexdigest())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "ingest")}
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**environment, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


def test_the_headline_figures_of_the_sample() -> None:
    read = disclosure()

    assert dict(headlines(read, consolidate(read))) == {
        "totalRevenue": Decimal("3710800.00"),
        "totalExpenditure": Decimal("3710800.00"),
        "basicExpenditure": Decimal("2180800.00"),
        "projectExpenditure": Decimal("1530000.00"),
        "generalPublicExpenditure": Decimal("3710800.00"),
        "threePublicExpenditure": Decimal("6000.00"),
    }


@needs_hetang
def test_the_consolidated_budget_is_the_same_from_text_and_from_both_pdfs() -> None:
    budgets = [
        {(fact.coordinates, fact.amount, fact.contested) for fact in consolidate(disclosure(HETANG / name))}
        for name in FILES
    ]

    assert len(budgets[0]) == 238
    assert budgets[0] == budgets[1] == budgets[2]


def test_a_fact_that_tables_state_differently_is_contested() -> None:
    contested = [fact for fact in consolidate(disclosure()) if fact.contested]

    assert contested == []  # annex 11 and 20 disagree through an implied total, which is never an observation


@pytest.mark.parametrize("kind", ["Duty", "Definition", "PerformanceTarget", "Statement", "ImpliedFigure"])
def test_the_first_part_and_the_targets_are_in_the_graph(kind: str) -> None:
    assert BG + kind in values("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def test_iris_follow_the_base() -> None:
    builder = GraphBuilder(disclosure(), "https://data.example/budget/")

    assert builder.names.disclosure.startswith("https://data.example/budget/id/430202/zhengwufuwuzhongxin-")
    assert not any("localhost" in line for line in builder.quads())


def test_every_statement_has_a_selector_with_its_words() -> None:
    kinds = {quad.subject for quad in quads() if quad.object == pyoxigraph.NamedNode(BG + "Statement")}
    selected = {quad.subject: quad.object for quad in quads() if quad.predicate.value == OA + "hasSelector"}
    exact = {quad.subject for quad in quads() if quad.predicate.value == OA + "exact"}

    assert kinds and kinds == set(selected)
    assert set(selected.values()) == exact
