"""Performance targets: what performance tables say in words, under the right heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.document import Cell
from budgetgraph.labels import normalise
from budgetgraph.tables import Row
from budgetgraph.tables.header import Column

if TYPE_CHECKING:  # figures take the money of forms, which hold contents
    from budgetgraph.figures.model import Reading


@dataclass(frozen=True, slots=True)
class Content:
    """One text of a target: its kind, and the kind under whose head it is printed if that is another."""

    kind: Concept
    cell: Cell
    printed_under: Concept | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a row or form of a performance table sets out to do: for a project or for the whole body.

    `group` is its number among the projects of a table that lists indicators, which it shares with them.
    """

    table: str
    project: str | None
    organization: str | None
    contents: tuple[Content, ...]
    group: int | None = None

    @property
    def slipped(self) -> bool:
        """Whether texts of the row are printed under a neighbour's head."""
        return any(content.printed_under for content in self.contents)


def read_targets(reading: Reading, ontology: Ontology) -> list[Target]:
    """Return the targets of a table, one for each row that holds text under a content head."""
    columns = reading.structure.texts
    if not columns:
        return []
    rows = [row for row in reading.table.rows if any(row.text(column.index) for column, _ in columns)]
    start = _slip(columns, rows)
    return [
        Target(
            reading.table.slug,
            _first(row, reading.structure.projects),
            _first(row, reading.structure.organizations),
            tuple(_contents(row, columns, start)),
        )
        for row in rows
    ]


def _first(row: Row, columns: Sequence[Column]) -> str | None:
    return next((text for column in columns if (text := row.text(column.index))), None)


def _contents(row: Row, columns: Sequence[tuple[Column, Concept]], start: int | None) -> Iterator[Content]:
    for position, (column, kind) in enumerate(columns):
        cell = row.cells.get(column.index)
        if cell is None or not cell.flat:
            continue
        if start is not None and start <= position < len(columns) - 1:
            yield Content(columns[position + 1][1], cell, printed_under=kind)
        else:
            yield Content(kind, cell)


def _slip(columns: Sequence[tuple[Column, Concept]], rows: Sequence[Row]) -> int | None:
    """Return from which text column on the texts stand one column too far left, if their contents say so.

    Every row must agree better with the next heads than with its own, and the last column must be empty.
    """
    last = columns[-1][0]
    if len(columns) < 4 or not rows or any(row.text(last.index) for row in rows):
        return None
    as_printed = [_score(row, columns, None) for row in rows]
    best: tuple[int, int] | None = None
    for start in range(len(columns) - 1):
        scores = [_score(row, columns, start) for row in rows]
        if all(moved > printed + 1 for moved, printed in zip(scores, as_printed, strict=True)):
            best = max(best or (0, 0), (sum(scores), start))
    return best[1] if best else None


def _score(row: Row, columns: Sequence[tuple[Column, Concept]], start: int | None) -> int:
    return sum(1 for content in _contents(row, columns, start) if _betrays(content.kind, content.cell))


def _betrays(kind: Concept, cell: Cell) -> bool:
    text = normalise(cell.text)
    return any(re.search(cue, text) for cue in kind.cues)
