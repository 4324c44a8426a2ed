"""XLSX: rows as sheets of a workbook, with a sheet that explains the columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from budgetgraph.exports.columns import Column
from budgetgraph.exports.rows import Row

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Office Open XML has no date before 1900; without one of ours the writer would put the time of writing into the file.
_NO_TIME = datetime(2000, 1, 1)
_NUMBERS = {"number", "integer"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns, its rows."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]


def workbook_bytes(title: str, sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with the sheets, and one that says what their columns mean.

    Amounts are numbers to the program that opens it; nothing is shown or stored beyond two decimals.
    """
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": _NO_TIME})
    head, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        page.write_row(0, 0, [column.name for column in sheet.columns], head)
        _fill(page, sheet, money)
    _explain(book.add_worksheet("说明 columns"), _columns(sheets), head)
    book.close()
    return stream.getvalue()


def _fill(page: Worksheet, sheet: Sheet, money: Format) -> None:
    for place, column in enumerate(sheet.columns):
        style = money if column.kind == "number" else None
        for line, row in enumerate(sheet.rows, start=1):
            text = row[place]
            if text and column.kind in _NUMBERS:
                page.write_number(line, place, Decimal(text), style)
            elif text:
                page.write_string(line, place, text)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)


def _columns(sheets: Iterable[Sheet]) -> list[Column]:
    return list(dict.fromkeys(column for sheet in sheets for column in sheet.columns))


def _explain(page: Worksheet, columns: Sequence[Column], head: Format) -> None:
    page.write_row(0, 0, ["column 列", "含义", "meaning"], head)
    for line, column in enumerate(columns, start=1):
        page.write_row(line, 0, [column.name, column.zh, column.en])
    page.set_column(0, 2, 36)
