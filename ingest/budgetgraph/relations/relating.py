"""From figures and sentences to relations: from structure and coordinates, never from the numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import ceil

from budgetgraph.amounts import Unit
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.figures import Coordinates, Figure, Reading
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.axioms import allocations, applies, balances, carried, totals_of_sides
from budgetgraph.relations.changes import changes
from budgetgraph.relations.crossings import Standing, equalities, fund_containments, is_settled, says_its_scope
from budgetgraph.relations.model import Implied, Relations, Term
from budgetgraph.relations.stated import stated_sums
from budgetgraph.relations.sums import implied_totals, sums
from budgetgraph.structure.trees import Node

FEW, SHARE = 6, Decimal("0.05")
"""In a table of so many figures or more, so great a share of them, and two at least, must print a place."""


def relate(
    readings: Sequence[Reading], statements: Sequence[Statement], ontology: Ontology, *, withheld: bool = False
) -> Relations:
    """Return every relation that a disclosure's tables and sentences imply.

    Where a document says that lines are *withheld*, rows are only parts of what is printed above them.
    """
    printed: dict[tuple[str, Unit | None], list[Figure]] = defaultdict(list)
    for reading in readings:
        for figure in reading.figures:
            printed[figure.table, figure.unit].append(figure)
    places = {key: _finest(figures) for key, figures in printed.items()}
    inside = [relation for reading in readings for relation in sums(reading, ontology, places, withheld)]
    inside.extend(relation for reading in readings for relation in totals_of_sides(reading, ontology, places))
    inside.extend(stated_sums(statements, ontology, places))
    inside.extend(relation for reading in readings for relation in changes(reading, ontology, places))
    implied = [total for reading in (() if withheld else readings) for total in implied_totals(reading, ontology)]
    terms: list[Term] = [
        *_comparable(readings),
        *implied,
        *(statement for statement in statements if says_its_scope(statement)),
    ]
    standing = Standing(readings, terms, ontology)
    settled = [term for term in terms if is_settled(term, ontology)]
    equal = list(equalities(settled, standing, places))
    parts = list(fund_containments(settled, standing, places, ontology))
    held = [relation for reading in readings for relation in balances(reading, ontology, places)]
    for relation in (relation for reading in readings for relation in carried(reading, ontology, places)):
        held.append(relation)
        implied.extend(term for term in (relation.whole, *relation.parts) if isinstance(term, Implied))
    for axiom in ontology.axioms:
        if axiom.along and applies(axiom, readings):
            held.extend(allocations(axiom, settled, standing, places))
    return Relations([*inside, *equal, *parts, *held], implied)


def _finest(figures: Sequence[Figure]) -> Decimal:
    """Return the finest place to which figures of one table and unit are printed, in yuan.

    One figure printed more finely than all others does not say that they are as fine: they would be held to sums
    that their own rounding cannot meet.
    """
    places = sorted(figure.place for figure in figures if figure.number)
    if not places:
        return min(figure.place for figure in figures)
    needed = max(2, ceil(SHARE * len(places))) if len(places) >= FEW else 1
    return places[needed - 1]


def _comparable(readings: Iterable[Reading]) -> Iterator[Figure]:
    """Yield the figures that can be compared with others: resolved, and one line of their block.

    Where several lines of a block have the same coordinates (three purchases of one kind), none of them states
    the whole; the first does if the others stand below it (a department, and its own office of the same name).
    """
    for reading in readings:
        if reading.kind.slug == "other":
            continue  # of a table that is not known, the scope is not
        for block in reading.structure.blocks:
            lines: dict[Coordinates, list[tuple[Node, Figure]]] = defaultdict(list)
            for row in block.lines:
                for column in block.amounts:
                    figure = reading.cells.get((row, column))
                    if isinstance(figure, Figure) and figure.resolved and figure.amount is not None:
                        lines[figure.coordinates].append((row, figure))
            for (first, figure), *others in lines.values():
                if all(first is row or first in row.ancestors() for row, _ in others):
                    yield figure
