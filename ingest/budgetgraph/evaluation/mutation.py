"""Mutations: one money cell of a document changed in its text (DESIGN section 8)."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from budgetgraph.diagnosis.equations import Place, place_of
from budgetgraph.document import Cell, Document
from budgetgraph.figures import Figure

KINDS = ("digit", "point", "swap", "shift")
"""A digit changed, the decimal point moved, two neighbouring digits swapped, a row's numbers shifted by one column."""

_NUMBER = re.compile(r"\d[\d,\s]*(?:\.[\d\s]*\d)?")


@dataclass(frozen=True, slots=True)
class Mutation:
    """New texts for some cells of a document; `cell` is the one that was drawn."""

    kind: str
    cell: Cell
    texts: Mapping[Place, str]


def is_number(text: str) -> bool:
    """Say whether a number stands in a text, which a mutation can change."""
    return _NUMBER.search(text) is not None


def draw(kind: str, figure: Figure, row: Sequence[Cell], chance: random.Random) -> Mutation:
    """Return a mutation of a kind; a digit is changed where that kind cannot change anything.

    *row* are the amount cells of the figure's row in its block, from left to right.
    """
    place = place_of(figure)
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
