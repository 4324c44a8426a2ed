"""Heads without rules: which label stands over which columns, told by where the middle of each lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from budgetgraph.readers.whitespace import Region, Run

BELOW = 1.2
"""A label that stands lower than another by so many sizes of its characters stands in a row below it."""

LEADING = 1.45
"""Lines of one label follow each other at most so many sizes apart."""

LOWER = 0.68
"""A head that stands lower than this share of the way from a group to the lowest heads stands below the group."""

_Spread = tuple[float, tuple[tuple[int, int], ...]]
"""What it costs to spread labels, and the first and last column of each."""

_MISSED = 15.0
"""What it costs, in points, to leave a column that wants a group without one."""


@dataclass(slots=True)
class Label:
    """A label of the heads, of one or several lines; `first` and `last` are the columns over which it stands."""

    runs: list[Run]
    first: int = 0
    last: int = 0
    row: int = 0
    rows: int = 1
    above: list[Label] = field(default_factory=list)

    @property
    def left(self) -> float:
        return min(run.x0 for run in self.runs)

    @property
    def right(self) -> float:
        return max(run.x1 for run in self.runs)

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def middle(self) -> float:
        return (self.runs[0].top + self.runs[-1].bottom) / 2

    @property
    def size(self) -> float:
        return self.runs[0].size


def with_blank_columns(
    spans: Sequence[tuple[float, float]], labels: Sequence[Label]
) -> tuple[list[tuple[float, float]], dict[int, float]]:
    """Return the columns of a table with those that hold nothing but a head, and the middle of each column's head."""
    leaves = _leaves(labels, len(spans))
    if len(leaves) < len(spans):
        return list(spans), {}
    printed = set(_matched(leaves, spans))
    blank = [(leaf.left, leaf.right) for place, leaf in enumerate(leaves) if place not in printed]
    found = sorted([*spans, *blank])
    apart = all(left[1] <= right[0] for left, right in pairwise(found))
    return (found, {place: leaf.centre for place, leaf in enumerate(leaves)}) if apart else (list(spans), {})


