"""Who discloses, for which year and phase: read from what the document prints, never from the file name."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from pypinyin import lazy_pinyin

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.document import Document, TextLine
from budgetgraph.identity.phases import DRAFT_OF_NEXT_YEAR, read_phase
from budgetgraph.labels import normalise, unify
from budgetgraph.tables import Table, stated_body

_WRITTEN_YEAR = re.compile(r"二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2}(?=年)")
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_YEAR = re.compile(r"(20[0-4]\d)年?度?")
_TITLE_YEAR = re.compile(r"(20[0-4]\d)年?度?[^,。;]{0,24}?(部门|单位)?(预算|决算)")
_OWN_LEVEL = r"(?:[省市区县州旗]|自治[区州县])?本?级"
_BODY_BEFORE = re.compile(
    rf"^(?:关于)?(?P<body>\D{{4,40}}?)(?:关于(?:公开)?)?(20[0-4]\d)年?+度?+"
    rf"(?:{_OWN_LEVEL})?(部门|单位|财政|政府)?(?:综合)?(预算|决算)"
)
_GOVERNMENT = re.compile(
    rf"^(?:关于)?(?![全本我各])(?P<body>\D{{1,20}}?[省市县区旗州镇乡])(?:人民政府)?(?:关于)?(20[0-4]\d)年?+度?+"
    rf"(?:{_OWN_LEVEL})?(?:政府|财政|地方财政)(?:总)?(预算|决算)"
)
"""A government's own budget, which is named after its place: 某县2024年财政预算."""

_BODY_AFTER = re.compile(r"^(?:关于)?(?:公开)?(20[0-4]\d)年?+度?+(?P<body>\D{4,40}?)(部门|单位)(?:综合)?(预算|决算)")
_BODY_ALONE = re.compile(r"^(?:关于)?(?:公开)?(20[0-4]\d)年?+度?+(?P<body>\D{4,40}?)(?:三公经费)?(预算|决算)")
_NO_BODY = re.compile(rf"(?:{_OWN_LEVEL})?(?:部门|单位)?")
_TITLE_WORDS = re.compile(
    rf"(20[0-4]\d)年?+度?+(?:{_OWN_LEVEL})?(?:部门|单位)?(?:综合)?(?:预算|决算)(?:\(?草案\)?|信息|公开|报告|说明|情况|文本|编制|表|的)*"
    r"|20[0-4]\d年\d{1,2}月(?:\d{1,2}日)?|\((?:汇总|本级|机关)\)|^附件\d*:?"
)
"""What a cover says beside the name of the body."""

_SENTENCE = re.compile(r"^([\u4e00-\u9fff]{4,40}?)20[0-4]\d年度?[^,。;]{0,24}?(收入|支出|预算|决算)")
SPEAKING = 3
"""So many sentences name the body of a document whose cover is a picture."""

_QUALIFIER = re.compile(r"(?<=..)\([^()]{1,6}\)$")
_NAME = re.compile(r"[\w()·、—-]+")
_CONTENTS = re.compile(r"目录:?")
_PARTY = re.compile(r"^(中共|中国共产党)")
_PART = re.compile(r"第[一二三四五六七八九十]部分")


@dataclass(frozen=True, slots=True)
class Identity:
    """What names a disclosure: body, division (GB/T 2260 code), fiscal year, phase, level.

    `level_stated` is false where nothing printed says the level and it is taken to be a unit's;
    `also` holds other names of the body, where several files give it several.
    """

    body: str
    division: str
    division_name: str
    year: int
    phase: str
    level: str
    level_stated: bool = True
    also: tuple[str, ...] = ()

    @property
    def body_slug(self) -> str:
        """The body in IRIs."""
        return self.slug_of(self.body)

    def slug_of(self, name: str) -> str:
        """Return a body's name for IRIs: pinyin without its division, and a hash of the whole name."""
        return _slug(name, self.division_name)

    @property
    def path(self) -> str:
        return f"{self.division}/{self.body_slug}/{self.year}/{self.phase}/{self.level}"


@lru_cache(maxsize=4096)
def _slug(name: str, division: str) -> str:
    short = (name.rpartition(division)[2] if division else "") or name
    syllables = "".join(lazy_pinyin(short, errors=lambda text: re.sub(r"[^A-Za-z0-9]", "", text)))
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{syllables.lower()[:60]}-{digest}"


