"""Suspects: the figures that violated relations most likely hold against, and how they came to be wrong, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.checks.findings import Speaker, Words, listed
from budgetgraph.diagnosis.equations import Equation, Item, equations, place_of
from budgetgraph.diagnosis.misprints import Misprint
from budgetgraph.diagnosis.repairs import Repair, Suspicion, factor_of, suspicions
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import BlankCell, Figure
from budgetgraph.labels import tidy
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Relation, RelationKind, Term, table_of

NAMED = 3
"""Where the relations cannot tell so many figures apart, each is named; where there are more, none is."""

_CAUSES = {
    Misprint.SIGN: Words("正负号相反", "its sign is wrong"),
    Misprint.SWAPPED: Words("相邻两位数字颠倒", "two neighbouring digits are swapped"),
    Misprint.DIGIT: Words("一位数字有误", "one digit differs"),
    Misprint.DROPPED: Words("漏印一位数字", "one digit is missing"),
    Misprint.ADDED: Words("多印一位数字", "one digit is too many"),
    Misprint.POINT: Words("小数点错位", "the decimal point has moved"),
    Misprint.UNIT: Words("单位混淆", "the unit is mistaken"),
}


@dataclass(frozen=True, slots=True)
class Suspect:
    """What most likely is wrong; `items` holds several figures if nothing tells them apart, or if a row has moved.

    `suggested` is an amount in yuan on which the relations of `evidence`, two or more and independent, agree.
    """

    items: tuple[Item, ...]
    cause: str
    message: Words
    evidence: tuple[Relation, ...]
    suggested: Decimal | None = None

    @property
    def table(self) -> str | None:
        """The table in which the first suspected figure stands; None for prose."""
        return None if isinstance(self.items[0], Statement) else self.items[0].table


def suspects(disclosure: Disclosure, explained: Collection[str] = ()) -> Iterator[Suspect]:
    """Yield the suspects, the surest first; nothing is said of tables whose violations are *explained* already."""
    known = equations(disclosure.relations.relations)
    speaker = Speaker(disclosure)
    for suspicion in suspicions(known, disclosure.readings):
        if any(_is_explained(equation, explained) for equation in suspicion.mends):
            continue
        if len(suspicion.repairs) <= NAMED:
            yield _suspect(suspicion, speaker)


def _is_explained(equation: Equation, explained: Collection[str]) -> bool:
    relation = equation.relation
    return any(table_of(term) in explained for term in (relation.whole, *relation.parts))


def _suspect(suspicion: Suspicion, speaker: Speaker) -> Suspect:
    best = suspicion.repairs[0]
    evidence = tuple(equation.relation for equation in best.mends)
    if len(suspicion.repairs) > 1:
        items = tuple(repair.item for repair in suspicion.repairs)
        return Suspect(items, "one-of-several", _say_several(suspicion.repairs, speaker), evidence)
    if best.columns:
        return Suspect(best.moved, "row-shifted", _say_shift(best, speaker), evidence)
    suggested = suspicion.suggested
    supported = best.independent if suggested is not None else evidence
    message = _say(best, suggested, speaker)
    return Suspect((best.item,), _cause(best), message, supported, suggested)


def _cause(repair: Repair) -> str:
    if isinstance(repair.item, BlankCell):
        return "figure-missing"
    if repair.slip:
        return repair.slip.value
    return "total-not-updated" if _is_total(repair) else "amount-differs"


def _is_total(repair: Repair) -> bool:
    """Whether what mends a figure are sums of which it is the total, and nothing else speaks of another amount."""
    return all(
        equation.relation.kind is RelationKind.SUMMATION
        and not isinstance(equation.relation.whole, BlankCell | Statement)
        and isinstance(equation.relation.whole, Figure)
        and place_of(equation.relation.whole) == place_of(repair.item)
        for equation in repair.mends
    )


def _say(repair: Repair, suggested: Decimal | None, speaker: Speaker) -> Words:
    item = repair.item
    assert repair.amount is not None
    relations = [equation.relation for equation in repair.mends]
    if isinstance(item, BlankCell):
        return _say_missing(item, repair.amount, relations, speaker)
    number = _number(repair.amount, item)
    meant = Words(number, number) if repair.amount else Words("空白（无此数）", "blank")
    told = Words(
        f"最可能有误的是{_printed(item, speaker).zh}：若为{meant.zh}，则{_count(relations).zh}成立"
        f"（{_borne_out(relations, item, speaker).zh}）",
        f"Most likely wrong is {_printed(item, speaker).en}: were it {meant.en}, {_count(relations).en} would hold "
        f"({_borne_out(relations, item, speaker).en})",
    )
    why = _CAUSES[repair.slip] if repair.slip else None
    if why is None and _is_total(repair):
        why = Words("合计未随明细更新", "a total that was not updated with its items")
    told = Words(f"{told.zh}；像是{why.zh}。", f"{told.en}; it looks as if {why.en}.") if why else _closed(told)
    if suggested is not None:
        told += Words(f"建议核对是否应为{meant.zh}。", f"Suggested: {meant.en}.")
    return told


def _say_missing(item: BlankCell, amount: Decimal, relations: Sequence[Relation], speaker: Speaker) -> Words:
    where, worth = speaker.term(item), speaker.money(amount, item.table)
    bearing = _borne_out(relations, item, speaker)
    return Words(
        f"最可能漏印了一个数：{where.zh}若为{worth.zh}，则{_count(relations).zh}成立（{bearing.zh}）。",
        f"Most likely a figure is missing: were {where.en} {worth.en}, {_count(relations).en} would hold "
        f"({bearing.en}).",
    )


def _closed(words: Words) -> Words:
    return Words(words.zh + "。", words.en + ".")


def _count(relations: Sequence[Relation]) -> Words:
    number = len(relations)
    return Words(
        f"{number}个关系均" if number > 1 else "该关系", f"{number} relations" if number > 1 else "the relation"
    )


def _say_several(repairs: Sequence[Repair], speaker: Speaker) -> Words:
    told = [_alternative(repair, speaker) for repair in repairs]
    return Words(
        "下列数字之一最可能有误，现有关系不能分辨是哪一个：" + "；".join(words.zh for words in told) + "。",
        "One of these figures is most likely wrong, and the relations do not tell which: "
        + "; ".join(words.en for words in told)
        + ".",
    )


def _alternative(repair: Repair, speaker: Speaker) -> Words:
    """Say of one repair among several what would agree."""
    where = _printed(repair.moved[0] if repair.columns else repair.item, speaker)
    if repair.amount is None:
        return Words(
            f"{where.zh}所在一行（若移回1栏则相符）", f"the row of {where.en} (it would agree, moved back one column)"
        )
    if isinstance(repair.item, BlankCell):
        meant = speaker.money(repair.amount, repair.item.table).zh
    else:
        meant = _number(repair.amount, repair.item)
    return Words(f"{where.zh}（若为{meant}则相符）", f"{where.en} (it would agree if it were {meant})")


def _say_shift(repair: Repair, speaker: Speaker) -> Words:
    first = repair.moved[0]
    assert isinstance(first, Figure)
    table, where = speaker.table(first.table), speaker.place(first.cell)
    side = Words("右", "right") if repair.columns > 0 else Words("左", "left")
    printed = [item.printed for item in repair.moved if isinstance(item, Figure)]
    count = _count([equation.relation for equation in repair.mends])
    told = Words(
        f"{table.zh}（{where.zh}）“{tidy(first.row_label)}”一行的数字可能{side.zh}移了1栏（{listed(printed)}）："
        f"移回后{count.zh}成立。",
        f"{table.en} ({where.en}): the numbers of the row “{tidy(first.row_label)}” have probably slipped one column "
        f"to the {side.en} ({', '.join(printed)}): moved back, {count.en} would hold.",
    )
    if repair.lost:
        worth = speaker.money(repair.lost, first.table)
        told += Words(f"移出的一个数似为{worth.zh}，已不在表上。", f"A number fell out of it, it seems {worth.en}.")
    return told


def _printed(item: Item, speaker: Speaker) -> Words:
    """Return where a figure is printed, under which labels, and how."""
    if isinstance(item, Statement | BlankCell):
        return speaker.term(item)
    annex, where = speaker.annex(item.table), speaker.place(item.cell)
    label = f"{tidy(item.row_label)} × {tidy(item.column_label)}"
    return Words(
        f"{annex.zh}{where.zh}“{label}”的{item.printed}", f"{item.printed} in {annex.en}, {where.en}, “{label}”"
    )


def _borne_out(relations: Sequence[Relation], item: Item, speaker: Speaker) -> Words:
    """Return what bears a repair out: its own table's sums, other tables, sentences."""
    own = None if isinstance(item, Statement) else item.table
    sums = any(relation.kind is RelationKind.SUMMATION for relation in relations)
    found = [Words("本表的合计关系", "the sums of its table")] if sums and own else []
    others: dict[str | None, Term] = {}
    for relation in relations:
        for term in (relation.whole, *relation.parts):
            if not isinstance(term, BlankCell) and table_of(term) != own:
                others.setdefault(table_of(term), term)
    for slug, term in others.items():
        if isinstance(term, Statement):
            where = speaker.page(term.page, term.line)
            found.append(Words(f"正文{where.zh}", f"the text, {where.en}"))
        elif slug:
            found.append(speaker.annex(slug))
    if not found:
        found = [Words("本表内的数", "other figures of its table")]
    return Words(listed(words.zh for words in found), ", ".join(words.en for words in found))


def _number(amount: Decimal, item: Figure | Statement) -> str:
    """Return an amount in yuan as the number that would be printed in a figure's unit."""
    number = amount / factor_of(item)
    exponent = number.normalize().as_tuple().exponent
    decimals = max(-exponent if isinstance(exponent, int) else 0, len(item.printed.partition(".")[2]))
    return f"{number:,.{decimals}f}" if "," in item.printed else f"{number:.{decimals}f}"
