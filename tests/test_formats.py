"""Number formats: what a cell shows."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from budgetgraph.readers.formats import shown

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (371.08, "General", "371.08"),
        (371.08, "0.00", "371.08"),
        (371.08000000000004, "General", "371.08"),
        (0.1 + 0.2, "General", "0.3"),
        (2.675, "0.00", "2.68"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (8, "0.00", "8.00"),
        (8, "General", "8"),
        (2013950, "0", "2013950"),
        (3, "00", "03"),
        (0.5, "#.00", ".50"),
        (12.5, "0.##", "12.5"),
        (12, "0.##", "12"),
        (-3.5, "#,##0.00_);(#,##0.00)", "(3.50)"),
        (-3.5, "0.00;[Red]-0.00", "-3.50"),
        (-0.001, "0.00", "0.00"),
        (0, ACCOUNTING, "-"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        (0, "0.00;-0.00;;@", ""),
        (0.1234, "0.0%", "12.3%"),
        (12345678, "0.00,", "12345.68"),
        (371.08, '0.00"万元"', "371.08万元"),
        (371.08, "[$￥-804]#,##0.00", "￥371.08"),
        (371.08, "@", "371.08"),
        ("03", "@", "03"),
        (" 合计 ", "General", "合计"),
        (None, "0.00", ""),
        (True, "General", "TRUE"),
        (datetime(2019, 2, 1), "yyyy-mm-dd", "2019-02-01"),
        (date(2019, 2, 1), "yyyy/m/d", "2019-02-01"),
    ],
)
def test_a_cell_shows_its_value_in_its_format(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text
