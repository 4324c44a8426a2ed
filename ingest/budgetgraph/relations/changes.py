"""Changes: a figure is the one before it and a change: 本年 = 上年 + 增减额, 调整预算 = 年初预算 + 调整数."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from budgetgraph.concepts.ontology import CONCEPT, Ontology
from budgetgraph.figures import BlankCell, Figure, Reading
from budgetgraph.relations.comparisons import compared, has_phase, is_known, plain, unchanged, words_of
from budgetgraph.relations.model import Places, Relation, RelationKind, coarsest, tolerance
from budgetgraph.relations.parts import is_rate
from budgetgraph.structure.trees import Node

_ADJUSTMENT, _CHANGE = CONCEPT + "column-head/adjustment", CONCEPT + "column-head/change"
_CHANGES = {_ADJUSTMENT, _CHANGE}


def changes(reading: Reading, ontology: Ontology, places: Places) -> Iterator[Relation]:
    """Yield, for each change that a row states, the figure to which it leads: the one before it and the change.

    Nothing is claimed unless the heads leave one figure on each side, nor of a 差额, which may be either's excess.
    """
    if reading.unit is None:
        return
    for block in reading.structure.blocks:
        stated = [column for column in block.amounts if _CHANGES & _named(column)]
        for row in block.lines if stated else ():
            if is_rate(row.label, ontology):
                continue
            line = {column: cell for column in block.amounts if (cell := reading.cells.get((row, column))) is not None}
            for column in stated:
                change = line.get(column)
                if isinstance(change, Figure) and (sides := _sides(column, line, ontology)):
                    yield from _claim(reading, change, *(line[side] for side in sides), places=places)


def _named(column: Node) -> set[str]:
    return {concept.iri for node in column.lineage for concept in node.concepts}


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
    named = _named(column)
    wanted = unchanged(line[column].coordinates, ontology)
    like = [
        other
        for other, cell in line.items()
        if not ontology.is_change(cell.coordinates.get("aspect")) and plain(cell) == wanted
    ]
    if _ADJUSTMENT in named:
        return _adjusted(column, like, list(line))
    sure = _CHANGE in named and all(map(is_known, like))
    words = words_of(node.label for node in column.lineage)
    return compared(words, like, line, ontology) if sure else None


def _adjusted(column: Node, like: Sequence[Node], all_columns: Sequence[Node]) -> tuple[Node, Node] | None:
    """年初预算数 | 调整数 | 调整预算数, side by side: what stands between them could be an addend too (上年结转)."""
    before = [node for node in like if has_phase(node, "approved") and node.year is None]
    after = [node for node in like if has_phase(node, "revised") and node.year is None]
    if len(before) != 1 or len(after) != 1:
        return None
    at = {node: place for place, node in enumerate(all_columns)}
    beside = at[before[0]] + 1 == at[column] == at[after[0]] - 1
    return (before[0], after[0]) if beside else None
