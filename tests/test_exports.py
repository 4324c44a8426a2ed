"""Exports: the same figures in every form, the same bytes every time."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pyoxigraph
import pytest
import rdflib

from budgetgraph.exports import Export, context_document, export_all
from budgetgraph.exports.columns import FACT, FIGURE
from budgetgraph.publication.publishing import published
from budgetgraph.releases.release import Release, publish
from budgetgraph.terms import BG, DCT, DEFAULT_BASE, OBEU_MEASURE, QB
from samples import HETANG, ROOT, SAMPLE, disclosure, needs_hetang, report

Rows = list[dict[str, str]]
FORMS = {
    "graph.ttl": pyoxigraph.RdfFormat.TURTLE,
    "graph.jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "graph.rdf": pyoxigraph.RdfFormat.RDF_XML,
}


@cache
def exports(path: Path = SAMPLE) -> Mapping[str, Export]:
    return {export.file: export for export in export_all(report(path).graph)}


@cache
def store(path: Path = SAMPLE) -> pyoxigraph.Store:
    filled = pyoxigraph.Store()
    filled.extend(pyoxigraph.parse(report(path).graph, format=pyoxigraph.RdfFormat.N_QUADS))
    return filled


def rows(name: str, path: Path = SAMPLE) -> Rows:
    return list(csv.DictReader(io.StringIO(exports(path)[name].data.decode(), newline="")))


def select(query: str, path: Path = SAMPLE) -> list[tuple[str, ...]]:
    prefixes = f"PREFIX bg: <{BG}> PREFIX qb: <{QB}> PREFIX obeu-measure: <{OBEU_MEASURE}>"
    found = store(path).query(f"{prefixes} {query}", use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(value.value for value in row if not isinstance(value, pyoxigraph.Triple | None)) for row in found]


def test_there_is_every_form_of_the_whole_and_of_each_table() -> None:
    whole = [export.file for export in exports().values() if export.table is None]
    tables = [export for export in exports().values() if export.table]

    assert whole[:4] == ["budget.xlsx", "figures.csv", "budget.csv", "fiscal-data-package.zip"]
    assert whole[4:] == ["graph.ttl", "graph.jsonld", "graph.rdf", "graph.nq", "cube.ttl"]
    assert {export.table for export in tables} == {reading.table.slug for reading in disclosure().readings}
    assert len(tables) == 2 * len(disclosure().readings)


def test_every_export_says_what_it_is_in_both_languages() -> None:
    for export in exports().values():
        assert export.title_zh and export.title_en and "/" in export.media_type


def test_every_printed_figure_has_a_row_and_every_row_a_page() -> None:
    printed = rows("figures.csv")

    assert len(printed) == sum(figure.amount is not None for figure in disclosure().figures)
    assert all(row["page"] and row["row"] and row["column"] and row["printed_text"] for row in printed)
    assert tuple(printed[0]) == tuple(column.name for column in FIGURE)


def test_the_tables_together_are_the_whole() -> None:
    parts = [row for name in exports() if name.startswith("table-") and name.endswith(".csv") for row in rows(name)]

    assert parts == rows("figures.csv")


def test_amounts_keep_two_decimals_and_labels_come_in_both_languages() -> None:
    row = next(row for row in rows("budget.csv") if row["functional"] == "2010350")

    assert row["functional_zh"] == "事业运行" and row["functional_en"]
    assert all(f"{Decimal(row['amount']):.2f}" == row["amount"] for row in rows("figures.csv"))


@pytest.mark.parametrize("path", [SAMPLE, pytest.param(HETANG / "disclosure.pdf", marks=needs_hetang)])
def test_what_the_csv_adds_up_to_is_the_printed_total(path: Path) -> None:
    """Rows of the addends of each sum that is exact come to the row of its total."""
    amounts = {row["observation"]: Decimal(row["amount"]) for row in rows("figures.csv", path)}
    sums: dict[str, list[Decimal]] = {}
    totals: dict[str, Decimal] = {}
    query = "SELECT ?r ?t ?a WHERE { ?r a bg:Summation ; bg:outcome bg:exact ; bg:total ?t ; bg:addend ?a }"
    for relation, total, addend in select(query, path):
        if total in amounts and addend in amounts:
            sums.setdefault(relation, []).append(amounts[addend])
            totals[relation] = amounts[total]

    assert len(sums) > 100
    assert {relation: sum(addends) for relation, addends in sums.items()} == totals


def test_the_projects_of_annex_15_add_up_to_the_printed_project_expenditure() -> None:
    leaves = [row for row in rows("table-15.csv") if row["project"] != "all" and row["line_role"] == "leaf"]

    assert sum(Decimal(row["amount"]) for row in leaves) == Decimal("1530000.00")


@pytest.mark.parametrize(("sheet", "name", "columns"), [(0, "budget.csv", FACT), (1, "figures.csv", FIGURE)])
def test_the_workbook_holds_what_the_csv_holds(sheet: int, name: str, columns: tuple[object, ...]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exports()["budget.xlsx"].data), read_only=True)
    head, *lines = book.worksheets[sheet].iter_rows(values_only=True)
    amount = head.index("amount")

    assert len(head) == len(columns)
    assert [f"{Decimal(repr(line[amount])):.2f}" for line in lines] == [row["amount"] for row in rows(name)]
    assert [["" if cell is None else str(cell) for cell in line[:amount]] for line in lines] == [
        list(row.values())[:amount] for row in rows(name)
    ]
    book.close()


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_rdf_holds_the_triples_of_the_graph_with_their_literals(name: str) -> None:
    graph = pyoxigraph.parse(report().graph, format=pyoxigraph.RdfFormat.N_QUADS)

    found = {quad.triple for quad in pyoxigraph.parse(exports()[name].data, format=FORMS[name])}

    assert found == {quad.triple for quad in graph}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib uses it itself
def test_json_ld_and_turtle_are_isomorphic_to_another_reader_too() -> None:
    json_ld = rdflib.Graph().parse(data=exports()["graph.jsonld"].data, format="json-ld")
    turtle = rdflib.Graph().parse(data=exports()["graph.ttl"].data, format="turtle")

    assert set(json_ld) == set(turtle)  # no blank nodes: equal sets are isomorphic graphs


def test_json_ld_reads_like_json() -> None:
    text = exports()["graph.jsonld"].data.decode()
    lines = [line for line in text.splitlines() if line.startswith('{"id"')]

    assert lines[0].startswith(f'{{"id": "{DEFAULT_BASE}id/430202/')
    assert '"type": ["DataSet", "Dataset", "Disclosure"]' in lines[0]
    assert '"totalRevenue": "3710800.00"' in lines[0]
    assert not any('"@value"' in line or '"@id"' in line for line in lines)


def test_the_context_names_every_class_and_property() -> None:
    terms = (ROOT / "ontology" / "budgetgraph.ttl").read_text("utf-8")
    context = context_document().decode()

    assert '"Summation": "bg:Summation"' in context
    assert all(f'"{name}"' in context for name in ("addend", "printedText", "bg-dim:fundSource") if name in terms)


def test_another_process_with_another_hash_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_bytes(report().graph)
    program = (
        "import hashlib, sys; from pathlib import Path; from budgetgraph.exports import export_all;"
        f"graph = Path({str(graph)!r}).read_bytes();"
        "print([(e.file, hashlib.sha256(e.stored).hexdigest()) for e in export_all(graph)])"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": str(ROOT / "ingest"), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(written) == 1


def test_archives_and_workbooks_state_no_time_of_writing() -> None:
    for name in ("budget.xlsx", "fiscal-data-package.zip"):
        with zipfile.ZipFile(io.BytesIO(exports()[name].data)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_release_keeps_every_export_with_its_size_and_type(tmp_path: Path) -> None:
    document = published(report(), DEFAULT_BASE)

    release = publish([document], tmp_path, base_iri=DEFAULT_BASE)

    record = release.documents[0]
    assert [export.file for export in record.exports] == list(exports())
    for export in record.exports:
        data = release.export_bytes(record.id, export)
        assert (len(data), data) == (export.bytes, exports()[export.file].data)
        assert f"documents/{record.id}/{export.stored_as}" in release.manifest["files"]
    assert release.export(record.id, "graph.jsonld") == record.exports[5]
    assert release.export(record.id, "nothing") is None
    assert Release.open(tmp_path).documents == release.documents


def test_what_is_kept_is_small_and_unpacks_to_what_it_was() -> None:
    for export in exports().values():
        assert len(export.data) == export.size
        assert export.packed is (export.stored != export.data)
    assert sum(len(export.stored) for export in exports().values()) < 2_000_000


def test_a_document_that_was_published_before_there_were_exports_can_still_be_opened(tmp_path: Path) -> None:
    document = published(report(), DEFAULT_BASE)
    record = document.record.as_json()
    del record["exports"]

    assert type(document.record).from_json(record).exports == ()


def test_a_disclosure_without_figures_has_exports_too() -> None:
    """A narrative without tables: headings alone, and no cube, since a cube without observations is none."""
    lines = [line for line in report().graph.splitlines(keepends=True) if b"/observation/" not in line]
    found = {export.file: export for export in export_all(b"".join(lines))}

    assert "cube.ttl" not in found
    assert found["figures.csv"].data.count(b"\n") == found["budget.csv"].data.count(b"\n") == 1


@needs_hetang
def test_figures_of_a_text_say_their_line() -> None:
    found = rows("figures.csv", HETANG / "disclosure.txt")

    assert all(row["line"] and not row["page"] for row in found)


def test_what_the_metadata_says_of_the_source_stands_in_the_exports() -> None:
    said = {
        f"{DCT}license": "<https://example.org/licence>",
        f"{DCT}issued": '"2019-02-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        f"{DCT}publisher": "<https://example.org/publisher>",
    }
    me = next(line for line in report().graph.decode().splitlines() if f"<{BG}totalRevenue>" in line).split(" ")[0]
    graph = report().graph + "".join(f"{me} <{name}> {value} {me} .\n" for name, value in said.items()).encode()
    found = {export.file: export.data for export in export_all(graph)}

    with zipfile.ZipFile(io.BytesIO(found["fiscal-data-package.zip"])) as package:
        assert b"https://example.org/licence" in package.read("datapackage.json")
    cube = rdflib.Graph().parse(data=found["cube.ttl"], format="turtle")
    schema = rdflib.Namespace("http://schema.org/")
    assert [str(date) for date in cube.objects(None, schema.datePublished)] == ["2019-02-01"]
    assert rdflib.URIRef("https://example.org/publisher") in set(cube.objects(None, schema.publisher))
