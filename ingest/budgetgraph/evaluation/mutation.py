"""Mutation: one money cell of a document changed in its text, everything after the reader run again, what is noticed.

DESIGN section 8: seeded, over all non-zero money cells, at least 1,000 trials.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.document import Cell, Document
from budgetgraph.equations import Equation, Place, equations, place_of
from budgetgraph.errors import UnusableSource
from budgetgraph.figures import BlankCell, Figure, Reading
from budgetgraph.labels import tidy
from budgetgraph.readers import read
from budgetgraph.relations import Implied, Relation, RelationKind, Term
from budgetgraph.repairs import Suspicion, suspicions

KINDS = ("digit", "point", "swap", "shift")
"""A digit changed, the decimal point moved, two neighbouring digits swapped, a row's numbers shifted by one column."""

_NUMBER = re.compile(r"\d[\d,\s]*(?:\.[\d\s]*\d)?")
_PINNING = (RelationKind.SUMMATION, RelationKind.EQUALITY, RelationKind.AXIOM)


@dataclass(frozen=True, slots=True)
class Mutation:
    """New texts for some cells of a document; `cell` is the one that was drawn."""

    kind: str
    cell: Cell
    texts: Mapping[Place, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one mutation.

    `partner`: another table, or the prose, states the same figure; `held`: relations of the cell that held before,
    those that say what it must be; `named`: 1 if the diagnosis names it first, 1/k in a tie of k; `reason`: why an
    undetected one escaped.
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
    reason: str = ""


@dataclass(slots=True)
class MutationMeasures:
    """The trials of a folder, and what could not take part."""

    trials: list[Trial] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A document before any change: what is known of its figures and relations."""

    document: Document
    figures: Sequence[tuple[Reading, Figure]]
    rows: Mapping[Place, Sequence[Cell]]
    at: Mapping[Place, Sequence[Equation]]
    violated: frozenset[object]


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
        reading, figure = ground.figures[number]
        chance = random.Random(f"{seed}/{trial}")
        mutation = _mutation(KINDS[trial % len(KINDS)], reading, figure, ground, chance)
        found.append(_try(mutation, figure, ground, name))
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
    return _Ground(document, figures, _rows(disclosure, printed), at, violated)


def _is_whole(cell: Cell | None) -> bool:
    """Say whether a number stands in one cell of the document; that of a row cut by a page may not."""
    return cell is not None and _NUMBER.search(cell.text) is not None


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


# Changes of text


def _mutation(kind: str, reading: Reading, figure: Figure, ground: _Ground, chance: random.Random) -> Mutation:
    """Return a mutation of a kind; a digit is changed where that kind cannot change anything."""
    place = place_of(figure)
    row = ground.rows.get(place, ())
    cell = next((cell for cell in row if place_of(cell) == place), figure.cell)
    if kind == "shift":
        texts = _shifted(row, chance)
        if texts.get(place, cell.text) != cell.text:
            return Mutation(kind, cell, texts)
    change = {"point": _point_moved, "swap": _swapped}.get(kind, _digit_changed)
    for attempt in (change, _digit_changed):
        text = attempt(cell.text, chance)
        if text is not None:
            return Mutation(kind if attempt is change and kind != "shift" else "digit", cell, {place: text})
    raise AssertionError(cell.text)


def _digit_changed(text: str, chance: random.Random) -> str | None:
    places = [index for index in _digits(text) if text[index].isdecimal()]
    index = chance.choice(places)
    other = chance.choice([digit for digit in "0123456789" if digit != text[index]])
    return text[:index] + other + text[index + 1 :]


def _swapped(text: str, chance: random.Random) -> str | None:
    digits = _digits(text)
    pairs = [(a, b) for a, b in pairwise(digits) if text[a] != text[b]]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    letters = list(text)
    letters[a], letters[b] = letters[b], letters[a]
    return "".join(letters)


def _point_moved(text: str, chance: random.Random) -> str | None:
    """Move the point by one digit; a number without one gets it before its last digit. Separators are set anew."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    whole, _, decimals = re.sub(r"[,\s]", "", found.group()).partition(".")
    if chance.random() < 0.5 and decimals:
        whole, decimals = whole + decimals[0], decimals[1:]
    elif len(whole) > 1:
        whole, decimals = whole[:-1], whole[-1] + decimals
    else:
        whole, decimals = "0", whole + decimals
    whole = whole.lstrip("0") or "0"
    grouped = f"{int(whole):,}" if "," in found.group() else whole
    return text[: found.start()] + grouped + ("." + decimals if decimals else "") + text[found.end() :]


def _digits(text: str) -> list[int]:
    found = _NUMBER.search(text)
    return [index for index in range(*found.span()) if text[index].isdecimal()] if found else []


def _shifted(row: Sequence[Cell], chance: random.Random) -> dict[Place, str]:
    """Shift a row's numbers by one column, to a side where none is lost if there is one."""
    texts = [cell.text for cell in row]
    right, left = ["", *texts[:-1]], [*texts[1:], ""]
    choices = [
        moved for moved, end in ((right, texts[-1]), (left, texts[0])) if not _NUMBER.search(end) and moved != texts
    ]
    moved = chance.choice(choices or [right, left]) if len(row) > 1 else texts
    return {place_of(cell): text for cell, text in zip(row, moved, strict=True) if text != cell.text}


# Trials


def mutated(document: Document, texts: Mapping[Place, str]) -> Document:
    """Return a document with new texts in some cells."""
    pages = []
    for page in document.pages:
        grids = []
        for grid in page.grids:
            cells = [
                replace(cell, text=texts[place]) if (place := place_of(cell)) in texts else cell for cell in grid.cells
            ]
            grids.append(replace(grid, cells=tuple(cells)))
        pages.append(replace(page, grids=tuple(grids)))
    return replace(document, pages=tuple(pages))


def _try(mutation: Mutation, figure: Figure, ground: _Ground, name: str) -> Trial:
    known = ground.at.get(place_of(figure), ())
    held = [equation for equation in known if equation.held]
    pinning = [equation for equation in held if equation.relation.kind in _PINNING]
    disclosure = read_disclosure(mutated(ground.document, mutation.texts))
    after = equations(disclosure.relations.relations)
    new = {id(e): e for e in after if e.violated and _key(e.relation) not in ground.violated}
    return Trial(
        source=name,
        kind=mutation.kind,
        page=figure.cell.page,
        label=f"{figure.table}: {tidy(figure.row_label)} × {tidy(figure.column_label)}",
        before=figure.printed,
        after=mutation.texts[place_of(figure)],
        detected=bool(new),
        partner=any(equation.spans and equation.relation.kind is RelationKind.EQUALITY for equation in held),
        held=len(pinning),
        held_any=len(held),
        named=_named(suspicions(after, disclosure.readings), new, mutation) if len(held) > 1 and new else 0.0,
        reason="" if new else _reason(known, pinning, after, place_of(figure)),
    )


def _named(found: Iterable[Suspicion], new: Mapping[int, Equation], mutation: Mutation) -> float:
    """Return how surely the first suspicion that explains something new names what was changed."""
    for suspicion in found:
        if any(id(equation) in new for repair in suspicion.repairs for equation in repair.mends):
            hits = sum(1 for repair in suspicion.repairs if set(repair.change) & set(mutation.texts))
            return hits / len(suspicion.repairs)
    return 0.0


def _reason(known: Sequence[Equation], pinning: Sequence[Equation], after: Sequence[Equation], place: Place) -> str:
    """Say why a mutation escaped."""
    if not known:
        return "in no relation"
    if not any(equation.held for equation in known):
        return "only in relations that were violated or could not be judged before"
    if not pinning:
        return "only a part of a whole that is larger"
    mine = [equation for equation in after if place in equation.terms]
    if any(equation.outcome.kind == "rounding" for equation in mine):
        return "within what rounding can explain"
    if any(equation.outcome.kind == "insufficient" for equation in mine):
        return "a total, or all its addends, became blank: insufficient by definition"
    if not any(equation.held for equation in mine):
        return "its relations are gone: it no longer counts as a figure"
    return "its relations hold all the same"


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
        "partnered": len(partnered),
        "partnered_detected": _share([trial.detected for trial in partnered]),
        "held_twice": len(twice),
        "held_twice_named": _share([trial.named for trial in twice]),
        "pinned_twice": len(pinned),
        "pinned_twice_named": _share([trial.named for trial in pinned]),
        "detected_by_kind": {kind: _share([t.detected for t in trials if t.kind == kind]) for kind in KINDS},
        "named_by_kind": {kind: _share([t.named for t in twice if t.kind == kind]) for kind in KINDS},
        "escaped": dict(
            sorted(Counter(f"{trial.kind}: {trial.reason}" for trial in trials if not trial.detected).items())
        ),
    }


def _share(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def mutation_dict(found: MutationMeasures) -> dict[str, Any]:
    """Return all trials as JSON values, and those that escaped first."""
    ordered = sorted(found.trials, key=lambda trial: (trial.detected, trial.source, trial.page, trial.label))
    return {"summary": mutation_summary(found), "refused": found.refused, "trials": [asdict(t) for t in ordered]}
