"""What `check` and `evaluate` print keeps to the JSON schemas that we publish."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from budgetgraph.cli import main
from samples import DOCUMENTS, SAMPLE

SCHEMAS = files("budgetgraph") / "schemas"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(found)
    return found


def faults(name: str, value: Any) -> list[str]:
    errors = Draft202012Validator(schema(name)).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in errors]


@pytest.mark.parametrize("name", ["check", "evaluate", "metadata"])
def test_every_schema_is_a_schema_with_an_address(name: str) -> None:
    assert schema(name)["$id"] == f"https://w3id.org/budgetgraph/schema/{name}"


def test_check_keeps_to_its_schema(tmp_path: Path) -> None:
    refused = tmp_path / "notice.pdf"
    refused.write_bytes(b"<html>")
    printed = CliRunner().invoke(main, ["check", str(SAMPLE), str(refused), "--format", "json"])
    found = json.loads(printed.stdout)

    assert len(found["documents"]) == 2
    assert faults("check", found) == []
    assert faults("check", {"documents": [{"source": "x"}]}) != []


def test_evaluate_keeps_to_its_schema(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    CliRunner().invoke(main, ["evaluate", str(DOCUMENTS), "--json", str(target), "--jobs", "1", "--mutations", "4"])
    found = json.loads(target.read_text("utf-8"))

    assert found["summary"]["read"] >= 1
    assert all("totalExpenditure" in each["headlines"] for each in found["documents"] if each["tables"])
    assert faults("evaluate", found) == []
