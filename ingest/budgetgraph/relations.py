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
from budgetgraph.labels import normalise
from budgetgraph.ontology import CONCEPT, Axiom, Ontology
from budgetgraph.prose import Statement
from budgetgraph.structure import Block, Node

_CENT = Decimal("0.01")

Line = Mapping[Node, Figure | BlankCell | None]
"""A line of a table, across or down: what is printed in each of its columns or rows."""


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
    axioms = [relation for reading in readings for relation in _balances(reading, ontology, places)]
    for axiom in ontology.axioms:
        if axiom.along and _applies(axiom, readings):
            axioms.extend(_allocations(axiom, settled, standing, places))
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
            line = {node: reading.cells.get((row, node)) for node in block.amounts}
            for total, addends, memo in _column_groups(block.columns, line):
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
    line = {row: reading.cells.get((row, column)) for row in block.rows.descendants()}
    for node in (block.rows, *block.rows.descendants()):
        plain = [child for child in node.children if not child.memo]
        memo = [child for child in node.children if child.memo]
        if not node.is_group and not any(concept.scheme == "project" for concept in node.concepts):
            addends = [child for child in plain if not child.total]
            if addends and _are_of_one_kind(addends):
                yield node, [row for child in addends for row in _stated_by(child, line)], False
            if memo:
                yield node, [row for child in memo for row in _stated_by(child, line)], not _exhausts(node)
        yield from _total_rows(plain, line, ontology)


def _are_of_one_kind(rows: Sequence[Node]) -> bool:
    """Codes and projects below one body each add up to it; together they would count it twice."""
    return len({_kind(row) for row in rows}) == 1


def _kind(row: Node) -> str:
    if row.code:
        return row.concepts[0].scheme if row.concepts else "code"
    if row.project:
        return "project"
    return "organization" if row.organization and not row.concepts else "line"


def _total_rows(members: Sequence[Node], line: Line, ontology: Ontology) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield each 合计 row with the rows that it sums: those before it, or, if it comes first, those after."""
    top = [row for member in members for row in ([member] if member.total else [*_stated_by(member, line)])]
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
        addends = [other for other in waiting if _fits(line.get(other), line.get(row), ontology)]
        if addends:
            yield row, addends, False
        waiting = [row, *(other for other in waiting if other not in addends)]


def _fits(part: Figure | BlankCell | None, whole: Figure | BlankCell | None, ontology: Ontology) -> bool:
    """An addend lies on the side of the account of which the total speaks: 上年结转 is no part of 本年收入合计."""
    if part is None or whole is None:
        return True
    one, other = part.coordinates.get("operationCharacter"), whole.coordinates.get("operationCharacter")
    if not (one and other):
        return True
    return ontology.within(ontology[one], ontology[other]) or ontology.within(ontology[other], ontology[one])


def _column_groups(group: Node, line: Line) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield (total column, addend columns, whether they are only parts) of a header group and those below it."""
    members = list(_members(group))
    totals = [node for node in members if node.total]
    if len(totals) == 1 and totals[0].is_group:
        yield from _matched(totals[0], [node for node in members if node is not totals[0]])
    elif len(totals) == 1:
        addends = [leaf for node in members if node is not totals[0] for leaf in _stated_by(node, line)]
        if addends:
            yield totals[0], addends, False
    for node in _below(group):
        if not node.is_group and node.children:
            parts = [leaf for child in node.children for leaf in _stated_by(child, line)]
            yield node, parts, not (node.divided or _exhausts(node))
        elif node.is_group:
            yield from _column_groups(node, line)


def _matched(total: Node, others: Sequence[Node]) -> Iterator[tuple[Node, list[Node], bool]]:
    """Yield, for each column of a total that is divided itself (总计 by fund), the like columns of its sisters."""
    for column in total.children:
        like = [_like(column, other) for other in others]
        addends = [node for node in like if node is not None]
        if not column.is_group and addends and len(addends) == len(others):
            yield column, addends, False


