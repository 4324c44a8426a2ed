"""The phase of a disclosure, 预算 or 决算: what its title says, failing that what its first lines and tables name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.labels import normalise
from budgetgraph.tables import Table

_DRAFT = re.compile(r"预算\(?草案")
DRAFT_OF_NEXT_YEAR = re.compile(r"预算执行(?:情况)?[及和与](20[0-4]\d)年度?[^,。;]{0,12}?预算\(?草案")
"""A report on one year's budget and the next year's draft: 2023年预算执行情况和2024年预算草案的报告."""

_REVISED = re.compile(r"预算\(?调整|调整(?:部门|单位)?预算")
_PHASES = {"预算": "approved", "决算": "executed"}
_FIRST_LINES = 40
"""A title stands among so many first lines."""


def read_phase(lines: Sequence[str], tables: Sequence[Table], titles: Sequence[str], ontology: Ontology) -> str:
    """Return the phase that the title states, draft and revised ones first; failing that, the word most often printed.

    What is the name of a fund (一般公共预算) or of a column (年初预算) says nothing of the phase.
    """
    title = "".join(titles)
    if _DRAFT.search(title) or DRAFT_OF_NEXT_YEAR.search("".join(lines[:_FIRST_LINES])):
        return "draft"
    if _REVISED.search(title):
        return "revised"
    names, kinds = _names(ontology), _kinds(ontology)
    first = [names.sub("", line) for line in lines[:_FIRST_LINES]]
    ends = (found.group() for line in first if (found := kinds.search(line)))
    for stated in (names.sub("", title), *ends):
        named = [phase for word, phase in _PHASES.items() if word in stated]
        if len(named) == 1:
            return named[0]
    head = "".join(first) + "".join(names.sub("", normalise(table.title)) for table in tables)
    counts = {phase: head.count(word) for word, phase in _PHASES.items()}
    return max(counts, key=lambda phase: counts[phase])


def _disclosures(ontology: Ontology) -> set[str]:
    return {normalise(label) for label in ontology["document-kind/disclosure"].labels}


@lru_cache(maxsize=4)
def _kinds(ontology: Ontology) -> re.Pattern[str]:
    """Return a pattern of how the title of a disclosure ends."""
    return re.compile(rf"(?:{_any(_disclosures(ontology))})$")


@lru_cache(maxsize=4)
def _names(ontology: Ontology) -> re.Pattern[str]:
    """Return a pattern of the funds and columns whose names hold the word for a budget."""
    schemes = ("fund-source", "budget-phase")
    labels = {normalise(label) for scheme in schemes for item in ontology.scheme(scheme) for label in item.labels}
    return re.compile(_any({label for label in labels if "预算" in label} - _disclosures(ontology)))


def _any(labels: set[str]) -> str:
    return "|".join(map(re.escape, sorted(labels, key=lambda label: (-len(label), label))))
