"""The report on a disclosure: outcomes of its relations, findings with their diagnosis, as values and as RDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, page_of
from budgetgraph.checks.soft import check
from budgetgraph.diagnosis.causes import Diagnosis, diagnose
from budgetgraph.diagnosis.equations import Item
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import BlankCell
from budgetgraph.graph import Facts, GraphBuilder, serialise
from budgetgraph.prose.reading import Statement
from budgetgraph.terms import BG, DEFAULT_BASE, RDF, SH, literal, node
from budgetgraph.validation import Outcome, Result, validate

SHAPE = "https://w3id.org/budgetgraph/shape/"
CHECK = "https://w3id.org/budgetgraph/check/"


@dataclass(frozen=True, slots=True)
class Report:
    """What validation and the soft checks found in a disclosure; `graph` is all of it as sorted N-Quads.

    `seconds` is how long SHACL validation took.
    """

    disclosure: Disclosure
    findings: tuple[Finding, ...]
    diagnoses: tuple[Diagnosis, ...]
    outcomes: Mapping[str, Outcome]
    graph: bytes
    seconds: float

    def count(self, severity: Severity) -> int:
        """Return how many findings have a severity."""
        return sum(1 for finding in self.findings if finding.severity is severity)

    @property
    def tally(self) -> Mapping[str, int]:
        """Return how many relations have each outcome."""
        return Counter(outcome.kind for outcome in self.outcomes.values())


def examine(disclosure: Disclosure, base: str = DEFAULT_BASE) -> Report:
    """Validate a disclosure's graph with the shapes, run the soft checks, and diagnose what is violated."""
    builder = GraphBuilder(disclosure, base)
    lines = builder.quads()
    validation = validate("".join(lines).encode())
    relations = {builder.relation(relation): relation for relation in disclosure.relations.relations}
    speaker = Speaker(disclosure)
    slugs = {builder.table(reading.table.slug): reading.table.slug for reading in disclosure.readings}
    found: list[tuple[Finding, str]] = []
    told: set[str] = set()
    for result in validation.results:
        if result.relation in told:
            continue  # a relation between a sentence and a table has a focus node in both
        told.update(filter(None, (result.relation,)))
        relation = relations.get(result.relation or "")
        if relation is not None:
            residual = validation.outcomes[result.relation or ""].residual
            assert residual is not None
            message = speaker.violation(relation, residual)
            finding = Finding(
                Severity(result.severity),
                relation.kind.value.lower(),
                message,
                relation.table,
                page_of(relation),
                relation,
            )
        else:
            finding = _of_shape(result, disclosure, slugs)
        found.append((finding, result.shape))
    violated = [finding.relation for finding, _ in found if finding.relation]
    diagnoses = diagnose(disclosure, violated)
    found.extend((finding, CHECK + finding.rule) for finding in check(disclosure))
    found.sort(key=lambda item: _order(item[0], disclosure))
    facts = _report_facts(builder, found, diagnoses, validation.outcomes)
    # both lists are sorted: sorting them together only merges them
    graph = dict.fromkeys(sorted([*lines, *serialise(facts, builder.names.disclosure)]))
    return Report(
        disclosure,
        tuple(finding for finding, _ in found),
        tuple(diagnoses),
        validation.outcomes,
        "".join(graph).encode(),
        validation.seconds,
    )


def _of_shape(result: Result, disclosure: Disclosure, slugs: Mapping[str, str]) -> Finding:
    slug = slugs.get(result.focus)
    return Finding(
        Severity(result.severity),
        result.shape.removeprefix(SHAPE),
        Words(result.messages.get("zh", ""), result.messages.get("en", "")),
        slug,
        page_of(disclosure.reading(slug)) if slug else None,
    )


def _order(finding: Finding, disclosure: Disclosure) -> tuple[int, int, int, str]:
    severity = list(Severity).index(finding.severity)
    order = disclosure.reading(finding.table).table.order if finding.table else 0
    return severity, order, finding.page or 0, finding.message.en


def _report_facts(
    builder: GraphBuilder,
    found: list[tuple[Finding, str]],
    diagnoses: list[Diagnosis],
    outcomes: Mapping[str, Outcome],
) -> Facts:
    me, names = builder.names.part("report"), builder.names
    yield names.disclosure, BG + "report", node(me)
    for cls in (BG + "Report", SH + "ValidationReport"):
        yield me, RDF + "type", node(cls)
    yield me, BG + "reportOn", node(names.disclosure)
    conforms = not any(finding.severity is Severity.VIOLATION for finding, _ in found)
    yield me, SH + "conforms", literal(str(conforms).lower(), "boolean")
    for kind, number in sorted(Counter(outcome.kind for outcome in outcomes.values()).items()):
        yield me, f"{BG}{kind}Count", literal(number, "integer")
    for number, (finding, shape) in enumerate(found, start=1):
        iri = names.part("finding", str(number))
        yield me, SH + "result", node(iri)
        yield from _finding_facts(builder, iri, finding, shape)
    for number, diagnosis in enumerate(diagnoses, start=1):
        iri = names.part("diagnosis", str(number))
        yield me, BG + "diagnosis", node(iri)
        yield from _diagnosis_facts(builder, iri, diagnosis)
    for relation, outcome in outcomes.items():
        yield relation, BG + "outcome", node(BG + outcome.kind)
        if outcome.residual is not None:
            yield relation, BG + "residual", literal(f"{outcome.residual:.2f}", "decimal")


