"""The page of a performance table lists its indicators, and each of them has a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from budgetgraph.publication.publishing import ontology_graphs, published
from budgetgraph.releases.release import publish
from budgetgraph.report.examination import examine
from budgetgraph.terms import BG
from budgetsite.graphs import RDFS, Graph
from sites import BASE, site_over
from test_indicators import LIST
from test_rows import disclosure_of


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Graph]:
    """A release of one performance table, and its graph."""
    folder = tmp_path_factory.mktemp("indicators")
    report = examine(disclosure_of("项目支出绩效目标表", LIST, folder), BASE)
    publish([published(report, BASE)], folder / "R", base_iri=BASE, ontology=ontology_graphs())
    return folder / "R", Graph(report.graph)


@pytest.fixture(scope="module")
def client(graph: tuple[Path, Graph]) -> Iterator[FlaskClient]:
    """A client of the site over that release."""
    with site_over(graph[0]) as app:
        yield app.test_client()


def page(client: FlaskClient, iri: str) -> str:
    response = client.get(iri.removeprefix(BASE).replace("id/", "/doc/", 1), headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


def test_the_page_of_a_table_lists_its_indicators(client: FlaskClient, graph: tuple[Path, Graph]) -> None:
    [table] = graph[1].of_type(BG + "DisclosedTable")
    text = page(client, table)

    for said in ("绩效指标", "产出指标 › 质量指标", "合格率", "≥", "95", "%", "10.5", "读者满意度"):
        assert said in text
    assert "此表为空" not in text


def test_an_indicator_has_a_page_of_its_own(client: FlaskClient, graph: tuple[Path, Graph]) -> None:
    indicators = graph[1].of_type(BG + "Indicator")
    first = next(iri for iri in indicators if graph[1].value(iri, RDFS + "label") == "修复档案")

    assert len(indicators) == 4
    text = page(client, first)
    for said in ("修复档案", "数量指标", "1000", "卷"):
        assert said in text
