"""Captions: the number, the title, the body and the unit that are printed above a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from budgetgraph.document import TextLine
from budgetgraph.labels import is_numbered, normalise

_ANNEX = re.compile(r"^附(?:件|表)(\d{1,3}|[一二三四五六七八九十]+)[::]?(.*)$")
_NUMBER = re.compile(
    r"^(?:公开|预算|决算|部门|财决|公)*(?:表\d{1,2}|\d{1,2}表|表[一二三四五六七八九十]{1,3})(?![格总])[::-]?(.*)$"
)
_UNIT = re.compile(r"单位(?:均|都)?[为是]?[::]?(?:人民币)?\(?(万元|元|千元|亿元)|\((?:单位[::])?(万元|元|千元|亿元)\)")
_UNIT_OF_TITLE = re.compile(
    r"\s*[(（]\s*(?:(?:金额|计量)?单位\s*[:：]?\s*)?(?:人民币)?(?:万元|元|千元|亿元)\s*[)）]\s*$"
    r"|\s+(?:金额|计量)?单\s*位\s*[:：]\s*(?:人民币)?(?:万元|元|千元|亿元)\s*$"
)
_HEADING = re.compile(r"(?:收支|收入|支出|预算|决算|经费|绩效|采购|债务|转移支付|资产)[^,.;:!?。]*$")
"""A line right above a table that names what budgets are about is its title, if no line is called a table."""
_BODY = re.compile(
    r"^(?:编制|公开|预算|填报|填表|申报)?(?:单位|部门)(?:[/(](?:单位|部门)\)?)?(?:名称)?(?:\(全称\))?[::]"
    r"(?!万元|元|千元|亿元)(.+?)(?:(?:(?:填报|填表|编制|制表|报送)?(?:日期|时间)[::]|20\d\d[年./-]\d|(?:金额|计量|货币)?单位[::]).*)?$"
)
_COUNTED = re.compile(r"^单位[::](?![千万亿]$)(.{1,3}|.{1,4}元)$")
"""So short a word behind 单位 is what is counted (人, 辆, 平方米), and names nobody."""
_BROKEN_UNIT = re.compile(r"单位[::](?:人民币)?[万千亿]?$")
_ALIKE = 4.0
"""Lines whose sides are nearer than this many points begin or end alike."""

_LONGEST_HEADING = 30
"""A heading that serves as a title has at most so many characters."""
_LONGEST_NAME = 20
_PART = re.compile(r"^第[一二三四五六七八九十]+部分")
_UNFINISHED = ("。", "，", ",", "；", ";", "、")


def says_of_a_table(line: TextLine) -> bool:
    """Say whether a line is one of those that stand above tables: number, body, unit or title."""
    text = normalise(line.text)
    return opens_a_caption(text) or bool(_UNIT.search(text) or is_title(text))


def heading_in(lines: Sequence[TextLine]) -> str | None:
    """Return the last heading of the running text above a table that bears no title."""
    for line in reversed(lines):
        text = normalise(line.text)
        if len(text) <= 30 and not text.endswith(_UNFINISHED) and (_PART.match(text) or is_numbered(text)):
            return _PART.sub("", text)
    return None


def unit_in(label: str) -> str | None:
    """Return the unit of money that a label names: 项目资金（万元）."""
    found = _UNIT.search(normalise(label))
    return (found.group(1) or found.group(2)) if found else None


def stated_body(text: str) -> str | None:
    """Return the body that a line names as such: 部门名称：…, 填报单位：…; None if it names none."""
    found = _BODY.match(normalise(text))
    return None if found is None or _COUNTED.search(found.string) else found.group(1)


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a grid: number, title, body, unit (of money, or what is counted: 人)."""

    annex: str | None
    title: str | None
    body: str | None
    unit: str | None

    @property
    def says_nothing(self) -> bool:
        return not (self.annex or self.title or self.body or self.unit)

    @classmethod
    def read(cls, lines: Sequence[TextLine]) -> Caption:
        """Read the lines above a grid; what stands after the last number of an annex is the grid's."""
        annex = title = body = unit = heading = None
        before: TextLine | None = None
        apart = False
        for line in map(_without_number, _unwrapped(lines)):
            text = normalise(line.text)
            found, number = _ANNEX.match(text), _NUMBER.match(text)
            if _is_heading(text) and not (number and not number.group(1)):
                heading, apart = line.text, False
            elif not says_of_a_table(line):
                heading, apart = heading if _may_name(text) else None, True
            if found:
                annex, title, body, unit = found.group(1), found.group(2) or None, None, None
                continue
            if number:
                text = number.group(1)
                if not text:
                    continue
            found_unit = _UNIT.search(text)
            counted = _COUNTED.search(text)
            stated = stated_body(text)
            if found_unit:
                unit = found_unit.group(1) or found_unit.group(2)
            elif counted:
                unit = counted.group(1)
            if stated:
                body = stated
            if not stated and is_title(text) and not (found_unit and found_unit.start() == 0):
                title = before.text + line.text if before and _is_one_title(before, line) else line.text
                title = _UNIT_OF_TITLE.sub("", title) or title
            before = line
        return cls(annex, title or (heading if unit or not apart else None), body, unit)