def _diagnosis_facts(builder: GraphBuilder, iri: str, diagnosis: Diagnosis) -> Facts:
    yield iri, RDF + "type", node(BG + "Diagnosis")
    if diagnosis.table:
        yield iri, BG + "table", node(builder.table(diagnosis.table))
    yield iri, BG + "cause", literal(diagnosis.cause)
    yield from _words(iri, SH + "resultMessage", diagnosis.message)
    for relation in diagnosis.evidence:
        yield iri, BG + "relation", node(builder.relation(relation))
    for item in diagnosis.items:
        if not isinstance(item, BlankCell):
            yield iri, BG + "suspect", node(builder.term(item))
    if diagnosis.suggested is not None and not isinstance(diagnosis.items[0], BlankCell):
        suspect = builder.term(diagnosis.items[0])
        yield suspect, BG + "suggestedAmount", literal(f"{diagnosis.suggested:.2f}", "decimal")
        for relation in diagnosis.evidence:
            yield suspect, BG + "suggestedBy", node(builder.relation(relation))


def _finding_facts(builder: GraphBuilder, iri: str, finding: Finding, shape: str) -> Facts:
    table = builder.table(finding.table) if finding.table else None
    for cls in (BG + "Finding", SH + "ValidationResult"):
        yield iri, RDF + "type", node(cls)
    yield iri, SH + "resultSeverity", node(SH + finding.severity.value)
    yield iri, SH + "sourceConstraintComponent", node(SH + "SPARQLConstraintComponent")
    yield iri, SH + "sourceShape", node(shape)
    yield iri, SH + "focusNode", node(table or builder.names.disclosure)
    yield iri, BG + "rule", literal(finding.rule)
    yield from _words(iri, SH + "resultMessage", finding.message)
    if table:
        yield iri, BG + "table", node(table)
    if finding.page is not None and builder.disclosure.document.paged:
        yield iri, BG + "pageNumber", literal(finding.page, "integer")
    if finding.relation:
        yield iri, BG + "relation", node(builder.relation(finding.relation))


def _words(subject: str, predicate: str, words: Words) -> Iterator[tuple[str, str, Any]]:
    yield subject, predicate, literal(words.zh, language="zh")
    yield subject, predicate, literal(words.en, language="en")


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as the JSON that `budgetgraph check --format json` prints (schemas/check.schema.json)."""
    disclosure = report.disclosure
    identity = disclosure.identity
    return {
        "source": disclosure.document.name,
        "sha256": disclosure.document.sha256,
        "sources": [{"source": document.name, "sha256": document.sha256} for document in disclosure.documents],
        "disclosure": {
            "body": identity.body,
            "division": identity.division,
            "year": identity.year,
            "phase": identity.phase,
            "level": identity.level,
        },
        "tables": [_table_json(report, index) for index in range(len(disclosure.readings))],
        "relations": {kind: report.tally.get(kind, 0) for kind in ("exact", "rounding", "violated", "insufficient")},
        "findings": [_finding_json(finding, disclosure) for finding in report.findings],
        "diagnoses": [_diagnosis_json(diagnosis, disclosure) for diagnosis in report.diagnoses],
    }


def _diagnosis_json(diagnosis: Diagnosis, disclosure: Disclosure) -> dict[str, Any]:
    return {
        "table": diagnosis.table,
        "cause": diagnosis.cause,
        "message": _both(diagnosis.message),
        "suspects": [_item_json(item, disclosure) for item in diagnosis.items],
        "suggested": f"{diagnosis.suggested:.2f}" if diagnosis.suggested is not None else None,
        "relations": len(diagnosis.evidence),
    }


def _item_json(item: Item, disclosure: Disclosure) -> dict[str, Any]:
    page = item.page if isinstance(item, Statement) else item.cell.page
    printed = item.cell.flat if isinstance(item, BlankCell) else item.printed
    amount = None if isinstance(item, BlankCell) else item.amount
    return {
        "table": None if isinstance(item, Statement) else item.table,
        "page": page if disclosure.document.paged else None,
        "row": None if isinstance(item, Statement) else item.cell.row,
        "column": None if isinstance(item, Statement) else item.cell.column,
        "printed": printed,
        "amount": f"{amount:.2f}" if amount is not None else None,
    }


def _table_json(report: Report, index: int) -> dict[str, Any]:
    reading = report.disclosure.readings[index]
    return {
        "table": reading.table.slug,
        "annex": reading.table.annex,
        "title": reading.table.title,
        "kind": reading.kind.slug,
        "unit": reading.unit.slug if reading.unit else None,
        "figures": len(reading.figures),
        "empty": not reading.figures,
    }


def _finding_json(finding: Finding, disclosure: Disclosure) -> dict[str, Any]:
    return {
        "severity": finding.severity.value.lower(),
        "rule": finding.rule,
        "table": finding.table,
        "annex": disclosure.reading(finding.table).table.annex if finding.table else None,
        "page": finding.page if disclosure.document.paged else None,
        "message": _both(finding.message),
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
