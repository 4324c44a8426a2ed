"""Evaluation: how much of a folder of documents was understood, in the measures of DESIGN section 8."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.document import Box, Cell
from budgetgraph.errors import UnusableSource
from budgetgraph.evaluation.escapes import REASONS
from budgetgraph.evaluation.seen import SeenTable, Word, see
from budgetgraph.figures import Figure, Reading
from budgetgraph.graph import GraphBuilder
from budgetgraph.graph.consolidation import HEADLINES, consolidate, headlines
from budgetgraph.labels import normalise, tidy
from budgetgraph.relations.model import Implied, Relation, table_of
from budgetgraph.report.examination import Report, as_json, examine

UNMEASURED = frozenset({"performance"})
"""Aspects whose tables hold quantities, weights and dates beside money: they are left out, and listed."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that was not understood: what kind of miss, on which page, and what is printed there."""

    kind: str
    page: int
    text: str


@dataclass(slots=True)
class Measures:
    """The counts of one document; shares are made of them.

    `headlines` are those that the document has; all of DESIGN section 4 are due of one with tables.
    """

    source: str
    refused: str | None = None
    disclosure: str | None = None
    pages: int = 0
    tables: int = 0
    tables_recognised: int = 0
    cells: int = 0
    cells_captured: int = 0
    cells_resolved: int = 0
    nonzero: int = 0
    verified: int = 0
    verified_twice: int = 0
    verified_across: int = 0
    headlines: tuple[str, ...] = ()
    headlines_present: int = 0
    headlines_due: int = 0
    seconds: float = 0.0
    seconds_validation: float = 0.0
    seconds_plumber: float = 0.0
    misses: list[Miss] = field(default_factory=list)
    violations: list[Mapping[str, Any]] = field(default_factory=list)
    unknown_labels: list[str] = field(default_factory=list)


SHARES = {
    "tables_recognised": "tables",
    "cells_captured": "cells",
    "cells_resolved": "cells_captured",
    "verified": "nonzero",
    "verified_twice": "nonzero",
    "verified_across": "nonzero",
    "headlines_present": "headlines_due",
}
"""Each measured count, and the count of which it is a share."""


def evaluate(path: Path, name: str) -> Measures:
    """Measure one document; a refused one has a reason and no counts."""
    started = time.perf_counter()
    try:
        disclosure = read_disclosure(path)
        report = examine(disclosure)
    except UnusableSource as refused:
        return Measures(name, refused=refused.reason)
    measures = Measures(name, disclosure=_title(disclosure), seconds=time.perf_counter() - started)
    measures.seconds_validation = report.seconds
    measures.violations = [finding for finding in as_json(report)["findings"] if finding["severity"] == "violation"]
    measures.unknown_labels = sorted(
        {tidy(label) for reading in disclosure.readings for label in reading.structure.unknown}
    )
    measures.headlines = tuple(name for name, _ in headlines(disclosure, consolidate(disclosure)))
    _count_verified(report, measures)
    if disclosure.document.paged:
        _compare(disclosure, path, measures)
    if measures.tables:
        measures.headlines_present, measures.headlines_due = len(measures.headlines), len(HEADLINES)
    return measures


def evaluate_all(paths: Sequence[Path], folder: Path, jobs: int) -> Iterator[Measures]:
    """Measure some documents, *jobs* at a time, each named by its path below *folder*."""
    names = [str(path.relative_to(folder)) if path != folder else path.name for path in paths]
    if jobs <= 1:
        yield from map(evaluate, paths, names)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        yield from pool.map(evaluate, paths, names)


def _title(disclosure: Disclosure) -> str:
    identity = disclosure.identity
    return f"{identity.body} {identity.year} {identity.phase} {identity.level}"


def _compare(disclosure: Disclosure, path: Path, measures: Measures) -> None:
    """Compare the readings with what pdfplumber sees by itself."""
    seen = see(path)
    measures.pages, measures.seconds_plumber = seen.pages, seen.seconds
    figures: dict[int, list[Figure]] = defaultdict(list)
    for figure in disclosure.figures:
        figures[figure.cell.page].append(figure)
    for table in seen.tables:
        reading = _reading_at(disclosure, table)
        if reading is not None and _is_unmeasured(reading):
            measures.misses.append(Miss("excluded", table.page, tidy(reading.table.title)))
            continue
        measures.tables += 1
        if reading is None or reading.kind.slug == "other":
            measures.misses.append(Miss("table", table.page, tidy(reading.table.title) if reading else "no grid"))
        else:
            measures.tables_recognised += 1
        for word in table.words:
            _count_word(word, figures[table.page], measures)