def _unwrapped(lines: Iterable[TextLine]) -> Iterator[TextLine]:
    """Yield lines, each name of a body and each unit on one of them.

    Narrow cells break them over two, which run together with the cell beside: 部门名称：某某法 / 院 单位：万元.
    """
    upper: TextLine | None = None
    for line in lines:
        if upper is None:
            upper = line
            continue
        first, _, rest = line.text.partition(" ")
        before, _, last = line.text.rpartition(" ")
        if rest and _is_close(upper, line, "x0") and _names_only_a_body(upper.text) and _UNIT.match(normalise(rest)):
            upper = replace(line, text=f"{upper.text}{first} {rest}")
        elif before and _is_close(upper, line, "x1") and _BROKEN_UNIT.search(normalise(upper.text)):
            yield replace(upper, text=upper.text + last)
            upper = replace(line, text=before)
        elif line.text.strip() == "元" and upper.page == line.page and _BROKEN_UNIT.search(normalise(upper.text)):
            upper = replace(upper, text=f"{upper.text}元")
        else:
            yield upper
            upper = line
    if upper is not None:
        yield upper


def _without_number(line: TextLine) -> TextLine:
    """Return a line without the number of a table that is set at its right, beside the body: 某市财政局 公开表3."""
    before, _, last = line.text.strip().rpartition(" ")
    number = _NUMBER.match(normalise(last))
    return replace(line, text=before) if before and number and not number.group(1) else line


def _is_close(upper: TextLine, lower: TextLine, side: str) -> bool:
    """Say whether a line stands right below another, and begins (x0) or ends (x1) where that does."""
    if upper.page != lower.page or upper.box is None or lower.box is None:
        return False
    apart = lower.box.top - upper.box.bottom
    return (
        apart < upper.box.bottom - upper.box.top and abs(getattr(upper.box, side) - getattr(lower.box, side)) < _ALIKE
    )


def _names_only_a_body(text: str) -> bool:
    flat = normalise(text)
    return stated_body(flat) is not None and not _UNIT.search(flat)


def _is_heading(text: str) -> bool:
    return 4 <= len(text) <= _LONGEST_HEADING and bool(_HEADING.search(text)) and not _UNIT.search(text)


def _may_name(text: str) -> bool:
    """Say whether a line may be the name of a body alone, which stands between a heading and the unit."""
    return text.isalpha() and len(text) <= _LONGEST_NAME


def is_title(text: str) -> bool:
    """Say whether a normalised text may be the title of a table."""
    return "表" in text and len(text) <= 60 and not text.endswith(("。", "；", ";", ":"))


def _is_one_title(upper: TextLine, lower: TextLine) -> bool:
    """Say whether two lines are one title: set alike, one close below the other, the upper no title by itself."""
    text = normalise(upper.text)
    if upper.box is None or lower.box is None or upper.size is None or lower.size is None:
        return False
    if (
        upper.page != lower.page
        or _BODY.match(text)
        or _UNIT.search(text)
        or text.endswith(("表", "。", "；", ":", ")"))
    ):
        return False
    alike = abs(upper.size - lower.size) < 1
    close = 0 < lower.box.top - upper.box.bottom < upper.size * 1.2
    middle = abs((upper.box.x0 + upper.box.x1) - (lower.box.x0 + lower.box.x1)) < upper.size * 4
    return alike and close and (middle or abs(upper.box.x0 - lower.box.x0) < 2) and upper.size > 12


def opens_a_caption(text: str) -> bool:
    """Say whether a line begins what stands above a table: its number, or the body that it is of."""
    flat = normalise(text)
    return any(pattern.match(flat) for pattern in (_ANNEX, _NUMBER, _BODY))


def is_part_of_caption(text: str) -> bool:
    """Say whether a text is a table's number, its body or its unit, and no more."""
    flat = normalise(text)
    return any(pattern.match(flat) for pattern in (_UNIT, _BODY, _NUMBER))


def annex_in(text: str) -> tuple[str, str] | None:
    """Return the number of an annex and what follows it on a line; None if the line names none."""
    found = _ANNEX.match(normalise(text))
    return (found.group(1), found.group(2)) if found else None
