"""Relations between figures: sums, equalities, parts of wholes; from structure and coordinates, never from numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from math import ceil

from budgetgraph.concepts import CODE_SCHEMES, DIMENSIONS
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.ontology import CONCEPT, Ontology
from budgetgraph.prose import Statement
from budgetgraph.structure import Block, Node

_CENT = Decimal("0.01")


class RelationKind(Enum):
    """The classes of relations, named as in the vocabulary."""

    SUMMATION = "Summation"
    EQUALITY = "Equality"
    CONTAINMENT = "Containment"
    AXIOM = "Axiom"


@dataclass(frozen=True, slots=True)
class Implied:
    """A total that a table implies and does not print: its top rows exhaust a dimension."""

    table: str
    coordinates: Coordinates
    amount: Decimal
    place: Decimal
    parts: tuple[Figure, ...]


Term = Figure | Implied | Statement


@dataclass(frozen=True, slots=True)
class Relation:
    """One checkable statement about figures.

    Summation: whole = Σ parts. Containment: each whole ≥ Σ parts. Equality and axiom: whole = parts[0].
    `table` is the table that answers for it; `tolerance`, in yuan, is what rounding can explain.
    """

    kind: RelationKind
    table: str | None
    whole: Term | BlankCell
    parts: tuple[Term, ...]
    blanks: tuple[BlankCell, ...] = ()
    over: str | None = None
    tolerance: Decimal = Decimal(0)
    basis: str | None = None


@dataclass(slots=True)
class Relations:
    """All relations of a disclosure, with the implied totals that take part in them."""

    relations: list[Relation]
    implied: list[Implied]


def relate(
    readings: Sequence[Reading], statements: Sequence[Statement], ontology: Ontology, *, withheld: bool = False
) -> Relations:
    """Return every relation that a disclosure's tables and sentences imply.

    Where a document says that lines are *withheld*, rows are only parts of what is printed above them.
    """
    places = {reading.table.slug: _finest(reading) for reading in readings}
    sums = [relation for reading in readings for relation in _sums(reading, ontology, places, withheld)]
    implied = [total for reading in (() if withheld else readings) for total in _implied_totals(reading, ontology)]
    terms: list[Term] = [
        *_comparable(readings),
        *implied,
        *(statement for statement in statements if _says_its_scope(statement)),
    ]
    standing = _Standing(readings, terms)
    settled = [term for term in terms if not _is_unstated(term)]
    equalities = list(_equalities(settled, standing, places))
    parts = list(_fund_containments(settled, standing, places, ontology))
    axioms = [relation for reading in readings for relation in _axioms(reading, ontology, places)]
    return Relations([*sums, *equalities, *parts, *axioms], implied)


FEW, SHARE = 6, Decimal("0.05")
"""In a table of so many figures or more, so great a share of them, and two at least, must print a place."""


def _finest(reading: Reading) -> Decimal:
    """Return the finest place to which a table is printed, in yuan.

    One figure printed more finely than all others does not say that they are as fine: they would be held to sums
    that their own rounding cannot meet.
    """
    places = sorted(figure.place for figure in reading.figures if figure.number)
    if not places:
        return min((figure.place for figure in reading.figures), default=Decimal(1))
    needed = max(2, ceil(SHARE * len(places))) if len(places) >= FEW else 1
    return places[needed - 1]


def tolerance(place: Decimal, terms: int) -> Decimal:
    """Return what rounding can explain, u·(n+1)/2 for n printed addends and the finest place u (DESIGN 4)."""
    return (place * (terms + 1) / 2).quantize(_CENT)


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


# Sums inside a table


def _sums(reading: Reading, ontology: Ontology, places: Mapping[str, Decimal], withheld: bool) -> Iterator[Relation]:
    if reading.unit is None:
        return
    performance = reading.base.get("aspect") == CONCEPT + "aspect/performance"
    for block in reading.structure.blocks:
        for column in () if performance else block.amounts:
            for total, addends, memo in _row_groups(block, reading, column, ontology):
                rows = [(row, column) for row in addends]
                yield from _sum(reading, (total, column), rows, memo or withheld, places)
        for row in block.lines:
            for total, addends, memo in _column_groups(block.columns, ontology):
                yield from _sum(reading, (row, total), [(row, column) for column in addends], memo, places)


def _sum(
    reading: Reading,
    whole: tuple[Node, Node],
    parts: Sequence[tuple[Node, Node]],
    memo: bool,
    places: Mapping[str, Decimal],
) -> Iterator[Relation]:
    total = reading.cells.get(whole)
    cells = [cell for part in parts if (cell := reading.cells.get(part)) is not None]
    printed = tuple(cell for cell in cells if isinstance(cell, Figure))
    blanks = tuple(cell for cell in cells if isinstance(cell, BlankCell))
    if total is None or not cells or (isinstance(total, BlankCell) and not printed):
        return
    count = sum(1 for figure in printed if figure.number)
    yield Relation(
        RelationKind.CONTAINMENT if memo else RelationKind.SUMMATION,
        reading.table.slug,
        total,
        printed,
        blanks,
        over=_over(total.coordinates, [cell.coordinates for cell in cells]),
        tolerance=tolerance(places[reading.table.slug], count),
    )


def _over(total: Coordinates, parts: Sequence[Coordinates]) -> str:
    """Return the dimension along which the parts break the total down."""
    known = dict(total.values)
    for part in parts:
        for dimension, value in part.values:
            if known.get(dimension) != value and dimension != "operationCharacter":
                return dimension
    return "operationCharacter"


def _row_groups(
    block: Block, reading: Reading, column: Node, ontology: Ontology
) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield (total row, addend rows, whether they are only parts) for one column."""
    for node in (block.rows, *block.rows.descendants()):
        plain = [child for child in node.children if not child.memo]
        memo = [child for child in node.children if child.memo]
        if not node.is_group and not any(concept.scheme == "project" for concept in node.concepts):
            addends = [child for child in plain if not child.total]
            if addends and _are_of_one_kind(addends):
                yield node, [row for child in addends for row in _stated_by(child)], False
            if memo:
                yield node, [row for child in memo for row in _stated_by(child)], not _exhausts(node)
        yield from _total_rows(plain, reading, column, ontology)


