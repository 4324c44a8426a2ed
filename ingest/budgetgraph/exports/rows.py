"""Rows: one figure, or one fact of the consolidated budget, with codes and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.exports.columns import CODED, FACT, FIGURE, Column
from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.terms import BG, DCT, DIM, OBEU_ATTRIBUTE, OBEU_MEASURE, PROV, QB, RDFS

Row = tuple[str, ...]
"""Values in the order of the columns, as text; an amount keeps its two decimals."""


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Makes rows from a disclosure's graph and the ontology that names its concepts."""

    index: QuadIndex
    ontology: Ontology

    def figures(self, table: str) -> list[Row]:
        """Return the printed figures of a table, by their place in the source."""
        rows = [self._figure(table, iri) for iri in self.index.observations.get(table, ())]
        return [_ordered(FIGURE, row) for row in sorted(rows, key=lambda row: (_place(row), row["observation"]))]

    def all_figures(self) -> list[Row]:
        """Return the printed figures of all tables, in the order of the document."""
        return [row for table in self.index.tables for row in self.figures(table)]

    def facts(self) -> list[Row]:
        """Return the facts of the consolidated budget, by their coordinates."""
        return [_ordered(FACT, row) for row in self.named_facts()]

    def named_facts(self) -> list[Mapping[str, str]]:
        """Return the same with names: the columns of FACT, and `project_iri`."""
        rows = [self._fact(iri) for iri in self.index.observations.get(self.index.disclosure, ())]
        return sorted(rows, key=lambda row: [row[column.name] for column in _COORDINATES])

    def _figure(self, table: str, iri: str) -> dict[str, str]:
        value = self.index.value
        cell = value(iri, PROV + "wasDerivedFrom")
        return {
            **self._common(iri),
            "table": slug(table),
            "table_title": value(table, DCT + "title"),
            "annex": value(table, BG + "annex"),
            "row_label": value(iri, BG + "rowLabel"),
            "column_label": value(iri, BG + "columnLabel"),
            "statement": value(iri, DIM + "statement"),
            "resolved": "false" if value(iri, BG + "unresolved") else "true",
            **{name: value(cell, BG + name) for name in CELL},
            "source_file": slug(value(cell, BG + "inFile")),
        }

    def _fact(self, iri: str) -> Mapping[str, str]:
        stated = self.index.values(iri, PROV + "wasDerivedFrom")
        tables = {self.index.value(figure, QB + "dataSet") for figure in stated}
        cells = [self.index.value(figure, PROV + "wasDerivedFrom") for figure in stated]
        pages = {self.index.value(cell, BG + "page") for cell in cells} - {""}
        return {
            **self._common(iri),
            "contested": self.index.value(iri, BG + "contested") or "false",
            "stated_in": " ".join(slug(table) for table in self.index.tables if table in tables),
            "pages": " ".join(sorted(pages, key=int)),
        }

    def _common(self, iri: str) -> dict[str, str]:
        value = self.index.value
        unit = self._concept(value(iri, BG + "printedUnit"))
        organization, project = value(iri, DIM + "organization"), value(iri, DIM + "project")
        return {
            "observation": iri,
            "amount": value(iri, OBEU_MEASURE + "amount"),
            "currency": slug(value(iri, OBEU_ATTRIBUTE + "currency")),
            "printed_text": value(iri, BG + "printedText"),
            "printed_unit_zh": unit.label if unit else "",
            "printed_unit_en": unit.label_en if unit else "",
            "line_role": value(iri, BG + "lineRole").removeprefix(BG),
            "breakdown": " ".join(part.removeprefix(DIM) for part in self.index.values(iri, BG + "breakdown")),
            "fiscal_year": slug(value(iri, DIM + "fiscalYear")),
            "organization": value(organization, RDFS + "label"),
            "organization_iri": organization,
            "project": value(project, RDFS + "label") or "all",
            "project_iri": project,
            **dict(self._codes("budget_phase", value(iri, DIM + "budgetPhase"))),
            **{
                name: text
                for column, (dimension, _, _) in CODED.items()
                for name, text in self._codes(column, value(iri, DIM + dimension))
            },
        }

    def _codes(self, column: str, iri: str) -> Iterator[tuple[str, str]]:
        concept = self._concept(iri)
        yield column, (concept.notation or concept.slug) if concept else slug(iri)
        yield f"{column}_zh", concept.label if concept else ""
        yield f"{column}_en", concept.label_en if concept else ""

    def _concept(self, iri: str) -> Concept | None:
        return self.ontology.concepts.get(iri)


CELL = ("page", "row", "column", "line", "sheet", "address", "box")
_COORDINATES = FACT[next(number for number, column in enumerate(FACT) if column.name == "fiscal_year") :]


def slug(iri: str) -> str:
    """Return the last part of an IRI: a table's number, a code, a year."""
    return iri.rpartition("/")[2]


def _ordered(columns: Sequence[Column], row: Mapping[str, str]) -> Row:
    return tuple(row[column.name] for column in columns)


def _place(row: Mapping[str, str]) -> tuple[int, ...]:
    return tuple(int(row[name] or 0) for name in ("page", "line", "row", "column"))
