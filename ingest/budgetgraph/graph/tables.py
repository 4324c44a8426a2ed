"""What a graph says of tables: their figures with coordinates, their cells, and each fact once."""

from __future__ import annotations

from decimal import Decimal

from budgetgraph.concepts.lookup import DIMENSIONS
from budgetgraph.document import Cell
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.graph.consolidation import Fact
from budgetgraph.graph.facts import Facts, key_of, types_of, yuan
from budgetgraph.graph.iris import Iris
from budgetgraph.labels import readable, tidy
from budgetgraph.terms import (
    BG,
    CNY,
    CONCEPT,
    DCT,
    DIM,
    OBEU_ATTRIBUTE,
    OBEU_MEASURE,
    OBEU_PHASE,
    PROV,
    QB,
    YEAR,
    digest,
    literal,
    node,
)

_DIMENSION_OF = {local: scheme for scheme, local in DIMENSIONS.items()}


def table_facts(iris: Iris, reading: Reading) -> Facts:
    table, me = reading.table, iris.table(reading.table.slug)
    yield from types_of(me, QB + "DataSet", BG + "DisclosedTable")
    yield me, QB + "structure", node(BG + "tableStructure")
    yield me, DCT + "title", literal(tidy(table.title) or "无标题", language="zh")
    yield me, DCT + "isPartOf", node(iris.names.disclosure)
    yield me, BG + "tableKind", node(reading.kind.iri)
    yield me, BG + "order", literal(table.order, "integer")
    if table.annex:
        yield me, BG + "annex", literal(table.annex)
    if table.body:
        body = iris.disclosure.identity.body if iris.disclosure.own(reading) else table.body
        yield me, BG + "statedBody", node(iris.names.organization(body))
    if iris.document(table.file).paged:
        yield me, BG + "firstPage", literal(table.first_page, "integer")
        yield me, BG + "lastPage", literal(table.last_page, "integer")
    if reading.unit:
        yield me, BG + "unit", node(f"{CONCEPT}unit/{reading.unit.slug}")
        if reading.unit_inferred:
            yield me, BG + "unitInferred", literal("true", "boolean")
    if not reading.figures and not any(item.table == table.slug for item in iris.disclosure.indicators):
        yield me, BG + "empty", literal("true", "boolean")
    if table.header.mended:
        yield me, BG + "headerMended", literal("true", "boolean")
    for remark in ("".join(map(readable, table.remarks)),) if table.remarks else ():
        yield me, BG + "remark", literal(remark, language="zh")
    for figure in reading.figures:
        yield from _observation_facts(iris, figure)
    for (row, column), item in reading.cells.items():
        if isinstance(item, BlankCell):
            path = column.column.path if column.column else (column.label,)
            yield from _blank_facts(iris, item, row.label, " › ".join(path))


def _blank_facts(iris: Iris, blank: BlankCell, row_label: str, column_label: str) -> Facts:
    """Say of a blank where it stands in its table, so that the table can be shown as it is printed."""
    me = iris.cell(blank.cell)
    yield from cell_facts(iris, blank.cell, blank=True)
    yield me, BG + "inTable", node(iris.table(blank.table))
    yield me, BG + "rowLabel", literal(tidy(row_label), language="zh")
    yield me, BG + "columnLabel", literal(tidy(column_label), language="zh")


def _observation_facts(iris: Iris, figure: Figure) -> Facts:
    me = iris.observation(figure)
    if figure.amount is None or figure.unit is None:
        yield from types_of(me, BG + "UnscaledFigure")
        yield me, BG + "inTable", node(iris.table(figure.table))
        yield me, BG + "printedText", literal(figure.printed)
        yield me, PROV + "wasDerivedFrom", node(iris.cell(figure.cell))
        yield from cell_facts(iris, figure.cell)
        return
    yield from types_of(me, QB + "Observation")
    yield me, QB + "dataSet", node(iris.table(figure.table))
    yield from dimension_facts(iris, me, figure.coordinates)
    yield me, DIM + "statement", literal(figure.statement, "integer")
    yield from _measure_facts(iris, me, figure, figure.amount)
    yield me, BG + "rowLabel", literal(tidy(figure.row_label), language="zh")
    yield me, BG + "columnLabel", literal(tidy(figure.column_label), language="zh")
    if not figure.resolved:
        yield me, BG + "unresolved", literal("true", "boolean")
    yield me, PROV + "wasDerivedFrom", node(iris.cell(figure.cell))
    yield from cell_facts(iris, figure.cell)


def _measure_facts(iris: Iris, me: str, figure: Figure, amount: Decimal) -> Facts:
    yield me, OBEU_MEASURE + "amount", yuan(amount)
    yield me, OBEU_ATTRIBUTE + "currency", node(CNY)
    yield me, BG + "printedText", literal(figure.printed)
    if figure.unit:
        yield me, BG + "printedUnit", node(f"{CONCEPT}unit/{figure.unit.slug}")
    for dimension in figure.breakdown:
        yield me, BG + "breakdown", node(DIM + dimension)
    yield me, BG + "lineRole", node(BG + figure.role.value)


def dimension_facts(iris: Iris, me: str, coordinates: Coordinates) -> Facts:
    identity, known = iris.disclosure.identity, dict(coordinates.values)
    yield me, DIM + "fiscalYear", node(f"{YEAR}{known.get('fiscalYear', identity.year)}")
    yield me, DIM + "budgetPhase", node(OBEU_PHASE + known.get("budgetPhase", identity.phase))
    yield me, DIM + "organization", node(iris.names.organization(known.get("organization", identity.body)))
    project = known.get("project")
    yield me, DIM + "project", node(iris.names.project(project) if project else CONCEPT + "project/all")
    for dimension, scheme in _DIMENSION_OF.items():
        default = "unstated" if dimension == "operationCharacter" else "all"
        yield me, DIM + dimension, node(known.get(dimension) or f"{CONCEPT}{scheme}/{default}")


def consolidated_facts(iris: Iris, fact: Fact) -> Facts:
    me = iris.names.part("observation", digest("consolidated", *key_of(fact.coordinates)))
    yield from types_of(me, QB + "Observation")
    yield me, QB + "dataSet", node(iris.names.disclosure)
    yield from dimension_facts(iris, me, fact.coordinates)
    yield from _measure_facts(iris, me, fact.chosen, fact.amount)
    for figure in fact.stated_by:
        yield me, PROV + "wasDerivedFrom", node(iris.observation(figure))
    if fact.contested:
        yield me, BG + "contested", literal("true", "boolean")


def cell_facts(iris: Iris, cell: Cell, *, blank: bool = False) -> Facts:
    me, document = iris.cell(cell), iris.document(cell.file)
    yield from types_of(me, BG + "SourceCell")
    yield me, BG + "inFile", node(iris.names.file(document.sha256))
    yield me, BG + "row", literal(cell.row, "integer")
    yield me, BG + "column", literal(cell.column, "integer")
    if document.paged:
        yield me, BG + "page", literal(cell.page, "integer")
    if cell.box:
        yield me, BG + "box", literal(cell.box)
    if cell.line is not None:
        yield me, BG + "line", literal(cell.line, "integer")
    if cell.sheet is not None:
        yield me, BG + "sheet", literal(cell.sheet)
    if cell.address is not None:
        yield me, BG + "address", literal(cell.address)
    if blank:
        yield me, BG + "blank", literal("true", "boolean")
        if cell.flat:
            yield me, BG + "printedText", literal(cell.flat)
