"""Tables of a document: grids stitched over pages, with title, unit, header and rows."""

from budgetgraph.tables.captions import stated_body, unit_in
from budgetgraph.tables.finding import find_tables
from budgetgraph.tables.model import Row, Table

__all__ = ["Row", "Table", "find_tables", "stated_body", "unit_in"]