def _count_word(word: Word, figures: Iterable[Figure], measures: Measures) -> None:
    measures.cells += 1
    figure = next((figure for figure in figures if _holds(figure.cell, word)), None)
    if figure is None or figure.amount is None:
        measures.misses.append(Miss("cell", word.page, word.text))
        return
    measures.cells_captured += 1
    if figure.resolved:
        measures.cells_resolved += 1
        return
    measures.misses.append(Miss("coordinates", word.page, f"{figure.row_label} × {figure.column_label}"))


def _holds(cell: Cell, word: Word) -> bool:
    """Say whether a word stands in a cell, and the cell's text says it."""
    return cell.box is not None and _middle_in(word.box, cell.box) and normalise(word.text) in normalise(cell.text)


def _middle_in(inner: Box, outer: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.top + inner.bottom) / 2
    return outer.x0 - 1 <= x <= outer.x1 + 1 and outer.top - 1 <= y <= outer.bottom + 1


def _is_unmeasured(reading: Reading) -> bool:
    return reading.base.get("aspect", "").rpartition("/")[2] in UNMEASURED


def _reading_at(disclosure: Disclosure, table: SeenTable) -> Reading | None:
    """Return the reading of ours that overlaps a table most."""
    best: tuple[float, Reading | None] = (0.0, None)
    for reading in disclosure.readings:
        for grid in reading.table.grids:
            if grid.page == table.page and grid.box is not None:
                area = _overlap(grid.box, table.box)
                if area > best[0]:
                    best = (area, reading)
    return best[1]


def _overlap(one: Box, other: Box) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(width, 0.0) * max(height, 0.0)


def _count_verified(report: Report, measures: Measures) -> None:
    """Count the figures that a relation with outcome exact or rounding bears out."""
    disclosure = report.disclosure
    builder = GraphBuilder(disclosure)
    held: Counter[int] = Counter()
    across: set[int] = set()
    for relation in disclosure.relations.relations:
        outcome = report.outcomes.get(builder.relation(relation))
        if outcome is None or outcome.kind not in ("exact", "rounding"):
            continue
        spans = len({table_of(term) for term in (relation.whole, *relation.parts)}) > 1
        for figure in _members(relation):
            held[id(figure)] += 1
            if spans:
                across.add(id(figure))
    nonzero = [figure for figure in disclosure.figures if figure.number and figure.amount is not None]
    measures.nonzero = len(nonzero)
    measures.verified = sum(1 for figure in nonzero if held[id(figure)])
    measures.verified_twice = sum(1 for figure in nonzero if held[id(figure)] > 1)
    measures.verified_across = sum(1 for figure in nonzero if id(figure) in across)
    for figure in nonzero:
        if not held[id(figure)]:
            words = f"{figure.table}: {tidy(figure.row_label)} × {tidy(figure.column_label)} {figure.printed}"
            measures.misses.append(Miss("unverified", figure.cell.page, words))


def _members(relation: Relation) -> Iterator[Figure]:
    """Yield the printed figures that a relation speaks of; an implied total stands for its parts."""
    for term in (relation.whole, *relation.parts):
        if isinstance(term, Figure):
            yield term
        elif isinstance(term, Implied):
            yield from term.parts


def summary(measured: Sequence[Measures]) -> dict[str, Any]:
    """Return the totals and shares over some documents, as `budgetgraph evaluate` prints and writes them."""
    read = [measures for measures in measured if measures.refused is None]
    counts = dict.fromkeys((*SHARES, *SHARES.values(), "pages"))
    totals = {name: sum(getattr(m, name) for m in read) for name in counts}
    shares = {name: round(totals[name] / totals[whole], 4) if totals[whole] else None for name, whole in SHARES.items()}
    validation = [m.seconds_validation / m.seconds for m in read if m.seconds]
    ratios = [m.seconds / m.seconds_plumber for m in read if m.seconds_plumber]
    return {
        "documents": len(measured),
        "read": len(read),
        "refused": {m.source: m.refused for m in measured if m.refused},
        "totals": totals,
        "shares": shares,
        "violations": sum(len(m.violations) for m in read),
        "validation_share_median": round(median(validation), 4) if validation else None,
        "seconds_to_plumber_median": round(median(ratios), 2) if ratios else None,
    }


def as_dict(measured: Sequence[Measures]) -> dict[str, Any]:
    """Return the whole evaluation as JSON values."""
    return {"summary": summary(measured), "documents": [asdict(measures) for measures in measured]}


def as_html(measured: Sequence[Measures], mutation: Mapping[str, Any] | None = None) -> str:
    """Return the evaluation as one HTML page: totals, each document, every miss with its page, every escape.

    *mutation* is what `trials.mutation_dict` returns.
    """
    environment = Environment(loader=PackageLoader("budgetgraph"), autoescape=True, undefined=StrictUndefined)
    template = environment.get_template("evaluation.html")
    return template.render(
        summary=summary(measured), documents=measured, shares=SHARES, mutation=mutation, reasons=REASONS
    )