def _matched(leaves: Sequence[Label], spans: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Return which heads stand over what is printed in each column: in order, as near as may be."""
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for place, leaf in enumerate(leaves):
        before = best
        best = list(before)
        for count, (cost, chosen) in enumerate(before):
            if count == len(spans):
                continue
            new = cost + _distance(leaf, spans[count]), (*chosen, place)
            if count + 1 == len(best):
                best.append(new)
            else:
                best[count + 1] = min(best[count + 1], new)
    return best[len(spans)][1]


def _distance(label: Label, span: tuple[float, float]) -> float:
    """Return how far a label lies from what is printed in a column; of two over it, the middle decides."""
    left, right = span
    return max(left - label.right, label.left - right, 0.0) + abs((left + right) / 2 - label.centre) / 100


def _leaves(labels: Sequence[Label], fewest: int) -> list[Label]:
    """Return the labels below which none stands, from left to right.

    A label that is higher than both of its neighbours stands over them, if there are more labels than columns.
    """
    found = sorted(
        (
            label
            for label in labels
            if not any(
                other.middle - label.middle > BELOW * label.size
                and other.left < label.right
                and other.right > label.left
                for other in labels
            )
        ),
        key=lambda label: label.centre,
    )
    while len(found) > fewest:
        heights = [label.middle for label in found]
        higher = [
            place
            for place in range(len(found))
            if all(heights[near] - heights[place] > BELOW * found[place].size for near in _beside(place, len(found)))
        ]
        if not higher:
            break
        del found[min(higher, key=lambda place: heights[place])]
    return found


def _beside(place: int, count: int) -> list[int]:
    return [near for near in (place - 1, place + 1) if 0 <= near < count]


def labels_of(labels: Sequence[Label], region: Region, sides: Sequence[float]) -> tuple[list[Label], list[float]]:
    """Return the labels of a table's heads in their places, and where the rows of the heads begin and end."""
    count = len(sides) - 1
    at: dict[int, list[Label]] = {column: [] for column in range(count)}
    for label in sorted(labels, key=lambda label: label.middle):
        label.first = label.last = min(max(bisect_right(sides, label.centre) - 1, 0), count - 1)
        at[label.first].append(label)
    leaves = {column: those[-1] for column, those in at.items() if those}
    groups = [label for those in at.values() for label in those[:-1]]
    for level in _levels(groups):
        _spread(level, leaves, sides)
    edges = _edges(labels, leaves, groups, region)
    _place(labels, leaves, groups, edges)
    return list(labels), edges


def joined(runs: Sequence[Run], rules: Sequence[tuple[float, float, float]]) -> list[Label]:
    """Join the lines of each label: one below the other, the same middle, no rule (left, right, height) between."""
    labels: list[Label] = []
    for run in sorted(runs, key=lambda run: (run.middle, run.x0)):
        for label in labels:
            last = label.runs[-1]
            near = 0 < run.middle - last.middle <= LEADING * run.size
            alike = abs(run.centre - label.centre) <= run.size or abs(run.x0 - last.x0) <= 2
            if near and alike and not any(x0 < run.centre < x1 and last.middle < y < run.middle for x0, x1, y in rules):
                label.runs.append(run)
                break
        else:
            labels.append(Label([run]))
    return labels


def _levels(groups: Sequence[Label]) -> Iterator[list[Label]]:
    """Yield labels that stand over others, those of one height together, the lowest first."""
    level: list[Label] = []
    for label in sorted(groups, key=lambda label: -label.middle):
        if level and level[0].middle - label.middle > label.size:
            yield sorted(level, key=lambda label: label.centre)
            level = []
        level.append(label)
    if level:
        yield sorted(level, key=lambda label: label.centre)


def _spread(level: Sequence[Label], leaves: dict[int, Label], sides: Sequence[float]) -> None:
    """Give each label of one row the columns whose middle is its own, no column to two, as few as may be to none."""
    height = level[0].middle
    lowest = max((leaf.middle for leaf in leaves.values()), default=height)
    wanting = [
        column in leaves and leaves[column].middle - height > LOWER * (lowest - height)
        for column in range(len(sides) - 1)
    ]
    best: dict[tuple[int, int], _Spread] = {}

    def cost(index: int, start: int) -> _Spread:
        if index == len(level):
            return _MISSED * sum(wanting[start:]), ()
        if (index, start) not in best:
            tried: list[_Spread] = [(float("inf"), ())] if start < len(wanting) else [(1e9, ())]
            for first in range(start, len(wanting)):
                for last in range(first, len(wanting)):
                    if not wanting[last]:
                        break
                    rest, ranges = cost(index + 1, last + 1)
                    missed = _MISSED * sum(wanting[start:first])
                    apart = abs((sides[first] + sides[last + 1]) / 2 - level[index].centre)
                    tried.append((missed + apart + rest, ((first, last), *ranges)))
            best[index, start] = min(tried)
        return best[index, start]

    _, ranges = cost(0, 0)
    for label, (first, last) in zip(level, ranges, strict=False):
        label.first, label.last = first, last


def _edges(labels: Sequence[Label], leaves: dict[int, Label], groups: Sequence[Label], region: Region) -> list[float]:
    """Return where the rows of the heads begin: between each row of groups and what stands below it."""
    top = min((run.top for label in labels for run in label.runs), default=region.body[0].top - 2) - 1
    found = [top]
    for level in reversed([*_levels(groups)]):
        lower = [
            label.runs[0].top
            for label in (*leaves.values(), *groups)
            if label.middle - level[0].middle > BELOW * level[0].size
        ]
        if lower:
            found.append((max(label.runs[-1].bottom for label in level) + min(lower)) / 2)
    return [*found, region.body[0].top - 1]


def _place(labels: Sequence[Label], leaves: dict[int, Label], groups: Sequence[Label], edges: Sequence[float]) -> None:
    last = len(edges) - 2
    for label in labels:
        label.row = min(max(bisect_right(edges, label.middle) - 1, 0), last)
    for column, leaf in leaves.items():
        over = [group.row for group in groups if group.first <= column <= group.last and group is not leaf]
        leaf.row = max(over, default=-1) + 1
        leaf.rows = last - leaf.row + 1
