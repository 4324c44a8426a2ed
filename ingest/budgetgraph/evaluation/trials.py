"""Trials: mutations of a folder's documents, everything after the reader run again, what is noticed and named.

DESIGN section 8: seeded, over all non-zero money cells, at least 1,000 trials.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from budgetgraph.checks.blanks import blank_totals
from budgetgraph.checks.digits import last_places
from budgetgraph.checks.findings import Speaker
from budgetgraph.diagnosis.equations import Equation, Place, equations, place_of
from budgetgraph.diagnosis.repairs import Suspicion, suspicions
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.document import Cell, Document
from budgetgraph.errors import UnusableSource
from budgetgraph.evaluation.escapes import PINNING, REASONS, escape
from budgetgraph.evaluation.mutation import KINDS, Mutation, draw, is_number, mutated
from budgetgraph.figures import BlankCell, Figure, Reading
from budgetgraph.labels import tidy
from budgetgraph.readers import read
from budgetgraph.relations.model import Implied, Relation, RelationKind, Term


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one mutation.

    `partner`: another table, or the prose, states the same figure; `held`: relations of the cell that held before,
    those that say what it must be; `named`: 1 if the diagnosis names it first, 1/k in a tie of k; `violates`: what is
    noticed is a violation, not only what a soft check says; `reason` and `caught_by`: why an undetected one escaped,
    and by which relation it would have been caught.
    """

    source: str
    kind: str
    page: int
    label: str
    before: str
    after: str
    detected: bool
    partner: bool
    held: int
    held_any: int
    named: float
    violates: bool
    reason: str = ""
    caught_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class MutationMeasures:
    """The trials of a folder, and what could not take part."""

    trials: list[Trial] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A document before any change: what is known of its figures and relations."""

    document: Document
    disclosure: Disclosure
    figures: Sequence[tuple[Reading, Figure]]
    rows: Mapping[Place, Sequence[Cell]]
    at: Mapping[Place, Sequence[Equation]]
    violated: frozenset[object]
    odd: frozenset[Place]


def money_cells(path: Path) -> int | str:
    """Return how many non-zero money cells a document has, or why it is refused."""
    try:
        return len(_ground(path).figures)
    except UnusableSource as refused:
        return refused.reason


def mutate_all(paths: Sequence[Path], folder: Path, *, trials: int, seed: int, jobs: int) -> MutationMeasures:
    """Try mutations on the documents of a folder, spread over all their money cells alike."""
    found = MutationMeasures()
    with ProcessPoolExecutor(max_workers=max(jobs, 1)) as pool:
        counts = dict(zip(paths, pool.map(money_cells, paths), strict=True))
        found.refused = {_name(path, folder): count for path, count in counts.items() if isinstance(count, str)}
        cells = [(path, number) for path, count in counts.items() for number in range(_number(count))]
        drawn: dict[Path, list[tuple[int, int]]] = defaultdict(list)
        chance = random.Random(seed)
        for trial in range(trials if cells else 0):
            path, number = chance.choice(cells)
            drawn[path].append((number, trial))
        names = [_name(path, folder) for path in drawn]
        for done in pool.map(_try_document, drawn, names, drawn.values(), [seed] * len(drawn)):
            found.trials.extend(done)
    return found


def _number(count: int | str) -> int:
    return count if isinstance(count, int) else 0


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path != folder else path.name


def _try_document(path: Path, name: str, drawn: Sequence[tuple[int, int]], seed: int) -> list[Trial]:
    ground = _ground(path)
    found: list[Trial] = []
    for number, trial in drawn:
        _, figure = ground.figures[number]
        chance = random.Random(f"{seed}/{trial}")
        mutation = draw(KINDS[trial % len(KINDS)], figure, ground.rows.get(place_of(figure), ()), chance)
        found.append(_try(mutation, ground, number, name))
    _ground.cache_clear()
    return found


@cache
def _ground(path: Path) -> _Ground:
    document = read(path)
    disclosure = read_disclosure(document)
    at: dict[Place, list[Equation]] = defaultdict(list)
    known = equations(disclosure.relations.relations)
    for equation in known:
        for place in equation.terms:
            at[place].append(equation)
    printed = {place_of(cell): cell for grid in document.grids() for cell in grid.cells}
    figures = [
        (reading, figure)
        for reading in disclosure.readings
        for figure in reading.figures
        if figure.number and figure.amount is not None and _is_whole(printed.get(place_of(figure)))
    ]
    violated = frozenset(_key(equation.relation) for equation in known if equation.violated)
    return _Ground(document, disclosure, figures, _rows(disclosure, printed), at, violated, _odd(disclosure))


def _is_whole(cell: Cell | None) -> bool:
    """Say whether a number stands in one cell of the document; that of a row cut by a page may not."""
    return cell is not None and is_number(cell.text)


def _rows(disclosure: Disclosure, printed: Mapping[Place, Cell]) -> dict[Place, Sequence[Cell]]:
    """Return, for each amount cell, the amount cells of its row in its block, from left to right."""
    found: dict[Place, Sequence[Cell]] = {}
    for reading in disclosure.readings:
        for block in reading.structure.blocks:
            for row in block.lines:
                items = [reading.cells.get((row, column)) for column in block.amounts]
                cells = [printed[place_of(item)] for item in items if item is not None and place_of(item) in printed]
                found.update((place_of(cell), cells) for cell in cells)
    return found


def _key(relation: Relation) -> object:
    """Return what makes a relation the same one in another run: its kind and the places that it speaks of."""

    def of(term: Term | BlankCell) -> object:
        return (term.table, term.coordinates) if isinstance(term, Implied) else place_of(term)

    return relation.kind, of(relation.whole), frozenset(map(of, relation.parts))


def _odd(disclosure: Disclosure) -> frozenset[Place]:
    """Return the cells of which a soft check speaks: totals left blank beside their items, last places that differ."""
    speaker = Speaker(disclosure)
    findings = (*blank_totals(disclosure, speaker), *last_places(disclosure, speaker))
    return frozenset(place_of(cell) for finding in findings for cell in finding.cells)


def _try(mutation: Mutation, ground: _Ground, number: int, name: str) -> Trial:
    reading, figure = ground.figures[number]
    known = ground.at.get(place_of(figure), ())
    held = [equation for equation in known if equation.held]
    pinning = [equation for equation in held if equation.relation.kind in PINNING]
    disclosure = read_disclosure(mutated(ground.document, mutation.texts))
    after = equations(disclosure.relations.relations)
    new = {id(e): e for e in after if e.violated and _key(e.relation) not in ground.violated}
    odd = _odd(disclosure) - ground.odd
    detected = bool(new or odd)
    escaped = None if detected else escape(reading, figure, known, after, ground.disclosure)
    return Trial(
        source=name,
        kind=mutation.kind,
        page=figure.cell.page,
        label=f"{figure.table}: {tidy(figure.row_label)} × {tidy(figure.column_label)}",
        before=figure.printed,
        after=mutation.texts[place_of(figure)],
        detected=detected,
        partner=any(equation.spans and equation.relation.kind is RelationKind.EQUALITY for equation in held),
        held=len(pinning),
        held_any=len(held),
        named=_named(suspicions(after, disclosure.readings), new, odd, mutation) if len(held) > 1 else 0.0,
        violates=bool(new),
        reason=escaped.reason if escaped else "",
        caught_by={"zh": escaped.caught_by.zh, "en": escaped.caught_by.en} if escaped else {},
    )


def _named(
    found: Iterable[Suspicion], new: Mapping[int, Equation], odd: Collection[Place], mutation: Mutation
) -> float:
    """Return how surely the first suspicion that explains something new names what was changed.

    Where nothing is violated, the *odd* cells of which a soft check speaks are what is named.
    """
    for suspicion in found if new else ():
        if any(id(equation) in new for repair in suspicion.repairs for equation in repair.mends):
            hits = sum(1 for repair in suspicion.repairs if set(repair.change) & set(mutation.texts))
            return hits / len(suspicion.repairs)
    return len(set(odd) & set(mutation.texts)) / len(odd) if odd else 0.0


# Totals


def mutation_summary(found: MutationMeasures) -> dict[str, Any]:
    """Return the shares of DESIGN section 8, and what escaped by kind and reason."""
    trials = found.trials
    partnered = [trial for trial in trials if trial.partner]
    twice = [trial for trial in trials if trial.held_any > 1]
    pinned = [trial for trial in trials if trial.held > 1]
    return {
        "trials": len(trials),
        "detected": _share([trial.detected for trial in trials]),
        "violated": _share([trial.violates for trial in trials]),
        "partnered": len(partnered),
        "partnered_detected": _share([trial.detected for trial in partnered]),
        "held_twice": len(twice),
        "held_twice_named": _share([trial.named for trial in twice]),
        "pinned_twice": len(pinned),
        "pinned_twice_named": _share([trial.named for trial in pinned]),
        "detected_by_kind": {kind: _share([t.detected for t in trials if t.kind == kind]) for kind in KINDS},
        "named_by_kind": {kind: _share([t.named for t in twice if t.kind == kind]) for kind in KINDS},
        "escaped": dict(sorted(Counter(f"{t.kind}: {REASONS[t.reason].en}" for t in trials if not t.detected).items())),
    }


def _share(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def mutation_dict(found: MutationMeasures) -> dict[str, Any]:
    """Return all trials as JSON values; what escaped by kind, with the relation that would have caught it, first."""
    ordered = sorted(found.trials, key=lambda trial: (trial.detected, trial.source, trial.page, trial.label))
    escaped = [asdict(trial) for trial in ordered if not trial.detected]
    return {
        "summary": mutation_summary(found),
        "refused": found.refused,
        "escapes": {
            reason: trials
            for reason in REASONS
            if (trials := [trial for trial in escaped if trial["reason"] == reason])
        },
        "misnamed": [asdict(t) for t in ordered if t.detected and t.held_any > 1 and t.named < 1],
        "trials": [asdict(trial) for trial in ordered],
    }
