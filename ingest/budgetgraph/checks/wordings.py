"""Soft checks of wording: what sentences say of their own figures, in words of comparison, changes and percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words
from budgetgraph.disclosure import Disclosure
from budgetgraph.prose.sections import Paragraph
from budgetgraph.prose.wording import Wording, wording

_SENTENCE = re.compile(r"[^。]+。?")
SLACK = Decimal("1.5")
"""Percentages are rounded, cut off, or made of figures before they were rounded: so many last places are let pass."""

LEVEL = Decimal("0.05")
"""基本持平: a difference of up to this share of the budget is called level."""


def direction_words(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence compares the final account with the budget in a word that its own two figures contradict."""
    words = wording(disclosure.ontology)
    for paragraph in disclosure.paragraphs:
        for found in words.compared.finditer(paragraph.flat):
            pair = _compared_pair(found, paragraph.flat[: found.start()], words)
            word = found["word"] or found["level"]
            if pair is None or not word:
                continue
            budgeted, executed = pair
            if not _is_true(words.meaning(word), words.worth(budgeted, "plan"), words.worth(executed, "account")):
                one, other = _printed(budgeted, "plan"), _printed(executed, "account")
                said = Words(
                    f"称“{found.group()}”，但预算为{one}、决算为{other}。",
                    f"says “{found.group()}”, but the budget is {one} and the final account {other}.",
                )
                yield _warning("direction-word", paragraph, speaker, said)
        for found in words.changed.finditer(paragraph.flat):
            if found["rate_word"] and _contradicts(found, words):
                said = Words(f"“{found.group()}”一增一减，自相矛盾。", f"“{found.group()}” says both up and down.")
                yield _warning("direction-word", paragraph, speaker, said)


def _compared_pair(found: re.Match[str], before: str, words: Wording) -> tuple[re.Match[str], re.Match[str]] | None:
    """Return the budget and the final account of which a comparison speaks: the last ones before it."""
    which = words.phase(found["phase"])
    budgeted = [
        each for each in words.budgeted.finditer(before) if not which or words.phase(each["phase"]) in (which, "")
    ]
    executed = list(words.executed.finditer(before))
    return (budgeted[-1], executed[-1]) if budgeted and executed else None


def _is_true(meaning: str, plan: Decimal, account: Decimal) -> bool:
    """Say whether a word of comparison is true of a final account and its budget."""
    if meaning == "greater":
        return account > plan
    if meaning == "less":
        return account < plan
    if meaning == "equal":
        return account == plan
    return abs(account - plan) <= plan * LEVEL


def _contradicts(found: re.Match[str], words: Wording) -> bool:
    """增加 … 下降 …; nothing is up or down by nothing."""
    same = words.meaning(found["word"]) == words.meaning(found["rate_word"])
    return not same and bool(words.worth(found, "change")) and bool(Decimal(found["rate"].rstrip(".")))