def _are_of_one_kind(rows: Sequence[Node]) -> bool:
    """Codes and projects below one body each add up to it; together they would count it twice."""
    return len({_kind(row) for row in rows}) == 1


def _kind(row: Node) -> str:
    if row.code:
        return row.concepts[0].scheme if row.concepts else "code"
    if row.project:
        return "project"
    return "organization" if row.organization and not row.concepts else "line"


def _total_rows(
    members: Sequence[Node], reading: Reading, column: Node, ontology: Ontology
) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield each 合计 row with the rows that it sums: those before it, or, if it comes first, those after."""
    top = [row for member in members for row in ([member] if member.total else [*_stated_by(member)])]
    totals = [row for row in top if row.total and row in members]
    if not totals:
        return
    if top[0] is totals[0] and len(totals) == 1:
        if len(top) > 1 and _are_of_one_kind(top[1:]):
            yield top[0], top[1:], False
        return
    waiting: list[Node] = []
    for row in top:
        if row not in totals:
            waiting.append(row)
            continue
        addends = [other for other in waiting if _fits(reading, other, row, column, ontology)]
        if addends:
            yield row, addends, False
        waiting = [row, *(other for other in waiting if other not in addends)]


def _fits(reading: Reading, row: Node, total: Node, column: Node, ontology: Ontology) -> bool:
    """An addend lies on the side of the account of which the total speaks: 上年结转 is no part of 本年收入合计."""
    part, whole = reading.cells.get((row, column)), reading.cells.get((total, column))
    if part is None or whole is None:
        return True
    one, other = part.coordinates.get("operationCharacter"), whole.coordinates.get("operationCharacter")
    if not (one and other):
        return True
    return ontology.within(ontology[one], ontology[other]) or ontology.within(ontology[other], ontology[one])


def _column_groups(group: Node, ontology: Ontology) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield (total column, addend columns, whether they are only parts) of a header group and those below it."""
    members = list(_members(group))
    totals = [node for node in members if node.total]
    if len(totals) == 1:
        addends = [leaf for node in members if node is not totals[0] for leaf in _stated_by(node)]
        if addends:
            yield totals[0], addends, False
    for node in _below(group):
        if not node.is_group and node.children:
            yield node, [leaf for child in node.children for leaf in _stated_by(child)], not _exhausts(node)
        elif node.is_group:
            yield from _column_groups(node, ontology)


