"""Every graph published from ../shared/corpus: IC-1 to IC-21 of Data Cube, the constraints of OpenBudgets.eu."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from budgetgraph.disclosure import read_disclosure
from budgetgraph.errors import UnusableSource
from budgetgraph.publication.publishing import sources
from budgetgraph.report.examination import examine
from samples import SHARED
from test_integrity import broken
from test_openbudgets import OBEU, violations

CORPUS = SHARED / "corpus"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not CORPUS.is_dir() or not OBEU.is_dir(), reason="../shared/corpus and conformance are not here"
    ),
]


@pytest.mark.parametrize("path", sources([CORPUS]) if CORPUS.is_dir() else [], ids=lambda path: path.stem)
def test_a_published_graph_holds_every_constraint_of_its_models(path: Path) -> None:
    try:
        graph = examine(read_disclosure(path)).graph
    except UnusableSource as refused:
        pytest.skip(f"refused: {refused.reason}")

    assert broken(pyoxigraph.parse(graph, format=pyoxigraph.RdfFormat.N_QUADS)) == []
    assert violations(graph) == set()
