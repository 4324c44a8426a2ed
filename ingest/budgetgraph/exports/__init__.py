"""Exports: a disclosure's graph in the forms that other programs read, each a pure function from bytes to bytes."""

from budgetgraph.exports.context import context_document
from budgetgraph.exports.export import export_all, export_table
from budgetgraph.releases.exported import Export

__all__ = ["Export", "context_document", "export_all", "export_table"]
