"""Code lists: SKOS made from the codes and names that real disclosures print, with the evidence.

`python -m budgetgraph.codelists CODES_FOLDER ONTOLOGY_FOLDER` writes six files of ontology/.
What the evidence cannot tell (English names, names of other years, moves) stands in codenames.csv,
and English names of items in itemnames.csv, beside this module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from budgetgraph.codelists.cofog import MAPPINGS, cofog_alignment
from budgetgraph.codelists.evidence import SCHEMES, Code, codes, conditions, parent, rows
from budgetgraph.codelists.turtle import Block, all_block, document, integer, name, names, scheme_block, text

VERSION = "0.1.0"

CROSSWALK = "observed_crosswalk_dept_to_gov_economic.csv"

DIVISIONS = {2018: "gb2260_201810.csv", 2019: "gb2260_201904.csv"}

# Beside other classes 其他资本性支出 is the class (310, its name until 2017), elsewhere the item (31099).
CONTEXTUAL: dict[str, dict[str, Block]] = {
    "department-economic": {
        "310-beside": [
            ("a", ["bg:ContextualLabel"]),
            ("bg:labelOf", names("department-economic", ["310"])),
            ("bg:labelText", [text("其他资本性支出", "zh")]),
            ("bg:labelsApplyBeside", names("department-economic", ["303", "307", "312", "399"])),
        ]
    }
}

# Places in GB/T 2260 that name no division.
PLACEHOLDERS = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
# The division of a body that names none.
UNSTATED = "000000"


def span(years: Iterable[int]) -> str:
    """Return 2017–2019, or 2017."""
    first, last = min(years := sorted(years)), max(years)
    return str(first) if first == last else f"{first}–{last}"


def renaming(item: Code) -> tuple[str, str] | None:
    """Return a note, in Chinese and English, on the names that a code has had in the years observed."""
    if item.named.note_zh:
        return item.named.note_zh, item.named.note_en
    if item.named.name or len(item.evidence.names) < 2:
        return None
    history = sorted((min(years), label, span(years)) for label, years in item.evidence.names.items())
    zh = "，".join(f"{years} 年印作“{label}”" for _, label, years in history)
    en = ", ".join(f"as {label} in {years}" for _, label, years in history)
    return zh + "。", f"Printed {en}."


def concept(scheme: str, item: Code, below: str | None) -> Block:
    """Return the Turtle of one code."""
    above, note = parent(item.code), renaming(item)
    labels = [text(item.label, "zh"), *([text(item.named.english, "en")] if item.named.english else [])]
    block: Block = [
        ("a", ["skos:Concept"]),
        ("skos:inScheme", [f"concept:{scheme}"]),
        ("skos:notation", [text(item.code)]),
        ("skos:prefLabel", labels),
        ("skos:altLabel", [text(label, "zh") for label in item.alt]),
        ("skos:hiddenLabel", [text(label, "zh") for label in item.hidden]),
        ("skos:broader", names(scheme, [above] if above else [])),
        ("skos:topConceptOf", [] if above else [f"concept:{scheme}"]),
        ("skos:historyNote", [text(note[0], "zh"), text(note[1], "en")] if note else []),
        ("dct:isReplacedBy", names(scheme, filter(None, [item.named.replaced_by]))),
        ("bg:documentCount", [integer(sum(item.evidence.documents.values()))]),
        ("bg:labelStatus", ["bg:translatedByProject"] if item.named.english else []),
        ("bg:labelsApplyBelow", names(scheme, filter(None, [below]))),
        ("bg:seenInYear", [integer(year) for year in sorted(item.evidence.documents)]),
    ]
    return block


def classification(scheme: str, lists: Mapping[str, Mapping[str, Code]]) -> str:
    """Return the Turtle file of a classification."""
    zh, en, _ = SCHEMES[scheme]
    below = conditions(scheme, lists)
    tops = names(scheme, ["all", *(code for code in lists[scheme] if len(code) == 3)])
    definitions = (
        f"{zh}：公开文件中实际印出的编码与名称，附年份和文件数；不是官方目录",
        f"{en}: codes and names as disclosures print them, with years and numbers of documents; not the official list",
    )
    blocks = [
        (f"concept:{scheme}", scheme_block((zh, en), definitions, tops, VERSION)),
        (name(scheme, "all"), all_block(scheme)),
        *((name(scheme, code), concept(scheme, item, below.get(code))) for code, item in lists[scheme].items()),
        *((name(scheme, slug), extra) for slug, extra in CONTEXTUAL.get(scheme, {}).items()),
    ]
    return document(f"{zh} · {en}", [scheme], blocks)


def crosswalk(folder: Path) -> str:
    """Return the Turtle file of the department and government codes that documents print side by side."""
    pairs: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in rows(folder / CROSSWALK):
        pairs[row["dept_code"], row["gov_code"]][int(row["year"])] = int(row["docs"])
    matches: dict[str, list[str]] = defaultdict(list)
    blocks: list[tuple[str, Block]] = []
    for (department, government), years in sorted(pairs.items()):
        matches[department].append(government)
        mapping: Block = [
            ("a", ["bg:CodeMapping"]),
            ("bg:mapsFrom", names("department-economic", [department])),
            ("bg:mapsTo", names("government-economic", [government])),
            ("bg:documentCount", [integer(sum(years.values()))]),
            ("bg:seenInYear", [integer(year) for year in sorted(years)]),
        ]
        blocks.append((name("crosswalk-economic", f"{department}-{government}"), mapping))
    close: list[tuple[str, Block]] = [
        (name("department-economic", code), [("skos:closeMatch", names("government-economic", targets))])
        for code, targets in sorted(matches.items())
    ]
    title = (
        "部门预算支出经济分类 → 政府预算支出经济分类 · department to government economic classification\n"
        "# As printed side by side. One department code goes to several: 501–503 in government bodies,\n"
        "# 505–506 in public institutions.\n"
        "# skos:closeMatch reads both ways; the direction is that of bg:mapsFrom and bg:mapsTo."
    )
    return document(title, ["crosswalk-economic", "department-economic", "government-economic"], [*close, *blocks])


def divisions(folder: Path) -> str:
    """Return the Turtle file of the administrative divisions of GB/T 2260; the newer revision's names win."""
    listed: dict[str, tuple[str, list[int]]] = {UNSTATED: ("未说明", [])}
    for year, file in sorted(DIVISIONS.items()):
        for row in rows(folder / file):
            if row["name"] not in PLACEHOLDERS:
                listed[row["code"]] = (row["name"], [*listed.get(row["code"], ("", []))[1], year])
    blocks: list[tuple[str, Block]] = [
        (
            "concept:division",
            scheme_block(
                ("行政区划", "administrative division"),
                (
                    "GB/T 2260 县级及以上行政区划代码，2018 年 10 月版与 2019 年 4 月版",
                    "administrative divisions down to the county, GB/T 2260, October 2018 and April 2019",
                ),
                names("division", sorted(code for code in listed if code.endswith("0000"))),
                VERSION,
            ),
        )
    ]
    for code, (label, years) in sorted(listed.items()):
        above = next((up for up in (code[:4] + "00", code[:2] + "0000") if up != code and up in listed), None)
        division: Block = [
            ("a", ["skos:Concept"]),
            ("skos:inScheme", ["concept:division"]),
            ("skos:notation", [text(code)]),
            ("skos:prefLabel", [text(label, "zh"), *([text("unstated", "en")] if code == UNSTATED else [])]),
            ("skos:broader", names("division", [above] if above else [])),
            ("skos:topConceptOf", [] if above else ["concept:division"]),
            ("bg:seenInYear", [integer(year) for year in years]),
        ]
        blocks.append((name("division", code), division))
    return document("行政区划 · administrative division (GB/T 2260)", ["division"], blocks)


def build(folder: Path) -> dict[str, str]:
    """Return every file that is made from the folder of code lists, by its name."""
    lists = {scheme: codes(scheme, folder) for scheme in SCHEMES}
    made = {f"{scheme}.ttl": classification(scheme, lists) for scheme in SCHEMES}
    return made | {
        f"{MAPPINGS}.ttl": cofog_alignment(),
        "crosswalk-economic.ttl": crosswalk(folder),
        "division.ttl": divisions(folder),
    }
