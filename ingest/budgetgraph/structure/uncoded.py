"""Uncoded lines: rows that print the name of a class alone, above the rows that bear its code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.labels import normalise
from budgetgraph.structure.row_tree import Draft
from budgetgraph.structure.stubs import code_scheme

_WIDTHS = (3, 5, 7)


def give_codes(drafts: Sequence[Draft], ontology: Ontology) -> None:
    """Give each line without a code the one of the class that it names, if the next row with a code is a part of it.

    The rows of one class stand below its name by projects (行政运行 | 2100101 某项目), or by narrower codes.
    """
    part: Draft | None = None
    for draft in reversed(drafts):
        node = draft.node
        if node.code:
            part = draft
        elif part and draft.text and not (node.total or node.memo or node.organization_code or node.organization):
            concept = next((each for each in _classes_over(part, ontology) if _names(draft.text, each)), None)
            if concept:
                node.code, node.concepts = concept.notation, (*node.concepts, concept)


def _classes_over(part: Draft, ontology: Ontology) -> Iterator[Concept]:
    """Yield the classes that a row with a code is a part of, its own among them if the row is that of a project."""
    code, scheme = part.node.code or "", code_scheme(part.node.code)
    for width in _WIDTHS:
        concept = ontology.by_notation(scheme, code[:width]) if scheme and width <= len(code) else None
        if concept and (width < len(code) or part.node.project):
            yield concept


def _names(text: str, concept: Concept) -> bool:
    flat = normalise(text)
    return any(normalise(label) == flat for label in concept.labels)
