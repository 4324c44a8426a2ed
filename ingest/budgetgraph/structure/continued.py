"""Lists that go on beside themselves: 公用经费 in two blocks of columns below one head is one list of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from budgetgraph.amounts import is_blank
from budgetgraph.document import Cell
from budgetgraph.labels import normalise
from budgetgraph.structure.columns import SUBJECTS, Block
from budgetgraph.structure.stubs import code_and_name
from budgetgraph.tables import Row, Table
from budgetgraph.tables.header import Column


def whole_lists(blocks: Sequence[Block], table: Table) -> Iterator[tuple[Block, Table]]:
    """Yield the first block of each list, and the table with the rows of that list in the columns of this block.

    A block continues the one before it if it has the same heads, below the same cell of the header, and its codes
    go on where those before end.
    """
    lists: list[list[Block]] = []
    for block in blocks:
        if lists and _goes_on(lists[-1][-1], block, table):
            lists[-1].append(block)
        else:
            lists.append([block])
    for found in lists:
        yield found[0], table if len(found) == 1 else replace(table, rows=list(_rows(found, table)))


def _goes_on(before: Block, block: Block, table: Table) -> bool:
    groups = {column.groups[:1] for each in (before, block) for column in _columns(each)}
    if len(groups) > 1 or groups == {()} or _heads(before) != _heads(block):
        return False
    codes, more = ([code for row in table.rows if (code := _code(row, each))] for each in (before, block))
    return bool(codes and more) and max(codes) < min(more)


def _columns(block: Block) -> list[Column]:
    return [*(column for column, _ in block.stubs), *block.amounts]


def _heads(block: Block) -> list[tuple[str, str]]:
    kinds = [*(kind for _, kind in block.stubs), *("amount" for _ in block.amounts)]
    return [(kind, normalise(column.leaf)) for kind, column in zip(kinds, _columns(block), strict=True)]


def _code(row: Row, block: Block) -> str | None:
    code, _ = code_and_name([row.text(column.index) for column, kind in block.stubs if kind in SUBJECTS])
    return code


def _rows(blocks: Sequence[Block], table: Table) -> Iterator[Row]:
    """Yield the rows with codes, block by block, and then what stands below them: the totals of the list."""
    ends = [max(place for place, row in enumerate(table.rows) if _code(row, block)) for block in blocks]
    places = [
        {new.index: old.index for old, new in zip(_columns(blocks[0]), _columns(block), strict=True)}
        for block in blocks
    ]
    for end, place in zip(ends, places, strict=True):
        yield from (_moved(row, place) for row in table.rows[: end + 1])
    for number, row in enumerate(table.rows[min(ends) + 1 :], min(ends) + 1):
        yield from _joined([_moved(row, place) for end, place in zip(ends, places, strict=True) if number > end])


def _moved(row: Row, place: Mapping[int, int]) -> Row:
    """Return what a row prints in the columns of a block, in those of the first block."""
    return Row({place[index]: cell for index, cell in row.cells.items() if index in place}, row.spanning & place.keys())


def _joined(parts: Sequence[Row]) -> Iterator[Row]:
    """Yield the parts of a row below the codes as one: its label may stand in one block and its amount in another."""
    printed = [{index: cell for index, cell in part.cells.items() if not is_blank(cell.flat)} for part in parts]
    places = [index for cells in printed for index in cells]
    if len(places) == len(set(places)):
        whole: dict[int, Cell] = {}
        for cells in (*(part.cells for part in parts), *printed):
            whole.update(cells)
        parts = [Row(whole)]
    yield from (part for part in parts if part.cells)
