"""Validation: a disclosure's graph against the shapes, and what each of its relations comes to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import rdflib
from rdflib import RDF, SH

from budgetgraph.validation.engine import Shapes, ValidationFailed, load_graph, load_shapes, run
from budgetgraph.validation.outcomes import SIDES, Outcome, OutcomeKind, judge, weigh

__all__ = [
    "Outcome",
    "OutcomeKind",
    "Result",
    "Severity",
    "ValidationFailed",
    "ValidationReport",
    "validate",
    "weigh",
]

SHAPE = "https://w3id.org/budgetgraph/shape/"

Severity = Literal["Violation", "Warning", "Info"]

RELATION_SHAPES = frozenset(f"{SHAPE}{kind.lower()}{where}" for kind in SIDES for where in ("", "-in-prose"))
"""The shapes whose results are relations that do not hold; the others are about how the graph is built."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result of SHACL validation; every name is an IRI.

    `focus` is a table or the disclosure, `constraint` the constraint of the shape that found it, if it has a name,
    `value` what is at fault, `relation` the relation that does not hold. `messages` are by language, zh and en.
    """

    severity: Severity
    focus: str
    shape: str
    messages: Mapping[str, str]
    relation: str | None = None
    value: str | None = None
    constraint: str | None = None


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What validation found: results by severity, and the outcome of each relation by its IRI."""

    results: tuple[Result, ...]
    outcomes: Mapping[str, Outcome]
    seconds: float

    @property
    def conforms(self) -> bool:
        """Whether nothing is violated; warnings and infos do not count."""
        return not any(result.severity == "Violation" for result in self.results)


def validate(graph: bytes, shapes: Path | bytes | None = None) -> ValidationReport:
    """Validate one graph, N-Quads or N-Triples, with the shapes of this installation or with others.

    Raises ValidationFailed if the graph cannot be parsed, if pySHACL fails, or if SHACL and the arithmetic of
    `outcomes` disagree on a relation: none of that is a finding about the data.
    """
    started = time.perf_counter()
    known = load_shapes(shapes)
    data = load_graph(graph)
    results = tuple(sorted(_results(run(data, known), known), key=_order))
    outcomes = judge(data)
    _agree(results, outcomes, known)
    return ValidationReport(results, outcomes, time.perf_counter() - started)


def _results(report: rdflib.Graph, shapes: Shapes) -> Iterator[Result]:
    for node in report.subjects(RDF.type, SH.ValidationResult):
        shape = _one(report, node, SH.sourceShape) or ""
        constraint = _one(report, node, SH.sourceConstraint)
        value = _one(report, node, SH.value)
        yield Result(
            severity=_severity(_one(report, node, SH.resultSeverity)),
            focus=_one(report, node, SH.focusNode) or "",
            shape=shape,
            messages=_messages(report, node, shapes, constraint or shape),
            relation=value if shape in RELATION_SHAPES else None,
            value=value,
            constraint=constraint or shape,
        )


def _one(report: rdflib.Graph, node: rdflib.term.Node, predicate: rdflib.URIRef) -> str | None:
    value = report.value(node, predicate)
    return None if value is None else str(value)


def _severity(iri: str | None) -> Severity:
    for name in get_args(Severity):
        if iri == str(SH[name]):
            severity: Severity = name
            return severity
    raise ValidationFailed(what=f"unknown severity 未知的严重程度: {iri}")


def _messages(report: rdflib.Graph, node: rdflib.term.Node, shapes: Shapes, constraint: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for message in report.objects(node, SH.resultMessage):
        language = message.language if isinstance(message, rdflib.Literal) else None
        found[language or shapes.language(constraint, str(message)) or "und"] = str(message)
    return found


def _order(result: Result) -> tuple[str, ...]:
    rank = str(get_args(Severity).index(result.severity))
    words = result.messages.get("en", "")
    return (rank, result.focus, result.shape, result.constraint or "", result.value or "", words)


def _agree(results: tuple[Result, ...], outcomes: Mapping[str, Outcome], shapes: Shapes) -> None:
    """See that SHACL and arithmetic find the same relations violated, if all are well formed."""
    complete = all((rdflib.URIRef(shape), RDF.type, SH.NodeShape) in shapes.graph for shape in RELATION_SHAPES)
    if not complete or any(result.shape == SHAPE + "relation" for result in results):
        return
    by_shapes = {result.relation for result in results if result.relation}
    by_sums = {relation for relation, outcome in outcomes.items() if outcome.kind == "violated"}
    if by_shapes != by_sums:
        odd = ", ".join(sorted(map(str, by_shapes ^ by_sums))[:5])
        raise ValidationFailed(what=f"SHACL and arithmetic disagree 约束与算术不一致: {odd}")