def read_identity(document: Document, tables: Sequence[Table], ontology: Ontology) -> Identity | None:
    """Return the identity that a document prints, or None if it names no body or no year."""
    lines = [_plain(item.text) for item in document.items() if isinstance(item, TextLine)]
    body = _body(tables, _cover(lines), _titles(document), ontology) or _listed(lines) or _speaker(lines)
    year = _year(lines, tables)
    if body is None or year is None:
        return None
    body = _without_level(body, ontology)
    division = _division(body, lines, ontology)
    level = _level(_cover(lines)[:8], lines, ontology)
    return Identity(
        body=body,
        division=division.notation or division.slug if division else "000000",
        division_name=division.label if division else "",
        year=year,
        phase=read_phase(lines, tables, _titles(document), ontology),
        level=level or "unit",
        level_stated=level is not None,
    )


def _plain(text: str) -> str:
    """Return a line as it is compared, with years that are written out in digits: 二〇二四年 is 2024年."""
    return _WRITTEN_YEAR.sub(lambda found: found.group().translate(_DIGITS), normalise(text))


def _body(tables: Sequence[Table], cover: Sequence[str], titles: Sequence[str], ontology: Ontology) -> str | None:
    """The body that most tables name; failing that, the one on the cover, whose title may take several lines."""
    named = Counter(normalise(table.body) for table in tables if table.body and not table.embedded)
    if named:
        return named.most_common(1)[0][0]
    windows = [
        "".join(cover[start : start + count]) for count in (1, 2, 3, 4) for start in range(len(cover) - count + 1)
    ]
    stated = next(filter(None, map(stated_body, cover)), None)
    if stated:
        return normalise(stated)
    whole = (_named(title, (_BODY_BEFORE, _GOVERNMENT, _BODY_AFTER, _BODY_ALONE)) for title in titles)
    strict = (_named(line, (_BODY_BEFORE, _GOVERNMENT, _BODY_AFTER)) for line in windows)
    loose = (_named(line, (_BODY_ALONE,)) for line in windows)
    sure = [name for name in (*whole, *strict) if name]
    divided = (name for name in (*sure, *loose) if name and _division(name, cover, ontology))
    left = _left_over(titles, ontology)
    if left is None or not _division(left, cover, ontology):
        left = next(iter(sure), left)
    return next(divided, left)


def _listed(lines: Sequence[str]) -> str | None:
    """Return the body that a contents list names: 第二部分 …局2024年部门预算表."""
    parts = (_PART.sub("", line) for line in lines[:40] if _PART.match(line))
    return next(filter(None, (_named(part, (_BODY_BEFORE,)) for part in parts)), None)


def _left_over(titles: Sequence[str], ontology: Ontology) -> str | None:
    """Return what a cover says beside year and phase, if it ends as names of bodies do: the year may stand above it."""
    joined = "".join(titles)
    found = _TITLE_WORDS.search(joined)
    name = _TITLE_WORDS.sub("", joined)
    endings = tuple(map(normalise, ontology["cue/body-ending"].labels))
    return name if found and 4 <= len(name) <= 40 and _NAME.fullmatch(name) and name.endswith(endings) else None


def _named(title: str, patterns: Sequence[re.Pattern[str]]) -> str | None:
    """Return what stands before or after the year in a title."""
    for pattern in patterns:
        found = pattern.match(title)
        name = _PART.sub("", found["body"]) if found else ""
        if _NAME.fullmatch(name) and not _NO_BODY.fullmatch(name):
            return re.sub(r"(?<=\D{4})(部门|单位)$", "", name)
    return None


def _titles(document: Document) -> list[str]:
    """The lines of the largest type on the first page that has text, those that follow one another joined."""
    first = next((page for page in document.pages if page.lines), None)
    sizes = [round(line.size) for line in first.lines if line.size] if first else []
    if first is None or not sizes:
        return []
    end = next((place for place, line in enumerate(first.lines) if _CONTENTS.fullmatch(normalise(line.text))), None)
    runs = groupby(first.lines[:end], key=lambda line: bool(line.size) and round(line.size or 0) == max(sizes))
    return [_plain("".join(line.text for line in run)) for large, run in runs if large]


def _speaker(lines: Sequence[str]) -> str | None:
    """The body of whose year's money most sentences speak, where neither cover nor table names it."""
    named = Counter(found.group(1) for line in lines if (found := _SENTENCE.match(line)))
    name, count = named.most_common(1)[0] if named else ("", 0)
    return name if count >= SPEAKING else None


def _cover(lines: Sequence[str]) -> list[str]:
    """The lines above the contents list; failing that, the first lines, but those that open a part."""
    contents = next((index for index, line in enumerate(lines[:40]) if _CONTENTS.fullmatch(line)), 40)
    return [line for line in lines[: contents or 40] if not _PART.match(line)]


