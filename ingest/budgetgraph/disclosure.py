"""A disclosure as understood: its documents, identity, tables, prose, relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from budgetgraph.concepts import Resolver
from budgetgraph.document import Document
from budgetgraph.errors import UnusableSource
from budgetgraph.figures import Figure, Reading, funding_year, read_figures
from budgetgraph.identity import Identity, read_identity, same_body
from budgetgraph.ontology import Ontology, load_ontology
from budgetgraph.prose import Prose, read_prose
from budgetgraph.readers import read
from budgetgraph.relations import Relations, relate
from budgetgraph.sections import Paragraph, read_paragraphs
from budgetgraph.tables import find_tables
from budgetgraph.targets import Target, read_targets


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one file discloses; every stage's result is kept."""

    document: Document
    identity: Identity
    readings: tuple[Reading, ...]
    paragraphs: tuple[Paragraph, ...]
    prose: Prose
    targets: tuple[Target, ...]
    relations: Relations
    ontology: Ontology

    @property
    def figures(self) -> list[Figure]:
        """All figures in the order of their tables."""
        return [figure for reading in self.readings for figure in reading.figures]

    def reading(self, slug: str) -> Reading:
        """Return the table with a slug; KeyError if there is none."""
        return next(reading for reading in self.readings if reading.table.slug == slug)

    def own(self, reading: Reading) -> bool:
        """Say whether a table speaks of the disclosing body."""
        return reading.table.body is None or same_body(reading.table.body, self.identity.body)


def read_disclosure(source: Path | str | Document, ontology: Ontology | None = None) -> Disclosure:
    """Read one file into a disclosure.

    Raises UnusableSource if it cannot be read, names no body or year, or holds neither tables nor figures.
    """
    document = source if isinstance(source, Document) else read(source)
    ontology = ontology or load_ontology()
    resolver = Resolver(ontology)
    tables = find_tables(document)
    identity = read_identity(document, tables, ontology)
    if identity is None or not tables:
        raise UnusableSource(
            what="no budget table, or no body and year in print 未见预算表，或未印单位与年度",
            where=document.name,
            remedy="is this a budget or a final account? 请确认是否为部门预算或决算",
            reason="not-a-budget",
        )
    readings = read_figures(tables, resolver, identity)
    paragraphs = read_paragraphs(document)
    prose = read_prose(paragraphs, resolver, identity, funding_year(readings))
    if not any(reading.figures for reading in readings) and not prose.statements:
        raise UnusableSource(
            what="no figure in any table or sentence 表格与正文均无数字",
            where=document.name,
            remedy="is this an empty form? 请确认是否为空白样表",
            reason="empty-form",
        )
    return Disclosure(
        document=document,
        identity=identity,
        readings=tuple(readings),
        paragraphs=tuple(paragraphs),
        prose=prose,
        targets=tuple(_targets(readings, ontology)),
        relations=relate(readings, prose.statements, ontology),
        ontology=ontology,
    )


def _targets(readings: Sequence[Reading], ontology: Ontology) -> Iterable[Target]:
    for reading in readings:
        yield from read_targets(reading, ontology)
