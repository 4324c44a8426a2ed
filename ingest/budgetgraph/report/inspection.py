"""What was understood of a document: as text, as JSON, and drawn over the picture of a page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from budgetgraph.diagnosis.equations import judge_relation
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell, Grid
from budgetgraph.errors import BudgetgraphError
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.labels import tidy
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Implied, Relation, RelationKind, Term
from budgetgraph.report.unknown_labels import UnknownLabel, as_turtle, unknown_labels
from budgetgraph.structure.trees import Node

SCALE = 2.0
_ROLE_COLOURS = {"leaf": (25, 118, 210, 60), "subtotal": (46, 125, 50, 70), "total": (239, 108, 0, 80)}
_GRID_COLOUR = (198, 40, 40, 160)
_BLANK_COLOUR = (120, 120, 120, 25)


def _on(readings: Iterable[Reading], page: int | None) -> list[Reading]:
    return [r for r in readings if page is None or r.table.first_page <= page <= r.table.last_page]


def as_text(disclosure: Disclosure, page: int | None = None) -> str:
    """Return grids, header trees, coordinates, relations and unknown labels as text."""
    lines = [f"{disclosure.document.name}: {disclosure.identity}"]
    for reading in _on(disclosure.readings, page):
        lines.extend(_table_lines(reading, page))
        lines.extend(f"  {line}" for line in _relation_lines(disclosure, reading.table.slug, page))
    for statement in disclosure.prose.statements:
        if page in (None, statement.page):
            where = _short(statement.coordinates) if statement.coordinates else "-"
            lines.append(
                f"  prose p. {statement.page} {statement.printed}{statement.unit} [{where}] {statement.quoted}"
            )
    total = f"{len(disclosure.relations.relations)} relations, {len(disclosure.relations.implied)} implied totals"
    unknown = [*as_turtle(unknown_labels(disclosure, page))]
    if unknown:
        unknown.insert(
            0, "\n# labels that no concept has; look at each suggestion, and paste what is right into ontology/"
        )
    return "\n".join([*lines, f"\n{total} in all", *unknown])


def _table_lines(reading: Reading, page: int | None) -> Iterator[str]:
    table, unit = reading.table, reading.unit.label if reading.unit else "no unit"
    mended = ", header mended by its column numbers" if table.header.mended else ""
    inferred = " (inferred)" if reading.unit_inferred else ""
    pages = f"p. {table.first_page}-{table.last_page}"
    yield f"\n{table.slug}  {table.title}  [{reading.kind.slug}, {unit}{inferred}{mended}] {pages}"
    for grid in table.grids:
        if page in (None, grid.page):
            box = f" at {grid.box}" if grid.box else ""
            yield f"  grid p. {grid.page}: {grid.rows} rows, {grid.columns} columns{box}"
    base = ", ".join(f"{scheme}={iri.rpartition('/')[2]}" for scheme, iri in sorted(reading.base.items()))
    yield f"  title says: {base or '-'}"
    for block in reading.structure.blocks:
        yield from _tree(block.columns, "  ")
    for item in reading.cells.values():
        if isinstance(item, Figure) and (page is None or item.cell.page == page):
            place = f"p. {item.cell.page} r{item.cell.row} c{item.cell.column}"
            flag = "" if item.resolved else " UNRESOLVED"
            yield f"  {item.printed:>14} {item.role.value:8} {place} [{_short(item.coordinates)}]{flag}"


def _relation_lines(disclosure: Disclosure, table: str, page: int | None) -> Iterator[str]:
    """Yield the relations that a table answers for, each as an equation with what it comes to."""
    for relation in disclosure.relations.relations:
        if relation.table == table and (page is None or page in _pages(relation)):
            sign = ">=" if relation.kind is RelationKind.CONTAINMENT else "="
            parts = " + ".join(map(_printed, (*relation.parts, *relation.blanks)))
            outcome = judge_relation(relation)
            residual = f" by {outcome.residual}" if outcome.kind == "violated" else ""
            kind = relation.kind.value.lower() + (f" over {relation.over}" if relation.over else "")
            yield f"{_printed(relation.whole)} {sign} {parts} ({kind}: {outcome.kind}{residual})"


def _pages(relation: Relation) -> set[int]:
    terms = (relation.whole, *relation.parts)
    return {
        term.page if isinstance(term, Statement) else term.cell.page for term in terms if not isinstance(term, Implied)
    }


def _printed(term: Term | BlankCell) -> str:
    if isinstance(term, BlankCell):
        return "blank"
    return f"implied {term.amount}" if isinstance(term, Implied) else term.printed


def _tree(node: Node, indent: str) -> Iterator[str]:
    for child in node.children:
        concepts = ", ".join(concept.slug for concept in child.concepts) or ("total" if child.total else "-")
        yield f"{indent}{tidy(child.label) or '(no label)'} → {concepts}"
        yield from _tree(child, indent + "  ")


def _short(coordinates: Coordinates) -> str:
    return ", ".join(f"{key}={value.rpartition('/')[2]}" for key, value in coordinates.values if key != "organization")


def as_json(disclosure: Disclosure, page: int | None = None) -> dict[str, Any]:
    """Return the same as JSON values."""
    return {
        "source": disclosure.document.name,
        "tables": [
            {
                "table": reading.table.slug,
                "title": reading.table.title,
                "kind": reading.kind.slug,
                "unit": reading.unit.slug if reading.unit else None,
                "grids": [_grid_json(grid) for grid in reading.table.grids if page in (None, grid.page)],
                "columns": [list(column.path) for column in reading.table.columns],
                "figures": [_figure_json(item) for item in reading.figures if page is None or item.cell.page == page],
                "relations": list(_relation_lines(disclosure, reading.table.slug, page)),
                "unknown": reading.structure.unknown,
            }
            for reading in _on(disclosure.readings, page)
        ],
        "unknown": [_unknown_json(unknown) for unknown in unknown_labels(disclosure, page)],
    }


def _grid_json(grid: Grid) -> dict[str, Any]:
    return {"page": grid.page, "rows": grid.rows, "columns": grid.columns, "box": str(grid.box) if grid.box else None}


def _unknown_json(unknown: UnknownLabel) -> dict[str, Any]:
    return {
        "label": unknown.label,
        "table": unknown.table,
        "page": unknown.page,
        "axis": unknown.axis,
        "nearest": unknown.nearest.iri if unknown.nearest else None,
        "likeness": unknown.likeness,
    }


def _figure_json(figure: Figure) -> dict[str, Any]:
    return {
        "printed": figure.printed,
        "yuan": str(figure.amount) if figure.amount is not None else None,
        "page": figure.cell.page,
        "row": figure.cell.row,
        "column": figure.cell.column,
        "role": figure.role.value,
        "coordinates": dict(figure.coordinates.values),
        "resolved": figure.resolved,
    }


def as_png(disclosure: Disclosure, page: int) -> bytes:
    """Return the picture of a page with its grids, every figure (by role) and every blank cell marked.

    Raises BudgetgraphError if the source has no pages, or not that one.
    """
    document = disclosure.document
    if not document.paged or not 1 <= page <= len(document.pages):
        raise BudgetgraphError(
            what=f"no page {page} 没有第{page}页",
            where=document.name,
            remedy=f"it has {len(document.pages)} 共此页数",
        )
    pdf = pypdfium2.PdfDocument(document.data)
    picture = pdf[page - 1].render(scale=SCALE).to_pil().convert("RGBA")
    pdf.close()
    marks = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(marks)
    for reading in _on(disclosure.readings, page):
        for grid in reading.table.grids:
            for cell in grid.cells if grid.page == page else ():
                _outline(draw, cell)
        for item in reading.cells.values():
            _mark(draw, item, page)
    buffer = io.BytesIO()
    Image.alpha_composite(picture, marks).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def _outline(draw: ImageDraw.ImageDraw, cell: Cell) -> None:
    """Draw the sides of a cell of a grid as it was understood."""
    if cell.box is not None:
        sides = [side * SCALE for side in (cell.box.x0, cell.box.top, cell.box.x1, cell.box.bottom)]
        draw.rectangle(sides, outline=_GRID_COLOUR, width=2)


def _mark(draw: ImageDraw.ImageDraw, item: Figure | BlankCell, page: int) -> None:
    box = item.cell.box
    if box is None or item.cell.page != page:
        return
    colour = _ROLE_COLOURS[item.role.value] if isinstance(item, Figure) else _BLANK_COLOUR
    draw.rectangle([side * SCALE for side in (box.x0, box.top, box.x1, box.bottom)], fill=colour, outline=colour[:3])
