"""The command line: exit statuses, one clear line for bad input, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgetgraph.cli import main
from budgetgraph.releases.release import Release
from samples import DOCUMENTS, JIANGSU, SAMPLE, needs_jiangsu

BAD = DOCUMENTS / "bad"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("encrypted.pdf", "password"),
        ("truncated.pdf", "damaged"),
        ("scan.pdf", "scan"),
        ("page-html.pdf", "HTML"),
        ("notice.pdf", "another kind: notice"),
        ("empty.pdf", "empty"),
        ("missing.pdf", "no such file"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused_in_one_line(name: str, words: str, tmp_path: Path) -> None:
    result = run("publish", BAD / name, "--into", tmp_path / "R")

    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert words in line and name in line
    assert not (tmp_path / "R").exists()


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert "no document in this folder" in result.stderr


def test_the_rest_of_a_batch_goes_on(tmp_path: Path) -> None:
    result = run("publish", SAMPLE, BAD / "scan.pdf", "--into", tmp_path / "R", "--jobs", "1")

    assert result.exit_code == 3
    assert "scan.pdf" in result.stderr
    assert len(Release.open(tmp_path / "R").documents) == 1


@pytest.mark.parametrize(
    ("setting", "limit", "words"),
    [
        ("BUDGETGRAPH_PAGES", "28", "more than 28 pages"),
        ("BUDGETGRAPH_SOURCE_BYTES", "1000", "larger than 1,000 bytes"),
        ("BUDGETGRAPH_DOCUMENT_SECONDS", "1", "not read within 1 s"),
    ],
)
def test_a_document_over_a_limit_is_refused_with_the_settings_name(
    setting: str, limit: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, limit)

    result = run("check", SAMPLE)

    assert result.exit_code == 2
    (line,) = result.stderr.strip().splitlines()
    assert words in line and setting in line


def test_a_file_given_twice_is_published_once(tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(SAMPLE.read_bytes())

    result = run("publish", SAMPLE, copy, "--into", tmp_path / "R")

    assert result.exit_code == 3
    assert "the same file as" in result.stderr
    assert len(Release.open(tmp_path / "R").documents) == 1


@needs_jiangsu
def test_text_and_tables_in_two_files_are_published_as_one_disclosure_of_two_sources(tmp_path: Path) -> None:
    both = sorted((JIANGSU / "江苏省政协办公厅").glob("*2018*.pdf"))

    result = run("publish", *both, "--into", tmp_path / "R")

    assert result.exit_code == 0
    (record,) = Release.open(tmp_path / "R").documents
    assert {source.name for source in record.files} == {path.name for path in both}
    assert record.level == "department"


def test_publishing_twice_gives_the_same_graph(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("publish", SAMPLE, "--into", tmp_path / name).exit_code == 0
    one, two = (Release.open(tmp_path / name) for name in ("one", "two"))

    assert one.documents == two.documents
    assert one.graph_file(one.documents[0].id).read_bytes() == two.graph_file(two.documents[0].id).read_bytes()
    assert one.dump("all.nq.gz").read_bytes() == two.dump("all.nq.gz").read_bytes()


def test_check_says_violations_by_its_exit_status() -> None:
    result = run("check", SAMPLE)

    assert result.exit_code == 1
    assert "annex 11" in result.stdout and "附件11" in result.stdout


def test_check_gives_json() -> None:
    (document,) = json.loads(run("check", SAMPLE, "--format", "json").stdout)["documents"]

    assert document["disclosure"]["year"] == 2019
    assert {finding["severity"] for finding in document["findings"]} == {"violation", "warning"}


def test_check_gives_a_page_and_a_graph() -> None:
    assert "<h1>株洲市荷塘区政务服务中心 2019</h1>" in run("check", SAMPLE, "--format", "html").stdout
    assert "sh:ValidationReport" in run("check", SAMPLE, "--format", "turtle").stdout


def test_inspect_shows_what_was_understood() -> None:
    result = run("inspect", SAMPLE)

    assert "工资性支出 → 301-wages" in result.stdout
    assert "header mended" not in result.stdout


def test_inspect_draws_a_page(tmp_path: Path) -> None:
    picture = tmp_path / "page.png"

    assert run("inspect", SAMPLE, "--page", "8", "--format", "png", "--output", picture).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_inspect_names_a_page_that_is_not_there() -> None:
    result = run("inspect", SAMPLE, "--page", "99", "--format", "png")

    assert result.exit_code == 2
    assert "no page 99" in result.stderr


def test_settings_are_listed_with_their_meaning() -> None:
    result = run("settings")

    assert "BUDGETGRAPH_QUERY_SECONDS" in result.stdout and "查询" in result.stdout
