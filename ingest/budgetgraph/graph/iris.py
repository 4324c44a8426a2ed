"""The IRIs of a disclosure's parts: each is made of what the part is, never of where it stands in a list."""

from __future__ import annotations

from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell, Document
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.graph.facts import key_of
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Implied, Relation, Term
from budgetgraph.terms import DEFAULT_BASE, Names, digest


class Iris:
    """The IRIs of one disclosure under a base; those of figures and relations are kept once made."""

    def __init__(self, disclosure: Disclosure, base: str = DEFAULT_BASE) -> None:
        self.disclosure, self.base = disclosure, base
        self.names = Names(base, disclosure.identity)
        self._observations: dict[int, tuple[Figure, str]] = {}
        self._relations: dict[int, tuple[Relation, str]] = {}

    def document(self, file: str) -> Document:
        """Return the document that a cell's file names."""
        return self.disclosure.document_of(file)

    def cell(self, cell: Cell) -> str:
        """Return the IRI of a cell in its file."""
        return self.names.cell(self.document(cell.file).sha256, cell)

    def table(self, slug: str) -> str:
        """Return the IRI of a table."""
        return self.names.part("table", slug)

    def observation(self, figure: Figure) -> str:
        """Return the IRI of a figure's observation, made of its table and coordinates."""
        known = self._observations.get(id(figure))
        if known is None:
            key = digest(figure.table, *key_of(figure.coordinates), str(figure.statement))
            known = self._observations[id(figure)] = figure, self.names.part("observation", key)
        return known[1]

    def statement(self, statement: Statement) -> str:
        """Return the IRI of a figure stated in prose."""
        return self.names.part("statement", str(statement.number))

    def implied(self, implied: Implied) -> str:
        """Return the IRI of an implied total."""
        return self.names.part("implied", digest(implied.table, *key_of(implied.coordinates)))

    def term(self, term: Term) -> str:
        """Return the IRI of a term of a relation."""
        if isinstance(term, Statement):
            return self.statement(term)
        return self.implied(term) if isinstance(term, Implied) else self.observation(term)

    def relation(self, relation: Relation) -> str:
        """Return the IRI of a relation, made of its terms."""
        known = self._relations.get(id(relation))
        if known is None:
            known = self._relations[id(relation)] = relation, self._relation_iri(relation)
        return known[1]

    def _relation_iri(self, relation: Relation) -> str:
        whole = self.cell(relation.whole.cell) if isinstance(relation.whole, BlankCell) else self.term(relation.whole)
        parts = sorted(self.term(part) for part in relation.parts)
        blanks = sorted(self.cell(blank.cell) for blank in relation.blanks)
        local = (iri.removeprefix(self.base) for iri in (whole, *parts, *blanks))
        return self.names.part("relation", digest(relation.kind.value, *local))
