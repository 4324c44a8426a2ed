"""A graph by subject and predicate, for writing it in other forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from budgetgraph.terms import BG, DCT, QB, RDF

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)  # no slots: what is asked for often is kept
class QuadIndex:
    """The triples of one disclosure: `terms[subject][predicate]` is what is said, in the order of the graph."""

    triples: Sequence[Triple]
    terms: Mapping[str, Mapping[str, Sequence[Term]]]

    @classmethod
    def of(cls, nquads: bytes) -> QuadIndex:
        """Return the index of a disclosure's N-Quads."""
        triples = [quad.triple for quad in parse(nquads, format=RdfFormat.N_QUADS)]
        terms: dict[str, dict[str, list[Term]]] = {}
        for triple in triples:
            assert isinstance(triple.subject, NamedNode)
            terms.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return cls(triples, terms)

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return IRIs and lexical forms of what a predicate says of a subject, in order."""
        found = self.terms.get(subject, {}).get(predicate, ())
        return [term.value for term in found if not isinstance(term, Triple)]

    def value(self, subject: str, predicate: str) -> str:
        """Return the first such value, or nothing."""
        return next(iter(self.values(subject, predicate)), "")

    def of_type(self, cls: str) -> Iterator[str]:
        """Yield the subjects of a class, in the order of the graph."""
        for subject, said in self.terms.items():
            if any(isinstance(term, NamedNode) and term.value == cls for term in said.get(RDF + "type", ())):
                yield subject

    @cached_property
    def disclosure(self) -> str:
        """The IRI of the disclosure; LookupError if the graph has none."""
        found = next(self.of_type(BG + "Disclosure"), None)
        if found is None:
            raise LookupError("the graph holds no bg:Disclosure")
        return found

    @cached_property
    def tables(self) -> list[str]:
        """The IRIs of the tables, in the order of the document."""
        found = self.values(self.disclosure, DCT + "hasPart")
        return sorted(found, key=lambda table: int(self.value(table, BG + "order") or 0))

    @cached_property
    def observations(self) -> Mapping[str, Sequence[str]]:
        """The IRIs of the observations of each data set, in the order of the graph."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.terms:
            for data_set in self.values(iri, QB + "dataSet"):
                found[data_set].append(iri)
        return found
