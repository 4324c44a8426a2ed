"""Reading spread by Dask: the same releases as read here, and one clear line where there is no cluster."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgetgraph.cli import main
from budgetgraph.errors import ClusterError, UnusableSource
from budgetgraph.publication import farm
from budgetgraph.publication.farm import Farm
from budgetgraph.releases.release import Release
from budgetgraph.settings import Settings
from hostile import act
from samples import SAMPLE
from sites import free_port

distributed = pytest.importorskip("distributed", reason="distributed is not here: pip install 'budgetgraph[dask]'")

pytestmark = pytest.mark.filterwarnings("ignore")  # the cluster's own, of its dashboard and at its end


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a scheduler with two worker processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as own:
            yield own.scheduler_address


def publish(into: Path, *more: str) -> Release:
    result = CliRunner().invoke(main, ["publish", str(SAMPLE), "--into", str(into), *more])
    assert result.exit_code == 0, result.stderr
    return Release.open(into)


def test_a_release_read_by_dask_is_the_same_to_the_byte(cluster: str, tmp_path: Path) -> None:
    ours, theirs = publish(tmp_path / "ours"), publish(tmp_path / "theirs", "--dask", cluster)

    def graphs(release: Release) -> dict[str, str]:
        kept = release.manifest["files"]
        return {name: digest for name, digest in kept.items() if name.startswith(("documents/", "dump/"))}

    assert graphs(theirs) == graphs(ours) != {}


def test_what_a_hostile_source_does_stays_in_a_process_beside_the_dask_worker(cluster: str) -> None:
    limits = Settings(document_seconds=2, document_memory_mb=2048)
    items = ["a", "killed", "slow", "memory", "broken", "refused", "b"]
    found = {
        item: result.reason if isinstance(result, UnusableSource) else str(result)
        for item, result in Farm[str, str](act, limits, cluster).run(items)
    }

    assert found == {
        "a": "A",
        "b": "B",
        "killed": "crashed",
        "slow": "too-slow",
        "memory": "too-large",
        "broken": "unreadable",
        "refused": "scan",
    }


def test_without_a_scheduler_it_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farm, "PATIENCE", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    started = time.monotonic()
    result = CliRunner().invoke(main, ["publish", str(SAMPLE), "--into", str(tmp_path / "R"), "--dask", address])

    assert result.exit_code == 2 and time.monotonic() - started < 30
    assert "no Dask scheduler answers" in result.stderr and result.stderr.strip().count("\n") == 0


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"budgetgraph\[dask\]"):
        list(Farm[str, str](act, Settings(), "tcp://127.0.0.1:1").run(["good"]))
