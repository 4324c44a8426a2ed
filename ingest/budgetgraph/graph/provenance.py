"""Provenance: what is known of where the files of a disclosure come from, as RDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pypdfium2
from pyoxigraph import Literal, NamedNode

from budgetgraph.document import Document
from budgetgraph.metadata import Origin
from budgetgraph.terms import DCT, FOAF, PROV, RDF, Names, digest, literal, node

# ISO 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm; all after the year may be left out.
_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")

Facts = Iterator[tuple[str, str, NamedNode | Literal]]


def origin_facts(document: Document, names: Names) -> Facts:
    """Yield what the metadata of a file says: of the file, of its disclosure, and of how it was had.

    PROV-O, 3.1: "Generation is the completion of production of a new entity by an activity"; the download is
    the activity, which used what is at the URL (https://www.w3.org/TR/prov-o/).
    """
    origin = document.origin
    if not origin.as_json():
        return
    file = names.file(document.sha256)
    yield from _retrieval(file, origin)
    for subject in (file, names.disclosure):
        if origin.url:
            yield subject, DCT + "source", node(origin.url)
        if origin.issued:
            yield subject, DCT + "issued", literal(origin.issued, "date")
        if origin.licence:
            yield subject, *_licence(origin.licence)
        if origin.publisher or origin.publisher_url:
            yield subject, DCT + "publisher", node(_agent(origin, names))
    if origin.publisher or origin.publisher_url:
        agent = _agent(origin, names)
        yield agent, RDF + "type", node(FOAF + "Agent")
        yield agent, RDF + "type", node(PROV + "Agent")
        if origin.publisher:
            yield agent, FOAF + "name", literal(origin.publisher, language="zh")


def _retrieval(file: str, origin: Origin) -> Facts:
    if not (origin.url or origin.retrieved):
        return
    retrieval = f"{file}/retrieval"
    yield file, PROV + "wasGeneratedBy", node(retrieval)
    yield retrieval, RDF + "type", node(PROV + "Activity")
    if origin.url:
        yield retrieval, PROV + "used", node(origin.url)
    if origin.retrieved and "T" in origin.retrieved:
        yield retrieval, PROV + "endedAtTime", literal(_with_seconds(origin.retrieved), "dateTime")
    elif origin.retrieved:
        yield retrieval, DCT + "date", literal(origin.retrieved, "date")


def _with_seconds(time: str) -> str:
    """Return a time as xsd:dateTime, which always has seconds."""
    return f"{time[:16]}:00{time[16:]}" if time[16:17] != ":" else time


def _licence(licence: str) -> tuple[str, NamedNode | Literal]:
    if licence.startswith(("http://", "https://")) and not any(mark in licence for mark in ' <>"{}|\\^`'):
        return DCT + "license", node(licence)
    return DCT + "rights", literal(licence)


def _agent(origin: Origin, names: Names) -> str:
    return origin.publisher_url or f"{names.base}id/agent/{digest(origin.publisher or '')}"


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
