"""The HTML report is one file: each violation with its picture, its sum written out, and its suggestion."""

from __future__ import annotations

import base64
import io
import re
from functools import cache

import pytest
from PIL import Image

from budgetgraph.checks.findings import Severity
from budgetgraph.diagnosis.equations import place_of
from budgetgraph.disclosure import read_disclosure
from budgetgraph.evaluation.mutation import mutated
from budgetgraph.readers import read
from budgetgraph.relations.model import RelationKind
from budgetgraph.report.clippings import LIMIT, clippings
from budgetgraph.report.examination import Report, examine
from budgetgraph.report.rendering import as_html
from budgetgraph.report.worksheets import worksheet
from samples import SAMPLE, disclosure


@cache
def faulty() -> Report:
    figure = next(f for f in disclosure().figures if f.table == "4" and f.printed == "371.08")
    return examine(read_disclosure(mutated(read(SAMPLE), {place_of(figure): "317.08"})))


@cache
def page() -> str:
    return as_html([faulty()])


def test_the_page_needs_nothing_else() -> None:
    assert not re.search(r'(?:src|href)="(?!data:|#)', page())
    assert "<script" not in page()


def test_each_violation_of_a_relation_has_its_picture() -> None:
    pictures = clippings(faulty().disclosure, faulty().findings)

    for index, finding in enumerate(faulty().findings):
        if finding.relation and finding.severity is Severity.VIOLATION:
            for clipping in pictures[index]:
                data = base64.b64decode(clipping.source.removeprefix("data:image/png;base64,"))
                with Image.open(io.BytesIO(data)) as picture:
                    assert picture.size == (clipping.width, clipping.height)
                    assert picture.width > 100
    assert sum(map(len, pictures.values())) <= LIMIT


def test_the_sum_is_written_out_with_total_and_difference() -> None:
    relation = next(
        finding.relation
        for finding in faulty().findings
        if finding.relation and finding.relation.kind is RelationKind.SUMMATION and finding.relation.table == "4"
    )
    sheet = worksheet(relation, faulty().disclosure)

    assert [line.role for line in sheet.lines[-3:]] == ["sum", "whole", "difference"]
    assert sheet.unit == "万元"
    assert sheet.lines[-1].amount in {"-54.00", "54.00"}
    assert all(line.printed for line in sheet.lines if line.role == "part")


@pytest.mark.parametrize("words", ["诊断 1", "diagnosis 1", "建议核对是否应为", "3,710,800.00", "317.08"])
def test_the_suggestion_is_said_in_both_languages(words: str) -> None:
    assert words in page()


def test_a_source_without_pages_has_no_pictures() -> None:
    found = read_disclosure(SAMPLE.with_suffix(".xlsx"))

    assert clippings(found, examine(found).findings) == {}
