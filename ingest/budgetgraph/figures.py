"""Figures: amounts with their coordinates, one concept per dimension, and the cell that they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from budgetgraph.amounts import Blank, Unit, finest_place, parse_number, yuan
from budgetgraph.columns import read_layout
from budgetgraph.concepts import DIMENSIONS, Resolver
from budgetgraph.document import Cell
from budgetgraph.errors import AmountError
from budgetgraph.forms import Form, form_block
from budgetgraph.identity import Identity, own_office, same_body
from budgetgraph.indicators import NOTHING, Performance
from budgetgraph.labels import normalise, readable
from budgetgraph.ontology import CONCEPT, Concept, Ontology
from budgetgraph.structure import Block, Node, Structure, read_structure
from budgetgraph.tables import Table

_CODE_OF_BODY = re.compile(r"^\d{3,}[_-]?(?=\D)")
"""The code of a body that stands before its name in one cell: 105001某市档案局."""

SCOPE = frozenset({"operationCharacter", "organization"})
"""Dimensions that say what a table speaks of; an observation is not broken down by them."""


_TELLING = 3
"""So many figures that agree, funds set aside, tell the unit of a table."""


class Role(Enum):
    """The place of a figure in the trees of its table."""

    LEAF = "leaf"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """What a figure means: bg-dim local name → concept IRI (or a body's or project's name).

    A dimension that is left out is not broken down: its value is `all`.
    """

    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Coordinates:
        """Make coordinates from a mapping; values that are `all` are left out."""
        return cls(tuple(sorted((key, value) for key, value in values.items() if not value.endswith("/all"))))

    def get(self, dimension: str) -> str | None:
        """Return the value of a dimension, None for `all`."""
        return next((value for key, value in self.values if key == dimension), None)

    def without(self, *dimensions: str) -> Coordinates:
        """Return the coordinates with some dimensions not broken down."""
        return Coordinates(tuple(item for item in self.values if item[0] not in dimensions))

    def replaced(self, dimension: str, value: str) -> Coordinates:
        """Return the coordinates with another value of one dimension."""
        return Coordinates.of({**dict(self.values), dimension: value})


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed amount: `number` as printed, `amount` in yuan (None where no unit is known)."""

    table: str
    cell: Cell
    printed: str
    number: Decimal
    amount: Decimal | None
    unit: Unit | None
    coordinates: Coordinates
    breakdown: tuple[str, ...]
    role: Role
    row_label: str
    column_label: str
    statement: int = 1
    resolved: bool = True

    @property
    def place(self) -> Decimal:
        """The value in yuan of the last printed place."""
        return finest_place(self.printed, self.unit) if self.unit else Decimal(1)


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell where an amount could stand and none does."""

    table: str
    cell: Cell
    kind: Blank
    coordinates: Coordinates


@dataclass(frozen=True, slots=True)
class Misread:
    """A cell of an amount column that holds neither an amount nor a blank."""

    table: str
    cell: Cell
    message: str


@dataclass(slots=True)
class Reading:
    """A table as understood: its kind, its unit, its trees, and what stands at each crossing."""

    table: Table
    kind: Concept
    base: Mapping[str, str]
    unit: Unit | None
    unit_inferred: bool
    structure: Structure
    cells: dict[tuple[Node, Node], Figure | BlankCell] = field(default_factory=dict)
    misread: list[Misread] = field(default_factory=list)

    @property
    def figures(self) -> list[Figure]:
        """The figures in the order of blocks, rows, columns."""
        return [item for item in self.cells.values() if isinstance(item, Figure)]

    @property
    def blanks(self) -> list[BlankCell]:
        return [item for item in self.cells.values() if isinstance(item, BlankCell)]

    @property
    def name(self) -> str:
        return self.table.name


def read_figures(
    tables: Iterable[Table], resolver: Resolver, identity: Identity, performance: Performance = NOTHING
) -> list[Reading]:
    """Read every table's figures, and the money of forms; quantities of indicators are none.

    Amounts of tables that print no unit get one only if others bear it out.
    """
    tables = list(tables)
    bodies = _bodies(tables, resolver, identity)
    readings = [_reading(table, resolver, identity, bodies) for table in tables]
    units = Counter(reading.unit for reading in readings if reading.unit)
    candidates = [unit for unit, _ in units.most_common()]
    for index, reading in enumerate(readings):
        if reading.unit is None and reading.figures:
            unit = _inferred_unit(reading, readings, candidates)
            if unit:
                readings[index] = _reading(reading.table, resolver, identity, bodies, unit=unit)
    for reading in readings:
        _drop_quantities(reading, performance)
        forms = [form for form in performance.forms if form.table == reading.table.slug]
        _read_forms(reading, forms, resolver, identity)
    default = funding_year(readings)
    for reading in readings:
        seen: Counter[Coordinates] = Counter()
        for key, item in reading.cells.items():
            coordinates = item.coordinates
            if coordinates.get("fundingYear") is None:
                said = f"{key[0].label} {key[1].label}"
                year = funding_year_of(coordinates, said, default, resolver.ontology)
                coordinates = coordinates.replaced("fundingYear", year)
            if isinstance(item, Figure):
                seen[coordinates] += 1
                reading.cells[key] = replace(item, coordinates=coordinates, statement=seen[coordinates])
            else:
                reading.cells[key] = replace(item, coordinates=coordinates)
    return readings


def funding_year(readings: Iterable[Reading]) -> str:
    """Return the funding year of what does not say it: current where nothing carried over is printed, else unstated."""
    carried = (
        figure.number
        for reading in readings
        for figure in reading.figures
        if (figure.coordinates.get("fundingYear") or "").endswith("/carried-over")
        or (figure.coordinates.get("operationCharacter") or "").endswith("/opening-balance")
    )
    return CONCEPT + "funding-year/" + ("unstated" if any(carried) else "current")


def funding_year_of(coordinates: Coordinates, said: str, default: str, ontology: Ontology) -> str:
    """Return the funding year of what does not name it: 收入总计 and 支出总计 are, by what they are, of both."""
    side = (coordinates.get("operationCharacter") or "").rpartition("/")[2]
    both = ontology["funding-year/both"]
    if (
        side in ("sources", "uses")
        and default.endswith("/unstated")
        and any(cue in normalise(said) for cue in both.cues)
    ):
        return both.iri
    return default


def units(ontology: Ontology) -> Mapping[str, Unit]:
    """Return the money units of the ontology by each of their labels."""
    return {
        normalise(label): Unit(concept.slug, concept.label, concept.factor)
        for concept in ontology.scheme("unit")
        if concept.factor is not None
        for label in concept.labels
    }


def _bodies(tables: Iterable[Table], resolver: Resolver, identity: Identity) -> frozenset[str]:
    """Return the names of bodies: the discloser's, and those in columns that are headed as such."""
    named = {
        normalise(text)
        for table in tables
        for column in read_layout(table, resolver).organizations
        for row in table.rows
        if looks_like_body(text := row.text(column.index)) and not resolver.is_total(text)
    }
    return frozenset({identity.body, *named})


