"""Labels as printed, and what is compared: Unicode forms, white space, numbering, units in brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# CJK Radicals Supplement to unified ideographs: Unicode's EquivalentUnifiedIdeograph property (UAX #44).
# NFKC maps the Kangxi radicals (U+2F00…) and none of these, and some producers write them all.
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩"
    "⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑"
    "⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王"
    "𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長"
    "镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_UNIFIED = str.maketrans(_RADICALS + "戶﹒•∙・", _IDEOGRAPHS + "户····")

_CHINESE_DIGITS = "〇零一二三四五六七八九十百"
_NUMBERING = (
    re.compile(rf"^第?[{_CHINESE_DIGITS}]{{1,4}}(?:、|[.,:](?=\D))"),
    re.compile(rf"^\([{_CHINESE_DIGITS}]{{1,4}}\)[、.]?"),
    re.compile(r"^\d{1,2}(、|\.(?!\d)|:)"),
    re.compile(r"^\(\d{1,2}\)[、.]?"),
    re.compile(r"^[①-⑳]"),
)
_ARABIC = 3
"""The level of 1. among the forms of numbers."""

_CATALOGUE = re.compile(r"[A-Z]\d*")
_DOTTED = re.compile(r"\d{1,2}(\.\d{1,2})+")
_MEMO = re.compile(r"^(其中|包括|含)[:,]?")
_BULLETS = re.compile(r"^[-—–─·•◆■└├→>]+(?=[^\d-])")
"""What may stand before a label to set it in: — 行政运行."""

_BRACKETED_UNIT = re.compile(r"\((单位:)?(人民币)?(万元|元|千元|亿元)\)$")
_SPREAD = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|(?<=\()\s+|\s+(?=[()])|(?<=\))\s+(?=[^\x00-\x7f›])")
_SPACE = re.compile(r"\s+")


def unify(text: str) -> str:
    """Return *text* in NFKC with radicals replaced by the ideographs that they stand for."""
    return unicodedata.normalize("NFKC", text.translate(_UNIFIED)).translate(_UNIFIED)


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Return the form of a label that is compared: unified, without white space, quotes made alike."""
    flat = _SPACE.sub("", unify(text))
    return flat.translate(str.maketrans("“”‘’\"'〔〕【】", '""""""()[]')).replace('"', "")


def readable(text: str) -> str:
    """Return a printed text on one line with radicals replaced by ideographs, punctuation as printed."""
    flat = join_lines(text).translate(_UNIFIED)
    return "".join(unicodedata.normalize("NFKC", char) if _is_compatibility(char) else char for char in flat)


@lru_cache(maxsize=65536)
def tidy(text: str) -> str:
    """Return a label as a reader would write it: readable, without the spaces that spread ideographs."""
    return _SPREAD.sub("", readable(text))


def _is_compatibility(char: str) -> bool:
    return "\u2f00" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff"


def join_lines(text: str) -> str:
    """Return a cell's text as one line: lines are joined without a space unless both sides are Latin letters."""
    return re.sub(r"(?<=[A-Za-z])\s*\n\s*(?=[A-Za-z])", " ", text).replace("\n", "").strip()


@dataclass(frozen=True, slots=True)
class LineLabel:
    """A row label taken apart: 一、其中：工资福利支出 has level 1, is a memo, and says 工资福利支出.

    `number` is its place in its list, from 1.
    """

    text: str
    level: int | None
    memo: bool
    number: int | None = None

    @property
    def first(self) -> bool:
        """Whether its number is the first of a list."""
        return self.number == 1


@lru_cache(maxsize=65536)
def parse_line_label(printed: str) -> LineLabel:
    """Split numbering and 其中 off a row label; level counts 一、 1, （一） 2, 1. 3, (1) 4, ① 5."""
    text = _BULLETS.sub("", normalise(printed))
    memo = _MEMO.match(text)
    if memo:
        text = text[memo.end() :]
    level, number = None, None
    for depth, pattern in enumerate(_NUMBERING, start=1):
        found = pattern.match(text)
        if found:
            level, number = depth, _value(found.group())
            text = text[found.end() :]
            break
    inner = _MEMO.match(text)
    if inner and len(text) > inner.end():
        memo, text = inner, text[inner.end() :]
    text = _BRACKETED_UNIT.sub("", text).rstrip(":")
    return LineLabel(text, level, memo is not None, number)


def levels_of(serials: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """Return level and number of what stands in a column of numbers; empty if one of them is neither.

    一 is of level 1, （一） 2, 3 of 3, 1.1 of 4; of the codes of a catalogue (A, A0201) the bare letters are of level
    1 and all others of 2, for one purchase may well bear a wider code than another.
    """
    texts = frozenset(serials)
    if all(_CATALOGUE.fullmatch(text) for text in texts):
        return {text: (1 if len(text) == 1 else 2, None) for text in texts}
    found = {text: level for text in texts if (level := _level_of(text))}
    return found if len(found) == len(texts) else {}


def _level_of(serial: str) -> tuple[int, int | None] | None:
    text = serial.rstrip("、.")
    if _DOTTED.fullmatch(text):
        return _ARABIC + text.count("."), int(text.rpartition(".")[2])
    parsed = parse_line_label(f"{text}、-")
    return (parsed.level, parsed.number) if parsed.level and parsed.text == "-" else None


def _value(numbering: str) -> int | None:
    """Return what a list number is worth: 二十一、 is 21, (3) 3, ④ 4."""
    digits = re.search(r"\d+", unicodedata.normalize("NFKC", numbering))
    if digits:
        return int(digits.group())
    written = "".join(char for char in numbering if char in _CHINESE_DIGITS)
    tens, ten, units = written.rpartition("十")
    if "百" in written or len(tens) > 1 or len(units) > 1:
        places = [_CHINESE_DIGITS.index(char) - 1 for char in written if char not in "十百"]
        return int("".join(map(str, places))) if places and "百" not in written and not ten else None
    return (_digit(tens) or 1) * 10 + _digit(units) if ten else _digit(units)


def _digit(written: str) -> int:
    return max(0, _CHINESE_DIGITS.index(written) - 1) if written else 0


def is_numbered(printed: str) -> bool:
    """Say whether a label opens with a Chinese or Arabic list number."""
    return parse_line_label(printed).level is not None
