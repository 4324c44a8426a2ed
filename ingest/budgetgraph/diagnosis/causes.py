"""Diagnosis: what most likely went wrong in a table that violates relations, with the evidence, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from budgetgraph.checks.findings import Speaker, Words, listed
from budgetgraph.diagnosis.equations import Item
from budgetgraph.diagnosis.patterns import left_out, units_mistaken
from budgetgraph.diagnosis.suspects import suspects
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import BlankCell, Coordinates, Figure, Reading
from budgetgraph.labels import tidy
from budgetgraph.relations.model import Relation, table_of
from budgetgraph.structure.blocks import Node

_SET_ASIDE = ("fundSource", "fundLevel", "aspect")
_ACROSS = (*_SET_ASIDE, "functionalClassification", "project")


@dataclass(frozen=True, slots=True)
class Slip:
    """A figure that stands `columns` to the left of where the reference table has it (negative: to the right)."""

    figure: Figure
    right: Node
    columns: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The likeliest cause of a table's violations; `table` is None for the running text.

    `items` are the figures under suspicion. `suggested`, in yuan, is what the one figure should be if the relations
    of `evidence`, two or more and independent, are right.
    """

    table: str | None
    cause: str
    message: Words
    items: tuple[Item, ...] = ()
    evidence: tuple[Relation, ...] = ()
    suggested: Decimal | None = None


def diagnose(disclosure: Disclosure, violated: Iterable[Relation]) -> list[Diagnosis]:
    """Return what most likely went wrong: tables whose rows slipped or broke, totals that err alike, then
    single figures and rows.

    Of a violation that no change of one place or row would mend, nothing is said.
    """
    answering: dict[str, list[Relation]] = defaultdict(list)
    violated = list(violated)
    for relation in violated:
        if relation.table:
            answering[relation.table].append(relation)
    speaker = Speaker(disclosure)
    found: list[Diagnosis] = []
    for slug, relations in answering.items():
        reading = disclosure.reading(slug)
        for reference in _references(disclosure, slug, relations):
            diagnosis = _slipped(reading, reference, disclosure, speaker) or _broken(reading, reference, speaker)
            if diagnosis:
                found.append(diagnosis)
                break
    explained = {diagnosis.table for diagnosis in found if diagnosis.table}
    for unit in units_mistaken(disclosure.relations.relations, speaker):
        found.append(Diagnosis(unit.table, "table-unit-mistaken", unit.message, unit.figures, unit.relations))
        explained.add(unit.table)
    for pattern in left_out((r for r in violated if r.table not in explained), speaker):
        found.append(Diagnosis(pattern.table, "item-left-out", pattern.message, pattern.figures, pattern.relations))
    alike = {id(relation) for diagnosis in found for relation in diagnosis.evidence}
    for suspect in suspects(disclosure, explained):
        if suspect.suggested is None and alike.issuperset(map(id, suspect.evidence)):
            continue
        found.append(
            Diagnosis(suspect.table, suspect.cause, suspect.message, suspect.items, suspect.evidence, suspect.suggested)
        )
    return found


def _references(disclosure: Disclosure, slug: str, relations: Sequence[Relation]) -> list[Reading]:
    """Return the tables that a table's violated relations name, most often named first, then those like it."""
    counts: dict[str, int] = defaultdict(int)
    for relation in relations:
        for term in (relation.whole, *relation.parts):
            other = table_of(term)
            if other and other != slug:
                counts[other] += 1
    alike = len(disclosure.reading(slug).table.columns)
    readings = [disclosure.reading(other) for other in counts]
    return sorted(readings, key=lambda r: (abs(len(r.table.columns) - alike), -counts[r.table.slug]))


def _lines(reading: Reading) -> dict[Coordinates, list[tuple[Node, Figure]]]:
    """Return the printed figures row by row, keyed by what the row means whatever the column and fund."""
    lines: dict[Coordinates, list[tuple[Node, Figure]]] = defaultdict(list)
    for (_, column), item in reading.cells.items():
        if isinstance(item, Figure) and item.number:
            key = item.coordinates.without(*_SET_ASIDE, "departmentEconomicClassification", "expenditureNature")
            lines[key].append((column, item))
    return lines


