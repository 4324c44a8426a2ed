"""Test layouts as workbooks: one table a sheet, captions above and below it, amounts as numbers in their format."""

from __future__ import annotations

import re
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from layout_files import Layout, Sheet
from layout_pages import filled

RULE = Side(style="thin")
RULED = Border(RULE, RULE, RULE, RULE)
NUMBER = re.compile(r"-?\d{1,3}(,\d{3})*\.\d+")


def workbook(layout: Layout) -> bytes:
    """Return a layout as a workbook."""
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = "封面"
    for row, line in enumerate(
        filled(layout.settings.get("cover", "{body}|{year}年部门{phase}"), layout).split("|"), 2
    ):
        cover.cell(row, 2, line)
    for number, table in enumerate(layout.sheets, start=1):
        _table(book.create_sheet(f"表{number}"), table, layout)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _table(sheet: Worksheet, table: Sheet, layout: Layout) -> None:
    width = len(table.rows[0])
    row = _captions(sheet, table.settings.get("caption", "{title}|单位名称：{body}~{unit}"), (table, layout), 1)
    top = row
    for cells in table.rows:
        for column, cell in enumerate(cells, start=1):
            place = sheet.cell(row, column)
            place.border = RULED
            if NUMBER.fullmatch(cell.text) and table.is_figure(row - top, column - 1):
                place.value = float(cell.text.replace(",", ""))
                place.number_format = "#,##0." + "0" * len(cell.text.partition(".")[2])
            elif not cell.merge:
                place.value = cell.text or None
                place.alignment = Alignment(indent=cell.indent)
        row += 1
    _merge(sheet, table, top)
    _captions(sheet, table.settings.get("below", ""), (table, layout), row)
    sheet.column_dimensions["A"].width = width


def _captions(sheet: Worksheet, source: str, about: tuple[Sheet, Layout], row: int) -> int:
    table, layout = about
    for line in filter(None, source.split("|")):
        texts = [text.strip() for text in filled(line.strip(), layout, table).split("~")]
        places = [1, len(table.rows[0])] if len(texts) < 3 else [1, 2, len(table.rows[0])]
        for column, text in zip(places, texts, strict=False):
            if text:
                sheet.cell(row, column, text)
        if len(texts) == 1:
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(table.rows[0]))
        row += 1
    return row


def _merge(sheet: Worksheet, table: Sheet, top: int) -> None:
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells):
            right, bottom = column, row
            while right + 1 < len(cells) and cells[right + 1].merge == "<":
                right += 1
            while bottom + 1 < len(table.rows) and table.rows[bottom + 1][column].merge == "^":
                bottom += 1
            if not cell.merge and (right, bottom) != (column, row):
                sheet.merge_cells(
                    start_row=top + row, start_column=column + 1, end_row=top + bottom, end_column=right + 1
                )
