"""Assembly: which files make one disclosure, told by what they print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from budgetgraph.document import Cell, Document, Grid, Page, TextLine
from budgetgraph.identity.reading import Identity, same_body

AGREEING = 3
"""So many distinctive amounts in common, and half of those that the shorter file states, make two names one body."""

EXPLAINED = 10
"""A file that states so many amounts in words has the explanations of a disclosure."""

UNKNOWN_DIVISION = "000000"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What tells whether a file belongs to another: who speaks, which kinds of tables, which amounts in yuan.

    `prose` says that it has the explanations in words.
    """

    key: str
    identity: Identity
    kinds: frozenset[str]
    amounts: frozenset[Decimal]
    prose: bool = False


def distinctive(amounts: Iterable[Decimal | None]) -> frozenset[Decimal]:
    """Return the amounts that two bodies do not share by chance: those of four digits or more, not all round."""
    return frozenset(abs(amount) for amount in amounts if amount and len(amount.normalize().as_tuple().digits) >= 4)


def assemble(sketches: Iterable[Sketch]) -> list[list[Sketch]]:
    """Group the files of one disclosure; the order in which they are given does not matter.

    Files with tables come first; each file joins the first group all of which it goes with.
    """
    groups: list[list[Sketch]] = []
    for sketch in sorted(sketches, key=lambda one: (not one.kinds, one.key)):
        fitting = (group for group in groups if all(go_together(sketch, other) for other in group))
        group = next(fitting, None)
        if group is None:
            groups.append([sketch])
        else:
            group.append(sketch)
    return groups


def go_together(one: Sketch, other: Sketch) -> bool:
    """Say whether two files are parts of one disclosure.

    They speak of one body, year, phase and level, and neither a kind of table nor the explanations stand in
    both (that would be a new version). Two names are one body's if one is a short form of the other and the
    files state the same figures.
    """
    mine, theirs = one.identity, other.identity
    if (mine.year, mine.phase) != (theirs.year, theirs.phase) or one.key == other.key:
        return False
    if mine.level != theirs.level and mine.level_stated and theirs.level_stated:
        return False
    if one.kinds & other.kinds or not (one.kinds or other.kinds) or (one.prose and other.prose):
        return False
    if UNKNOWN_DIVISION not in (mine.division, theirs.division) and mine.division != theirs.division:
        return False
    return mine.body == theirs.body or (_short_form(mine.body, theirs.body) and agree(one, other))


def _short_form(one: str, other: str) -> bool:
    short, whole = sorted((one, other), key=len)
    return same_body(short, whole)


def agree(one: Sketch, other: Sketch) -> bool:
    """Say whether two files state so many amounts in common that they speak of one budget."""
    common = len(one.amounts & other.amounts)
    return common >= AGREEING and 2 * common >= min(len(one.amounts), len(other.amounts))


def merged(identities: Sequence[Identity]) -> Identity:
    """Return the identity of a disclosure of several files: the longest name, and what any of them states."""
    names = sorted({identity.body for identity in identities}, key=lambda name: (-len(name), name))
    whole = next(identity for identity in identities if identity.body == names[0])
    placed = next((identity for identity in identities if identity.division != UNKNOWN_DIVISION), whole)
    levelled = next((identity for identity in identities if identity.level_stated), whole)
    return replace(
        whole,
        division=placed.division,
        division_name=placed.division_name,
        level=levelled.level,
        level_stated=levelled.level_stated,
        also=tuple(names[1:]),
    )


def stamped(document: Document) -> Document:
    """Return a document each cell and line of which knows the file that it stands in."""
    return replace(document, pages=tuple(_stamped_page(page, document.sha256) for page in document.pages))


def _stamped_page(page: Page, file: str) -> Page:
    def line(item: TextLine) -> TextLine:
        return replace(item, file=file)

    def cell(item: Cell) -> Cell:
        return replace(item, file=file)

    def grid(item: Grid) -> Grid:
        return replace(item, cells=tuple(map(cell, item.cells)))

    return replace(page, lines=tuple(map(line, page.lines)), grids=tuple(map(grid, page.grids)))
