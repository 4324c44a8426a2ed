"""Turtle for code lists: one block a concept, in the order given, with prefixes for the schemes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

CONCEPT = "https://w3id.org/budgetgraph/concept/"

Block = list[tuple[str, list[str]]]
"""A subject's predicates, each with its objects as Turtle; a predicate without objects is left out."""

_PREFIXES = {
    "bg": "https://w3id.org/budgetgraph/ns#",
    "concept": CONCEPT,
    "dct": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}


def text(value: str, language: str = "") -> str:
    """Return a literal, plain or with a language."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' + (f"@{language}" if language else "")


def integer(value: int) -> str:
    """Return an xsd:integer."""
    return str(value)


def name(scheme: str, slug: str) -> str:
    """Return the prefixed name of a concept."""
    return f"{scheme}:{slug}"


def names(scheme: str, slugs: Iterable[str]) -> list[str]:
    """Return the prefixed names of some concepts."""
    return [name(scheme, slug) for slug in slugs]


def block(subject: str, properties: Block) -> str:
    """Return a subject with its predicates, one a line."""
    lines = [f"{predicate} {' , '.join(objects)}" for predicate, objects in properties if objects]
    return f"{subject} " + " ;\n    ".join(lines) + " .\n"


def document(
    title: str,
    schemes: Sequence[str],
    blocks: Iterable[tuple[str, Block]],
    others: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a whole file: prefixes (*others* are those of other vocabularies), who made it, and the blocks."""
    prefixes = {**_PREFIXES, **{scheme: f"{CONCEPT}{scheme}/" for scheme in schemes}, **others}
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items()))
    made = "# Made by `python -m budgetgraph.codelists`: do not edit; add your own labels in another file.\n"
    return "\n".join((head, f"# {title}\n{made}", *(block(*item) for item in blocks)))


def scheme_block(labels: tuple[str, str], definitions: tuple[str, str], tops: Sequence[str], version: str) -> Block:
    """Return what is said of a concept scheme; labels and definitions are Chinese and English."""
    return [
        ("a", ["skos:ConceptScheme"]),
        ("skos:prefLabel", [text(labels[0], "zh"), text(labels[1], "en")]),
        ("skos:definition", [text(definitions[0], "zh"), text(definitions[1], "en")]),
        ("skos:hasTopConcept", list(tops)),
        ("dct:license", ["<https://creativecommons.org/licenses/by/4.0/>"]),
        ("owl:versionInfo", [text(version)]),
    ]


def all_block(scheme: str) -> Block:
    """Return what is said of the concept that stands for "not broken down by this dimension"."""
    return [
        ("a", ["skos:Concept"]),
        ("skos:inScheme", [f"concept:{scheme}"]),
        ("skos:prefLabel", [text("全部", "zh"), text("all", "en")]),
        ("skos:topConceptOf", [f"concept:{scheme}"]),
        ("skos:definition", [text("不按此维度分解", "zh"), text("not broken down by this dimension", "en")]),
    ]
