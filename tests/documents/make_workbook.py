"""Make sample-2019.xlsx: the cover and the annexes of the sample disclosure as a workbook, one annex a sheet."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet
from sample_annexes import SOURCE, Annex, Grid, read_annexes

HERE = Path(__file__).parent
WORKBOOK = HERE / "sample-2019.xlsx"
BODY = "株洲市荷塘区政务服务中心"
NUMBER = re.compile(r"\d+(\.\d+)?")
LONG_AGO = datetime(2019, 2, 1)
RULE = Side(style="thin")
RULED = Border(RULE, RULE, RULE, RULE)


def build() -> bytes:
    """Return the workbook, the same bytes each time."""
    workbook = Workbook()
    cover = workbook.active
    assert isinstance(cover, Worksheet)
    cover.title = "封面"
    _cover(cover)
    for annex in read_annexes():
        _annex(workbook.create_sheet(f"附件{annex.number}"), annex)
    workbook.properties.creator = "budgetgraph"
    workbook.properties.created = LONG_AGO
    packed = BytesIO()
    workbook.save(packed)
    return _repacked(packed)


def _cover(sheet: Worksheet) -> None:
    text = (SOURCE / "text.txt").read_text(encoding="utf-8").split("@")[1]
    for number, line in enumerate(filter(None, text.splitlines()[1:]), start=2):
        sheet.cell(number, 2, line.removeprefix("# "))


def _annex(sheet: Worksheet, annex: Annex) -> None:
    settings = annex.grids[0].settings
    width = max(len(grid.rows[0]) for grid in annex.grids)
    sheet.cell(1, 1, f"附件 {annex.number}")
    sheet.cell(2, 1, settings["title"])
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    sheet.cell(3, 1, f"单位名称：{BODY}")
    sheet.cell(3, width, settings.get("unit", ""))
    row = 4
    for grid in annex.grids:
        _grid(sheet, grid, row)
        row += len(grid.rows) + 1
    if "note" in settings:
        sheet.cell(row, 1, settings["note"])


def _grid(sheet: Worksheet, grid: Grid, top: int) -> None:
    figures = grid.columns("figures")
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            place = sheet.cell(top + number, column + 1)
            place.border = RULED
            if cell.merge:
                continue
            if column in figures and number >= grid.header and NUMBER.fullmatch(cell.text):
                place.value = float(cell.text)
                decimals = len(cell.text.partition(".")[2])
                place.number_format = f"#,##0.{'0' * decimals}" if decimals else "0"
            else:
                place.value = cell.text or None
                place.alignment = Alignment(wrap_text=True, indent=cell.indent)
                place.number_format = "@"
    for number, row in enumerate(grid.rows):
        for column in range(len(row)):
            _merge(sheet, grid, (number, column), top)


def _merge(sheet: Worksheet, grid: Grid, place: tuple[int, int], top: int) -> None:
    row, column = place
    last_row, last_column = row, column
    while last_column + 1 < len(grid.rows[row]) and grid.rows[row][last_column + 1].merge == "<":
        last_column += 1
    while last_row + 1 < len(grid.rows) and grid.rows[last_row + 1][column].merge == "^":
        last_row += 1
    if place != (last_row, last_column) and not grid.rows[row][column].merge:
        sheet.merge_cells(
            start_row=top + row, start_column=column + 1, end_row=top + last_row, end_column=last_column + 1
        )


def _repacked(packed: BytesIO) -> bytes:
    """Pack the parts anew, without the time of day that openpyxl leaves in them."""
    file = BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2019-02-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(part.filename, (2019, 2, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def main() -> None:
    """Write the workbook."""
    WORKBOOK.write_bytes(build())


if __name__ == "__main__":
    main()
