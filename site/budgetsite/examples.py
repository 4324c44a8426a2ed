"""The example queries of the query page, one `.rq` file each: its first line is its title, zh · en."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from budgetgraph.releases.quads import PREFIXES

PREAMBLE = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("bg", "bg-dim", "dct", "obeu-measure", "prov", "qb", "skos")
)
"""The prefixes that queries begin with."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its title."""

    name: str
    title: str
    query: str


@cache
def examples() -> tuple[Example, ...]:
    """Return the example queries in order."""
    found = []
    for path in sorted((Path(__file__).parent / "examples").glob("*.rq")):
        title, _, query = path.read_text(encoding="utf-8").partition("\n")
        found.append(Example(path.stem, title.lstrip("# "), query))
    return tuple(found)