def _below(group: Node) -> Iterator[Node]:
    for child in group.children:
        yield child
        if not child.is_group:
            yield from (node for node in child.children if node.is_group)


def _members(group: Node) -> Iterator[Node]:
    """The members of a group; a group without a meaning or a total of its own (资金来源) is opened."""
    for child in group.children:
        if child.is_group and not child.concepts and not any(node.total for node in child.children):
            yield from _members(child)
        elif child.memo and child.is_group:
            continue
        else:
            yield child


def _stated_by(node: Node) -> Iterator[Node]:
    """The rows or columns that state a member's amount: itself, its total, or the sum of its members."""
    if not node.is_group:
        yield node
        return
    members = list(_members(node))
    total = next((member for member in members if member.total), None)
    if total is not None:
        yield total
        return
    for member in members:
        yield from _stated_by(member)


def _exhausts(node: Node) -> bool:
    return any(concept.exhaustive for concept in node.concepts)


# Totals that a table implies


def _implied_totals(reading: Reading, ontology: Ontology) -> Iterator[Implied]:
    if reading.unit is None:
        return
    for block in reading.structure.blocks:
        top = [row for row in block.rows.children if not row.memo]
        dimension = _exhausted(top)
        if dimension is None:
            continue
        for column in block.amounts:
            figures = [cell for row in top if isinstance(cell := reading.cells.get((row, column)), Figure)]
            if not figures or not all(figure.resolved for figure in figures):
                continue
            wholes = {figure.coordinates.without(dimension) for figure in figures}
            if len(wholes) == 1:
                amount = sum((figure.amount for figure in figures if figure.amount is not None), Decimal("0.00"))
                place = min(figure.place for figure in figures)
                yield Implied(reading.table.slug, wholes.pop(), amount, place, tuple(figures))


def _exhausted(rows: Sequence[Node]) -> str | None:
    """Return the dimension that the top rows break down wholly: one classification, or projects."""
    if not rows or any(row.total for row in rows):
        return None
    if all(row.project and not row.code for row in rows):
        return "project"
    schemes = {row.concepts[0].scheme if row.concepts and row.code else None for row in rows}
    scheme = schemes.pop() if len(schemes) == 1 else None
    return DIMENSIONS[scheme] if scheme in CODE_SCHEMES and scheme is not None else None


# Relations between tables


class _Standing:
    """How well a figure is borne out by other tables, and how tables rank: who answers for a disagreement."""

    _SET_ASIDE = ("fundSource", "fundLevel", "functionalClassification", "aspect", "project")

    def __init__(self, readings: Sequence[Reading], terms: Iterable[Term]) -> None:
        self._rank = {reading.table.slug: (reading.kind.rank, reading.table.order) for reading in readings}
        self._tables: dict[tuple[Coordinates, Decimal], set[str | None]] = defaultdict(set)
        for term in terms:
            if term.amount is not None and term.coordinates is not None:
                self._tables[self._key(term)].add(table_of(term))

    def _key(self, term: Term) -> tuple[Coordinates, Decimal]:
        assert term.amount is not None and term.coordinates is not None
        return term.coordinates.without(*self._SET_ASIDE), term.amount

    def authority(self, term: Term) -> tuple[int, int]:
        """Return the rank of a term's table; smaller is weightier; prose comes last."""
        return self._rank.get(table_of(term) or "", (99, 0))

    def answerable(self, one: Term, other: Term) -> Term:
        """Return the term that fewer other tables bear out; failing that, the one of less authority."""

        def strength(term: Term) -> tuple[int, int, int]:
            support = self._tables[self._key(term)] - {table_of(one), table_of(other)}
            rank, order = self.authority(term)
            return (len(support), -rank, -order)

        return min((one, other), key=strength)


def table_of(term: Term | BlankCell) -> str | None:
    """Return the table in which a term stands; None for prose."""
    return None if isinstance(term, Statement) else term.table


