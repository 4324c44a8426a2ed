"""Reports for people: plain text and HTML; and as Turtle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph
from jinja2 import Environment, PackageLoader, StrictUndefined

from budgetgraph.checks.findings import Finding, Severity
from budgetgraph.diagnosis.causes import Diagnosis
from budgetgraph.report.clippings import Clipping, clippings
from budgetgraph.report.examination import Report
from budgetgraph.report.worksheets import Worksheet, worksheet

SEVERITIES = {
    Severity.VIOLATION: ("违反", "violation"),
    Severity.WARNING: ("提示", "warning"),
    Severity.INFO: ("说明", "info"),
}

PREFIXES = {
    "bg": "https://w3id.org/budgetgraph/ns#",
    "bg-dim": "https://w3id.org/budgetgraph/dimension#",
    "dct": "http://purl.org/dc/terms/",
    "qb": "http://purl.org/linked-data/cube#",
    "sh": "http://www.w3.org/ns/shacl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def as_text(report: Report) -> str:
    """Return a report as plain text: what was read, then every finding, gravest first."""
    identity = report.disclosure.identity
    tally = report.tally
    relations = len(report.outcomes)
    held = tally.get("exact", 0) + tally.get("rounding", 0)
    lines = [
        f"{report.disclosure.name}",
        f"  {identity.body} · {identity.year} · {identity.phase} · {identity.level} · {identity.division}",
        f"  {len(report.disclosure.readings)} tables 表, {len(report.disclosure.figures)} figures 数, "
        f"{relations} relations 关系: {held} hold 成立, {tally.get('violated', 0)} violated 违反, "
        f"{tally.get('insufficient', 0)} insufficient 不足以判断",
    ]
    for severity, (zh, en) in SEVERITIES.items():
        found = [finding for finding in report.findings if finding.severity is severity]
        if found:
            lines.append(f"\n{zh} {en} ({len(found)})")
            for finding in found:
                lines.extend(_lines(finding))
        if severity is Severity.VIOLATION and report.diagnoses:
            lines.append("\n  诊断 diagnosis")
            for diagnosis in report.diagnoses:
                lines.extend((f"  * {diagnosis.message.zh}", f"    {diagnosis.message.en}"))
    if not report.findings:
        lines.append("\n没有发现问题。 Nothing found.")
    return "\n".join(lines)


def _lines(finding: Finding) -> tuple[str, str]:
    return f"  - {finding.message.zh}", f"    {finding.message.en}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as HTML shows it: its pictures, its sum written out, the diagnoses, numbered from 1, of it."""

    finding: Finding
    clippings: tuple[Clipping, ...]
    worksheet: Worksheet | None
    diagnoses: tuple[tuple[int, Diagnosis], ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """A diagnosis, numbered from 1, with the violations that it explains before any other."""

    number: int
    diagnosis: Diagnosis
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One disclosure's part of an HTML report: the causes, then what has none; `id` begins its anchors."""

    id: str
    report: Report
    causes: tuple[Cause, ...]
    entries: tuple[Entry, ...]


def as_html(reports: Sequence[Report]) -> str:
    """Return reports as one HTML page that needs nothing else: the pictures are in it."""
    environment = Environment(loader=PackageLoader("budgetgraph"), autoescape=True, undefined=StrictUndefined)
    parts = [_part(report, f"r{number}") for number, report in enumerate(reports, start=1)]
    return environment.get_template("report.html").render(parts=parts, severities=SEVERITIES)


def _part(report: Report, name: str) -> Part:
    pictures = clippings(report.disclosure, report.findings)
    entries = tuple(
        Entry(
            finding,
            tuple(pictures.get(index, ())),
            worksheet(finding.relation, report.disclosure) if finding.relation else None,
            tuple(_explaining(finding, report)),
        )
        for index, finding in enumerate(report.findings)
    )
    causes = tuple(
        Cause(
            number, diagnosis, tuple(entry for entry in entries if entry.diagnoses and entry.diagnoses[0][0] == number)
        )
        for number, diagnosis in enumerate(report.diagnoses, start=1)
    )
    return Part(name, report, causes, tuple(entry for entry in entries if not entry.diagnoses))


def _explaining(finding: Finding, report: Report) -> Iterator[tuple[int, Diagnosis]]:
    """Yield the diagnoses of a violation: those it bears out, and those of its whole table."""
    if finding.relation is None:
        return
    for number, diagnosis in enumerate(report.diagnoses, start=1):
        borne_out = any(relation is finding.relation for relation in diagnosis.evidence)
        if borne_out or (not diagnosis.evidence and diagnosis.table == finding.table):
            yield number, diagnosis


def as_turtle(report: Report) -> str:
    """Return a disclosure's graph, validation report included, as Turtle."""
    quads = pyoxigraph.parse(report.graph, format=pyoxigraph.RdfFormat.N_QUADS)
    triples = [quad.triple for quad in quads]
    data = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=PREFIXES)
    assert data is not None
    return data.decode()
