"""Versions: what a corrected disclosure replaces stays at its own IRI, and the difference is data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pyoxigraph import Store

from budgetgraph.cli import main
from budgetgraph.releases.release import PublishedDocument, Release
from budgetgraph.releases.versions import as_current, as_version, changes
from budgetgraph.terms import BG, DCT, DIM, OBEU_MEASURE, QB, XSD
from samples import DOCUMENTS
from test_release import BASE, assert_whole, document, published

IRI = f"{BASE}id/430202/zhengwu/2019/approved/unit"
KIND = "https://w3id.org/budgetgraph/concept/table-kind/revenue"


def graph(**amounts: str) -> bytes:
    """A disclosure of one table, an observation for each fund."""
    lines = [
        f'<{IRI}/table/1> <{DCT}title> "收入总表"@zh <{IRI}> .',
        f"<{IRI}/table/1> <{BG}tableKind> <{KIND}> <{IRI}> .",
    ]
    for fund, amount in amounts.items():
        me = f"{IRI}/observation/{fund}"
        lines += [
            f"<{me}> <{QB}dataSet> <{IRI}/table/1> <{IRI}> .",
            f"<{me}> <{DIM}fundSource> <http://e/{fund}> <{IRI}> .",
            f'<{me}> <{BG}rowLabel> "{fund}"@zh <{IRI}> .',
            f'<{me}> <{OBEU_MEASURE}amount> "{amount}"^^<{XSD}decimal> <{IRI}> .',
        ]
    return "".join(f"{line}\n" for line in lines).encode()


def version(data: bytes, **amounts: str) -> PublishedDocument:
    made = document(data=data)
    return PublishedDocument(made.record, graph(**amounts), made.report, made.sources)


def first() -> PublishedDocument:
    return version(b"first", general="1.00", fund="2.00", other="3.00")


def second() -> PublishedDocument:
    return version(b"second", general="1.00", fund="2.50", capital="4.00")


def test_the_difference_is_told_by_coordinates() -> None:
    found = changes(first().graph, second().graph, IRI)

    assert [(change.kind, change.row, change.amount_before, change.amount_after) for change in found] == [
        ("added", "capital", None, 4),
        ("changed", "fund", 2, 2.5),
        ("removed", "other", 3, None),
    ]
    assert changes(first().graph, first().graph, IRI) == []


def test_a_table_that_only_moved_changes_nothing() -> None:
    moved = first().graph.replace(b"/table/1>", b"/table/2>").replace(b"/observation/", b"/observation/x")

    assert changes(first().graph, moved, IRI) == []


def test_a_version_names_all_that_is_its_own_anew_and_leaves_earlier_versions_alone() -> None:
    stated = f"<{IRI}> <{DCT}replaces> <{IRI}/version/000> <{IRI}> .\n".encode()

    moved = as_version(stated + graph(general="1.00"), IRI, f"{IRI}/version/abc")

    assert f"<{IRI}/version/abc> <{DCT}replaces> <{IRI}/version/000> <{IRI}/version/abc> .".encode() in moved
    assert f"<{IRI}/version/abc/table/1>".encode() in moved
    assert f"<{IRI}/version/abc> <{DCT}isReplacedBy> <{IRI}> <{IRI}/version/abc> .".encode() in moved
    assert as_current(moved, IRI, f"{IRI}/version/abc") == stated + graph(general="1.00")


def test_the_earlier_version_stays_at_its_own_iri_and_the_new_one_says_what_it_changes(tmp_path: Path) -> None:
    published(tmp_path, first())
    release = published(tmp_path, second())

    (record,), (old,) = release.documents, release.versions
    mark = old.id.rpartition("-")[2]
    assert (record.replaces, old.version_of, old.iri) == (first().record.id, IRI, f"{IRI}/version/{mark}")
    assert old.id == first().record.id
    stated = release.graph_lines(record.id).decode()
    assert f"<{IRI}> <{DCT}replaces> <{old.iri}> <{IRI}> .\n" in stated
    assert f'<{BG}amountBefore> "2.00"^^<{XSD}decimal>' in stated
    assert f"<{BG}before> <{old.iri}/observation/fund>" in stated
    assert f"<{old.iri}/observation/fund>" in release.graph_lines(old.id).decode()
    assert [change["kind"] for change in release.changes(record.id)] == ["added", "changed", "removed"]
    source = release.source_file(old.files[0].sha256)
    assert source is not None and source.read_bytes() == b"first"
    assert_whole(release)


def test_an_earlier_version_does_not_count_twice(tmp_path: Path) -> None:
    published(tmp_path, first())
    release = published(tmp_path, second())

    store = Store.read_only(str(release.store_path))

    assert not [name for name in store.named_graphs() if "/version/" in str(name)]


def test_a_third_version_replaces_the_second_and_the_first_stays(tmp_path: Path) -> None:
    for each in (first(), second(), version(b"third", general="1.00")):
        release = published(tmp_path, each)

    assert {old.id for old in release.versions} == {first().record.id, second().record.id}
    assert release.documents[0].replaces == second().record.id
    (middle,) = [old for old in release.versions if old.id == second().record.id]
    assert f"<{middle.iri}> <{DCT}replaces> <{IRI}/version/".encode() in release.graph_lines(middle.id)


def test_publishing_the_new_version_again_keeps_what_it_replaces(tmp_path: Path) -> None:
    published(tmp_path, first())
    one = published(tmp_path, second())
    again = published(tmp_path, second())

    assert (again.documents, again.versions) == (one.documents, one.versions)
    for old in (*one.documents, *one.versions):
        assert again.graph_lines(old.id) == one.graph_lines(old.id)


def test_going_back_to_the_first_version_makes_the_second_the_one_that_is_replaced(tmp_path: Path) -> None:
    for each in (first(), second(), first()):
        release = published(tmp_path, each)

    assert [record.id for record in release.documents] == [first().record.id]
    assert [old.id for old in release.versions] == [second().record.id]
    assert [change["kind"] for change in release.changes(first().record.id)] == ["removed", "changed", "added"]


def test_other_publications_carry_versions_over(tmp_path: Path) -> None:
    published(tmp_path, first())
    before = published(tmp_path, second())
    after = published(tmp_path, document(2020))

    assert after.versions == before.versions
    assert_whole(after)


def test_of_two_versions_in_one_publication_the_earlier_is_replaced(tmp_path: Path) -> None:
    release = published(tmp_path, first(), second())

    assert [old.id for old in release.versions] == [first().record.id]


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """The sample workbook with one amount corrected."""
    workbook = load_workbook(DOCUMENTS / "sample-2019.xlsx")
    workbook["附件1"]["B6"] = 371.09
    workbook.save(tmp_path / "corrected.xlsx")
    return tmp_path / "corrected.xlsx"


def test_a_corrected_file_is_published_with_its_difference(corrected: Path, tmp_path: Path) -> None:
    into = str(tmp_path / "R")
    for source in (DOCUMENTS / "sample-2019.xlsx", corrected):
        assert CliRunner().invoke(main, ["publish", str(source), "--into", into]).exit_code == 0

    shown = CliRunner().invoke(main, ["releases", into, "diff"])

    release = Release.open(tmp_path / "R")
    (change,) = release.changes(release.documents[0].id)
    assert (change["kind"], change["amount_before"], change["amount_after"]) == ("changed", "3710800.00", "3710900.00")
    assert "1 changed 改变, 0 added" in shown.stdout and "3710900.00" in shown.stdout
    manifest = json.loads((release.path / "manifest.json").read_bytes())
    assert [entry["version_of"] for entry in manifest["versions"]] == [release.documents[0].iri]
