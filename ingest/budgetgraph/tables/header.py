"""Headers of tables: which rows are the header, and which labels stand above each column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from budgetgraph.amounts import is_number
from budgetgraph.document import Cell, Grid
from budgetgraph.labels import is_numbered, normalise

_TOTALS = frozenset({"合计", "总计", "小计", "共计"})
_PLACEHOLDERS = frozenset({"**", "*", "栏次", "行次", "类", "款", "项", "-", "—"})
_COLUMN_NUMBER = re.compile(r"(\d{1,2})(?:=[\d()+*/×÷%−-]*\d[\d()+*/×÷%−-]*)?")
"""A column's number, alone or with the columns from which it is worked out: 1, ①, 1=2+3, 4=3/2*100%."""

_EMPTY_WORDS = frozenset({"无", "空", "空表"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the labels printed above it from top to bottom, and its printed number.

    `groups` holds, for each label but the last, the identity of the header cell, so that
    columns below one spanning cell are known to be below the same one.
    """

    index: int
    path: tuple[str, ...]
    groups: tuple[int, ...] = ()
    number: str | None = None

    @property
    def leaf(self) -> str:
        """The lowest label, or an empty string where none is printed."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a grid: its depth in rows (column numbers included), its columns, whether mended."""

    depth: int
    columns: tuple[Column, ...]
    mended: bool = False


def read_header(grid: Grid) -> Header:
    """Read the header of a grid.

    Where the spans of the header contradict the row of column numbers, the leaf labels in reading
    order are matched to the numbers instead, if there are as many of one as of the other.
    """
    rows = rows_of(grid)
    depth, numbers = _depth(rows)
    label_rows = rows[: depth - 1] if numbers else rows[:depth]
    owners = _owners(label_rows, grid)
    printed = {cell.column: str(number) for cell in numbers or () if (number := _column_number(cell)) is not None}
    columns = tuple(_column(owners, index, printed.get(index)) for index in range(1, grid.columns + 1))
    if printed and len(label_rows) == 2:
        mended = _mend(label_rows, owners, columns, sorted(printed))
        if mended:
            return Header(depth, mended, mended=True)
    return Header(depth, columns)


def rows_of(grid: Grid) -> list[list[Cell]]:
    """Return the cells of a grid row by row, each from left to right."""
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row - grid.first_row].append(cell)
    return rows


def is_column_numbers(row: Sequence[Cell]) -> bool:
    """Say whether a row holds column numbers: ** ** 1 2 3, or 栏次 1=2+3 2 3; numbers may be skipped."""
    cells = [cell for cell in row if cell.flat]
    numbers = [number for cell in cells if (number := _column_number(cell)) is not None]
    rest = [cell.flat for cell in cells if _column_number(cell) is None]
    placeholders = all(normalise(text) in _PLACEHOLDERS for text in rest)
    if not numbers:
        return len(rest) >= 2 and placeholders and any("*" in text for text in rest)
    rising = all(a < b for a, b in pairwise(numbers))
    return len(numbers) >= 2 and rising and numbers[0] <= 2 and placeholders


def _column_number(cell: Cell) -> int | None:
    """Return the number of a column that a cell prints, whatever it is worked out from."""
    found = _COLUMN_NUMBER.fullmatch(normalise(cell.flat))
    return int(found[1]) if found else None


def is_headless(grid: Grid) -> bool:
    """Say whether a grid begins with data: it goes on with a table that began before it."""
    rows = rows_of(grid)
    texts = [cell.flat for cell in rows[0] if cell.flat] if rows else []
    return any(is_number(text) for text in texts) and not is_column_numbers(rows[0])


def _depth(rows: Sequence[Sequence[Cell]]) -> tuple[int, Sequence[Cell] | None]:
    """Return how many rows the header has, and the row of column numbers if it closes with one."""
    for index, row in enumerate(rows):
        if is_column_numbers(row):
            return index + 1, row
        if index and _is_data(row) and not _goes_on(row, rows[index + 1 :]):
            return index, None
    return min(len(rows), 1 + max((cell.row_span for cell in rows[0]), default=1)) if rows else 0, None


def _goes_on(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """Say whether an empty row lies within a header: the next one repeats heads (预算数 决算数 预算数 决算数)."""
    if any(cell.flat for cell in row) or not below:
        return False
    texts = [normalise(cell.flat) for cell in below[0] if cell.flat]
    repeated = len(texts) > 3 and len(set(texts)) * 2 <= len(texts) and len(texts) * 2 > len(below[0])
    return repeated and not _is_data(below[0])


def _is_data(row: Sequence[Cell]) -> bool:
    texts = [cell.flat for cell in row if cell.flat]
    if not texts:
        return True
    if any(is_number(text) for text in texts) or any(is_numbered(text) for text in texts[:1]):
        return True
    return len(texts) == 1 and (
        normalise(texts[0]) in _EMPTY_WORDS or (normalise(texts[0]) in _TOTALS and row[0].flat == texts[0])
    )


def _owners(rows: Sequence[Sequence[Cell]], grid: Grid) -> list[list[Cell | None]]:
    """Return, for each header row and column, the cell that covers the place."""
    owners: list[list[Cell | None]] = [[None] * (grid.columns + 1) for _ in rows]
    for row in rows:
        for cell in row:
            start = cell.row - grid.first_row
            for r in range(start, min(start + cell.row_span, len(rows))):
                for c in range(cell.column, min(cell.column + cell.column_span, grid.columns + 1)):
                    owners[r][c] = cell
    if grid.spans_lost:
        _infer_spans(owners)
    _join_repeated(owners)
    return owners


def _infer_spans(owners: list[list[Cell | None]]) -> None:
    """Give empty header cells to the label on their left, within one parent, or else to the one above."""
    for r, row in enumerate(owners):
        for c in range(1, len(row)):
            cell = row[c]
            if cell is not None and cell.flat:
                continue
            above = owners[r - 1][c] if r else None
            left = row[c - 1] if c > 1 else None
            same_parent = r == 0 or (above is not None and above is owners[r - 1][c - 1])
            if left is not None and left.flat and same_parent:
                row[c] = left
            elif above is not None:
                row[c] = above


def _join_repeated(owners: list[list[Cell | None]]) -> None:
    """Take a head that is printed again beside itself, within one parent and over other labels, as one that spans."""
    for r, row in enumerate(owners[:-1]):
        joined: Cell | None = None
        for c in range(2, len(row)):
            left, cell = row[c - 1], row[c]
            if left is None or cell is None or left is cell or not cell.flat:
                continue
            same_parent = r == 0 or owners[r - 1][c] is owners[r - 1][c - 1]
            alike = same_parent and normalise(left.flat) == normalise(cell.flat)
            if cell is joined or (alike and _differ_below(owners[r + 1 :], c)):
                joined, row[c] = cell, left


def _differ_below(rows: Sequence[Sequence[Cell | None]], column: int) -> bool:
    """Say whether a column and the one on its left bear different labels in some row."""
    pairs = ((row[column - 1], row[column]) for row in rows)
    return any(left and right and normalise(left.flat) != normalise(right.flat) for left, right in pairs)


def _column(owners: Sequence[Sequence[Cell | None]], index: int, number: str | None) -> Column:
    path: list[str] = []
    groups: list[int] = []
    previous: Cell | None = None
    for row in owners:
        cell = row[index]
        if cell is None or cell is previous or not cell.flat:
            continue
        if path and normalise(cell.flat) == normalise(path[-1]):
            previous = cell
            continue
        path.append(cell.flat)
        groups.append(cell.row * 1000 + cell.column)
        previous = cell
    return Column(index, tuple(path), tuple(groups), number)


def _mend(
    rows: Sequence[Sequence[Cell]],
    owners: Sequence[Sequence[Cell | None]],
    columns: Sequence[Column],
    numbered: Sequence[int],
) -> tuple[Column, ...] | None:
    """Match leaf labels in reading order to the numbered columns; None where that is not called for."""
    first = numbered[0]
    tops = _distinct(owners[0][first:])
    subs = [cell for cell in rows[1] if cell.column >= first and cell.flat]
    sections = _sections(subs)
    wide = [cell for cell in tops if _width(owners[0], cell) > 1 and _has_sub(owners[1], cell, subs)]
    heads = {id(cell) for cell in wide[: len(sections)]}
    sound = all(columns[index - 1].path for index in numbered) and not any(
        owners[1][sub.column] is sub and id(owners[0][sub.column]) not in heads for sub in subs
    )
    if sound or len(heads) != len(sections):
        return None
    leaves: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
    for cell in tops:
        key = cell.row * 1000 + cell.column
        if id(cell) in heads:
            leaves.extend(((cell.flat, sub.flat), (key, sub.row * 1000 + sub.column)) for sub in sections.pop(0))
        else:
            leaves.append(((cell.flat,), (key,)))
    if len(leaves) != len(numbered):
        return None
    by_index = dict(zip(numbered, leaves, strict=True))
    return tuple(
        replace(column, path=by_index[column.index][0], groups=by_index[column.index][1])
        if column.index in by_index
        else column
        for column in columns
    )


def _distinct(cells: Sequence[Cell | None]) -> list[Cell]:
    seen: dict[int, Cell] = {}
    for cell in cells:
        if cell is not None and cell.flat:
            seen.setdefault(id(cell), cell)
    return list(seen.values())


def _width(row: Sequence[Cell | None], cell: Cell) -> int:
    return sum(1 for other in row if other is cell)


def _has_sub(row: Sequence[Cell | None], cell: Cell, subs: Sequence[Cell]) -> bool:
    return any(row[sub.column] is sub and sub.column == cell.column for sub in subs)


def _sections(subs: Sequence[Cell]) -> list[list[Cell]]:
    """Cut the lower labels where a 合计 opens a group; labels before the first belong to none."""
    sections: list[list[Cell]] = []
    for sub in subs:
        if normalise(sub.flat) in _TOTALS:
            sections.append([])
        if not sections:
            return []
        sections[-1].append(sub)
    return sections
