"""The indicators of a performance table, as its page lists them: by project, in the order of the table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from budgetsite.graphs import BG, RDFS, Graph


@dataclass(frozen=True, slots=True)
class Goal:
    """An indicator of a table: its kinds, its name and what is aimed at, as printed."""

    iri: str
    project: str | None
    path: str
    name: str
    sign: str | None
    value: str
    unit: str
    weight: str


def goals(graph: Graph, table: str) -> list[tuple[str | None, list[Goal]]]:
    """Return the indicators of a table, those of one project together."""
    found = [iri for iri in graph.having(BG + "inTable", table) if BG + "Indicator" in graph.types(iri)]
    found.sort(key=lambda iri: int(graph.value(iri, BG + "order") or 0))
    return [(project, list(members)) for project, members in groupby((_goal(graph, iri) for iri in found), _project)]


def _project(goal: Goal) -> str | None:
    return goal.project


def _goal(graph: Graph, iri: str) -> Goal:
    return Goal(
        iri=iri,
        project=graph.value(iri, BG + "project"),
        path=graph.value(iri, BG + "indicatorPath") or "",
        name=graph.value(iri, RDFS + "label") or "",
        sign=graph.value(iri, BG + "relationSign"),
        value=graph.value(iri, BG + "printedText") or "",
        unit=graph.value(iri, BG + "printedUnitText") or "",
        weight=graph.value(iri, BG + "weight") or "",
    )
