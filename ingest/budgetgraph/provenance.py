"""Provenance: what a source file says of its own making."""

from __future__ import annotations

import re
from datetime import date

import pypdfium2

from budgetgraph.document import Document

# ISO 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm; all after the year may be left out.
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")


def date_of_making(document: Document) -> date | None:
    """Return the day on which a PDF says that it was made, None where it does not say or is no PDF."""
    if document.media_type != "application/pdf" or not document.data:
        return None
    with pypdfium2.PdfDocument(document.data) as pdf:
        stated = pdf.get_metadata_value("CreationDate") or pdf.get_metadata_value("ModDate")
    found = _PDF_DATE.match(stated)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
