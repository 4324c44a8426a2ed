"""Findings: what is wrong or odd in a disclosure, in plain words, with numbers, tables and pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import BlankCell, Figure, Reading
from budgetgraph.labels import tidy
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Implied, Relation, RelationKind, Term


class Severity(Enum):
    """How grave a finding is, named as in SHACL."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True)
class Words:
    """A message in Chinese and English."""

    zh: str
    en: str

    def __add__(self, other: Words) -> Words:
        return Words(self.zh + other.zh, self.en + " " + other.en)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `rule` is a slug, `table` the table that answers for it, None for the running text."""

    severity: Severity
    rule: str
    message: Words
    table: str | None = None
    page: int | None = None
    relation: Relation | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says where things stand and what they are worth, in the unit of their table."""

    disclosure: Disclosure

    def place(self, cell: Cell) -> Words:
        """Return the page of a cell; the line in texts, sheet and address in workbooks."""
        if cell.sheet is not None:
            return Words(f"工作表“{cell.sheet}”{cell.address}", f"sheet “{cell.sheet}” {cell.address}")
        document = self.disclosure.document_of(cell.file)
        file = Words(f"“{document.name}”", f"“{document.name}” ") if cell.file else Words("", "")
        if document.paged:
            return Words(f"{file.zh}第{cell.page}页", f"{file.en}p. {cell.page}")
        return Words(f"{file.zh}第{cell.line}行", f"{file.en}line {cell.line}")

    def page(self, number: int, line: int | None = None) -> Words:
        """Return a page number in words, or a line number in sources without pages."""
        if self.disclosure.document.paged:
            return Words(f"第{number}页", f"p. {number}")
        return Words(f"第{line}行", f"line {line}") if line else Words("", "text")

    def table(self, slug: str) -> Words:
        """Return a table's annex and title."""
        table = self.disclosure.reading(slug).table
        title = tidy(table.title)
        if not table.annex:
            return Words(f"《{title}》", f"table “{title}”")
        inner = f"内嵌的《{title}》" if table.embedded else f"《{title}》"
        return Words(f"附件{table.annex}{inner}", f"annex {table.annex} “{title}”")

    def annex(self, slug: str) -> Words:
        """Return a table's annex, or its title if it has none."""
        annex = self.disclosure.reading(slug).table.annex
        return Words(f"附件{annex}", f"annex {annex}") if annex else self.table(slug)

    def money(self, amount: Decimal, slug: str | None) -> Words:
        """Return an amount in the unit of a table (万元 for prose)."""
        unit = self.disclosure.reading(slug).unit if slug else None
        factor, label = (unit.yuan, unit.label) if unit else (Decimal(10000), "万元")
        number = f"{(amount / factor).quantize(Decimal('0.01')):,f}"
        return Words(f"{number}{label}", f"{number} {label}")

    def term(self, term: Term | BlankCell) -> Words:
        """Return a term of a relation: where it is printed, under which labels, and its amount."""
        if isinstance(term, Statement):
            where = self.page(term.page, term.line)
            return Words(f"正文{where.zh}“{term.quoted}”", f"the text, {where.en}, “{term.quoted}”")
        if isinstance(term, Implied):
            return self._implied(term)
        annex, where = self.annex(term.table), self.place(term.cell)
        if isinstance(term, BlankCell):
            label = self.heads(term)
            return Words(f"{annex.zh}{where.zh}“{label}”（空白）", f"{annex.en}, {where.en}, “{label}” (blank)")
        label = f"{tidy(term.row_label)} × {tidy(term.column_label)}"
        worth = self.money(term.amount or Decimal(0), term.table)
        return Words(f"{annex.zh}{where.zh}“{label}”{worth.zh}", f"{annex.en}, {where.en}, “{label}” {worth.en}")

    def heads(self, blank: BlankCell) -> str:
        """Return the labels of the row and the column in which a blank stands."""
        cells, place = self.disclosure.reading(blank.table).cells, _place(blank.cell)
        row, column = next((key for key, item in cells.items() if _place(item.cell) == place), (None, None))
        if row is None or column is None:
            return ""
        figures = (item for (_, other), item in cells.items() if other is column and isinstance(item, Figure))
        head = next((figure.column_label for figure in figures), column.label)
        return f"{tidy(row.label)} × {tidy(head)}"

    def _implied(self, term: Implied) -> Words:
        annex, where = self.annex(term.table), self.place(term.parts[0].cell)
        worth = self.money(term.amount, term.table)
        rows, columns = (
            {tidy(getattr(part, name)): None for part in term.parts} for name in ("row_label", "column_label")
        )
        if len(rows) == 1 < len(columns):
            label = f"{next(iter(rows))} × {' + '.join(columns)}"
            return Words(
                f"{annex.zh}{where.zh}“{label}”之和{worth.zh}", f"{annex.en}, {where.en}, “{label}” {worth.en}"
            )
        label = next(iter(columns))
        return Words(
            f"{annex.zh}{where.zh}“{label}”各行之和{worth.zh}",
            f"{annex.en}, {where.en}, the rows of “{label}” together {worth.en}",
        )

    def violation(self, relation: Relation, residual: Decimal) -> Words:
        """Return a violated relation in words, with its numbers, tables and pages."""
        whole, unit = self.term(relation.whole), relation.table
        gap = self.money(abs(residual), unit)
        if relation.kind is RelationKind.SUMMATION:
            parts = [_short(part, self) for part in relation.parts]
            total = self.money(
                sum((part.amount for part in relation.parts if part.amount is not None), Decimal(0)), unit
            )
            return Words(
                f"{whole.zh}，但各项之和为{total.zh}（{' + '.join(parts)}），相差{gap.zh}。",
                f"{whole.en}, but its addends sum to {total.en} ({' + '.join(parts)}); the difference is {gap.en}.",
            )
        part = self.term(relation.parts[0])
        if relation.kind is RelationKind.CONTAINMENT:
            return Words(
                f"{part.zh}是{whole.zh}的一部分，却大{gap.zh}。",
                f"{part.en} is a part of {whole.en} and yet larger by {gap.en}.",
            )
        return Words(
            f"{whole.zh}与{part.zh}应为同一数，相差{gap.zh}。",
            f"{whole.en} and {part.en} should be the same figure; they differ by {gap.en}.",
        )


def _place(cell: Cell) -> tuple[str, int, int, int, int]:
    return cell.file, cell.page, cell.grid, cell.row, cell.column


def _short(term: Term, speaker: Speaker) -> str:
    if isinstance(term, Figure):
        return term.printed
    return speaker.money(term.amount or Decimal(0), None if isinstance(term, Statement) else term.table).zh


def page_of(item: Relation | Reading) -> int | None:
    """Return the page on which a relation's whole, or a table, is printed."""
    if isinstance(item, Reading):
        return item.table.first_page
    whole = item.whole
    if isinstance(whole, Statement):
        return whole.page
    return whole.parts[0].cell.page if isinstance(whole, Implied) else whole.cell.page


def listed(words: Iterable[str]) -> str:
    """Join names as a Chinese list."""
    return "、".join(words)
