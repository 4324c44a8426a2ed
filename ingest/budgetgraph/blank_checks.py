"""Soft check of blanks: a total left blank in a row that prints its items, where other rows print theirs.

A sum whose total is blank cannot be judged (DESIGN 4) and is never violated; that the total is missing can be told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.findings import Finding, Severity, Speaker, Words
from budgetgraph.relations import Relation, RelationKind

PRINTED = 3
"""A column is taken to be one of totals for every row if so many rows print theirs."""


def blank_totals(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A row prints the items of a sum and leaves its total blank, which other rows of the table print."""
    blank: dict[str, list[Relation]] = defaultdict(list)
    printed: Counter[tuple[str, int]] = Counter()
    for relation in disclosure.relations.relations:
        if relation.kind is RelationKind.SUMMATION and relation.table and _is_of_one_row(relation):
            whole = relation.whole
            if isinstance(whole, Figure) and whole.number:
                printed[relation.table, whole.cell.column] += 1
            elif isinstance(whole, BlankCell) and any(part.amount for part in relation.parts):
                blank[relation.table].append(relation)
    for slug, relations in blank.items():
        missing = [r for r in relations if isinstance(r.whole, BlankCell) and _is_usual(r.whole, slug, printed)]
        if missing:
            yield _finding(slug, missing, speaker)


def _is_of_one_row(relation: Relation) -> bool:
    """Say whether a sum runs across the columns of one row."""
    cells = [item.cell for item in (relation.whole, *relation.parts) if isinstance(item, Figure | BlankCell)]
    return len({(cell.page, cell.grid, cell.row) for cell in cells}) == 1 and len(cells) > 1


def _is_usual(blank: BlankCell, slug: str, printed: Counter[tuple[str, int]]) -> bool:
    return printed[slug, blank.cell.column] >= PRINTED


def _finding(slug: str, relations: Sequence[Relation], speaker: Speaker) -> Finding:
    table = speaker.table(slug)
    wholes = [relation.whole for relation in relations if isinstance(relation.whole, BlankCell)]
    told = []
    for relation, whole in zip(relations, wholes, strict=True):
        items = [part.printed for part in relation.parts if isinstance(part, Figure)]
        where, label = speaker.place(whole.cell), speaker.heads(whole)
        told.append(Words(f"{where.zh}“{label}”（{'、'.join(items)}）", f"{where.en}, “{label}” ({', '.join(items)})"))
    return Finding(
        Severity.WARNING,
        "blank-total",
        Words(
            f"{table.zh}：同栏他行印有合计，而下列各处空白，虽其各项有数：{'；'.join(words.zh for words in told)}。",
            f"{table.en}: other rows print their totals in this column, and these are blank though their items are "
            f"printed: {'; '.join(words.en for words in told)}.",
        ),
        table=slug,
        page=wholes[0].cell.page,
        cells=tuple(whole.cell for whole in wholes),
    )
