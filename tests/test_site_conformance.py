"""The SPARQL 1.1 Protocol suite of the W3C, against the server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from budgetgraph.releases.release import publish_quads
from samples import SHARED
from sites import free_port, served

TOOLS = SHARED / "conformance" / "rdf-tests" / "tools"


@pytest.mark.conformance
@pytest.mark.skipif(not TOOLS.is_dir(), reason="../shared/conformance is not here")
def test_the_protocol_is_kept_whole(tmp_path: Path) -> None:
    port = free_port()
    publish_quads((TOOLS / "protocol_data.nq").read_bytes(), tmp_path / "R", base_iri=f"http://127.0.0.1:{port}/")
    with served(tmp_path / "R", port) as address:
        command = [sys.executable, str(TOOLS / "protocol_runner.py"), f"{address}sparql", "--readonly"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout

    assert [line for line in said.splitlines() if line.startswith("FAIL")] == []
    assert "37/37 passed" in said
