"""Labels that no concept has, each with where it stands and the concept whose label is nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from budgetgraph.concepts.ontology import CONCEPT, Concept, Ontology
from budgetgraph.disclosure import Disclosure
from budgetgraph.figures import Reading
from budgetgraph.labels import normalise, parse_line_label, tidy
from budgetgraph.structure.trees import Node

ALIKE = 0.6
"""A label of a concept is suggested from this likeness on, of 1."""

PREFIXES = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """A label that was not understood, where it stands, and the concept with the nearest label, if any is near."""

    label: str
    table: str
    page: int
    axis: str
    nearest: Concept | None
    likeness: float


def unknown_labels(disclosure: Disclosure, page: int | None = None) -> list[UnknownLabel]:
    """Return the labels of a disclosure, or of one page, that no concept has; each once, in the order of the tables."""
    found: dict[str, UnknownLabel] = {}
    for reading in disclosure.readings:
        for axis, node, place in _unresolved(reading):
            label = tidy(node.label)
            if label and label not in found and page in (None, place):
                near, likeness = _nearest(label, [*reading.base, *_schemes(node)], disclosure.ontology)
                found[label] = UnknownLabel(label, reading.table.slug, place, axis, near, likeness)
    return list(found.values())


def _unresolved(reading: Reading) -> Iterator[tuple[str, Node, int]]:
    unknown = {tidy(label) for label in reading.structure.unknown}
    for block in reading.structure.blocks:
        for node in block.columns.descendants():
            if tidy(node.label) in unknown:
                yield "column", node, reading.table.first_page
        for node in block.rows.descendants():
            if tidy(node.label) in unknown:
                yield "row", node, node.row.place.page if node.row else reading.table.first_page


def _schemes(node: Node) -> Iterator[str]:
    """The schemes of what stands beside a label: a label among codes is likely the name of one."""
    for sister in node.parent.children if node.parent else ():
        yield from (concept.scheme for concept in sister.concepts)


def _nearest(label: str, schemes: Iterable[str], ontology: Ontology) -> tuple[Concept | None, float]:
    known = ontology.labels(schemes)
    text = normalise(parse_line_label(label).text)
    for near in get_close_matches(text, known, n=1, cutoff=ALIKE):
        return known[near][0].concept, round(SequenceMatcher(None, text, near).ratio(), 2)
    return None, 0.0


def as_turtle(labels: Iterable[UnknownLabel]) -> Iterator[str]:
    """Yield lines of Turtle that add some labels to the ontology: under the nearest concept, else one to be named."""
    for position, unknown in enumerate(labels):
        if not position:
            yield PREFIXES
        where = f"table {unknown.table}, p. {unknown.page}, {unknown.axis}"
        if unknown.nearest:
            near = f"nearest: {unknown.nearest.label} ({unknown.likeness})"
            yield f'<{unknown.nearest.iri}> skos:hiddenLabel "{_quoted(unknown.label)}"@zh .  # {near}; {where}'
        else:
            yield f'<{CONCEPT}SCHEME/SLUG> skos:hiddenLabel "{_quoted(unknown.label)}"@zh .  # {where}'


def _quoted(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
