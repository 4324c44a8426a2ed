"""Pages of a disclosure, its tables, its report and its findings, its files, and the body that discloses."""

from __future__ import annotations

from budgetgraph.releases.release import DocumentRecord
from budgetsite import structured
from budgetsite.context import library, served
from budgetsite.examples import PREAMBLE
from budgetsite.goals import goals
from budgetsite.graphs import BG, DCT, QB, SH, Graph
from budgetsite.grids import printed_table
from budgetsite.pages.general import View, numbered, some
from budgetsite.sums import written_out

HEADLINES = (
    "totalRevenue",
    "totalExpenditure",
    "basicExpenditure",
    "projectExpenditure",
    "generalPublicExpenditure",
    "threePublicExpenditure",
)
_ORDER = {"Violation": 0, "Warning": 1, "Info": 2}


def disclosure(iri: str, graph: Graph) -> View:
    """Return what the page of a disclosure shows: headlines, tables, findings, and where its exports are."""
    tables = sorted(graph.texts(iri, DCT + "hasPart"), key=lambda table: int(graph.value(table, BG + "order") or 0))
    findings = findings_of(graph, iri)
    record = library().records.get(iri)
    return {
        "structured": structured.dataset(served(), record) if record else "",
        "exports": _exports(record) if record else [],
        "headlines": [(BG + name, value) for name in HEADLINES if (value := graph.value(iri, BG + name))],
        "tables": [_table_line(graph, table, findings) for table in tables],
        "findings": findings,
        "diagnoses": diagnoses(graph, iri),
        "tally": tally(graph, iri),
        "statements": _parts(graph, iri, "Statement"),
        "targets": _parts(graph, iri, "PerformanceTarget"),
        "duties": _parts(graph, iri, "Duty"),
        "definitions": _parts(graph, iri, "Definition"),
        "projects": sorted(_parts(graph, iri, "Project")),
        "bg": BG,
        "query": facts_query(iri),
    }


def _exports(record: DocumentRecord) -> list[View]:
    """Return the exports of a whole disclosure, with their addresses."""
    path = (library().addresses.path(record.iri) or "").removeprefix("doc/")
    return [
        {"export": export, "address": library().addresses.to(f"export/{path}/{export.file}")}
        for export in record.exports
        if export.table is None
    ]


def _parts(graph: Graph, iri: str, cls: str) -> list[str]:
    return numbered(graph, [part for part in graph.having(DCT + "isPartOf", iri) if BG + cls in graph.types(part)])


def _table_line(graph: Graph, table: str, findings: list[View]) -> View:
    return {
        "iri": table,
        "annex": graph.value(table, BG + "annex"),
        "title": graph.value(table, DCT + "title"),
        "kind": graph.value(table, BG + "tableKind"),
        "page": graph.value(table, BG + "firstPage"),
        "figures": len(graph.having(QB + "dataSet", table)),
        "severities": [finding["severity"] for finding in findings if finding["table"] == table],
    }


def table(iri: str, graph: Graph) -> View:
    """Return what the page of a table shows: the table as printed, its goals and its findings."""
    disclosure = graph.value(iri, DCT + "isPartOf") or ""
    first, last = graph.value(iri, BG + "firstPage"), graph.value(iri, BG + "lastPage")
    return {
        "disclosure": disclosure,
        "printed": printed_table(library(), graph, iri),
        "goals": goals(graph, iri),
        "facts": some(graph, iri, ("tableKind", "unit", "annex", "statedBody", "remark", "empty", "headerMended")),
        "pages": range(int(first), int(last) + 1) if first and last else (),
        "file": graph.value(disclosure, BG + "sourceFile"),
        "findings": findings_of(graph, disclosure, iri),
        "diagnoses": diagnoses(graph, disclosure, iri),
        "query": facts_query(iri),
    }


def facts_query(iri: str) -> str:
    """Return the query for the facts of a data set, the greatest first."""
    return (
        f"{PREAMBLE}SELECT ?label ?amount ?observation WHERE {{\n"
        f"  ?observation qb:dataSet <{iri}> ; obeu-measure:amount ?amount .\n"
        "  OPTIONAL { ?observation bg:rowLabel ?label }\n} ORDER BY DESC(?amount)"
    )


