"""The vocabulary as values: every class, property and scheme with its names, meaning and alignments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, parse

from budgetgraph.resources import data_folder
from budgetgraph.terms import BG, DIM, QB, RDF, RDFS, SKOS

SCHEMA = "http://schema.org/"
OWL = "http://www.w3.org/2002/07/owl#"

_KINDS = (
    ("class", {OWL + "Class"}),
    ("dimension", {QB + "DimensionProperty"}),
    ("property", {RDF + "Property"}),
    ("structure", {QB + "DataStructureDefinition"}),
)
_ALIGNMENTS = (
    RDFS + "subClassOf",
    RDFS + "subPropertyOf",
    RDFS + "seeAlso",
    OWL + "equivalentClass",
    OWL + "equivalentProperty",
    OWL + "inverseOf",
    QB + "concept",
)

Texts = Mapping[str, str]
"""Texts by language: zh, en."""
_Facts = Mapping[str, Sequence[NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class Link:
    """What a term has to do with a term of another vocabulary, or of ours: the predicate and the other term."""

    predicate: str
    target: str

    @property
    def external(self) -> bool:
        """Whether the other term is somebody else's."""
        return not self.target.startswith((BG, DIM))


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A term of `bg:` or `bg-dim:`; kind is class, dimension, property, individual or structure.

    A subject of a property is of every class in `domain`; where that is empty, of one in `domain_includes`.
    The same holds for its values, `range` and `range_includes`.
    """

    iri: str
    name: str
    kind: str
    label: Texts
    definition: Texts
    domain: tuple[str, ...]
    domain_includes: tuple[str, ...]
    range: tuple[str, ...]
    range_includes: tuple[str, ...]
    code_list: tuple[str, ...]
    links: tuple[Link, ...]
    types: tuple[str, ...]
    object_property: bool

    @property
    def anchor(self) -> str:
        """The term's local name."""
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class SchemeEntry:
    """A concept scheme; `file` is the Turtle file that holds it."""

    iri: str
    label: Texts
    definition: Texts
    concepts: int
    file: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms, in the order of their names; `header` is what each ontology says of itself."""

    terms: tuple[VocabularyTerm, ...]
    header: Mapping[str, Mapping[str, tuple[str, ...]]]

    def term(self, iri: str) -> VocabularyTerm | None:
        """Return the term with an IRI."""
        return next((term for term in self.terms if term.iri == iri), None)


@lru_cache(maxsize=2)
def read_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read the terms of this installation, or of another folder, with their alignments."""
    where = folder or data_folder("ontology")
    facts = _facts([where / "budgetgraph.ttl", where / "structure.ttl", *where.glob("alignment-*.ttl")])
    ours = sorted(iri for iri in facts if iri.startswith((BG, DIM)) and iri not in (BG, DIM))
    return Vocabulary(
        tuple(_term(iri, facts[iri]) for iri in ours),
        {iri: {name: _values(facts[iri], name) for name in sorted(facts[iri])} for iri in (BG, DIM)},
    )


@lru_cache(maxsize=2)
def read_schemes(folder: Path | None = None) -> tuple[SchemeEntry, ...]:
    """Read the concept schemes of this installation, or of another folder, by their IRIs."""
    found: dict[str, SchemeEntry] = {}
    for path in sorted((folder or data_folder("ontology")).glob("*.ttl")):
        facts = _facts([path])
        sizes = _sizes(facts)
        for iri, said in facts.items():
            if SKOS + "ConceptScheme" in _values(said, RDF + "type"):
                label, definition = _texts(said, SKOS + "prefLabel"), _texts(said, SKOS + "definition")
                found[iri] = SchemeEntry(iri, label, definition, sizes.get(iri, 0), path.name)
    return tuple(entry for _, entry in sorted(found.items()))


def _facts(paths: Iterable[Path]) -> Mapping[str, _Facts]:
    facts: dict[str, dict[str, list[NamedNode | Literal]]] = {}
    for path in sorted(paths):
        for quad in parse(path=path):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                said = facts.setdefault(quad.subject.value, {})
                said.setdefault(quad.predicate.value, []).append(quad.object)
    return facts


def _term(iri: str, facts: _Facts) -> VocabularyTerm:
    types = _values(facts, RDF + "type")
    prefix, namespace = ("bg", BG) if iri.startswith(BG) else ("bg-dim", DIM)
    return VocabularyTerm(
        iri=iri,
        name=f"{prefix}:{iri.removeprefix(namespace)}",
        kind=next((kind for kind, classes in _KINDS if classes & set(types)), "individual"),
        label=_texts(facts, RDFS + "label"),
        definition=_texts(facts, SKOS + "definition"),
        domain=_values(facts, RDFS + "domain"),
        domain_includes=_values(facts, SCHEMA + "domainIncludes"),
        range=_values(facts, RDFS + "range"),
        range_includes=_values(facts, SCHEMA + "rangeIncludes"),
        code_list=_values(facts, QB + "codeList"),
        links=tuple(Link(name, target) for name in _ALIGNMENTS for target in _values(facts, name)),
        types=types,
        object_property=OWL + "ObjectProperty" in types,
    )


def _sizes(facts: Mapping[str, _Facts]) -> Mapping[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for said in facts.values():
        for scheme in _values(said, SKOS + "inScheme"):
            sizes[scheme] += 1
    return sizes


def _values(facts: _Facts, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(term.value for term in facts.get(predicate, ())))


def _texts(facts: _Facts, predicate: str) -> Texts:
    return {
        term.language: term.value
        for term in facts.get(predicate, ())
        if isinstance(term, Literal) and term.language is not None
    }