def _reading(
    table: Table, resolver: Resolver, identity: Identity, bodies: frozenset[str], unit: Unit | None = None
) -> Reading:
    kind = resolver.table_kind(table.title)
    base: dict[str, str] = {}
    for concept in (*_implied(kind, resolver.ontology), *resolver.title(table.title)):
        _place(base, concept, resolver.ontology)
    structure = read_structure(table, resolver, [resolver.ontology[iri] for iri in base.values()], bodies)
    printed = units(resolver.ontology).get(table.unit or "")
    reading = Reading(table, kind, base, unit or printed, unit is not None, structure)
    for block in structure.blocks:
        for row in block.lines:
            for column in block.amounts:
                _read_cell(reading, block, row, column, resolver=resolver, identity=identity)
    return reading


def _drop_quantities(reading: Reading, performance: Performance) -> None:
    if reading.table.slug not in performance.tables:
        return
    said = performance.quantities
    reading.cells = {key: item for key, item in reading.cells.items() if item.cell.place not in said}
    reading.misread = [misread for misread in reading.misread if misread.cell.place not in said]


def _read_forms(reading: Reading, forms: Sequence[Form], resolver: Resolver, identity: Identity) -> None:
    """Add the money of forms, in the unit of the table or else in that of their own labels."""
    for form in forms:
        taken = {item.cell for item in reading.cells.values()}
        block = form_block(form, resolver, taken)
        if block is None:
            continue
        if reading.unit is None and form.unit:
            reading.table.unit, reading.unit = form.unit, units(resolver.ontology).get(form.unit)
        reading.structure.blocks.append(block)
        for column in block.amounts:
            _read_cell(reading, block, block.lines[0], column, resolver=resolver, identity=identity)