def report(iri: str, graph: Graph) -> View:
    """Return what the page of a validation report shows."""
    disclosure = graph.value(iri, BG + "reportOn") or ""
    return {
        "disclosure": disclosure,
        "conforms": graph.value(iri, SH + "conforms"),
        "findings": findings_of(graph, disclosure),
        "diagnoses": diagnoses(graph, disclosure),
        "tally": tally(graph, disclosure),
    }


def one_finding(iri: str, graph: Graph) -> View:
    """Return what the page of a finding shows."""
    report = next(iter(graph.having(SH + "result", iri)), None)
    return {
        "finding": finding_view(graph, iri),
        "disclosure": graph.value(report, BG + "reportOn") if report else None,
        "focus": graph.value(iri, SH + "focusNode"),
    }


def findings_of(graph: Graph, disclosure: str, table: str | None = None) -> list[View]:
    """Return the findings on a disclosure, or on one of its tables, the gravest first."""
    found = []
    for report in graph.texts(disclosure, BG + "report"):
        for iri in numbered(graph, graph.texts(report, SH + "result")):
            if table is None or graph.value(iri, BG + "table") == table:
                found.append(finding_view(graph, iri))
    return sorted(found, key=lambda finding: _ORDER.get(finding["severity"], 9))


def finding_view(graph: Graph, iri: str) -> View:
    """Return a finding with its words in both languages, and its sum written out."""
    relation = graph.value(iri, BG + "relation")
    return {
        "iri": iri,
        "severity": (graph.value(iri, SH + "resultSeverity") or "").removeprefix(SH),
        "zh": graph.value(iri, SH + "resultMessage", "zh"),
        "en": graph.value(iri, SH + "resultMessage", "en"),
        "rule": graph.value(iri, BG + "rule"),
        "shape": graph.value(iri, SH + "sourceShape"),
        "table": graph.value(iri, BG + "table"),
        "page": graph.value(iri, BG + "pageNumber"),
        "relation": relation,
        "sum": written_out(library(), graph, relation) if relation else None,
    }


def diagnoses(graph: Graph, disclosure: str, table: str | None = None) -> list[View]:
    """Return the likeliest causes of what is wrong in a disclosure, or in one of its tables."""
    return [
        {
            "iri": iri,
            "table": graph.value(iri, BG + "table"),
            "zh": graph.value(iri, SH + "resultMessage", "zh"),
            "en": graph.value(iri, SH + "resultMessage", "en"),
        }
        for report in graph.texts(disclosure, BG + "report")
        for iri in graph.texts(report, BG + "diagnosis")
        if table is None or graph.value(iri, BG + "table") == table
    ]


def tally(graph: Graph, disclosure: str) -> list[tuple[str, str]]:
    """Return how many relations of a disclosure have each outcome."""
    return [
        (kind, count)
        for report in graph.texts(disclosure, BG + "report")
        for kind in ("exact", "rounding", "violated", "insufficient")
        if (count := graph.value(report, f"{BG}{kind}Count"))
    ]


def source_file(iri: str, graph: Graph) -> View:
    """Return what the page of a source file shows."""
    count = graph.value(iri, BG + "pageCount")
    return {
        "sha256": graph.value(iri, BG + "sha256"),
        "pages": range(1, int(count) + 1) if count else (),
        "disclosures": sorted({*graph.having(BG + "sourceFile", iri)}),
        "facts": some(graph, iri, ("fileName", "sha256", "pageCount")),
        "incoming": [],
    }


def organization(iri: str, graph: Graph) -> View:
    """Return what the page of a body shows: what it discloses, and where it is named."""
    names = library().documents_about(iri)
    return {
        "division": graph.value(iri, BG + "division"),
        "codes": sorted({code for name in names for code in library().document(name).texts(iri, BG + "unitCode")}),
        "records": [record for record in library().release.documents if record.organization_iri == iri],
        "named_in": [name for name in names if library().records[name].organization_iri != iri],
    }