def _slipped(reading: Reading, reference: Reading, disclosure: Disclosure, speaker: Speaker) -> Diagnosis | None:
    """Recognise rows that hold the reference's figures in the same order, in other columns."""
    theirs = _lines(reference)
    for key, ours in _lines(reading).items():
        other = theirs.get(key)
        if not other or [f.amount for _, f in ours] != [f.amount for _, f in other]:
            continue
        slips = list(_slips(reading, ours, other))
        if not slips:
            continue
        right = [figure for (_, figure), (_, theirs_) in zip(ours, other, strict=True) if _same(figure, theirs_)]
        also = _also_bear_out(disclosure, reading, reference, [(slip.figure, slip.right) for slip in slips])
        said = _say_slip(reading, reference, slips, right, also, speaker)
        return Diagnosis(reading.table.slug, "columns-slipped", said, tuple(slip.figure for slip in slips))
    return None


def _same(one: Figure, other: Figure) -> bool:
    return one.coordinates.without(*_SET_ASIDE) == other.coordinates.without(*_SET_ASIDE)


def _slips(
    reading: Reading, ours: Sequence[tuple[Node, Figure]], theirs: Sequence[tuple[Node, Figure]]
) -> Iterator[Slip]:
    columns = [column for block in reading.structure.blocks for column in block.amounts]
    by_concept = {column.concepts: column for column in columns if column.concepts}
    for (column, figure), (other, other_figure) in zip(ours, theirs, strict=True):
        if _same(figure, other_figure):
            continue
        right = by_concept.get(other.concepts)
        distance = columns.index(right) - columns.index(column) if right else 0
        yield Slip(figure, other, distance)


def _also_bear_out(
    disclosure: Disclosure, reading: Reading, reference: Reading, moved: Sequence[tuple[Figure, Node]]
) -> list[str]:
    """Return further tables that state most of the moved amounts under the right concepts."""
    wanted = {(right.concepts[0].iri, figure.amount) for figure, right in moved if right.concepts}
    bearing: list[str] = []
    for other in disclosure.readings:
        if other in (reading, reference):
            continue
        stated = {
            (figure.coordinates.get("departmentEconomicClassification"), figure.amount) for figure in other.figures
        }
        if len(wanted & stated) * 2 > len(wanted):
            bearing.append(other.table.slug)
    return bearing


def _say_slip(
    reading: Reading,
    reference: Reading,
    slips: Sequence[Slip],
    right: Sequence[Figure],
    also: Sequence[str],
    speaker: Speaker,
) -> Words:
    table = speaker.table(reading.table.slug)
    where = speaker.place(slips[0].figure.cell)
    others = [speaker.annex(slug) for slug in (reference.table.slug, *also)]
    by_distance: dict[int, list[Slip]] = defaultdict(list)
    for slip in slips:
        by_distance[slip.columns].append(slip)
    zh = [f"{table.zh}（{where.zh}）的数字错栏，{listed(o.zh for o in others)}可证。"]
    en = [
        f"{table.en} ({where.en}): figures have slipped out of their columns, "
        f"as {' and '.join(o.en for o in others)} bear out."
    ]
    if right:
        names = [tidy(figure.column_label) for figure in right if figure.coordinates != right[0].coordinates]
        zh.append(f"位置正确：{listed(names)}。")
        en.append(f"In place: {', '.join(names)}.")
    for distance, group in sorted(by_distance.items()):
        pairs = [(slip.right.label, slip.figure.printed, tidy(slip.figure.column_label)) for slip in group]
        side_zh, side_en = ("左", "left") if distance > 0 else ("右", "right")
        head_zh = f"{side_zh}移{abs(distance)}栏" if distance else "原栏缺失"
        head_en = (
            f"{abs(distance)} column{'s' if abs(distance) > 1 else ''} too far {side_en}"
            if distance
            else "its column is missing"
        )
        zh.append(
            f"{head_zh}："
            + "，".join(f"{tidy(name)} {printed}（印在{under}栏）" for name, printed, under in pairs)
            + "。"
        )
        en.append(
            f"{head_en}: "
            + ", ".join(f"{tidy(name)} {printed} (under {under})" for name, printed, under in pairs)
            + "."
        )
    for words in _headers_differ(reading, reference, speaker):
        zh.append(words.zh)
        en.append(words.en)
    return Words("".join(zh), " ".join(en))


