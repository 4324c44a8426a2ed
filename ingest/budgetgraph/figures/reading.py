"""Reading figures: what stands at each crossing of a row and a column, and what it means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from budgetgraph.amounts import Blank, Unit, parse_number, yuan
from budgetgraph.concepts.lookup import DIMENSIONS, Resolver
from budgetgraph.concepts.ontology import CONCEPT, Ontology
from budgetgraph.errors import AmountError
from budgetgraph.figures.bodies import bodies_of, has_sisters, organization_of
from budgetgraph.figures.model import BlankCell, Coordinates, Figure, Misread, Reading, Role
from budgetgraph.figures.placing import funding_year, funding_year_of, implied_by, place, place_concepts
from budgetgraph.figures.units import inferred_unit, unit_of, units
from budgetgraph.identity.reading import Identity, same_body
from budgetgraph.indicators.forms import Form, form_block
from budgetgraph.indicators.model import NOTHING, Performance
from budgetgraph.labels import normalise, readable
from budgetgraph.structure.blocks import Block, Node, read_structure
from budgetgraph.tables import Table

SCOPE = frozenset({"operationCharacter", "organization"})
"""Dimensions that say what a table speaks of; an observation is not broken down by them."""


def read_figures(
    tables: Iterable[Table], resolver: Resolver, identity: Identity, performance: Performance = NOTHING
) -> list[Reading]:
    """Read every table's figures, and the money of forms; quantities of indicators are none.

    Amounts of tables that print no unit get one only if others bear it out.
    """
    tables = list(tables)
    bodies = bodies_of(tables, resolver, identity)
    readings = [_reading(table, resolver, identity, bodies) for table in tables]
    units = Counter(reading.unit for reading in readings if reading.unit)
    candidates = [unit for unit, _ in units.most_common()]
    for index, reading in enumerate(readings):
        if reading.unit is None and reading.table.unit is None and reading.figures:
            unit = inferred_unit(reading, readings, candidates)
            if unit:
                readings[index] = _reading(reading.table, resolver, identity, bodies, unit=unit)
    for reading in readings:
        _drop_quantities(reading, performance)
        forms = [form for form in performance.forms if form.table == reading.table.slug]
        _read_forms(reading, forms, resolver, identity)
    default = funding_year(readings)
    for reading in readings:
        seen: Counter[Coordinates] = Counter()
        closed = dict(pair for block in reading.structure.blocks for pair in _closed(block.rows, resolver.ontology))
        lines = dict.fromkeys(line for key in reading.cells for line in key)
        said_of = {line: " ".join(_said_of(line, closed)) for line in lines}
        for key, item in reading.cells.items():
            coordinates = item.coordinates
            if coordinates.get("fundingYear") is None:
                said = " ".join(said_of[line] for line in key)
                year = funding_year_of(coordinates, said, default, resolver.ontology, phase=identity.phase)
                coordinates = coordinates.replaced("fundingYear", year)
            if isinstance(item, Figure):
                seen[coordinates] += 1
                reading.cells[key] = replace(item, coordinates=coordinates, statement=seen[coordinates])
            else:
                reading.cells[key] = replace(item, coordinates=coordinates)
    return readings


def _closed(root: Node, ontology: Ontology) -> Iterator[tuple[Node, Node]]:
    """Yield each row with the total that closes its list (本年收入合计); one of both years (收入总计) says nothing."""
    both = ontology["funding-year/both"].cues
    for parent in (root, *root.descendants()):
        total = None
        for row in reversed(parent.children):
            if row.total:
                total = None if any(cue in normalise(row.label) for cue in both) else row
            elif total is not None and row.row is not None:
                yield row, total


def _said_of(line: Node, closed: Mapping[Node, Node]) -> Iterator[str]:
    """Yield the labels that say whose money a line is: its own, those above it, and of the totals that close them."""
    for node in line.lineage:
        yield node.label
        if node in closed:
            yield closed[node].label


def _reading(
    table: Table, resolver: Resolver, identity: Identity, bodies: frozenset[str], unit: Unit | None = None
) -> Reading:
    kind = resolver.table_kind(table.title)
    base: dict[str, str] = {}
    for concept in (*implied_by(kind, resolver.ontology), *resolver.title(table.title)):
        place(base, concept, resolver.ontology)
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
    unit = unit_of(column.column, reading.unit, resolver.ontology)
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
        amount=yuan(number, unit) if unit else None,
        unit=unit,
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
    values["organization"] = organization_of(reading, row, identity, ontology)
    project = next((node.project for node in row.lineage if node.project), None)
    if project:
        values["project"] = readable(project)
    change = ontology["column-head/change"]
    named = {DIMENSIONS.get(key, key): value for key, value in values.items()}
    if any(ontology.within(concept, change) for node in (*column.lineage, *row.lineage) for concept in node.concepts):
        named["aspect"] = ontology.change_of(named.get("aspect", CONCEPT + "aspect/all"))
    return {**named, **_period(row, column, identity)}


def _period(row: Node, column: Node, identity: Identity) -> dict[str, str]:
    """Return the year and phase of a cell where they are not the disclosure's."""
    found: dict[str, str] = {}
    for node in (*column.lineage, *row.lineage):
        if node.year is not None and node.year != identity.year:
            found.setdefault("fiscalYear", str(node.year))
        for concept in node.concepts:
            if concept.iri == CONCEPT + "column-head/last-year":
                found.setdefault("fiscalYear", str(identity.year - 1))
            elif concept.scheme == "budget-phase" and concept.slug != identity.phase:
                found.setdefault("budgetPhase", concept.slug)
    return found


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
    named = row.organization and (not same_body(row.organization, identity.body) or has_sisters(row, identity))
    if wider_column and not (row.code or row.project or row.concepts or named):
        return Role.TOTAL
    return Role.SUBTOTAL if row.children or wider_column else Role.LEAF
