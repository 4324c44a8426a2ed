"""Axioms of the ontology that a disclosure can be held to: balances of a table, allocations between tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal

from budgetgraph.concepts.lookup import DIMENSIONS
from budgetgraph.concepts.ontology import CONCEPT, Axiom, Ontology
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.relations.crossings import Standing, pair
from budgetgraph.relations.model import Implied, Places, Relation, RelationKind, Term, coarsest, tolerance

_OPERATION = CONCEPT + "operation-character/"


def balances(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield the balances that a table can be held to, e.g. 收入总计 = 支出总计."""
    first = {figure.coordinates: figure for figure in reversed(reading.figures) if figure.resolved}
    printed = {figure.coordinates.get("operationCharacter") for figure in reading.figures if figure.number}
    for axiom in ontology.axioms:
        for figure in () if axiom.along or axiom.beside & printed else reading.figures:
            if figure.coordinates.get("operationCharacter") not in axiom.left or figure.statement > 1:
                continue
            if figure.coordinates.get("aspect") or reading.unit is None or not figure.resolved:
                continue
            if _is_exempt(figure.coordinates, axiom, ontology):
                continue
            sides = (first.get(figure.coordinates.replaced("operationCharacter", right)) for right in axiom.right)
            for other in filter(None, sides):
                yield Relation(
                    RelationKind.AXIOM,
                    reading.table.slug,
                    figure,
                    (other,),
                    tolerance=tolerance(coarsest((figure, other), places), 1),
                    basis=axiom.iri,
                )


def _is_exempt(coordinates: Coordinates, axiom: Axiom, ontology: Ontology) -> bool:
    """Say whether a coordinate, or one that it is within, sets a figure apart from an axiom."""
    concepts = (ontology[value] for _, value in coordinates.values if value.startswith(CONCEPT))
    return any({concept.iri, *ontology.ancestors(concept)} & axiom.exempt for concept in concepts)


def _rows_of_several_sides(reading: Reading) -> Iterator[list[Figure | BlankCell]]:
    """Yield the cells of each row that is understood, where the columns are too and speak of several operations."""
    for block in () if reading.unit is None else reading.structure.blocks:
        nodes = {id(node): node for column in block.amounts for node in column.lineage}.values()
        named = {iri for node in nodes for concept in node.concepts for iri in (concept.iri, *concept.implies)}
        operations = sum(1 for iri in named if iri.startswith(_OPERATION))
        if operations < 2 or not all(node.resolved for node in nodes):
            continue
        for row in block.lines:
            if all(node.resolved for node in row.lineage):
                yield [cell for column in block.amounts if (cell := reading.cells.get((row, column))) is not None]


