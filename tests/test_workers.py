"""Workers: what goes wrong in one source is one refusal."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from budgetgraph.errors import BudgetgraphError, UnusableSource
from budgetgraph.publication.workers import Workers, run_one
from budgetgraph.settings import Settings
from hostile import act

LIMITS = Settings(document_seconds=2, document_memory_mb=2048)


def reasons(*items: str, jobs: int = 1) -> dict[str, str]:
    return {
        item: result.reason if isinstance(result, UnusableSource) else str(result)
        for item, result in Workers(act, LIMITS, jobs).run(items)
    }


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_rest_of_a_batch_goes_on_whatever_a_source_does(jobs: int) -> None:
    assert reasons("a", "killed", "b", "exit", "slow", "memory", "recursion", "broken", "refused", "c", jobs=jobs) == {
        "a": "A",
        "b": "B",
        "c": "C",
        "killed": "crashed",
        "exit": "crashed",
        "slow": "too-slow",
        "memory": "too-large",
        "recursion": "unreadable",
        "broken": "unreadable",
        "refused": "scan",
    }


def test_nothing_to_do_starts_nothing() -> None:
    assert list(Workers(act, LIMITS).run([])) == []


def test_a_refusal_names_the_source_on_one_line() -> None:
    with pytest.raises(BudgetgraphError, match=r"^killed: the process that read it ended") as refused:
        run_one(act, "killed", LIMITS)

    assert "\n" not in str(refused.value)


def test_giving_up_half_way_leaves_no_process() -> None:
    running = Workers(act, LIMITS, 2).run(["a", "slow", "b"])
    next(running)

    assert isinstance(running, Generator)
    running.close()
