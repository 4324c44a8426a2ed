"""Rows for those who do not speak SPARQL: the figures of a data set, filtered and paged, as JSON, CSV or XLSX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlencode

import xlsxwriter

from budgetsite.graphs import BG, DIM, OBEU_MEASURE, PROV, QB, Graph
from budgetsite.library import Library

DIMENSIONS = (
    "organization",
    "fiscalYear",
    "budgetPhase",
    "operationCharacter",
    "aspect",
    "fundSource",
    "fundingYear",
    "fundLevel",
    "expenditureNature",
    "functionalClassification",
    "departmentEconomicClassification",
    "governmentEconomicClassification",
    "item",
    "project",
)

Row = dict[str, str]

FIELDS = (
    "observation",
    "rowLabel",
    "columnLabel",
    "amount",
    "printedText",
    "printedUnit",
    "lineRole",
    "page",
    *(name + part for name in DIMENSIONS for part in ("", "Code", "Label")),
)


def tabular(graph: Graph, iri: str) -> bool:
    """Say whether a resource has rows."""
    return QB + "DataSet" in graph.types(iri)


def rows(library: Library, graph: Graph, dataset: str) -> list[Row]:
    """Return the observations of a table or disclosure, in the order of the page."""
    found = graph.having(QB + "dataSet", dataset)
    return [_row(library, graph, iri) for iri in sorted(found, key=lambda iri: _place(graph, iri))]


def _place(graph: Graph, iri: str) -> tuple[int, int, int, str]:
    source = graph.value(iri, PROV + "wasDerivedFrom") or ""
    page, row, column = (int(graph.value(source, BG + name) or 0) for name in ("page", "row", "column"))
    return page, row, column, iri


def _row(library: Library, graph: Graph, iri: str) -> Row:
    unit, role = graph.value(iri, BG + "printedUnit"), graph.value(iri, BG + "lineRole")
    source = graph.value(iri, PROV + "wasDerivedFrom") or ""
    values = {
        "observation": iri,
        "rowLabel": graph.value(iri, BG + "rowLabel"),
        "columnLabel": graph.value(iri, BG + "columnLabel"),
        "amount": graph.value(iri, OBEU_MEASURE + "amount"),
        "printedText": graph.value(iri, BG + "printedText"),
        "printedUnit": library.name(unit).zh if unit else None,
        "lineRole": role.removeprefix(BG) if role else None,
        "page": graph.value(source, BG + "page"),
    }
    for dimension in DIMENSIONS:
        value = graph.value(iri, DIM + dimension)
        if value:
            name = library.name(value, graph)
            values |= {dimension: value, dimension + "Code": name.code, dimension + "Label": name.zh}
    return {name: value for name, value in values.items() if value is not None}


def filtered(found: Iterable[Row], wanted: Mapping[str, str]) -> list[Row]:
    """Keep the rows that have each wanted value: an IRI, a code, a label, or the end of an IRI."""
    filters = {name: value for name, value in wanted.items() if name in FIELDS}
    return [row for row in found if all(_has(row, name, value) for name, value in filters.items())]


def _has(row: Row, name: str, value: str) -> bool:
    own = row.get(name, "")
    return value in (own, own.rpartition("/")[2], row.get(name + "Code"), row.get(name + "Label"))


def as_json(found: Sequence[Row], address: str, wanted: Mapping[str, str], *, page: int, size: int) -> bytes:
    """Return one page of rows with links to the others."""
    last = max(1, -(-len(found) // size))
    filters = {name: value for name, value in wanted.items() if name in FIELDS}

    def link(number: int) -> str | None:
        return f"{address}?{urlencode({**filters, 'page': number})}" if 1 <= number <= last else None

    document = {
        "total": len(found),
        "page": page,
        "pages": last,
        "previous": link(page - 1),
        "next": link(page + 1),
        "rows": found[(page - 1) * size : page * size],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_csv(found: Iterable[Row]) -> bytes:
    """Return rows as CSV (RFC 4180), in UTF-8, with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, restval="")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue().encode()


def as_xlsx(found: Sequence[Row]) -> bytes:
    """Return rows as a spreadsheet; amounts are numbers there, all else is text."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("rows")
        sheet.write_row(0, 0, FIELDS, book.add_format({"bold": True}))
        for number, row in enumerate(found, start=1):
            for column, name in enumerate(FIELDS):
                if name == "amount":
                    sheet.write_number(number, column, Decimal(row[name]))
                else:
                    sheet.write_string(number, column, row.get(name, ""))
        sheet.freeze_panes(1, 0)
    return data.getvalue()