def _headers_differ(reading: Reading, reference: Reading, speaker: Speaker) -> Iterator[Words]:
    """Say which columns of the reference's header a header lacks, and which neighbours it swaps."""
    ours, theirs = _heads(reading), _heads(reference)
    other = speaker.annex(reference.table.slug)
    missing = [label for iri, label in theirs.items() if iri not in ours]
    if missing:
        yield Words(
            f"与{other.zh}相比，表头缺“{listed(missing)}”。",
            f"Compared with {other.en}, its header lacks “{', '.join(missing)}”.",
        )
    shared = [iri for iri in theirs if iri in ours]
    order = sorted(shared, key=list(ours).index)
    swapped = [
        (theirs[one], theirs[two])
        for index, (one, two) in enumerate(pairwise(shared))
        if order[index : index + 2] == [two, one]
    ]
    for one, two in swapped:
        yield Words(f"“{one}”与“{two}”次序颠倒。", f"“{one}” and “{two}” are swapped.")


def _heads(reading: Reading) -> Mapping[str, str]:
    return {
        column.concepts[0].iri: tidy(column.label)
        for block in reading.structure.blocks
        for column in block.amounts
        if column.concepts
    }


def _broken(reading: Reading, reference: Reading, speaker: Speaker) -> Diagnosis | None:
    """Recognise a row that is blank where the reference, a part of it, prints most of its figures."""
    theirs: dict[Coordinates, Figure] = {f.coordinates.without(*_SET_ASIDE): f for f in reference.figures if f.number}
    rows: dict[int, list[Figure | BlankCell]] = defaultdict(list)
    for (row, _), item in reading.cells.items():
        rows[id(row)].append(item)
    for items in rows.values():
        printed = [item for item in items if isinstance(item, Figure)]
        lost = [
            theirs[key]
            for item in items
            if isinstance(item, BlankCell) and (key := item.coordinates.without(*_SET_ASIDE)) in theirs
        ]
        if printed and len(lost) > len(printed):
            said = _say_broken(reading, reference, printed, lost, speaker)
            return Diagnosis(reading.table.slug, "row-broken", said, tuple(printed))
    return None


def _say_broken(
    reading: Reading, reference: Reading, printed: Sequence[Figure], lost: Sequence[Figure], speaker: Speaker
) -> Words:
    table, other = speaker.table(reading.table.slug), speaker.annex(reference.table.slug)
    where, there = speaker.place(printed[0].cell), speaker.place(lost[0].cell)
    ours = "，".join(f"{tidy(f.column_label)} {f.printed}" for f in printed)
    theirs = "，".join(f"{tidy(f.column_label)} {f.printed}" for f in lost[:6])
    comparison = [f for f in reference.figures for p in printed if _same(f, p)]
    against = "，".join(f"{tidy(f.column_label)} {f.printed}" for f in comparison)
    return Words(
        f"{table.zh}（{where.zh}）的一行残缺：只印{ours}；同一行在{other.zh}（{there.zh}）印{against or '其他数'}，"
        f"另有{theirs}等{len(lost)}个数在此为空。",
        f"A row of {table.en} ({where.en}) is broken: it prints only {ours}; "
        f"the same row in {other.en} ({there.en}) prints "
        f"{against or 'other figures'}, and {len(lost)} more that are blank here, among them {theirs}.",
    )
