"""What a graph says of relations and of the totals that tables imply."""

from __future__ import annotations

from budgetgraph.figures import BlankCell
from budgetgraph.graph.facts import Facts, types_of, yuan
from budgetgraph.graph.iris import Iris
from budgetgraph.graph.tables import dimension_facts
from budgetgraph.relations.model import Implied, Relation, RelationKind
from budgetgraph.terms import BG, DIM, node

_ROLES = {
    RelationKind.SUMMATION: ("total", "addend"),
    RelationKind.EQUALITY: ("left", "right"),
    RelationKind.CONTAINMENT: ("whole", "part"),
    RelationKind.AXIOM: ("left", "right"),
}


def implied_facts(iris: Iris, implied: Implied) -> Facts:
    me = iris.implied(implied)
    yield from types_of(me, BG + "ImpliedFigure")
    yield me, BG + "inTable", node(iris.table(implied.table))
    yield me, BG + "amount", yuan(implied.amount)
    yield from dimension_facts(iris, me, implied.coordinates)
    for figure in implied.parts:
        yield me, BG + "impliedBy", node(iris.observation(figure))


def relation_facts(iris: Iris, relation: Relation) -> Facts:
    me = iris.relation(relation)
    yield from types_of(me, BG + "Relation", BG + relation.kind.value)
    yield me, BG + "inDisclosure", node(iris.names.disclosure)
    yield me, BG + "tolerance", yuan(relation.tolerance)
    if relation.table:
        yield me, BG + "inTable", node(iris.table(relation.table))
    if relation.over:
        yield me, BG + "over", node(DIM + relation.over)
    if relation.basis:
        yield me, BG + "basis", node(relation.basis)
    whole, part = _ROLES[relation.kind]
    if isinstance(relation.whole, BlankCell):
        yield me, BG + "blankTotal", node(iris.cell(relation.whole.cell))
    else:
        yield me, BG + whole, node(iris.term(relation.whole))
    for term in relation.parts:
        yield me, BG + part, node(iris.term(term))
    for blank in relation.blanks:
        yield me, BG + "blankAddend", node(iris.cell(blank.cell))