def _equalities(terms: Iterable[Term], standing: _Standing, places: Mapping[str, Decimal]) -> Iterator[Relation]:
    groups: dict[Coordinates, list[Term]] = defaultdict(list)
    for term in terms:
        assert term.coordinates is not None
        groups[term.coordinates].append(term)
    for group in groups.values():
        in_tables = [term for term in group if not isinstance(term, Statement)]
        if not in_tables:
            continue  # two sentences may speak of two projects
        printed = [term for term in in_tables if not isinstance(term, Implied)]
        anchor = min(printed or in_tables, key=standing.authority)
        for term in group:
            if term is not anchor and _differ_in_place(term, anchor):
                yield _pair(RelationKind.EQUALITY, term, anchor, standing, places)


def _says_its_scope(statement: Statement) -> bool:
    """A sentence that names a classified item must also say of which fund; a table always does, by its title."""
    coordinates = statement.coordinates
    if statement.amount is None or coordinates is None:
        return False
    coded = any(coordinates.get(DIMENSIONS[scheme]) for scheme in CODE_SCHEMES)
    return not coded or coordinates.get("fundSource") is not None


def _is_unstated(term: Term) -> bool:
    """Nothing is said across tables of a term that does not say whether carried-over money is in it."""
    assert term.coordinates is not None
    return (term.coordinates.get("fundingYear") or "").endswith("/unstated")


def _differ_in_place(one: Term, other: Term) -> bool:
    """An implied total says nothing new beside a figure of its own table."""
    return not (isinstance(one, Implied) and table_of(one) == table_of(other))


def _pair(kind: RelationKind, one: Term, other: Term, standing: _Standing, places: Mapping[str, Decimal]) -> Relation:
    left = standing.answerable(one, other)
    right = other if left is one else one
    place = max(_place(left, places), _place(right, places))
    return Relation(kind, table_of(left) or table_of(right), left, (right,), tolerance=tolerance(place, 1))


def _place(term: Term, places: Mapping[str, Decimal]) -> Decimal:
    return term.place if isinstance(term, Statement) else places[term.table]


def _fund_containments(
    terms: Sequence[Term], standing: _Standing, places: Mapping[str, Decimal], ontology: Ontology
) -> Iterator[Relation]:
    """Yield part ≤ whole where two tables state one thing for a fund and for a wider fund."""
    wholes: dict[tuple[Coordinates, str], Term] = {}
    stated = [term for term in terms if not isinstance(term, Statement)]
    for term in sorted(stated, key=standing.authority):
        fund = term.coordinates.get("fundSource") or CONCEPT + "fund-source/all"
        wholes.setdefault((term.coordinates.without("fundSource"), fund), term)
    for term in stated:
        own = term.coordinates.get("fundSource")
        if own is None:
            continue
        rest = term.coordinates.without("fundSource")
        for wider in (*ontology.ancestors(ontology[own]), CONCEPT + "fund-source/all"):
            whole = wholes.get((rest, wider))
            if isinstance(whole, Implied) and isinstance(term, Implied):
                break  # the rows of which they are the sums are compared one by one
            if whole is not None and table_of(whole) != table_of(term):
                place = max(_place(whole, places), _place(term, places))
                table = table_of(standing.answerable(term, whole))
                yield Relation(
                    RelationKind.CONTAINMENT,
                    table,
                    whole,
                    (term,),
                    over="fundSource",
                    tolerance=tolerance(place, 1),
                )
                break


# Axioms


def _axioms(reading: Reading, ontology: Ontology, places: Mapping[str, Decimal]) -> Iterator[Relation]:
    """Yield the axioms of the ontology that a table can be held to, e.g. 收入总计 = 支出总计."""
    first = {figure.coordinates: figure for figure in reversed(reading.figures) if figure.resolved}
    for axiom in ontology.axioms:
        for figure in reading.figures:
            if figure.coordinates.get("operationCharacter") != axiom.left or figure.statement > 1:
                continue
            if figure.coordinates.get("aspect") or reading.unit is None or not figure.resolved:
                continue
            other = first.get(figure.coordinates.replaced("operationCharacter", axiom.right))
            if other is not None:
                place = places[reading.table.slug]
                yield Relation(
                    RelationKind.AXIOM,
                    reading.table.slug,
                    figure,
                    (other,),
                    tolerance=tolerance(place, 1),
                    basis=axiom.iri,
                )
