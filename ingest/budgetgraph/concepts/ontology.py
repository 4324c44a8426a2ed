"""The ontology as the reader uses it: concepts, their labels, their places in the schemes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pyoxigraph

from budgetgraph.labels import normalise
from budgetgraph.resources import data_folder

CONCEPT = "https://w3id.org/budgetgraph/concept/"
BG = "https://w3id.org/budgetgraph/ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

_LABELS = {SKOS + "prefLabel": 0, SKOS + "altLabel": 1, SKOS + "hiddenLabel": 2}


@dataclass(frozen=True, slots=True)
class Concept:
    """A SKOS concept with what the reader needs of it; `slug` is the last part of its IRI."""

    iri: str
    scheme: str
    slug: str
    label: str
    label_en: str
    notation: str | None = None
    broader: str | None = None
    implies: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    exhaustive: bool = False
    prevails: bool = False
    factor: Decimal | None = None
    rank: int = 9
    mentions: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    change_of: str | None = None
    in_accounts: str | None = None

    @property
    def is_all(self) -> bool:
        """Whether the concept stands for "not broken down"."""
        return self.slug == "all"


@dataclass(frozen=True, slots=True)
class LabelUse:
    """A label of a concept: how official it is (0 preferred, 1 other, 2 hidden), and where it counts."""

    concept: Concept
    kind: int
    below: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def conditional(self) -> bool:
        return bool(self.below or self.beside)


@dataclass(frozen=True, slots=True)
class Axiom:
    """Two sides of an account that are equal; `left` and `right` are operation characters.

    A balance holds inside one table, but for figures that have a coordinate `exempt`.
    An allocation holds between tables for each value of the dimension `along` (a local name), in a disclosure whose
    every figure has the coordinates `where` and which has no amount `beside`.
    """

    iri: str
    left: frozenset[str]
    right: frozenset[str]
    along: str | None
    where: tuple[str, ...]
    beside: frozenset[str]
    exempt: frozenset[str]


@dataclass(frozen=True, slots=True)
class Twins:
    """Functional items and the economic items that pay for the same thing, by their IRIs; several are added up."""

    iri: str
    label: str
    label_en: str
    functional: tuple[str, ...]
    economic: tuple[str, ...]


class Ontology:
    """Concepts by IRI, by label and by notation, from Turtle files.

    `extra` holds further Turtle, e.g. labels that a user tries out.
    """

    def __init__(self, folder: Path, extra: bytes = b"") -> None:
        self.folder, self.extra = folder, extra
        quads = [quad for path in sorted(folder.glob("*.ttl")) for quad in pyoxigraph.parse(path=path)]
        if extra:
            quads.extend(pyoxigraph.parse(extra, format=pyoxigraph.RdfFormat.TURTLE))
        values: dict[str, dict[str, list[pyoxigraph.Literal | pyoxigraph.NamedNode]]] = {}
        for quad in quads:
            subject, value = quad.subject, quad.object
            if isinstance(subject, pyoxigraph.NamedNode) and isinstance(
                value, pyoxigraph.Literal | pyoxigraph.NamedNode
            ):
                values.setdefault(subject.value, {}).setdefault(quad.predicate.value, []).append(value)
        self.admitted: tuple[Concept, ...] = ()
        self.concepts: dict[str, Concept] = {
            iri: _concept(iri, facts) for iri, facts in values.items() if SKOS + "inScheme" in facts
        }
        self._schemes: dict[str, list[Concept]] = {}
        self._notations: dict[tuple[str, str], Concept] = {}
        self._uses: dict[str, list[LabelUse]] = {}
        for concept in self.concepts.values():
            self._schemes.setdefault(concept.scheme, []).append(concept)
            if concept.notation:
                self._notations[(concept.scheme, concept.notation)] = concept
        for iri, facts in values.items():
            self._index_labels(iri, facts)
        self._ancestors = {iri: tuple(self._climb(iri)) for iri in self.concepts}
        self.axioms = tuple(
            _axiom(iri, facts) for iri, facts in sorted(values.items()) if BG + "leftOperation" in facts
        )
        self.twins = tuple(
            _twins(iri, facts) for iri, facts in sorted(values.items()) if BG + "functionalItem" in facts
        )
        self._scheme_implies = {
            iri.removeprefix(CONCEPT): tuple(node.value for node in facts[BG + "implies"])
            for iri, facts in values.items()
            if iri not in self.concepts and BG + "implies" in facts
        }
        self._scheme_mentions = {
            iri.removeprefix(CONCEPT): tuple(text.value for text in facts[BG + "titleMentions"])
            for iri, facts in values.items()
            if iri not in self.concepts and BG + "titleMentions" in facts
        }

    def __reduce__(self) -> tuple[object, ...]:
        """Let what refers to an ontology cross between processes: it is loaded there, not sent."""
        ours = self.folder == data_folder("ontology") and not self.extra
        source = () if ours else (self.folder, self.extra)
        return (_with_admitted, (source, self.admitted)) if self.admitted else (load_ontology, source)

    def own(self) -> Ontology:
        """Return a copy to which concepts can be admitted without anyone else knowing them."""
        mine = object.__new__(Ontology)
        mine.__dict__.update(self.__dict__)
        mine.concepts, mine._schemes = dict(self.concepts), dict(self._schemes)
        mine._notations, mine._ancestors = dict(self._notations), dict(self._ancestors)
        return mine

    def admit(self, concept: Concept) -> None:
        """Make a coded concept known by its IRI and its code, not by its name."""
        self.admitted = (*self.admitted, concept)
        self.concepts[concept.iri] = concept
        self._schemes[concept.scheme] = [*self._schemes.get(concept.scheme, ()), concept]
        if concept.notation:
            self._notations[(concept.scheme, concept.notation)] = concept
        self._ancestors[concept.iri] = tuple(self._climb(concept.iri))

    def _index_labels(self, iri: str, facts: Mapping[str, list[pyoxigraph.Literal | pyoxigraph.NamedNode]]) -> None:
        below = tuple(node.value for node in facts.get(BG + "labelsApplyBelow", ()))
        beside = tuple(node.value for node in facts.get(BG + "labelsApplyBeside", ()))
        owner = facts.get(BG + "labelOf")
        if owner:
            for text in facts.get(BG + "labelText", ()):
                self._use(text.value, LabelUse(self.concepts[owner[0].value], 2, below, beside))
        elif iri in self.concepts:
            for predicate, kind in _LABELS.items():
                for text in facts.get(predicate, ()):
                    if isinstance(text, pyoxigraph.Literal) and text.language == "zh":
                        self._use(text.value, LabelUse(self.concepts[iri], kind, below, beside))

    def _use(self, text: str, use: LabelUse) -> None:
        uses = self._uses.setdefault(normalise(text), [])
        if use not in uses:
            uses.append(use)

    def _climb(self, iri: str) -> Iterator[str]:
        seen = {iri}
        while (broader := self.concepts[iri].broader) and broader in self.concepts and broader not in seen:
            yield broader
            seen.add(broader)
            iri = broader

    def __getitem__(self, path: str) -> Concept:
        """Return the concept `scheme/slug`, or of a whole IRI; KeyError if there is none."""
        return self.concepts[path if path.startswith("http") else CONCEPT + path]

    def scheme(self, name: str) -> tuple[Concept, ...]:
        """Return the concepts of a scheme."""
        return tuple(self._schemes.get(name, ()))

    def scheme_implies(self, name: str) -> tuple[str, ...]:
        """Return the concepts that every concept of a scheme implies."""
        return self._scheme_implies.get(name, ())

    def scheme_mentions(self, name: str) -> tuple[str, ...]:
        """Return the words that a head holds which announces the codes or names of a scheme."""
        return self._scheme_mentions.get(name, ())

    def by_notation(self, scheme: str, notation: str) -> Concept | None:
        """Return the concept of a classification code."""
        return self._notations.get((scheme, notation))

    def uses(self, label: str) -> tuple[LabelUse, ...]:
        """Return every concept that has this label, in any scheme."""
        return tuple(self._uses.get(normalise(label), ()))

    def labels(self, schemes: Iterable[str]) -> Mapping[str, tuple[LabelUse, ...]]:
        """Return the normalised labels of some schemes."""
        wanted = frozenset(schemes)
        found = {text: tuple(use for use in uses if use.concept.scheme in wanted) for text, uses in self._uses.items()}
        return {text: uses for text, uses in found.items() if uses}

    def ancestors(self, concept: Concept) -> tuple[str, ...]:
        """Return the IRIs of all broader concepts, nearest first."""
        return self._ancestors[concept.iri]

    def narrower(self, concept: Concept) -> frozenset[str]:
        """Return the IRIs of the concepts next below one."""
        return frozenset(other.iri for other in self.scheme(concept.scheme) if other.broader == concept.iri)

    def change_of(self, aspect: str) -> str:
        """Return the aspect of the changes of an aspect; both are IRIs."""
        own = {concept.change_of: concept.iri for concept in self.scheme("aspect") if concept.change_of}
        return own.get(aspect) or own[f"{CONCEPT}aspect/all"]

    def is_change(self, aspect: str | None) -> bool:
        """Say whether an aspect is that of changes from one year or phase to another."""
        return aspect is not None and self[aspect].change_of is not None

    def within(self, concept: Concept, other: Concept) -> bool:
        """Say whether *concept* is *other*, narrower than it, or *other* is the `all` of its scheme."""
        return (
            concept.iri == other.iri
            or other.iri in self._ancestors[concept.iri]
            or (other.is_all and other.scheme == concept.scheme)
        )


def _axiom(iri: str, facts: Mapping[str, list[pyoxigraph.Literal | pyoxigraph.NamedNode]]) -> Axiom:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value.value for value in facts.get(BG + name, ()))

    return Axiom(
        iri=iri,
        left=frozenset(all_of("leftOperation")),
        right=frozenset(all_of("rightOperation")),
        along=next((dimension.rpartition("#")[2] for dimension in all_of("brokenDownBy")), None),
        where=all_of("holdsWhere"),
        beside=frozenset(all_of("failsBeside")),
        exempt=frozenset(all_of("failsWhere")),
    )


def _twins(iri: str, facts: Mapping[str, list[pyoxigraph.Literal | pyoxigraph.NamedNode]]) -> Twins:
    labels = {text.language: text.value for text in facts[SKOS + "prefLabel"] if isinstance(text, pyoxigraph.Literal)}

    def items(name: str) -> tuple[str, ...]:
        return tuple(sorted(node.value for node in facts[BG + name]))

    return Twins(iri, labels["zh"], labels["en"], items("functionalItem"), items("economicItem"))


def _concept(iri: str, facts: Mapping[str, list[pyoxigraph.Literal | pyoxigraph.NamedNode]]) -> Concept:
    schemes = [value.value for value in facts[SKOS + "inScheme"]]
    scheme = next((name for name in schemes if name.startswith(CONCEPT)), schemes[0]).removeprefix(CONCEPT)
    labels = {
        value.language: value.value
        for value in facts.get(SKOS + "prefLabel", ())
        if isinstance(value, pyoxigraph.Literal)
    }

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value.value for value in facts.get(name, ()))

    def first(name: str) -> str | None:
        return next(iter(all_of(name)), None)

    factor, rank = first(BG + "factor"), first(BG + "rank")
    return Concept(
        iri=iri,
        scheme=scheme,
        slug=iri.rpartition("/")[2],
        label=labels.get("zh", ""),
        label_en=labels.get("en", labels.get("zh", "")),
        notation=first(SKOS + "notation"),
        broader=first(SKOS + "broader"),
        implies=tuple(sorted(all_of(BG + "implies"))),
        below=all_of(BG + "labelsApplyBelow"),
        exhaustive=first(BG + "exhaustive") == "true",
        prevails=first(BG + "prevails") == "true",
        factor=Decimal(factor) if factor else None,
        rank=int(rank) if rank else 9,
        mentions=all_of(BG + "titleMentions"),
        cues=all_of(BG + "contentCue"),
        change_of=first(BG + "changeOf"),
        in_accounts=first(BG + "impliesInAccounts"),
        expected=tuple(phase.rpartition("/")[2] for phase in all_of(BG + "expectedIn")),
        labels=tuple(
            value.value
            for predicate in _LABELS
            for value in facts.get(predicate, ())
            if isinstance(value, pyoxigraph.Literal) and value.language == "zh"
        ),
    )


def _with_admitted(source: tuple[Path, bytes] | tuple[()], admitted: Iterable[Concept]) -> Ontology:
    ontology = load_ontology(*source).own()
    for concept in admitted:
        ontology.admit(concept)
    return ontology


@lru_cache(maxsize=4)
def load_ontology(folder: Path | None = None, extra: bytes = b"") -> Ontology:
    """Load the ontology of this installation, or of another folder."""
    return Ontology(folder or data_folder("ontology"), extra)