def _implied(concept: Concept, ontology: Ontology) -> Iterator[Concept]:
    return (ontology[iri] for iri in concept.implies if iri in ontology.concepts)


def _read_cell(
    reading: Reading,
    block: Block,
    row: Node,
    column: Node,
    *,
    resolver: Resolver,
    identity: Identity,
) -> None:
    assert row.row is not None and column.column is not None
    cell = row.row.cells.get(column.column.index)
    if cell is None:
        return
    try:
        number = parse_number(cell.flat.replace(" ", ""))
    except AmountError as error:
        reading.misread.append(Misread(reading.table.slug, cell, error.what))
        return
    values = _values(reading, block, row, column, resolver=resolver, identity=identity)
    coordinates = Coordinates.of(values)
    if isinstance(number, Blank):
        reading.cells[row, column] = BlankCell(reading.table.slug, cell, number, coordinates)
        return
    reading.cells[row, column] = Figure(
        table=reading.table.slug,
        cell=cell,
        printed=cell.flat,
        number=number,
        amount=yuan(number, reading.unit) if reading.unit else None,
        unit=reading.unit,
        coordinates=coordinates,
        breakdown=_breakdown(coordinates, reading.base, identity),
        role=_role(row, column, block, identity),
        row_label=row.label,
        column_label=" › ".join(column.column.path),
        resolved=row.resolved and column.resolved and all(n.resolved for n in (*row.ancestors(), *column.ancestors())),
    )


def _values(
    reading: Reading, block: Block, row: Node, column: Node, *, resolver: Resolver, identity: Identity
) -> dict[str, str]:
    """Gather one concept per dimension: title, then block, then column, then row; nearer labels prevail."""
    ontology = resolver.ontology
    values = place_concepts(reading.base, [*block.context, *column.all_concepts, *row.all_concepts], ontology)
    values["organization"] = _organization(reading, row, identity, ontology)
    project = next((node.project for node in row.lineage if node.project), None)
    if project:
        values["project"] = readable(project)
    named = {DIMENSIONS.get(key, key): value for key, value in values.items()}
    return {**named, **_period(row, column, identity)}


def _period(row: Node, column: Node, identity: Identity) -> dict[str, str]:
    """Return the year and phase of a cell where they are not the disclosure's; a change between years is a memo."""
    found: dict[str, str] = {}
    for node in (*column.lineage, *row.lineage):
        if node.year is not None and node.year != identity.year:
            found.setdefault("fiscalYear", str(node.year))
        for concept in node.concepts:
            if concept.iri == CONCEPT + "column-head/last-year":
                found.setdefault("fiscalYear", str(identity.year - 1))
            elif concept.iri == CONCEPT + "column-head/change":
                found["aspect"] = CONCEPT + "aspect/memo"
            elif concept.scheme == "budget-phase" and concept.slug != identity.phase:
                found.setdefault("budgetPhase", concept.slug)
    return found


def place_concepts(values: Mapping[str, str], concepts: Iterable[Concept], ontology: Ontology) -> dict[str, str]:
    """Return *values* with some concepts placed, outermost first, and what they imply."""
    placed, known = dict(values), list(concepts)
    for concept in known:
        _place(placed, concept, ontology)
    _refine(placed, known, ontology)
    return placed


def _place(values: dict[str, str], concept: Concept, ontology: Ontology) -> None:
    if concept.scheme not in DIMENSIONS:
        return
    known = values.get(concept.scheme)
    if known is None or not ontology.within(ontology[known], concept):
        values[concept.scheme] = concept.iri


