"""The folders of the library: each stage knows those before it, and none after it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "ingest" / "budgetgraph"


def stages() -> list[list[str]]:
    """Return the folders of CONTRIBUTING's table, row by row."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("imports only from those before it:", 1)[1].split("\n\n", 2)[1]
    return [re.findall(r"`(\w+)/`", row.split("|")[1]) for row in table.splitlines()[2:]]


def test_every_folder_of_the_library_is_in_the_table_of_contributing() -> None:
    named = {folder for row in stages() for folder in row}
    found = {path.parent.name for path in LIBRARY.glob("*/*.py")}

    assert found == named


def test_a_stage_imports_only_from_those_before_it() -> None:
    place = {folder: number for number, row in enumerate(stages()) for folder in row}
    backwards = [
        f"{path.relative_to(LIBRARY)}: {folder}"
        for path in sorted(LIBRARY.glob("*/*.py"))
        for folder in re.findall(r"^from budgetgraph\.(\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if place.get(folder, 0) > place[path.parent.name]
    ]

    assert backwards == []
