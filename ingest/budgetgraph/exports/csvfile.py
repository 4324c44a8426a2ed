"""CSV: rows as RFC 4180 wants them, in UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from budgetgraph.exports.columns import Column
from budgetgraph.exports.rows import Row

MEDIA_TYPE = "text/csv"


def csv_bytes(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """Return rows below the names of their columns.

    "Each record is located on a separate line, delimited by a line break (CRLF)" (RFC 4180, section 2).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(rows)
    return text.getvalue().encode()