def _refine(values: dict[str, str], concepts: Sequence[Concept], ontology: Ontology) -> None:
    """Apply what concepts imply, where it makes a coordinate narrower and never where it contradicts one.

    Codes and natures say on which side of the account a figure stands; a fund only says so where
    the side is known: 一般公共预算拨款 among sources is revenue.
    """
    for concept in sorted(concepts, key=lambda concept: concept.scheme == "fund-source"):
        for implied in (*_implied(concept, ontology), *_implied_by_scheme(concept, ontology)):
            known = values.get(implied.scheme)
            if known is None and concept.scheme == "fund-source":
                continue
            if known is None or ontology.within(implied, ontology[known]):
                values[implied.scheme] = implied.iri


def _implied_by_scheme(concept: Concept, ontology: Ontology) -> Iterator[Concept]:
    return (ontology[iri] for iri in ontology.scheme_implies(concept.scheme) if not concept.is_all)


def _organization(reading: Reading, row: Node, identity: Identity, ontology: Ontology) -> str:
    """Return the body of a row; among its sisters the department's name stands for its own office."""
    node = next((node for node in row.lineage if node.organization), None)
    named = (node.organization if node else reading.table.body) or ""
    named = _CODE_OF_BODY.sub("", normalise(named))
    if not looks_like_body(named):
        return identity.body
    if not same_body(named, identity.body):
        return named
    if identity.level == "unit":
        return identity.body
    office = own_office(identity.body, ontology)
    return office if node and (named == office or _has_sisters(node, identity)) else identity.body


def _has_sisters(node: Node, identity: Identity) -> bool:
    """Say whether other bodies stand beside a row that bears the department's name."""
    sisters = node.parent.children if node.parent else ()
    names = [_CODE_OF_BODY.sub("", normalise(sister.organization)) for sister in sisters if sister.organization]
    return any(looks_like_body(name) and not same_body(name, identity.body) for name in names)


def looks_like_body(text: str) -> bool:
    """Say whether a text can be the name of a body (the title of a table cannot)."""
    flat = normalise(text)
    return len(flat) >= 2 and not flat.startswith(("附件", "附表")) and not flat.endswith("表")


def _breakdown(coordinates: Coordinates, base: Mapping[str, str], identity: Identity) -> tuple[str, ...]:
    fixed = {DIMENSIONS[scheme]: value for scheme, value in base.items() if scheme in DIMENSIONS}
    broken = {key for key, value in coordinates.values if fixed.get(key) != value and key not in SCOPE}
    if coordinates.get("organization") != identity.body:
        broken.add("organization")
    return tuple(sorted(broken))


def _role(row: Node, column: Node, block: Block, identity: Identity) -> Role:
    if row.total:
        return Role.TOTAL
    alone = len(block.amounts) == 1
    wider_column = not alone and (any(node.total for node in column.lineage) or bool(column.children))
    named = row.organization and (not same_body(row.organization, identity.body) or _has_sisters(row, identity))
    if wider_column and not (row.code or row.project or row.concepts or named):
        return Role.TOTAL
    return Role.SUBTOTAL if row.children or wider_column else Role.LEAF


def _inferred_unit(reading: Reading, readings: Sequence[Reading], candidates: Sequence[Unit]) -> Unit | None:
    """Return the unit in which most of a table's figures are stated elsewhere, aspect set aside.

    Where none is, a fund that pays for something alone states the same as the whole: several such figures tell, too.
    """
    for set_aside, fewest in ((("aspect",), 1), (("aspect", "fundSource"), _TELLING)):
        support = _support(reading, readings, candidates, set_aside)
        best = max(support, key=lambda unit: support[unit], default=None)
        if best is not None and support[best] >= fewest:
            return best
    return None


def _support(
    reading: Reading, readings: Sequence[Reading], candidates: Sequence[Unit], set_aside: Sequence[str]
) -> dict[Unit, int]:
    """Count, for each unit, the figures of a table that another states in the same coordinates, some set aside."""
    elsewhere: dict[Coordinates, set[Decimal]] = {}
    for other in readings:
        for figure in other.figures if other is not reading else ():
            if figure.amount:
                elsewhere.setdefault(figure.coordinates.without(*set_aside), set()).add(figure.amount)
    return {
        unit: sum(
            yuan(figure.number, unit) in elsewhere.get(figure.coordinates.without(*set_aside), ())
            for figure in reading.figures
        )
        for unit in candidates
    }
