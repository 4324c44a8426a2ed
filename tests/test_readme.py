"""The README is true: its query gives its result, its Python runs, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner

from budgetgraph.cli import main
from budgetgraph.releases.release import Release
from samples import ROOT, SAMPLE

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    """The store of a release of the sample, as `make demo` publishes it."""
    into = tmp_path_factory.mktemp("readme") / "R"
    assert CliRunner().invoke(main, ["publish", str(SAMPLE), "--into", str(into)]).exit_code == 0
    return pyoxigraph.Store.read_only(str(Release.open(into).store_path))


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found.group(1)


def test_the_query_of_the_readme_gives_the_result_of_the_readme(store: pyoxigraph.Store) -> None:
    printed = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in README.splitlines()
        if re.match(r"\| \d{3} \|", line)
    ]
    solutions = store.query(block("sparql"), use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    result = [tuple(value.value for value in solution if value is not None) for solution in solutions]

    assert len(printed) == 2
    assert result == printed


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(block("python"), "README.md", "exec"), {})

    assert capsys.readouterr().out.startswith("371.08 3710800.00")


def test_every_command_has_its_line_in_the_readme() -> None:
    named = set(re.findall(r"bin/budgetgraph (\w+)", README))

    assert named == set(main.commands)


def test_every_folder_at_the_top_is_one_of_the_five() -> None:
    folders = {path.name for path in Path(ROOT).iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}

    assert folders <= {"ontology", "shapes", "ingest", "site", "tests"}
