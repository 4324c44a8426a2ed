"""Errors: one line for people, fields for programs."""

from __future__ import annotations

import pickle

import pytest

from budgetgraph.errors import BudgetgraphError, ReleaseError, UnusableSource


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ReleaseError(what="broken 已损坏"), "broken 已损坏"),
        (ReleaseError(what="broken", where="R"), "R: broken"),
        (ReleaseError(what="broken", where="R", remedy="mend it"), "R: broken; mend it"),
        (ReleaseError(what="broken\n  in two", where="R"), "R: broken in two"),
    ],
)
def test_an_error_is_one_line(error: BudgetgraphError, line: str) -> None:
    assert str(error) == line


def test_an_error_comes_whole_out_of_a_worker_process() -> None:
    refused = UnusableSource(what="no text", where="a.pdf", remedy="use OCR", reason="scan")

    copy = pickle.loads(pickle.dumps(refused))

    assert isinstance(copy, UnusableSource)
    assert vars(copy) == vars(refused)
    assert str(copy) == "a.pdf: no text; use OCR"