def differences(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A sentence states two figures and a difference that they do not have: 比90万元增加20万元，为100万元."""
    words = wording(disclosure.ontology)
    for paragraph in disclosure.paragraphs:
        for found in words.differing.finditer(paragraph.flat):
            now, before, stated = (words.worth(found, name) for name in ("now", "before", "change"))
            change = now - before if words.meaning(found["word"]) == "increase" else before - now
            allowed = max(words.place(found, name) for name in ("now", "before", "change"))
            if abs(change - stated) > allowed and not any(
                abs(abs(earlier - before) - stated) <= allowed for earlier in _before(found, words)
            ):
                right = f"{change / words.factor(found, 'now'):f}{found['now_unit']}"
                said = Words(
                    f"“{found.group()}”：按所列两数，应为{right}。", f"“{found.group()}”: its two figures make {right}."
                )
                yield _warning("change", paragraph, speaker, said)


def percentages(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A percentage in a sentence does not follow from the figures that stand beside it."""
    words = wording(disclosure.ontology)
    for paragraph in disclosure.paragraphs:
        for found in words.changed.finditer(paragraph.flat):
            if found["rate"] and not _contradicts(found, words):
                yield from _change(found, paragraph, speaker, words)
        for found in words.done.finditer(paragraph.flat):
            if words.phase(found["of"]) in (words.phase(found["phase"]), ""):
                plan, account = words.worth(found, "plan"), words.worth(found, "account")
                yield from _unless_near(account, plan, found, paragraph, speaker)
        for sentence in _SENTENCE.findall(paragraph.flat):
            yield from _shares(sentence, paragraph, speaker, words)


def _change(found: re.Match[str], paragraph: Paragraph, speaker: Speaker, words: Wording) -> Iterator[Finding]:
    """Compare 减少56.95万元，下降1.87% with the figure that the sentence is about."""
    now, change = words.worth(found, "now"), words.worth(found, "change")
    rise = words.meaning(found["word"]) == "increase"
    if any(
        _is_near(change, whole, found["rate"])
        for a in _before(found, words)
        if (whole := a - change if rise else a + change) > 0
    ):
        return  # the sentence goes on with a figure further back
    before = now - change if rise else now + change
    yield from _unless_near(change, before, found, paragraph, speaker, other=now)


def _shares(sentence: str, paragraph: Paragraph, speaker: Speaker, words: Wording) -> Iterator[Finding]:
    """Compare the shares of a sentence's items with its first figure: 合计100万元，其中：甲60万元，占60%."""
    parts = list(words.shared.finditer(sentence))
    whole = words.amount.search(sentence)
    if whole is None or not parts or parts[0].start() <= whole.start():
        return
    if not re.search(words.words("cue/of-which"), sentence[: parts[0].start()]):
        return
    total = words.worth(whole, "amount")
    if sum(words.worth(part, "part") for part in parts) > total * 2:
        return
    for part in parts:
        if not any(
            _is_near(words.worth(part, "part"), other, part["rate"]) for other in _before(part, words) if other > 0
        ):
            yield from _unless_near(words.worth(part, "part"), total, part, paragraph, speaker)


def _before(found: re.Match[str], words: Wording) -> Iterator[Decimal]:
    """Yield the amounts that stand before a phrase: one of them may be what it speaks of."""
    for amount in words.amount.finditer(found.string, 0, found.start()):
        yield words.worth(amount, "amount")


def _unless_near(
    part: Decimal,
    whole: Decimal,
    found: re.Match[str],
    paragraph: Paragraph,
    speaker: Speaker,
    *,
    other: Decimal | None = None,
) -> Iterator[Finding]:
    """Yield a warning unless part / whole is the percentage that is printed, within rounding.

    *other* is a whole that may have been taken by mistake.
    """
    if whole <= 0 or _is_near(part, whole, found["rate"]):
        return
    right = f"{part / whole * 100:.2f}%"
    said = Words(
        f"“{found.group()}”的百分比与同句的数不符，按所列数应为{right}。",
        f"“{found.group()}”: its figures make {right}.",
    )
    if other and _is_near(part, other, found["rate"]):
        said += Words("（似以本年数为分母。）", "(It seems to be a share of this year's figure, not of last year's.)")
    yield _warning("percentage", paragraph, speaker, said)


def _is_near(part: Decimal, whole: Decimal, printed: str) -> bool:
    printed = printed.rstrip(".")
    allowed = SLACK.scaleb(-len(printed.partition(".")[2])) + Decimal(100) * Decimal(100) / whole
    return abs(part / whole * 100 - Decimal(printed)) <= allowed


def _printed(found: re.Match[str], name: str) -> str:
    return found[name] + found[f"{name}_unit"]


def _warning(rule: str, paragraph: Paragraph, speaker: Speaker, said: Words) -> Finding:
    where = speaker.page(paragraph.page, paragraph.line)
    words = Words(f"正文{where.zh}{said.zh}", f"The text ({where.en}) {said.en}")
    return Finding(Severity.WARNING, rule, words, page=paragraph.page)
