"""The reader of workbooks: the same figures as from the PDF of the same tables, and clear refusals."""

from __future__ import annotations

import contextlib
import importlib.util
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from budgetgraph.checks.findings import Severity
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.errors import UnusableSource
from budgetgraph.readers import read
from budgetgraph.report.examination import examine
from budgetgraph.settings import Settings
from samples import DOCUMENTS, SAMPLE, disclosure, report

WORKBOOK = DOCUMENTS / "sample-2019.xlsx"
THIN = Side(style="thin")
RULED = Border(THIN, THIN, THIN, THIN)
CAPTIONS = (("某市档案局2019年部门预算",), ("收入总表",), ("单位：某市档案局", None, "单位：万元"))
ROWS = (("项目", "本年预算", "上年预算"), ("经费拨款", 371.08, 300), ("其他收入", 2, 1.5), ("合计", 373.08, 301.5))


def figures(understood: Disclosure) -> Counter[object]:
    return Counter(
        (each.table, each.printed, each.amount, each.coordinates, each.role, each.statement, each.resolved)
        for each in understood.figures
    )


def sheet_of(workbook: Workbook) -> Worksheet:
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    return sheet


def budget(*, ruled: bool = True) -> Workbook:
    """A small budget of one table."""
    workbook = Workbook()
    sheet = sheet_of(workbook)
    for row in (*CAPTIONS, *ROWS):
        sheet.append(row)
    for cells in sheet.iter_rows(min_row=4) if ruled else ():
        for cell in cells:
            cell.border = RULED
    return workbook


def saved(workbook: Workbook, folder: Path) -> Path:
    path = folder / "budget.xlsx"
    workbook.save(path)
    return path


def test_a_workbook_gives_the_figures_and_coordinates_of_the_pdf_of_the_same_tables() -> None:
    assert figures(disclosure(WORKBOOK)) == figures(disclosure(SAMPLE))
    assert len(disclosure(WORKBOOK).figures) == 265


def test_a_workbook_gives_the_tables_of_the_pdf() -> None:
    workbook, pdf = (
        [(r.table.slug, r.table.title, r.table.unit, r.table.body, r.kind.slug) for r in disclosure(path).readings]
        for path in (WORKBOOK, SAMPLE)
    )

    assert workbook == pdf


def test_every_cell_of_a_workbook_has_its_sheet_and_address_and_no_page() -> None:
    graph = report(WORKBOOK).graph.decode()
    (figure,) = [f for f in disclosure(WORKBOOK).figures if f.cell.sheet == "附件1" and f.cell.address == "B6"]

    assert figure.printed == "371.08"
    assert "ns#sheet>" in graph and '"B6"' in graph
    assert "ns#page>" not in graph and "ns#box>" not in graph


def test_the_shapes_hold_for_a_workbook() -> None:
    rules = {finding.rule for finding in report(WORKBOOK).findings if finding.severity is Severity.VIOLATION}

    assert rules == {finding.rule for finding in report(SAMPLE).findings if finding.severity is Severity.VIOLATION}


def test_the_script_writes_the_workbook_that_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCUMENTS))

    assert script("make_workbook").build() == WORKBOOK.read_bytes()


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCUMENTS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_is_found_with_rules_or_without(ruled: bool, tmp_path: Path) -> None:
    (reading,) = read_disclosure(saved(budget(ruled=ruled), tmp_path)).readings

    assert (reading.table.title, reading.table.body, reading.table.unit) == ("收入总表", "某市档案局", "万元")
    assert [figure.printed for figure in reading.figures if "本年" in figure.column_label] == ["371.08", "2", "373.08"]


def test_hidden_sheets_rows_and_columns_are_not_read_but_named(tmp_path: Path) -> None:
    workbook = budget()
    sheet = sheet_of(workbook)
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["C"].hidden = True
    workbook.create_sheet("草稿").sheet_state = "hidden"
    workbook["草稿"]["A1"] = "内部"

    understood = read_disclosure(saved(workbook, tmp_path))

    assert [figure.cell.address for figure in understood.figures] == ["B5", "B7"]
    (finding,) = [finding for finding in examine(understood).findings if finding.rule == "hidden-parts"]
    assert "草稿" in finding.message.zh


def test_a_merged_cell_spans_what_it_covers(tmp_path: Path) -> None:
    workbook = budget()
    sheet_of(workbook).merge_cells("B5:C5")

    cells = {cell.address: cell for grid in read(saved(workbook, tmp_path)).grids() for cell in grid.cells}

    assert cells["B5"].column_span == 2
    assert "C5" not in cells


def test_a_stray_mark_in_the_last_row_costs_nothing(tmp_path: Path) -> None:
    workbook = budget()
    sheet_of(workbook)["XFD1048576"] = " "

    assert len(read_disclosure(saved(workbook, tmp_path)).figures) == 6


def test_a_formula_without_a_saved_result_is_refused(tmp_path: Path) -> None:
    workbook = budget()
    sheet_of(workbook)["B7"] = "=B5+B6"

    with pytest.raises(UnusableSource, match=r"1 formulas without a saved result, first Sheet!B7") as refused:
        read(saved(workbook, tmp_path))
    assert refused.value.reason == "uncalculated"


def half() -> bytes:
    whole = WORKBOOK.read_bytes()
    return whole[: len(whole) // 2]


def packed(name: str, data: bytes = b"") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def without(part: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(WORKBOOK) as source, zipfile.ZipFile(file, "w") as target:
        for info in source.infolist():
            if info.filename != part:
                target.writestr(info, source.read(info))
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (bytes, "empty"),
        (half, "truncated"),
        (lambda: without("xl/worksheets/sheet3.xml"), "truncated"),
        (lambda: without("xl/workbook.xml"), "not-a-workbook"),
        (lambda: packed("word/document.xml"), "not-a-workbook"),
        (lambda: packed("xl/workbook.xml", b"<workbook"), "truncated"),
        (lambda: packed("xl/worksheets/sheet1.xml", bytes(3_000_000)), "too-large"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (lambda: OLE + b"Workbook", "unsupported"),
        (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "html"),
        (lambda: b"%PDF-1.7", "not-a-workbook"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused_in_one_line(
    make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(make())

    with pytest.raises(UnusableSource) as refused:
        read(path, Settings(source_bytes=2_000_000))

    assert refused.value.reason == reason
    assert "\n" not in str(refused.value) and "bad.xlsx" in str(refused.value)


def test_a_workbook_with_too_many_cells_is_refused() -> None:
    with pytest.raises(UnusableSource, match="more than 100 cells"):
        read(WORKBOOK, Settings(sheet_cells=100))


@pytest.mark.parametrize("suffix", [".xls", ".ofd", ".docx", ".zip", ".jpg"])
def test_other_formats_are_refused_with_the_way_to_convert_them(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"budget{suffix}"
    path.touch()

    with pytest.raises(UnusableSource) as refused:
        read(path)
    assert refused.value.reason == "unsupported"
    assert "give one of" not in refused.value.remedy


@pytest.mark.parametrize("seed", range(8))
def test_a_workbook_with_broken_bytes_is_read_or_refused(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    data = bytearray(WORKBOOK.read_bytes())
    for _ in range(20):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "bad.xlsx"
    path.write_bytes(data)

    with contextlib.suppress(UnusableSource):
        read(path)