def _year(lines: Sequence[str], tables: Sequence[Table]) -> int | None:
    """The year that the first title with a year states; failing that, the one most often printed.

    A report on the budget of one year and the draft of the next is a disclosure of the next.
    """
    draft = DRAFT_OF_NEXT_YEAR.search("".join(lines[:40]))
    if draft:
        return int(draft.group(1))
    for line in lines[:40]:
        found = _TITLE_YEAR.search(line)
        if found:
            return int(found.group(1))
    years = Counter(
        int(year) for text in (*lines, *(_plain(table.title) for table in tables)) for year in _YEAR.findall(text)
    )
    return years.most_common(1)[0][0] if years else None


def _level(cover: Sequence[str], lines: Sequence[str], ontology: Ontology) -> str | None:
    """The level that a sentence states; failing that, the one in the title; failing that, the one most often named."""
    levels, text = ontology.scheme("disclosure-level"), "".join(lines)
    stated = {level.slug for level in levels if any(re.search(cue, text) for cue in level.cues)}
    if len(stated) == 1:
        return stated.pop()
    for place in ("".join(cover), text):
        named = Counter({level.slug: _mentions(level, place) for level in levels})
        ranked = named.most_common(2)
        if ranked and ranked[0][1] > sum(count for _, count in ranked[1:]):
            return ranked[0][0]
    return None


def _without_level(body: str, ontology: Ontology) -> str:
    """Return a body's name without a level in brackets behind it, which is no part of it: (汇总), (本级)."""
    for level in ontology.scheme("disclosure-level"):
        for mark in _marks(level):
            body = body.removesuffix(mark)
    return body


def _marks(level: Concept) -> list[str]:
    """Return the labels of a level that stand in brackets behind a name."""
    return [normalise(label) for label in level.labels if normalise(label).startswith("(")]


def own_office(body: str, ontology: Ontology) -> str:
    """Return the name of a department's own office, which tables print under the department's name."""
    return body + own_office_marks(ontology)[0]


def own_office_marks(ontology: Ontology) -> tuple[str, ...]:
    """Return what marks a department's own office behind its name: （本级）."""
    return tuple(_marks(ontology["disclosure-level/unit"]))


def _mentions(level: Concept, text: str) -> int:
    """Count how often a text names a level, other than as that of the bodies below (下属单位预算)."""
    names = {normalise(label) for label in level.labels if len(label) > 2}.difference(_marks(level))
    labels = "|".join(map(re.escape, sorted(names)))
    return sum(1 for _ in re.finditer(rf"(?<![下所]属)(?<![下所]属..)(?<![下所]属....)(?:{labels})", text))


def _division(body: str, lines: Sequence[str], ontology: Ontology) -> Concept | None:
    """The division that the body's name contains, the deepest whose superiors are named too."""
    context = body + "".join(lines[:40])
    name = _PARTY.sub("", body)
    scored: list[tuple[tuple[int, ...], Concept]] = []
    for concept in ontology.scheme("division"):
        if concept.is_all or concept.label[:-1] not in body:
            continue
        above = [ontology[iri].label for iri in ontology.ancestors(concept)]
        named = sum(1 for label in above if label in context)
        rank = _place_in(name, concept.label, above)
        if rank:
            scored.append(((*rank, named, len(above), -int(concept.notation or 0)), concept))
    return max(scored, key=lambda item: item[0])[1] if scored else None


def _place_in(name: str, label: str, above: Sequence[str]) -> tuple[int, ...]:
    """Return how surely a body's name says that a division is its own; nothing if it does not say so.

    It opens with the division or one above it; or with its short name (某高新区); or others name it before
    (政协某省委员会).
    """
    if label in name and (name.startswith(label) or any(name.startswith(other) for other in above)):
        return 3, 0
    if label in name and len(label) > 2:
        return 2, -name.index(label)
    short = label[:-1]
    return (1, 0) if len(short) > 1 and len(above) < 2 and label[-1] in "省市" and name.startswith(short) else ()


def same_body(named: str, body: str) -> bool:
    """Say whether a name is the body's, or a short form: its characters, in order, ending alike."""
    short, whole = (_QUALIFIER.sub("", normalise(unify(name))) for name in (named, body))
    if short == whole:
        return True
    if len(short) < 2 or not whole or short[-1] != whole[-1]:
        return False
    rest = iter(whole)
    return all(character in rest for character in short)


def bodies(texts: Iterable[str]) -> Counter[str]:
    """Count the names among some texts."""
    return Counter(normalise(text) for text in texts if text)
