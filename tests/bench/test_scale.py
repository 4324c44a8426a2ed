"""Validation scales: a small share of a document's time; linear in their number; one document's memory for any number.

One million observations take some ten minutes: `python tests/bench/synthetic.py 1000000`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from budgetgraph.evaluation import summary
from samples import ROOT, corpus_measures

SCRIPT = Path(__file__).with_name("synthetic.py")

SHARE = 0.15
LINEAR = 1.35
"""Ten times as many observations may take so many times ten times as long: machines are not quiet."""

MEMORY = 1.15

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(3000)]


def run(observations: int) -> dict[str, float]:
    """Validate so many observations in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "ingest")}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(observations)], env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_validation_is_a_small_share_of_a_documents_time() -> None:
    share = summary(corpus_measures())["validation_share_median"]

    assert share is not None
    assert share <= SHARE


def test_time_is_linear_memory_is_that_of_one_document_and_the_last_error_is_seen() -> None:
    few, many = run(10_000), run(100_000)

    assert many["documents"] >= 9 * few["documents"]
    assert many["seconds"] / few["seconds"] <= LINEAR * many["documents"] / few["documents"]
    assert many["peak_mb"] <= MEMORY * few["peak_mb"]
    for found in (few, many):
        assert found["violations_before_the_last"] == 0
        assert found["violations_in_the_last"] > 0
