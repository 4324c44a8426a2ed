"""Soft checks of blanks: totals left blank beside their items, and funds of which the text says that there is none.

A sum whose total is blank cannot be judged (DESIGN 4) and is never violated; that the total is missing can be told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words
from budgetgraph.concepts.ontology import Concept
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.prose.wording import labels_of, wording
from budgetgraph.relations.model import Relation, RelationKind

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


def funds_of_none(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence says that there is no money of a fund (政府性基金), and a table of that fund prints some."""
    ontology = disclosure.ontology
    none, wider = wording(ontology).words("cue/none"), {fund.broader for fund in ontology.scheme("fund-source")}
    aspects = tuple(label for label in labels_of(ontology.scheme("aspect")) if len(label) > 1)
    for fund in (concept for concept in ontology.scheme("fund-source") if concept.iri not in wider):
        figure = next((f for f in disclosure.figures if _is_of(f, fund)), None)
        if figure is None:
            continue
        names = "|".join(re.escape(label) for label in labels_of([fund]) if len(label) >= NAME)
        pattern = re.compile(rf"(?:{none})[^,。;\d]{{0,12}}?(?:{names})[^,。;\d]{{0,20}}(?=[,。;]|$)")
        for paragraph in disclosure.paragraphs if names else ():
            found = pattern.search(paragraph.flat)
            if found and not any(aspect in found.group() for aspect in aspects):
                where, term = speaker.page(paragraph.page, paragraph.line), speaker.term(figure)
                yield Finding(
                    Severity.WARNING,
                    "empty-claim",
                    Words(
                        f"正文{where.zh}称“{found.group()}”，而{term.zh}。",
                        f"The text ({where.en}) says “{found.group()}”, and there is {term.en}.",
                    ),
                    table=figure.table,
                    page=paragraph.page,
                    cells=(figure.cell,),
                )
                break


NAME = 4
"""Names of funds shorter than these characters (预算, 基金) may mean another thing in a sentence."""


def _is_of(figure: Figure, fund: Concept) -> bool:
    """Say whether a figure states money of a fund, this year, by function: what a table by fund breaks down."""
    said = figure.coordinates.get
    return bool(
        figure.amount
        and figure.resolved
        and said("fundSource") == fund.iri
        and said("functionalClassification")
        and said("fiscalYear") is None
    )
