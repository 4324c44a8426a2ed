"""Relations written out: 371.08 = 218.08 + 153.00, where each term stands, and what checking came to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from budgetsite.graphs import BG, OBEU_MEASURE, PROV, QB, Graph
from budgetsite.library import Library

KINDS = ("Summation", "Equality", "Containment", "Axiom")
ROLES = ("total", "addend", "left", "right", "whole", "part")
_WHOLE = ("total", "left", "whole", "blankTotal")
_PARTS = ("addend", "right", "part")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a relation: where it is printed, under which labels, and its amount in yuan."""

    iri: str
    place: str
    label: str
    printed: str
    yuan: Decimal | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A relation with its terms; `sign` stands between the whole and the parts."""

    iri: str
    kind: str
    sign: str
    outcome: str
    whole: Term | None
    parts: list[Term]
    blanks: int
    sum: Decimal
    residual: Decimal | None
    tolerance: Decimal | None
    over: str | None


def relations_of(graph: Graph, iri: str) -> list[str]:
    """Return the relations that a figure takes part in."""
    named = {BG + role for role in ROLES}
    return sorted({subject for name, subject in graph.objects.get(iri, ()) if name in named})


def outcomes(graph: Graph, iri: str) -> set[str]:
    """Return the outcomes of the relations that a figure takes part in."""
    return {
        outcome.removeprefix(BG)
        for relation in relations_of(graph, iri)
        for outcome in graph.texts(relation, BG + "outcome")
    }


def written_out(library: Library, graph: Graph, iri: str) -> Sum:
    """Return a relation with its terms."""
    kind = next(
        (name for name in ("Summation", "Equality", "Containment", "Axiom") if BG + name in graph.types(iri)), ""
    )
    wholes = [term for role in _WHOLE for term in graph.texts(iri, BG + role)]
    parts = [_term(library, graph, term) for role in _PARTS for term in graph.texts(iri, BG + role)]
    parts.sort(key=lambda term: (term.place, -(term.yuan or 0), term.iri))
    return Sum(
        iri,
        kind,
        "≥" if kind == "Containment" else "=",
        (graph.value(iri, BG + "outcome") or "").removeprefix(BG),
        _term(library, graph, wholes[0]) if wholes else None,
        parts,
        len(graph.texts(iri, BG + "blankAddend")),
        sum((term.yuan for term in parts if term.yuan is not None), Decimal(0)),
        _decimal(graph.value(iri, BG + "residual")),
        _decimal(graph.value(iri, BG + "tolerance")),
        graph.value(iri, BG + "over"),
    )


def _term(library: Library, graph: Graph, iri: str) -> Term:
    table = graph.value(iri, QB + "dataSet") or graph.value(iri, BG + "inTable")
    row, column = graph.value(iri, BG + "rowLabel"), graph.value(iri, BG + "columnLabel")
    label = " × ".join(filter(None, (row, column))) or graph.value(iri, BG + "quotedText") or _implied(graph, iri)
    return Term(
        iri,
        table_name(library, graph, table) if table else "正文 text",
        label,
        graph.value(iri, BG + "printedText") or "",
        _decimal(graph.value(iri, OBEU_MEASURE + "amount") or graph.value(iri, BG + "amount")),
    )


def _implied(graph: Graph, iri: str) -> str:
    """Name an implied total by the column whose rows make it."""
    parts = graph.texts(iri, BG + "impliedBy")
    column = graph.value(parts[0], BG + "columnLabel") if parts else None
    return f"{column or ''} 各行之和 (implied total of {len(parts)} rows)" if parts else "—"


def table_name(library: Library, graph: Graph, table: str) -> str:
    """Return a table's annex, else its title."""
    annex = graph.value(table, BG + "annex")
    return f"附件{annex}" if annex else library.name(table, graph).zh


def page_of(graph: Graph, iri: str) -> str | None:
    """Return the page on which a figure is printed."""
    cells = graph.texts(iri, PROV + "wasDerivedFrom")
    return graph.value(iri, BG + "page") or (graph.value(cells[0], BG + "page") if cells else None)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