def _like(column: Node, group: Node) -> Node | None:
    """Return the column of a group that bears the same head; of its own total if that is divided alike."""
    inner = next((child for child in group.children if child.total and child.is_group), group)
    same = (
        child for child in inner.children if not child.is_group and normalise(child.label) == normalise(column.label)
    )
    return next(same, None)


def _below(group: Node) -> Iterator[Node]:
    for child in group.children:
        yield child
        if not child.is_group:
            yield from (node for node in child.children if node.is_group)


def _members(group: Node) -> Iterator[Node]:
    """The members of a group; a group without a meaning or a total of its own (资金来源) is opened."""
    for child in group.children:
        divided = child.is_group and not child.concepts and not child.total
        if divided and not any(node.total for node in child.children):
            yield from _members(child)
        elif child.memo and child.is_group:
            continue
        else:
            yield child


def _stated_by(node: Node, line: Line) -> Iterator[Node]:
    """The rows or columns that state a member's amount: itself, its total, or the sum of its members.

    Where the cell that should state it is blank and its members are printed, they do.
    """
    members = list(_members(node)) if node.is_group else [child for child in node.children if not child.memo]
    total = next((member for member in members if member.total), None) if node.is_group else node
    if total is not None and total.is_group:
        yield from _stated_by(total, line)
        return
    if total is not None and not isinstance(line.get(total), BlankCell):
        yield total
        return
    others = [leaf for member in members if member is not total for leaf in _stated_by(member, line)]
    if total is not None and not any(isinstance(line.get(leaf), Figure) for leaf in others):
        yield total
        return
    yield from others


def _exhausts(node: Node) -> bool:
    return any(concept.exhaustive for concept in node.concepts)


# Totals that a table implies


def _implied_totals(reading: Reading, ontology: Ontology) -> Iterator[Implied]:
    if reading.unit is None:
        return
    for block in reading.structure.blocks:
        top = [row for row in block.rows.children if not row.memo]
        dimension = _exhausted(top)
        if dimension is None or block.form:
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
                yield _pair(term, anchor, standing, places)


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


def _pair(
    one: Term, other: Term, standing: _Standing, places: Mapping[str, Decimal], basis: str | None = None
) -> Relation:
    left = standing.answerable(one, other)
    right = other if left is one else one
    kind = RelationKind.AXIOM if basis else RelationKind.EQUALITY
    place = max(_place(left, places), _place(right, places))
    return Relation(kind, table_of(left) or table_of(right), left, (right,), tolerance=tolerance(place, 1), basis=basis)


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


def _balances(reading: Reading, ontology: Ontology, places: Mapping[str, Decimal]) -> Iterator[Relation]:
    """Yield the balances that a table can be held to, e.g. 收入总计 = 支出总计."""
    first = {figure.coordinates: figure for figure in reversed(reading.figures) if figure.resolved}
    for axiom in ontology.axioms:
        for figure in () if axiom.along else reading.figures:
            if figure.coordinates.get("operationCharacter") not in axiom.left or figure.statement > 1:
                continue
            if figure.coordinates.get("aspect") or reading.unit is None or not figure.resolved:
                continue
            sides = (first.get(figure.coordinates.replaced("operationCharacter", right)) for right in axiom.right)
            for other in filter(None, sides):
                yield Relation(
                    RelationKind.AXIOM,
                    reading.table.slug,
                    figure,
                    (other,),
                    tolerance=tolerance(places[reading.table.slug], 1),
                    basis=axiom.iri,
                )


def _applies(axiom: Axiom, readings: Iterable[Reading]) -> bool:
    """Say whether a disclosure meets the conditions of an axiom."""
    figures = [figure for reading in readings for figure in reading.figures if figure.number]
    conditions = [(DIMENSIONS[iri.removeprefix(CONCEPT).partition("/")[0]], iri) for iri in axiom.where]
    return all(
        figure.coordinates.get("operationCharacter") not in axiom.beside
        and all(figure.coordinates.get(dimension) == value for dimension, value in conditions)
        for figure in figures
    )


def _allocations(
    axiom: Axiom, terms: Iterable[Term], standing: _Standing, places: Mapping[str, Decimal]
) -> Iterator[Relation]:
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
                yield _pair(term, anchor, standing, places, axiom.iri)