def carried(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield the balance of each row that lists sources and uses and prints no total of either.

    年初结转和结余 | 本年收入 | 本年支出 | 年末结转和结余: the first two are as much as the last two. Nothing is claimed
    where a column is something else, nor of natures, between which money may move, nor of two rows that mean the same.
    """
    found = list(_carried(reading, ontology, places))
    times = Counter(term.coordinates for relation in found for term in relation.parts)
    yield from (relation for relation in found if times[relation.parts[0].coordinates] == 1)


def _carried(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    for cells in _rows_of_several_sides(reading):
        for axiom in ontology.axioms:
            sides = _sides([cell for cell in cells if not _nature(cell)], axiom, ontology)
            if sides and _scope(sides[0]) == _scope(sides[1]):
                yield Relation(
                    RelationKind.AXIOM,
                    reading.table.slug,
                    sides[0],
                    (sides[1],),
                    tolerance=tolerance(coarsest(sides, places), sum(len(side.parts) for side in sides) - 1),
                    basis=axiom.iri,
                )


def totals_of_sides(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield the sum of each row that lists a total of sources or uses and what it is made of, and nothing else.

    收入总计 | 本年收入 | 上年结转: a column that is of another fund or item may be a further addend.
    """
    for cells in _rows_of_several_sides(reading):
        if len({cell.coordinates.without("operationCharacter", "fundingYear") for cell in cells}) > 1:
            continue
        for axiom in ontology.axioms:
            for side in () if axiom.along else (axiom.left, axiom.right):
                yield from _side_sum(cells, side, ontology, places)


def _side_sum(
    cells: Sequence[Figure | BlankCell], side: Collection[str], ontology: Ontology, places: Places
) -> Iterator[Relation]:
    wholes = [cell for cell in cells if cell.coordinates.get("operationCharacter") in side]
    members = [cell for cell in cells if _is_of(cell.coordinates.get("operationCharacter"), side, ontology)]
    operations = {cell.coordinates.get("operationCharacter") for cell in members}
    parts = tuple(cell for cell in members if isinstance(cell, Figure))
    if len(wholes) != 1 or len(operations) < 2 or len(operations) < len(members) or not parts:
        return
    whole = wholes[0]
    if isinstance(whole, Figure):
        yield Relation(
            RelationKind.SUMMATION,
            whole.table,
            whole,
            parts,
            tuple(cell for cell in members if isinstance(cell, BlankCell)),
            over="operationCharacter",
            tolerance=tolerance(coarsest((whole, *parts), places), sum(1 for part in parts if part.number)),
        )


def _nature(cell: Figure | BlankCell) -> str | None:
    return cell.coordinates.get("expenditureNature")


def _scope(total: Implied) -> Coordinates:
    return total.coordinates.without("operationCharacter")


def _sides(cells: Sequence[Figure | BlankCell], axiom: Axiom, ontology: Ontology) -> tuple[Implied, Implied] | None:
    """Return the totals that cells imply, each of several operations, if they are all of one side or the other."""
    operations = [cell.coordinates.get("operationCharacter") for cell in cells]
    if axiom.along or None in operations or len(set(operations)) < len(operations):
        return None
    sides = [
        [cell for cell, operation in zip(cells, operations, strict=True) if _is_of(operation, side, ontology)]
        for side in (axiom.left, axiom.right)
    ]
    if len(sides[0]) + len(sides[1]) < len(cells) or not all(len(side) > 1 for side in sides):
        return None
    left, right = (
        _implied(side, min(whole), ontology) for side, whole in zip(sides, (axiom.left, axiom.right), strict=True)
    )
    return (left, right) if left and right else None


def _is_of(operation: str | None, wholes: Collection[str], ontology: Ontology) -> bool:
    return operation is not None and any(whole in ontology.ancestors(ontology[operation]) for whole in wholes)


def _implied(cells: Sequence[Figure | BlankCell], whole: str, ontology: Ontology) -> Implied | None:
    """Return the total of some cells, of carried-over money and the year's; None where they differ in anything else."""
    parts = tuple(cell for cell in cells if isinstance(cell, Figure) and cell.amount is not None)
    scopes = {cell.coordinates.without("operationCharacter", "fundingYear") for cell in cells}
    if not parts or len(scopes) > 1:
        return None
    both = ontology["funding-year/both"].iri
    coordinates = scopes.pop().replaced("operationCharacter", whole).replaced("fundingYear", both)
    amount = sum((part.amount for part in parts if part.amount is not None), Decimal("0.00"))
    return Implied(parts[0].table, coordinates, amount, min(part.place for part in parts), parts)


def applies(axiom: Axiom, readings: Iterable[Reading]) -> bool:
    """Say whether a disclosure meets the conditions of an axiom."""
    figures = [figure for reading in readings for figure in reading.figures if figure.number]
    conditions = [(DIMENSIONS[iri.removeprefix(CONCEPT).partition("/")[0]], iri) for iri in axiom.where]
    return all(
        figure.coordinates.get("operationCharacter") not in axiom.beside
        and all(figure.coordinates.get(dimension) == value for dimension, value in conditions)
        for figure in figures
    )


def allocations(axiom: Axiom, terms: Iterable[Term], standing: Standing, places: Places) -> Iterator[Relation]:
    """Yield, for each value of the axiom's dimension, what is raised for it against what is spent on it."""
    sides: dict[Coordinates, tuple[list[Figure], list[Figure]]] = defaultdict(lambda: ([], []))
    for term in terms:
        if isinstance(term, Figure) and term.coordinates.get(axiom.along or "") and not term.coordinates.get("aspect"):
            operation = term.coordinates.get("operationCharacter")
            key = term.coordinates.without("operationCharacter")
            if operation in axiom.left:
                sides[key][0].append(term)
            elif operation in axiom.right:
                sides[key][1].append(term)
    for raised, spent in sides.values():
        anchor = min(spent, key=standing.authority, default=None)
        for term in raised:
            if anchor is not None and term.table != anchor.table:
                yield pair(term, anchor, standing, places, axiom.iri)
