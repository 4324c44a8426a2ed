"""Metadata of sources: checked against its schema, recorded, and published as provenance."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from budgetgraph.cli import main
from budgetgraph.document import Document
from budgetgraph.errors import MetadataError
from budgetgraph.graph.provenance import origin_facts
from budgetgraph.identity.reading import Identity
from budgetgraph.metadata import SCHEMA, Metadata, Origin, load_metadata, origin_of
from budgetgraph.releases.release import Release
from budgetgraph.terms import Names
from samples import DOCUMENTS

WORKBOOK = DOCUMENTS / "sample-2019.xlsx"
KNOWN: dict[str, str] = {
    "url": "https://www.example.gov.cn/2019/budget.xlsx",
    "retrieved": "2026-11-24T08:00+08:00",
    "issued": "2019-02-15",
    "publisher": "某区人民政府",
    "publisher_url": "https://www.example.gov.cn/",
    "licence": "https://creativecommons.org/licenses/by/4.0/",
}


def saved(path: Path, values: Any) -> Path:
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def facts(origin: Origin) -> dict[tuple[str, str], str]:
    document = Document("b.pdf", "0" * 64, "application/pdf", (), origin=origin)
    names = Names("http://x/", Identity("某局", "430202", "某区", 2019, "approved", "unit"))
    return {
        (subject.rpartition("/")[2][:12], predicate.rpartition("/")[2]): str(value)
        for subject, predicate, value in origin_facts(document, names)
    }


def test_the_schema_is_a_valid_schema_in_the_package() -> None:
    Draft202012Validator.check_schema(json.loads((files("budgetgraph") / SCHEMA).read_bytes()))


def test_everything_that_the_schema_knows_is_read(tmp_path: Path) -> None:
    assert load_metadata(saved(tmp_path / "m.json", KNOWN)).common == Origin(**KNOWN)
    assert set(KNOWN) == set(Origin.__slots__)


def test_american_spelling_does_as_well(tmp_path: Path) -> None:
    assert load_metadata(saved(tmp_path / "m.json", {"license": "CC0"})).common.licence == "CC0"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": "ftp://x"}, "url: 'ftp://x' does not match"),
        ({"url": 1}, "url: 1 is not of type 'string'"),
        ({"retrieved": "yesterday"}, "retrieved: 'yesterday' does not match"),
        ({"issued": "2019-02-30"}, "issued: '2019-02-30' is no date"),
        ({"publisher": ""}, "publisher: '' "),
        ({"author": "x"}, "'author' was unexpected"),
        ({"files": {"a.pdf": {"url": "x"}}}, "files.a.pdf.url: 'x' does not match"),
        ([], "is not of type 'object'"),
    ],
)
def test_a_wrong_value_is_said_in_one_line(values: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(MetadataError) as refused:
        load_metadata(saved(tmp_path / "m.json", values))

    assert words in str(refused.value) and "m.json" in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_no_json_or_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{")

    for name, words in (("m.json", "not JSON"), ("none.json", "cannot be read")):
        with pytest.raises(MetadataError, match=words):
            load_metadata(tmp_path / name)


def test_a_sidecar_comes_before_what_is_given_for_a_file_and_that_before_what_is_given_for_all(
    tmp_path: Path,
) -> None:
    saved(tmp_path / "b.pdf.json", {"url": "https://x/side"})
    given = Metadata(
        Origin(url="https://x/all", licence="all", issued="2019-01-01"), {"b.pdf": Origin(licence="for one")}
    )

    origin = origin_of(tmp_path / "b.pdf", given)

    assert origin == Origin(url="https://x/side", licence="for one", issued="2019-01-01")


def test_a_sidecar_may_have_the_short_name_and_another_file_of_that_name_is_passed_over(tmp_path: Path) -> None:
    saved(tmp_path / "a.json", {"url": "https://x/a"})
    saved(tmp_path / "b.json", {"documents": []})

    assert origin_of(tmp_path / "a.pdf", Metadata()).url == "https://x/a"
    assert origin_of(tmp_path / "b.pdf", Metadata()) == Origin()


def test_an_origin_is_published_of_the_file_and_of_the_disclosure() -> None:
    stated = facts(Origin(**KNOWN))

    for subject in ("0" * 12, "unit"):
        assert stated[subject, "source"] == f"<{KNOWN['url']}>"
        assert stated[subject, "license"] == f"<{KNOWN['licence']}>"
        assert stated[subject, "publisher"] == f"<{KNOWN['publisher_url']}>"
    assert "2026-11-24T08:00:00+08:00" in stated["retrieval", "prov#endedAtTime"]
    assert facts(Origin()) == {}


def test_a_licence_in_words_is_a_right_and_a_publisher_without_address_has_a_name_here() -> None:
    stated = facts(replace(Origin(**KNOWN), licence="政府信息公开", publisher_url=None))

    assert stated["unit", "rights"] == '"政府信息公开"'
    assert stated["unit", "publisher"].startswith("<http://x/id/agent/")


def test_metadata_is_recorded_with_the_document_and_in_its_graph(tmp_path: Path) -> None:
    metadata = saved(tmp_path / "m.json", KNOWN)

    assert run("publish", WORKBOOK, "--into", tmp_path / "R", "--metadata", metadata).exit_code == 0

    release = Release.open(tmp_path / "R")
    (record,) = release.documents
    assert record.files[0].origin == KNOWN
    stated = json.loads((tmp_path / "R" / "documents" / record.id / "document.json").read_bytes())
    assert stated["files"][0]["origin"] == KNOWN
    assert (
        f"<{record.iri}> <http://purl.org/dc/terms/source> <{KNOWN['url']}>" in release.graph_lines(record.id).decode()
    )


def test_a_wrong_metadata_file_stops_the_publication_and_a_wrong_sidecar_refuses_its_file(tmp_path: Path) -> None:
    wrong = saved(tmp_path / "m.json", {"url": "x"})
    copy = tmp_path / "b.xlsx"
    copy.write_bytes(WORKBOOK.read_bytes())
    saved(tmp_path / "b.xlsx.json", {"url": "x"})

    stopped = run("publish", WORKBOOK, "--into", tmp_path / "R", "--metadata", wrong)
    refused = run("check", copy, "--format", "json")

    assert stopped.exit_code == refused.exit_code == 2
    assert not (tmp_path / "R").exists()
    assert json.loads(refused.stdout)["documents"][0]["refused"]["reason"] == "metadata"
