"""A disclosure as understood: its documents, identity, tables, prose, relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Ontology, load_ontology
from budgetgraph.document import Document
from budgetgraph.errors import UnusableSource
from budgetgraph.figures import Figure, Reading, funding_year, read_figures
from budgetgraph.identity.assembly import EXPLAINED, Sketch, distinctive, merged, stamped
from budgetgraph.identity.kinds import document_kind, is_placeholder, refuse_other_kinds
from budgetgraph.identity.reading import Identity, read_identity, same_body
from budgetgraph.indicators.lists import read_performance
from budgetgraph.indicators.model import Indicator, Performance
from budgetgraph.indicators.targets import Target, read_targets
from budgetgraph.labels import normalise
from budgetgraph.prose.reading import Prose, read_prose
from budgetgraph.prose.sections import Paragraph, read_paragraphs
from budgetgraph.readers import read
from budgetgraph.relations.model import Relations
from budgetgraph.relations.relating import relate
from budgetgraph.settings import Settings
from budgetgraph.tables import Table, find_tables

Source = Path | str | Document


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one or several files disclose; every stage's result is kept."""

    documents: tuple[Document, ...]
    identity: Identity
    readings: tuple[Reading, ...]
    paragraphs: tuple[Paragraph, ...]
    prose: Prose
    targets: tuple[Target, ...]
    indicators: tuple[Indicator, ...]
    relations: Relations
    ontology: Ontology

    @property
    def document(self) -> Document:
        """The file that holds the tables, the only one of most disclosures."""
        return self.documents[0]

    @property
    def name(self) -> str:
        """The names of all files."""
        return " + ".join(document.name for document in self.documents)

    def document_of(self, file: str) -> Document:
        """Return the file with a SHA-256; the only one if that is not given."""
        return next((document for document in self.documents if document.sha256 == file), self.document)

    @property
    def figures(self) -> list[Figure]:
        """All figures in the order of their tables."""
        return [figure for reading in self.readings for figure in reading.figures]

    @property
    def sketch(self) -> Sketch:
        """What tells whether another file belongs to this disclosure."""
        stated = [statement.amount for statement in self.prose.statements if statement.amount is not None]
        return Sketch(
            key=self.document.sha256,
            identity=self.identity,
            kinds=frozenset(reading.kind.slug for reading in self.readings if reading.figures),
            amounts=distinctive([*(figure.amount for figure in self.figures), *stated]),
            prose=len(stated) >= EXPLAINED,
        )

    def reading(self, slug: str) -> Reading:
        """Return the table with a slug; KeyError if there is none."""
        return next(reading for reading in self.readings if reading.table.slug == slug)

    def own(self, reading: Reading) -> bool:
        """Say whether a table speaks of the disclosing body."""
        return reading.table.body is None or same_body(reading.table.body, self.identity.body)


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of a disclosure: what it is by itself."""

    document: Document
    tables: list[Table]
    identity: Identity


def read_disclosure(
    source: Source | Sequence[Source], ontology: Ontology | None = None, *, limits: Settings | None = None
) -> Disclosure:
    """Read one file, or the several files of one identity, into a disclosure.

    Raises UnusableSource if one cannot be read, names no body or year, is another kind of document, or if
    there are figures neither in tables nor in prose.
    """
    ontology = (ontology or load_ontology()).own()
    resolver = Resolver(ontology)
    sources = [source] if isinstance(source, Path | str | Document) else list(source)
    documents = [each if isinstance(each, Document) else read(each, limits) for each in sources]
    if len(documents) > 1:
        documents = [stamped(document) for document in documents]
    parts = [_part(document, resolver) for document in documents]
    parts.sort(key=lambda part: (-len(part.tables), part.document.sha256))
    identity = merged([part.identity for part in parts])
    tables = _all_tables(parts)
    performance = read_performance(tables, resolver)
    readings = read_figures(tables, resolver, identity, performance)
    paragraphs = [paragraph for part in parts for paragraph in _paragraphs(part.document)]
    prose = read_prose(paragraphs, resolver, identity, funding_year(readings))
    if not any(reading.figures for reading in readings):
        _refuse_what_states_nothing(parts, prose, identity, ontology)
    return Disclosure(
        documents=tuple(part.document for part in parts),
        identity=identity,
        readings=tuple(readings),
        paragraphs=tuple(paragraphs),
        prose=prose,
        targets=tuple(_targets(readings, performance, ontology)),
        indicators=performance.indicators,
        relations=relate(readings, prose.statements, ontology, withheld=_withholds(documents, ontology)),
        ontology=ontology,
    )


def _part(document: Document, resolver: Resolver) -> _Part:
    tables = find_tables(document)
    kinds = {resolver.table_kind(table.title).slug for table in tables} - {"other"}
    refuse_other_kinds(document, kinds, resolver.ontology)
    identity = read_identity(document, tables, resolver.ontology)
    if identity is None:
        raise UnusableSource(
            what="no body and year in print, on the cover or above a table 封面与表头均未印单位与年度",
            where=document.name,
            remedy="is this a budget or a final account? 请确认是否为部门预算或决算",
            reason="not-a-budget",
        )
    return _Part(document, tables, identity)


def _all_tables(parts: Iterable[_Part]) -> list[Table]:
    """Return the tables of all files, each with an order and a slug of its own."""
    tables: list[Table] = []
    for part in parts:
        taken = {table.slug for table in tables}
        start = len(tables)
        for table in part.tables:
            table.order += start
            if table.slug in taken:
                table.slug = f"{table.slug}-{part.document.sha256[:6]}"
            tables.append(table)
    return tables


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    files = {item.file for page in document.pages for item in page.lines}
    for paragraph in read_paragraphs(document):
        yield replace(paragraph, file=next(iter(files), ""))


def _refuse_what_states_nothing(parts: Sequence[_Part], prose: Prose, identity: Identity, ontology: Ontology) -> None:
    """Refuse an empty form, and prose that is not by its title the text of a disclosure, or states no amount."""
    names = " + ".join(part.document.name for part in parts)
    amounts = [statement for statement in prose.statements if statement.amount]
    if any(part.tables for part in parts) and (is_placeholder(identity, ontology) or not amounts):
        raise UnusableSource(
            what="an empty form: no figure in any table 空白样表，表格均无数字",
            where=names,
            remedy="give the form as filled in 请提供填写后的文件",
            reason="empty-form",
        )
    titles = [document_kind(part.document, ontology) for part in parts]
    if not amounts or not any(title and title.slug == "disclosure" for title in titles):
        raise UnusableSource(
            what="no budget table, and no prose of a budget that states amounts 未见预算表，正文也未列预算数",
            where=names,
            remedy="is this a budget or a final account? 请确认是否为部门预算或决算",
            reason="not-a-budget",
        )


def _targets(readings: Sequence[Reading], performance: Performance, ontology: Ontology) -> Iterable[Target]:
    """Yield the targets of all tables: those of lists and forms of indicators, else those of rows."""
    for reading in readings:
        slug = reading.table.slug
        if slug in performance.tables:
            yield from (target for target in performance.targets if target.table == slug)
        else:
            yield from read_targets(reading, ontology)


def _withholds(documents: Iterable[Document], ontology: Ontology) -> bool:
    """Say whether a document states that some of its lines are left out, for secrecy: its lists then sum to less."""
    words = tuple(map(normalise, ontology["cue/withheld"].labels))
    lines = (line.text for document in documents for page in document.pages for line in page.lines)
    return any(word in normalise(line) for line in lines for word in words)
