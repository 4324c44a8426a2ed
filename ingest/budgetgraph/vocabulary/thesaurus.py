"""The code lists as values: a concept with its names, its evidence, its history and what it corresponds to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, parse

from budgetgraph.resources import data_folder
from budgetgraph.terms import BG, DCT, SKOS
from budgetgraph.vocabulary.classes import Texts

_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_Said = Mapping[str, Sequence[NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class Match:
    """A counterpart of a concept in another scheme; `relation` is a SKOS property, e.g. closeMatch.

    `reversed` says that the mapping was stated from the other concept to this one.
    """

    relation: str
    target: str
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewed mapping of a concept came to (mapped, unclassifiable, outOfScope), and why."""

    state: str
    target: str | None
    reason: Texts


@dataclass(frozen=True, slots=True)
class ConceptEntry:
    """A concept; `seen` are the fiscal years of the disclosures that print it, `documents` how many they are."""

    iri: str
    scheme: str
    notation: str | None
    label: Texts
    other_labels: tuple[str, ...]
    hidden_labels: tuple[str, ...]
    definition: Texts
    history: Texts
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    replaced_by: tuple[str, ...]
    replaces: tuple[str, ...]
    seen: tuple[int, ...]
    documents: int | None
    translated_by_project: bool
    matches: tuple[Match, ...]
    reviews: tuple[Review, ...]


@lru_cache(maxsize=2)
def read_thesaurus(folder: Path | None = None) -> Mapping[str, ConceptEntry]:
    """Read every concept of this installation, or of another folder, by its IRI."""
    facts: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    inverse: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((folder or data_folder("ontology")).glob("*.ttl")):
        for quad in parse(path=path):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                facts[quad.subject.value][quad.predicate.value].append(quad.object)
                if isinstance(quad.object, NamedNode):
                    inverse[quad.object.value][quad.predicate.value].append(quad.subject.value)
    reviews = _reviews(facts)
    return {
        iri: _entry(iri, facts[iri], inverse[iri], reviews.get(iri, ()))
        for iri in sorted(facts)
        if SKOS + "inScheme" in facts[iri]
    }


def _entry(iri: str, said: _Said, inverse: Mapping[str, list[str]], reviews: Sequence[Review]) -> ConceptEntry:
    return ConceptEntry(
        iri=iri,
        scheme=_values(said, SKOS + "inScheme")[0],
        notation=next(iter(_values(said, SKOS + "notation")), None),
        label=_texts(said, SKOS + "prefLabel"),
        other_labels=_values(said, SKOS + "altLabel"),
        hidden_labels=_values(said, SKOS + "hiddenLabel"),
        definition=_texts(said, SKOS + "definition"),
        history=_texts(said, SKOS + "historyNote"),
        broader=_values(said, SKOS + "broader"),
        narrower=tuple(sorted(inverse.get(SKOS + "broader", ()))),
        replaced_by=_values(said, DCT + "isReplacedBy"),
        replaces=tuple(sorted(inverse.get(DCT + "isReplacedBy", ()))),
        seen=tuple(sorted(map(int, _values(said, BG + "seenInYear")))),
        documents=next(map(int, _values(said, BG + "documentCount")), None),
        translated_by_project=BG + "translatedByProject" in _values(said, BG + "labelStatus"),
        matches=tuple(_matches(said, inverse)),
        reviews=tuple(reviews),
    )


def _matches(said: _Said, inverse: Mapping[str, list[str]]) -> list[Match]:
    stated = [Match(name, target) for name in _MATCHES for target in _values(said, SKOS + name)]
    received = [Match(name, other, True) for name in _MATCHES for other in sorted(inverse.get(SKOS + name, ()))]
    return stated + received


def _reviews(facts: Mapping[str, _Said]) -> Mapping[str, Sequence[Review]]:
    found: dict[str, list[Review]] = defaultdict(list)
    for _, said in sorted(facts.items()):
        for state in _values(said, BG + "mappingState"):
            target = next(iter(_values(said, BG + "mapsTo")), None)
            for concept in _values(said, BG + "mapsFrom"):
                found[concept].append(Review(state.removeprefix(BG), target, _texts(said, BG + "reason")))
    return found


def _values(said: _Said, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(term.value for term in said.get(predicate, ())))


def _texts(said: _Said, predicate: str) -> Texts:
    found = (term for term in said.get(predicate, ()) if isinstance(term, Literal))
    return {term.language: term.value for term in found if term.language is not None}
