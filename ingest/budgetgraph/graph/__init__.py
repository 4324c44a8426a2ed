"""The graph of a disclosure: every figure, table, relation and statement as RDF, sorted, without blank nodes."""

from __future__ import annotations

from budgetgraph.graph.budget import (
    disclosure_facts,
    file_facts,
    organization_facts,
    project_facts,
    unlisted_code_facts,
)
from budgetgraph.graph.consolidation import consolidate
from budgetgraph.graph.facts import Facts, serialise
from budgetgraph.graph.iris import Iris
from budgetgraph.graph.performance import indicator_facts
from budgetgraph.graph.provenance import origin_facts
from budgetgraph.graph.relations import implied_facts, relation_facts
from budgetgraph.graph.tables import cell_facts, consolidated_facts, table_facts
from budgetgraph.graph.text import statement_facts, target_facts, text_facts

__all__ = ["Facts", "GraphBuilder", "serialise"]


class GraphBuilder(Iris):
    """Writes one disclosure as quads; the graph is named by the disclosure's IRI."""

    def quads(self) -> list[str]:
        """Return the graph as sorted N-Quads lines, each once."""
        return serialise(self._facts(), self.names.disclosure)

    def _facts(self) -> Facts:
        facts = consolidate(self.disclosure)
        yield from disclosure_facts(self, facts)
        for document in self.disclosure.documents:
            yield from file_facts(self, document)
            yield from origin_facts(document, self.names)
        yield from organization_facts(self)
        yield from project_facts(self)
        yield from unlisted_code_facts(self)
        for reading in self.disclosure.readings:
            yield from table_facts(self, reading)
        for fact in facts:
            yield from consolidated_facts(self, fact)
        for statement in self.disclosure.prose.statements:
            yield from statement_facts(self, statement)
        yield from text_facts(self)
        for number, target in enumerate(self.disclosure.targets, start=1):
            yield from target_facts(self, number, target)
        yield from indicator_facts(self.disclosure, self.names)
        for cell in {cell for indicator in self.disclosure.indicators for cell in indicator.cells}:
            yield from cell_facts(self, cell)
        for implied in self.disclosure.relations.implied:
            yield from implied_facts(self, implied)
        for relation in self.disclosure.relations.relations:
            yield from relation_facts(self, relation)
