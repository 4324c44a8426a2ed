"""Comparisons: which two columns of a table the head of a change, or of a percentage, sets against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from budgetgraph.concepts.ontology import CONCEPT, Concept, Ontology
from budgetgraph.figures import BlankCell, Coordinates, Figure
from budgetgraph.labels import normalise
from budgetgraph.structure.trees import Node

_HEAD = CONCEPT + "column-head/"
_YEAR, _YEARS = re.compile(r"20\d\d"), r"20\d\d年?度?"


def is_known(column: Node) -> bool:
    """Say whether every head above a column is understood."""
    return column.column is not None and all(node.resolved for node in column.lineage)


def plain(cell: Figure | BlankCell) -> Coordinates:
    """Return the coordinates of a cell whatever its year and phase."""
    return cell.coordinates.without("fiscalYear", "budgetPhase")


def unchanged(coordinates: Coordinates, ontology: Ontology) -> Coordinates | None:
    """Return the coordinates of that whose change has these."""
    aspect = coordinates.get("aspect")
    of = ontology[aspect].change_of if aspect else None
    return coordinates.without("fiscalYear", "budgetPhase").replaced("aspect", of) if of else None


def has_phase(column: Node, slug: str) -> bool:
    """Say whether the heads of a column name a phase."""
    return any(
        concept.scheme == "budget-phase" and concept.slug == slug
        for node in column.lineage
        for concept in node.concepts
    )


def compared(
    words: str, like: Sequence[Node], line: Mapping[Node, Figure | BlankCell], ontology: Ontology
) -> tuple[Node, Node] | None:
    """上年 | 本年 | 增减额: the disclosure's own figure, and the one with which the head of the change compares it."""
    own = [node for node in like if not _period(line[node])]
    if len(own) != 1:
        return None
    said = _without(words, own[0], ontology)
    before = [
        node
        for node in like
        if node is not own[0] and _is_earlier(node, own[0], line) and _agrees(said, node, line, own[0], ontology)
    ]
    if len(before) > 1:
        before = [node for node in before if _names(said, node)]
    if len(before) != 1 or _rest(said, before[0], ontology):
        return None
    return before[0], own[0]


def _period(cell: Figure | BlankCell) -> tuple[str, ...]:
    return tuple(value for name in ("fiscalYear", "budgetPhase") if (value := cell.coordinates.get(name)))


def words_of(labels: Iterable[str]) -> str:
    """Return the words of a head and of the heads above it, which are given from the lowest."""
    return "".join(reversed([normalise(label) for label in labels]))


def _bare(column: Node) -> list[str]:
    """Return the labels above a column without their years."""
    labels = (re.sub(_YEARS, "", normalise(node.label)) for node in column.lineage)
    return [label for label in labels if label]


def _without(said: str, own: Node, ontology: Ontology) -> str:
    """Take what is compared from the head of a comparison: of 2026年预算数比2025年执行数 the latter is left."""
    years = "|".join(map(re.escape, (normalise(label) for label in ontology["column-head/this-year"].labels)))
    labels = "|".join(map(re.escape, _bare(own)))
    return re.sub(rf"^(?:{_YEARS}|{years})?(?:{labels})", "", said)


def _names(said: str, column: Node) -> bool:
    return any(label in said for label in _bare(column))


def _is_earlier(column: Node, own: Node, line: Mapping[Node, Figure | BlankCell]) -> bool:
    """Say whether a column is known to be of an earlier year than the disclosure's own, or of its own budget."""
    year = line[column].coordinates.get("fiscalYear")
    if year is None:
        return has_phase(own, "executed") and (has_phase(column, "approved") or has_phase(column, "revised"))
    last = any(concept.iri == _HEAD + "last-year" for node in column.lineage for concept in node.concepts)
    own_year = next((node.year for node in own.lineage if node.year), None)
    return last or (own_year is not None and int(year) < own_year)


def _agrees(said: str, column: Node, line: Mapping[Node, Figure | BlankCell], own: Node, ontology: Ontology) -> bool:
    """Say whether the words of a comparison can be meant of a column: its year, and budget or account."""
    year = line[column].coordinates.get("fiscalYear")
    own_year = next((str(node.year) for node in own.lineage if node.year), None)
    years = set(_YEAR.findall(said)) - {own_year}
    if years and year not in years:
        return False
    if year is None and any(normalise(label) in said for label in ontology["column-head/last-year"].labels):
        return False
    phases, its = phases_in(said, ontology), phases_in("".join(_bare(column)), ontology)
    return not phases or not its or bool(phases & its)


def _rest(said: str, before: Node, ontology: Ontology) -> str:
    """Return what the words of a comparison say besides: of 同口径增减额 it is left open what is compared."""
    return unknown_in(said, ontology, *_bare(before))


def unknown_in(said: str, ontology: Ontology, *labels: str) -> str:
    """Return what some words say besides years, phases, changes and percentages, and some labels."""
    slugs = ("change", "percent", "last-year", "this-year", "amount", "total")
    phases = ontology.scheme("budget-phase")
    others = (
        ontology[name] for name in ("wording/compared-with", "wording/completion", "cue/increase", "cue/decrease")
    )
    known = [*labels]
    for concept in (*(ontology[f"column-head/{slug}"] for slug in slugs), *phases, *others):
        known += (*concept.labels, *concept.cues)
    for word in sorted(filter(None, map(normalise, known)), key=len, reverse=True):
        said = said.replace(word, "")
    return re.sub(rf"{_YEARS}|\W", "", said)


def phases_in(text: str, ontology: Ontology) -> set[str]:
    """Return the phases of which some words speak: budget, adjusted budget, account."""

    def is_named(phase: Concept) -> bool:
        return any(normalise(cue) in text for cue in phase.cues)

    return {phase.slug for phase in ontology.scheme("budget-phase") if is_named(phase)}
