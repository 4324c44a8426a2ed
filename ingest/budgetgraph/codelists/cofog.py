"""COFOG: how the functional classes and sections stand to the Classification of the Functions of Government.

The mapping is reviewed by people of this project: cofog.csv, beside this module, states for each code what was
found and a sentence of reason; cofog-groups.csv names the COFOG groups that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from budgetgraph.codelists.evidence import rows
from budgetgraph.codelists.turtle import Block, document, name, names, text

NAMESPACE = "http://registry.it.csiro.au/def/agldwg/cofog/"
MAPPINGS = "alignment-cofog"

_TITLE = (
    "与 COFOG（政府职能分类，1999 年）的对应 · alignment with COFOG 1999\n"
    "# skos:broadMatch: the Chinese code is part of the COFOG group. skos:closeMatch: they cover about the same.\n"
    "# bg:unclassifiable: it holds several functions, or does not say which. bg:outOfScope: not outlay at all.\n"
    "# Each mapping says why (bg:reason). COFOG names the groups in English; the Chinese names are ours."
)


def cofog_alignment() -> str:
    """Return the Turtle file of the mapping."""
    here = Path(__file__).parent
    findings = sorted(rows(here / "cofog.csv"), key=lambda row: row["code"])
    blocks = [
        *_matches(findings),
        *((name("cofog-mapping", row["code"]), _mapping(row)) for row in findings),
        *_groups(list(rows(here / "cofog-groups.csv"))),
    ]
    return document(_TITLE, ["cofog-mapping", "functional"], blocks, {"cofog": NAMESPACE})


def _matches(findings: list[dict[str, str]]) -> Iterator[tuple[str, Block]]:
    for row in findings:
        if row["cofog"]:
            yield name("functional", row["code"]), [(f"skos:{row['finding']}", [_group(row["cofog"])])]


def _mapping(row: dict[str, str]) -> Block:
    states = {"unclassifiable": "bg:unclassifiable", "out-of-scope": "bg:outOfScope"}
    return [
        ("a", ["bg:ReviewedMapping"]),
        ("bg:mapsFrom", names("functional", [row["code"]])),
        ("bg:mapsTo", [_group(row["cofog"])] if row["cofog"] else []),
        ("bg:mappingState", [states.get(row["finding"], "bg:mapped")]),
        ("bg:mappingRelation", [f"skos:{row['finding']}"] if row["cofog"] else []),
        ("bg:reason", [text(row["reason_zh"], "zh"), text(row["reason_en"], "en")]),
    ]


def _groups(groups: list[dict[str, str]]) -> Iterator[tuple[str, Block]]:
    for row in groups:
        labels = [text(row["zh"], "zh"), text(row["en"], "en")]
        yield _group(row["cofog"]), [("skos:notation", [text(row["cofog"])]), ("skos:prefLabel", labels)]


def _group(code: str) -> str:
    return name("cofog", code.replace(".", "-"))
