"""budgetgraph: budget disclosures of Chinese government departments, as validated linked open data.

The stages can be called one by one: `read` a file to a Document, `find_tables` in it, `read_disclosure` to
have its figures, prose and relations, `examine` it to have it validated and written as a graph.
"""

from __future__ import annotations

__version__ = "0.1.0"

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.document import Document
from budgetgraph.readers import read
from budgetgraph.report.examination import Report, examine
from budgetgraph.tables import Table, find_tables

__all__ = ["Disclosure", "Document", "Report", "Table", "examine", "find_tables", "read", "read_disclosure"]
