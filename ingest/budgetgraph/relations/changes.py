"""Changes: a figure is the one before it and a change: 本年 = 上年 + 增减额, 调整预算 = 年初预算 + 调整数."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from budgetgraph.concepts.ontology import CONCEPT, Concept, Ontology
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.labels import normalise
from budgetgraph.relations.model import Places, Relation, RelationKind, coarsest, tolerance
from budgetgraph.structure.trees import Node

_HEAD = CONCEPT + "column-head/"
_YEAR, _YEARS = re.compile(r"20\d\d"), r"20\d\d年?度?"


def changes(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield, for each change that a row states, the figure to which it leads: the one before it and the change.

    Nothing is claimed unless the heads leave one figure on each side, nor of a 差额, which may be either's excess.
    """
    if reading.unit is None:
        return
    for block in reading.structure.blocks:
        for row in block.lines:
            line = {column: cell for column in block.amounts if (cell := reading.cells.get((row, column))) is not None}
            for column, change in line.items():
                if isinstance(change, Figure) and (sides := _sides(column, line, ontology)):
                    yield from _claim(reading, change, *(line[side] for side in sides), places=places)


def _claim(
    reading: Reading, change: Figure, before: Figure | BlankCell, after: Figure | BlankCell, *, places: Places
) -> Iterator[Relation]:
    if not isinstance(after, Figure):
        return
    parts = (before, change) if isinstance(before, Figure) else (change,)
    years = (before.coordinates.get("fiscalYear"), after.coordinates.get("fiscalYear"))
    yield Relation(
        RelationKind.SUMMATION,
        reading.table.slug,
        after,
        parts,
        (before,) if isinstance(before, BlankCell) else (),
        over="budgetPhase" if years[0] == years[1] else "fiscalYear",
        tolerance=tolerance(coarsest((after, *parts), places), sum(1 for part in parts if part.number)),
    )


def _sides(column: Node, line: Mapping[Node, Figure | BlankCell], ontology: Ontology) -> tuple[Node, Node] | None:
    """Return the columns before and after a change, if the heads leave no doubt of either.

    A column beside them whose head is not understood may be the one that is meant (扣除中央基建投资后预算数).
    """
    named = {concept.iri for node in column.lineage for concept in node.concepts}
    wanted = _unchanged(line[column].coordinates, ontology)
    like = [
        other
        for other, cell in line.items()
        if not ontology.is_change(cell.coordinates.get("aspect")) and _plain(cell) == wanted
    ]
    if _HEAD + "adjustment" in named:
        return _adjusted(column, like, list(line))
    sure = _HEAD + "change" in named and all(map(_is_known, like))
    return _compared(column, like, line, ontology) if sure else None


def _is_known(column: Node) -> bool:
    return column.column is not None and all(node.resolved for node in column.lineage)


def _plain(cell: Figure | BlankCell) -> Coordinates:
    return cell.coordinates.without("fiscalYear", "budgetPhase")


def _unchanged(coordinates: Coordinates, ontology: Ontology) -> Coordinates | None:
    """Return the coordinates of that whose change has these."""
    aspect = coordinates.get("aspect")
    of = ontology[aspect].change_of if aspect else None
    return coordinates.without("fiscalYear", "budgetPhase").replaced("aspect", of) if of else None


def _adjusted(column: Node, like: Sequence[Node], all_columns: Sequence[Node]) -> tuple[Node, Node] | None:
    """年初预算数 | 调整数 | 调整预算数, side by side: what stands between them could be an addend too (上年结转)."""
    before = [node for node in like if _has_phase(node, "approved") and node.year is None]
    after = [node for node in like if _has_phase(node, "revised") and node.year is None]
    if len(before) != 1 or len(after) != 1:
        return None
    at = {node: place for place, node in enumerate(all_columns)}
    beside = at[before[0]] + 1 == at[column] == at[after[0]] - 1
    return (before[0], after[0]) if beside else None


def _has_phase(column: Node, slug: str) -> bool:
    return any(
        concept.scheme == "budget-phase" and concept.slug == slug
        for node in column.lineage
        for concept in node.concepts
    )


def _compared(
    column: Node, like: Sequence[Node], line: Mapping[Node, Figure | BlankCell], ontology: Ontology
) -> tuple[Node, Node] | None:
    """上年 | 本年 | 增减额: the disclosure's own figure, and the one with which the head of the change compares it."""
    own = [node for node in like if not _period(line[node])]
    if len(own) != 1:
        return None
    said = _without(_words(column), own[0], ontology)
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


def _words(column: Node) -> str:
    return "".join(normalise(node.label) for node in reversed(column.lineage))


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
        return _has_phase(own, "executed") and (_has_phase(column, "approved") or _has_phase(column, "revised"))
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
    phases, its = _phases(said, ontology), _phases("".join(_bare(column)), ontology)
    return not phases or not its or bool(phases & its)


def _rest(said: str, before: Node, ontology: Ontology) -> str:
    """Return what the words of a comparison say besides: of 同口径增减额 it is left open what is compared."""
    heads = (ontology[f"column-head/{slug}"] for slug in ("change", "last-year", "this-year", "amount", "total"))
    phases = ontology.scheme("budget-phase")
    known = [*_bare(before), *(label for head in (*heads, *phases) for label in map(normalise, head.labels))]
    known += map(
        normalise, (*ontology["wording/compared-with"].labels, *(cue for phase in phases for cue in phase.cues))
    )
    for word in sorted(known, key=len, reverse=True):
        said = said.replace(word, "")
    return re.sub(rf"{_YEARS}|\W", "", said)


def _phases(text: str, ontology: Ontology) -> set[str]:
    def is_named(phase: Concept) -> bool:
        return any(normalise(cue) in text for cue in phase.cues)

    return {phase.slug for phase in ontology.scheme("budget-phase") if is_named(phase)}
