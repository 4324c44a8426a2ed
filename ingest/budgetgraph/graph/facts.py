"""Facts: what a graph says, one subject, predicate and value at a time, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from budgetgraph.figures import Coordinates
from budgetgraph.terms import RDF, literal, node

Value = NamedNode | Literal
Facts = Iterator[tuple[str, str, Value]]


def serialise(facts: Iterable[tuple[str, str, Value]], graph: str) -> list[str]:
    """Return facts as sorted N-Quads lines of one named graph, each once."""
    ending = f"{node(graph)} .\n"
    return sorted({f"<{s}> <{p}> {o} {ending}" for s, p, o in facts})


def types_of(subject: str, *classes: str) -> Facts:
    """Yield the classes of a thing."""
    for cls in classes:
        yield subject, RDF + "type", node(cls)


def yuan(amount: Decimal) -> Literal:
    """Return an amount as it is written: always two decimals (DESIGN 4)."""
    return literal(f"{amount:.2f}", "decimal")


def key_of(coordinates: Coordinates) -> Sequence[str]:
    """Return what tells coordinates from all others, to make an IRI of."""
    return [f"{dimension}={value}" for dimension, value in coordinates.values]
