"""Indicators as rows: what performance tables aim at, one indicator a row."""

from __future__ import annotations

from collections.abc import Iterator

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.exports.columns import INDICATOR
from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.exports.rows import CELL, Row, slug
from budgetgraph.terms import BG, DCT, PROV, RDFS


def indicator_rows(index: QuadIndex, ontology: Ontology) -> list[Row]:
    """Return the indicators of a disclosure in the order of its tables."""
    found = sorted(index.of_type(BG + "Indicator"), key=lambda iri: int(index.value(iri, BG + "order")))
    return [tuple(row[column.name] for column in INDICATOR) for row in (_row(iri, index, ontology) for iri in found)]


def _row(iri: str, index: QuadIndex, ontology: Ontology) -> dict[str, str]:
    value = index.value
    table, cell = value(iri, BG + "inTable"), _name_cell(iri, index)
    return {
        "indicator": iri,
        "table": slug(table),
        "table_title": value(table, DCT + "title"),
        "annex": value(table, BG + "annex"),
        "project": value(value(iri, BG + "project"), RDFS + "label"),
        "organization": value(value(iri, BG + "setFor"), RDFS + "label"),
        "path": value(iri, BG + "indicatorPath"),
        "name": value(iri, RDFS + "label"),
        **dict(_concept("kind", value(iri, BG + "indicatorKind"), ontology)),
        **dict(_concept("sign", value(iri, BG + "relationSign"), ontology)),
        "value": value(iri, BG + "printedText"),
        "quantity": value(iri, BG + "quantity"),
        "unit": value(iri, BG + "printedUnitText"),
        "weight": value(iri, BG + "weight"),
        "core": value(iri, BG + "core"),
        "target": value(iri, BG + "target"),
        **{name: value(cell, BG + name) for name in CELL},
        "source_file": slug(value(cell, BG + "inFile")),
    }


def _name_cell(iri: str, index: QuadIndex) -> str:
    """Return the cell of an indicator that stands first on its page: that of its name."""
    cells = index.values(iri, PROV + "wasDerivedFrom")
    return min(cells, key=lambda cell: [int(index.value(cell, BG + name) or 0) for name in ("line", "row", "column")])


def _concept(name: str, iri: str, ontology: Ontology) -> Iterator[tuple[str, str]]:
    concept = ontology.concepts.get(iri)
    yield name, concept.slug if concept else ""
    yield f"{name}_zh", concept.label if concept else ""
    yield f"{name}_en", concept.label_en if concept else ""
