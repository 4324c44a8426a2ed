"""Validation: a disclosure's graph against the shapes, and the outcome of each of its relations."""

from __future__ import annotations

from budgetgraph.validation.engine import ValidationFailed
from budgetgraph.validation.outcomes import Outcome, OutcomeKind
from budgetgraph.validation.report import Result, Severity, ValidationReport, validate

__all__ = ["Outcome", "OutcomeKind", "Result", "Severity", "ValidationFailed", "ValidationReport", "validate"]
