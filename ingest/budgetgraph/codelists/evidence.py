"""What disclosures print for classification codes, and what this project knows of them besides."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

SCHEMES = {
    "functional": (
        "支出功能分类",
        "functional classification of expenditure",
        "observed_functional_201-234.csv",
    ),
    "department-economic": (
        "部门预算支出经济分类",
        "economic classification of departmental budget expenditure",
        "observed_dept_economic_301-399.csv",
    ),
    "government-economic": (
        "政府预算支出经济分类",
        "economic classification of government budget expenditure",
        "observed_gov_economic_501-599.csv",
    ),
}

# Classes whose items bear the names of another class's: without a code, 办公设备购置 is 31002, never 30902.
NAMESAKES = ("309", "311")

# Names of local groups of department codes (department-economic-local.ttl) that government codes have too.
LOCAL_GROUPS = frozenset(("社会保障缴费",))

ITEM = 7
"""How many digits the code of an item (项) has; only the functional classification goes so deep."""

_SPELLING = re.compile(r"(.+)\((\d+)\)")


@dataclass(slots=True)
class Evidence:
    """What disclosures print for a code: documents by year, and by name, year and spelling."""

    documents: dict[int, int] = field(default_factory=dict)
    names: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    spellings: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, str]) -> None:
        """Take in one row of an observed_*.csv file."""
        year, docs = int(row["year"]), int(row["docs_with_name"])
        self.documents[year] = int(row["docs_with_code"])
        self.names[widen(row["name"])][year] = docs
        self.spellings[row["name"]] += docs
        for other in filter(None, row["other_spellings(docs)"].split("; ")):
            if found := _SPELLING.fullmatch(other):
                self.spellings[found[1]] += int(found[2])

    def newest_name(self) -> str:
        """Return the name printed in two documents of one year, the newest such; if none was, the newest."""

        def newest(label: str) -> tuple[bool, int, int, str]:
            years = self.names[label]
            wide = [year for year, docs in years.items() if docs > 1]
            year = max(wide or years)
            return (bool(wide), year, years[year], label)

        return max(self.names, key=newest)


@dataclass(frozen=True, slots=True)
class Named:
    """A row of codenames.csv: what people of this project know of a code."""

    name: str = ""
    english: str = ""
    alt: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    replaced_by: str = ""
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A concept of a classification, ready to be written."""

    code: str
    label: str
    alt: tuple[str, ...]
    hidden: tuple[str, ...]
    evidence: Evidence
    named: Named


def widen(label: str) -> str:
    """Return a name with full-width brackets, so that forms which differ by them are one name."""
    return label.translate(str.maketrans("()", "（）"))


def parent(code: str) -> str | None:
    """Return the code above: 2010350 → 20103 → 201."""
    return code[: len(code) - 2] if len(code) > 3 else None


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV file with a header, with or without a byte order mark."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def known_names(scheme: str) -> dict[str, Named]:
    """Return the rows of codenames.csv for a scheme, by code."""
    return {
        row["code"]: Named(
            name=row["name"],
            english=row["english"],
            alt=tuple(filter(None, row["alt"].split(";"))),
            hidden=tuple(filter(None, row["hidden"].split(";"))),
            replaced_by=row["replaced_by"],
            note_zh=row["note_zh"],
            note_en=row["note_en"],
        )
        for row in rows(Path(__file__).with_name("codenames.csv"))
        if row["scheme"] == scheme
    }


@cache
def item_names() -> Mapping[str, str]:
    """Return the English names of items (项) by their Chinese name, which means the same under every section."""
    return {row["zh"]: row["en"] for row in rows(Path(__file__).with_name("itemnames.csv"))}


def codes(scheme: str, folder: Path) -> dict[str, Code]:
    """Return the codes of a scheme: those observed, those named by us, and all that stand above them."""
    evidence: dict[str, Evidence] = defaultdict(Evidence)
    for row in rows(folder / SCHEMES[scheme][2]):
        evidence[row["code"]].add(row)
    named = known_names(scheme)
    wanted = {code[:length] for code in (*evidence, *named) for length in (3, 5, 7)}
    everyday = {label for item in evidence.values() for label in item.names}
    return {
        code: _code(code, evidence.get(code, Evidence()), named.get(code, Named()), everyday) for code in sorted(wanted)
    }


def _code(code: str, evidence: Evidence, named: Named, everyday: set[str]) -> Code:
    label = named.name or evidence.newest_name()
    observed = () if named.name else tuple(sorted(evidence.names))
    alt = tuple(other for other in dict.fromkeys((*named.alt, *observed)) if other != label)
    seen = (other for other, docs in sorted(evidence.spellings.items()) if docs > 1)
    clean = (other for other in seen if is_spelling(other, (label, *alt), everyday))
    hidden = tuple(other for other in dict.fromkeys((*named.hidden, *clean)) if other not in (label, *alt))
    if len(code) == ITEM and not named.english:
        named = replace(named, english=item_names().get(label, ""))
    return Code(code, label, alt, hidden, evidence, named)


def is_spelling(other: str, labels: Sequence[str], everyday: set[str]) -> bool:
    """Say whether a printed form is a spelling of a code's name: not cut short, torn, or another name."""
    cut = any(label.startswith(other) for label in labels)
    return not (cut or "()" in other or (widen(other) in everyday and widen(other) not in labels))


def conditions(scheme: str, lists: Mapping[str, Mapping[str, Code]]) -> dict[str, str]:
    """Return what must stand above a code, for each code whose names count only in their place.

    These are names that several codes of one level share (行政运行), or a code and the one above it,
    the items of NAMESAKES, and names of the government classification that another classification has too.
    A code that has been replaced by one of the same name stands below itself: only its number finds it.
    """
    own = lists[scheme]
    elsewhere = {code.label for other in lists if other != scheme for code in lists[other].values()}
    elsewhere |= LOCAL_GROUPS
    below = {code: code[:3] for code in own if len(code) > 3 and code[:3] in NAMESAKES}
    for code, item in own.items():
        successor = own.get(item.named.replaced_by)
        if successor and successor.label == item.label:
            below[code] = code
    sharing: dict[str, list[str]] = defaultdict(list)
    for code, item in own.items():
        if code not in below:
            sharing[item.label].append(code)
    for label, same in sharing.items():
        shortest = [code for code in same if len(code) == min(map(len, same))]
        yields = scheme == "government-economic" and label in elsewhere
        keeps = shortest[0] if len(shortest) == 1 and not yields else None
        below |= {code: parent(code) or "all" for code in same if code != keeps}
    return below
