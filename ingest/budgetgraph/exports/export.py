"""The exports of a disclosure, with their names, in the order in which a portal should show them."""

from __future__ import annotations

from collections.abc import Iterator

from budgetgraph.concepts.ontology import Ontology, load_ontology
from budgetgraph.exports import csvfile, workbook
from budgetgraph.exports import rdfxml as rdf
from budgetgraph.exports.columns import FACT, FIGURE, INDICATOR
from budgetgraph.exports.context import MEDIA_TYPE as JSON_LD
from budgetgraph.exports.csvfile import csv_bytes
from budgetgraph.exports.cubelink import cube_link_bytes
from budgetgraph.exports.fiscal import MEDIA_TYPE as ZIP
from budgetgraph.exports.fiscal import fiscal_package_bytes
from budgetgraph.exports.indicators import indicator_rows
from budgetgraph.exports.jsonld import json_ld_bytes
from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.exports.rows import RowWriter, slug
from budgetgraph.exports.workbook import Sheet, workbook_bytes
from budgetgraph.releases.exported import GRAPH, Export
from budgetgraph.terms import DCT

N_QUADS = "application/n-quads"
FISCAL_PROFILE = "https://specs.frictionlessdata.io/fiscal-data-package/"
CUBE_LINK_PROFILE = "https://cube.link/"


def export_all(graph: bytes, ontology: Ontology | None = None) -> Iterator[Export]:
    """Yield every export of a disclosure from its N-Quads: the whole first, then each table."""
    index, names = QuadIndex.of(graph), ontology or load_ontology()
    yield from _tabular(index, names)
    yield from _rdf(index, graph)
    if index.observations.get(index.disclosure):
        yield _cube(index, names)
    writer = RowWriter(index, names)
    for table in index.tables:
        yield from export_table(writer, table)


def _tabular(index: QuadIndex, ontology: Ontology) -> Iterator[Export]:
    writer = RowWriter(index, ontology)
    facts, figures = writer.facts(), writer.all_figures()
    sheets = [Sheet("合并预算 budget", FACT, facts), Sheet("印出的数字 figures", FIGURE, figures)]
    indicators = indicator_rows(index, ontology)
    if indicators:
        sheets.append(Sheet("绩效指标 indicators", INDICATOR, indicators))
    title = index.value(index.disclosure, DCT + "title")
    book = workbook_bytes(title, sheets)
    yield Export.of("budget.xlsx", workbook.MEDIA_TYPE, ("全部数据（Excel）", "All data (Excel)"), book)
    yield Export.of(
        "figures.csv",
        csvfile.MEDIA_TYPE,
        ("印出的全部数字（CSV）", "All figures as printed (CSV)"),
        csv_bytes(FIGURE, figures),
    )
    yield Export.of(
        "budget.csv",
        csvfile.MEDIA_TYPE,
        ("合并预算，每个事实一行（CSV）", "The consolidated budget, a row a fact (CSV)"),
        csv_bytes(FACT, facts),
    )
    if indicators:
        yield Export.of(
            "indicators.csv",
            csvfile.MEDIA_TYPE,
            ("绩效指标，每项一行（CSV）", "Performance indicators, one a row (CSV)"),
            csv_bytes(INDICATOR, indicators),
        )
    yield Export.of(
        "fiscal-data-package.zip",
        ZIP,
        ("财政数据包（Fiscal Data Package）", "Fiscal Data Package"),
        fiscal_package_bytes(index, ontology),
        conforms_to=FISCAL_PROFILE,
    )


def _rdf(index: QuadIndex, graph: bytes) -> Iterator[Export]:
    whole_zh, whole_en = "全部数据与关系", "All data and relations"
    for file, media_type, form, data in (
        ("graph.ttl", rdf.TURTLE, "Turtle", rdf.turtle_bytes(index)),
        ("graph.jsonld", JSON_LD, "JSON-LD", json_ld_bytes(index)),
        ("graph.rdf", rdf.RDF_XML, "RDF/XML", rdf.rdf_xml_bytes(index)),
        (GRAPH, N_QUADS, "N-Quads", graph),
    ):
        yield Export.of(file, media_type, (f"{whole_zh}（{form}）", f"{whole_en} ({form})"), data, packed=True)


def _cube(index: QuadIndex, ontology: Ontology) -> Export:
    return Export.of(
        "cube.ttl",
        rdf.TURTLE,
        ("合并预算的 cube.link 视图（Turtle）", "The consolidated budget as a cube.link cube (Turtle)"),
        cube_link_bytes(index, ontology),
        conforms_to=CUBE_LINK_PROFILE,
        packed=True,
    )


def export_table(writer: RowWriter, table: str) -> Iterator[Export]:
    """Yield the exports of one table, given by its IRI; a table without figures has rows of headings alone."""
    name, title = slug(table), writer.index.value(table, DCT + "title")
    rows = writer.figures(table)
    book = workbook_bytes(title, [Sheet("数字 figures", FIGURE, rows)])
    for suffix, media_type, form, data in (
        ("xlsx", workbook.MEDIA_TYPE, "Excel", book),
        ("csv", csvfile.MEDIA_TYPE, "CSV", csv_bytes(FIGURE, rows)),
    ):
        titles = (f"{title}（{form}）", f"Table {name} ({form})")
        yield Export.of(f"table-{name}.{suffix}", media_type, titles, data, table=name)
