"""Soft checks of wording: what sentences say of their own figures, in words of comparison and in percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from budgetgraph.disclosure import Disclosure
from budgetgraph.findings import Finding, Severity, Speaker, Words
from budgetgraph.sections import Paragraph

_MONEY = r"(\d[\d,]*(?:\.\d+)?)(万元|亿元|元)"
_BUDGETED = re.compile(rf"(年初|全年|调整)?预算(?:数)?为?{_MONEY}")
_EXECUTED = re.compile(rf"决算(?:数)?为?{_MONEY}")
_COMPARED = re.compile(r"决算数(?:与)?(大于|小于|等于|高于|低于)?(?:(年初|全年|调整))?预算数(基本持平|持平)?")
_CHANGED = re.compile(
    rf"{_MONEY}[。,;]?(?:与|比|较)[^。;]{{0,40}}?(增加|减少|上升|下降){_MONEY},"
    r"(?:增长|增加|上升|下降|减少|降低)(?:幅度为|了)?(\d[\d.]*)%"
)
_SHARES = re.compile(rf"{_MONEY},占(?:[^。,;%\d]{{0,12}})?(\d[\d.]*)%")
_DONE = re.compile(
    rf"(年初|全年|调整)?预算(?:数)?为{_MONEY},(?:支出)?决算(?:数)?为{_MONEY},完成(年初|全年|调整)?预算(?:数)?的(\d[\d.]*)%"
)
_SENTENCE = re.compile(r"[^。]+。?")
_FACTOR = {"元": Decimal(1), "万元": Decimal(10000), "亿元": Decimal(100000000)}
SLACK = Decimal("1.5")
"""Percentages are rounded, cut off, or made of figures before they were rounded: so many last places are let pass."""

_LEVEL = Decimal("0.05")
"""基本持平: a difference of up to this share of the budget is called level."""


def direction_words(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence compares the final account with the budget in a word that its own two figures contradict."""
    for paragraph in disclosure.paragraphs:
        for found in _COMPARED.finditer(paragraph.flat):
            word, which, level = found.group(1), found.group(2), found.group(3)
            before = paragraph.flat[: found.start()]
            budgeted = [each for each in _BUDGETED.finditer(before) if not which or each.group(1) in (which, None)]
            executed = list(_EXECUTED.finditer(before))
            if not budgeted or not executed or not (word or level):
                continue
            plan, account = _worth(budgeted[-1], 2), _worth(executed[-1], 1)
            if not _true(word, plan, account):
                one, other = _printed(budgeted[-1], 2), _printed(executed[-1], 1)
                said = Words(
                    f"称“{found.group()}”，但预算为{one}、决算为{other}。",
                    f"says “{found.group()}”, but the budget is {one} and the final account {other}.",
                )
                yield _warning("direction-word", paragraph, speaker, said)


def _true(word: str | None, plan: Decimal, account: Decimal) -> bool:
    """Say whether a word of comparison is true of a final account and its budget."""
    if word in ("大于", "高于"):
        return account > plan
    if word in ("小于", "低于"):
        return account < plan
    if word == "等于":
        return account == plan
    return abs(account - plan) <= plan * _LEVEL


def percentages(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A percentage in a sentence does not follow from the figures that stand beside it."""
    for paragraph in disclosure.paragraphs:
        for found in _CHANGED.finditer(paragraph.flat):
            yield from _change(found, paragraph, speaker)
        for found in _DONE.finditer(paragraph.flat):
            if found.group(6) in (found.group(1), None):
                plan, account = _worth(found, 2), _worth(found, 4)
                yield from _unless_near(account, plan, found, 7, found.group(), paragraph, speaker)
        for sentence in _SENTENCE.findall(paragraph.flat):
            yield from _shares(sentence, paragraph, speaker)


def _change(found: re.Match[str], paragraph: Paragraph, speaker: Speaker) -> Iterator[Finding]:
    """Compare 减少56.95万元，下降1.87% with the figure that the sentence is about."""
    now, change = _worth(found, 1), _worth(found, 4)
    grows = found.group(3) in ("增加", "上升")
    before = now - change if grows else now + change
    yield from _unless_near(change, before, found, 6, found.group(), paragraph, speaker)


def _shares(sentence: str, paragraph: Paragraph, speaker: Speaker) -> Iterator[Finding]:
    """Compare the shares of a sentence's items with its first figure: 合计100万元，其中：甲60万元，占60%."""
    parts = list(_SHARES.finditer(sentence))
    whole = re.search(_MONEY, sentence)
    if whole is None or not parts or parts[0].start() <= whole.start() or "其中" not in sentence[: parts[0].start()]:
        return
    total = _worth(whole, 1)
    if sum(_worth(part, 1) for part in parts) > total * 2:
        return
    for part in parts:
        yield from _unless_near(_worth(part, 1), total, part, 3, part.group(), paragraph, speaker)


def _unless_near(
    part: Decimal,
    whole: Decimal,
    found: re.Match[str],
    group: int,
    quoted: str,
    paragraph: Paragraph,
    speaker: Speaker,
) -> Iterator[Finding]:
    """Yield a warning unless part / whole is the percentage that is printed, within rounding."""
    printed = found.group(group)
    if whole <= 0:
        return
    share = part / whole * 100
    places = len(printed.partition(".")[2])
    allowed = SLACK.scaleb(-places) + Decimal(100) * Decimal(100) / whole
    if abs(share - Decimal(printed)) > allowed:
        right = f"{share:.2f}%"
        yield _warning(
            "percentage",
            paragraph,
            speaker,
            Words(f"“{quoted}”的百分比与同句的数不符，按所列数应为{right}。", f"“{quoted}”: its figures make {right}."),
        )


def _worth(found: re.Match[str], group: int) -> Decimal:
    return Decimal(found.group(group).replace(",", "")) * _FACTOR[found.group(group + 1)]


def _printed(found: re.Match[str], group: int) -> str:
    return found.group(group) + found.group(group + 1)


def _warning(rule: str, paragraph: Paragraph, speaker: Speaker, said: Words) -> Finding:
    where = speaker.page(paragraph.page, paragraph.line)
    words = Words(f"正文{where.zh}{said.zh}", f"The text ({where.en}) {said.en}")
    return Finding(Severity.WARNING, rule, words, page=paragraph.page)
