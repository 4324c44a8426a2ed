"""What a clause of running text says: the concepts that it mentions, and whether it says nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from budgetgraph.concepts.lookup import CODE_SCHEMES, Context, Resolver
from budgetgraph.concepts.ontology import CONCEPT, Concept
from budgetgraph.identity.reading import Identity
from budgetgraph.labels import normalise, parse_line_label

FILLER = "filler"
_YEAR_WORDS = re.compile(r"(截[止至])?\d{4}年(\d{1,2}月)?(\d{1,2}日)?(度)?")
_CODE = re.compile(r"(?<![\d.,])(?:2\d{2}|2\d{4}|2\d{6}|[35]\d{2}|[35]\d{4})(?![\d.,万亿元])")
_SAID = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_LEVEL = re.compile(r"\(([类款项])\)")
_DIGITS = {"类": 3, "款": 5, "项": 7}
"""How many digits a code has at each level (类, 款, 项)."""

_LEVELLED = ("functional", "department-economic")
"""The classifications whose levels are printed so; where a name is in both, the first is meant."""

_SPENDING = "支出"
_GAP = "|"
"""What stands in the place of words that are understood, so that those beside them do not run together."""

_SCHEMES = (
    "fund-source",
    "expenditure-nature",
    "aspect",
    "department-economic",
    "functional",
    "item",
    "operation-character",
)
_MENTIONED = (*_SCHEMES, "government-economic")
_OF_THE_YEAR = {
    CONCEPT + "operation-character/sources": CONCEPT + "operation-character/revenue",
    CONCEPT + "operation-character/uses": CONCEPT + "operation-character/expenditure",
}
_MEETINGS = CONCEPT + "aspect/three-public-and-meetings"
_THREE_PUBLIC = CONCEPT + "aspect/three-public"
_GOVERNMENT = "government-economic"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a clause says.

    `clear` says that each of its mentions has one meaning, `plain` that besides them, the body and words without
    a meaning of their own it says nothing: what is not plain leaves the scope of its figure open.
    """

    concepts: tuple[Concept, ...] = ()
    clear: bool = True
    plain: bool = True

    @property
    def specific(self) -> bool:
        """Whether it says more than on which side of the account a figure stands."""
        return any(concept.scheme != "operation-character" for concept in self.concepts)

    @property
    def coded(self) -> bool:
        """Whether it names an item of a classification."""
        return any(concept.scheme in CODE_SCHEMES for concept in self.concepts)


class Clauses:
    """Reads the clauses of one disclosure."""

    def __init__(self, resolver: Resolver, identity: Identity) -> None:
        self._resolver = resolver
        self._ontology = resolver.ontology
        self._names = _names(identity)
        self._suffixes = tuple(map(normalise, resolver.ontology["cue/body-ending"].labels))
        self._fillers = frozenset(
            normalise(label) for concept in resolver.ontology.scheme(FILLER) for label in concept.labels
        )
        self._totals = resolver.ontology["funding-year/both"].cues
        self._own = tuple(map(normalise, resolver.ontology["filler/body"].labels))

    def read(self, clause: str, above: Sequence[Concept] = ()) -> Meaning:
        """Return what a clause says below some concepts that are known already."""
        text = _YEAR_WORDS.sub("", normalise(clause))
        for name in self._names:
            text = text.replace(name, "")
        text, found, clear = self._classified(parse_line_label(text).text, tuple(above))
        coded = [concept for code in _CODE.findall(text) if (concept := self._resolver.code(code))]
        rest, last = text, -1
        for start, end, _ in self._resolver.mentions(text, (*_MENTIONED, FILLER)):
            label = text[start:end]
            if self._is_of_a_name(label, text[end:]):
                continue
            rest = rest[:start] + _GAP * (end - start) + rest[end:]
            meant = self._meant(label, (*above, *found)) or next((code for code in coded if label in code.labels), None)
            clear = clear and (meant is not None or label in self._fillers)
            if meant is not None:
                found.append(self._of_a_fund(label, meant, found) if last == start else meant)
                found.extend(self._side(label, meant, found[:-1]))
                last = end
        found.extend(coded)
        return Meaning(tuple(found), clear, not _SAID.search(_CODE.sub("", rest)))

    def announces(self, clause: str) -> bool:
        """Say whether a clause names the body or a year, as one that opens a new subject does."""
        text = normalise(clause)
        return bool(_YEAR_WORDS.search(text)) or any(word in text for word in (*self._names, *self._own))

    def heading(self, text: str, above: Sequence[Concept]) -> Meaning:
        """Return what a heading says; one that names both sides of the account (收入支出情况) is of neither."""
        said = self.read(text, above)
        sides = {side for concept in said.concepts for side in _OF_THE_YEAR if self._is_within(concept, side)}
        if len(sides) < len(_OF_THE_YEAR):
            return said
        kept = tuple(concept for concept in said.concepts if concept.scheme != "operation-character")
        return Meaning(kept, said.clear, said.plain)

    def _is_within(self, concept: Concept, iri: str) -> bool:
        return self._ontology.within(concept, self._ontology[iri])

    def _classified(self, text: str, above: tuple[Concept, ...]) -> tuple[str, list[Concept], bool]:
        """Take out the names whose level is printed beside them: 教育支出(类)普通教育(款)高中教育(项).

        Returns the rest of the text, the classes, and whether each name is a class of its level.
        """
        found: list[Concept] = []
        rest, start, clear = "", 0, True
        for mark in _LEVEL.finditer(text):
            named = self._named(text[start : mark.start()], _DIGITS[mark.group(1)], (*above, *found))
            if named is None:
                rest, clear = rest + text[start : mark.end()], False
            else:
                length, concept = named
                found.append(concept)
                rest += text[start : mark.start() - length] + _GAP
            start = mark.end()
            if named is not None and text.startswith(_SPENDING, start):
                start += len(_SPENDING)
        return rest + text[start:], found, clear

    def _named(self, words: str, digits: int, above: tuple[Concept, ...]) -> tuple[int, Concept] | None:
        """Return how much of the end of some words names a class with a code of so many digits, and the class."""
        for start in range(len(words) - 1):
            forms = (words[start:], words[start:] + _SPENDING, words[start:].removesuffix(_SPENDING))
            classes = {
                use.concept.iri: use.concept
                for form in forms
                for use in self._ontology.uses(form)
                if use.concept.scheme in _LEVELLED and len(use.concept.notation or "") == digits
            }
            below = {
                iri: concept for iri, concept in classes.items() if any(concept.broader == other.iri for other in above)
            }
            functional = {iri: concept for iri, concept in classes.items() if concept.scheme == _LEVELLED[0]}
            for fitting in (below, functional, {} if functional else classes):
                if len(fitting) == 1:
                    return len(words) - start, next(iter(fitting.values()))
            if classes:
                return None
        return None

    def _is_of_a_name(self, label: str, following: str) -> bool:
        """Say whether a mention is a part of the name of a body: 公安 in 公安局 is no class."""
        coded = any(use.concept.scheme in CODE_SCHEMES for use in self._ontology.uses(label))
        return coded and following.startswith(self._suffixes)

    def _meant(self, label: str, above: tuple[Concept, ...]) -> Concept | None:
        """Return what a mention means; nothing where another meaning needs a context that the text does not give.

        An economic class is the department's, except below a class of the government's.
        """
        among = any(self._is_within(concept, _MEETINGS) for concept in above)
        known = (*above, self._ontology[_THREE_PUBLIC]) if among else above
        economic = any(concept.scheme in CODE_SCHEMES[1:] for concept in above)
        if self._resolver.is_conditional(label) and not (among or economic):
            return None
        government = any(concept.scheme == _GOVERNMENT for concept in above)
        wanted = frozenset(_MENTIONED) - {"department-economic" if government else _GOVERNMENT}
        meant = self._resolver.resolve(label, Context(above=known, schemes=wanted))
        return None if meant is not None and self._is_bare(meant, above) else meant

    def _is_bare(self, meant: Concept, above: Sequence[Concept]) -> bool:
        """Say whether a name of the lowest level (项) stands without its section or its code: it may be a project's."""
        lowest = meant.scheme == _LEVELLED[0] and len(meant.notation or "") == _DIGITS["项"]
        return lowest and not any(concept.scheme == meant.scheme for concept in above)

    def _side(self, label: str, meant: Concept, said: Sequence[Concept]) -> Iterator[Concept]:
        """Yield what the name of a fund ends with, as 财政拨款收入 does, where nothing else has said it.

        It is what the year brings or takes: 上年结转的一般公共预算收入 is neither.
        """
        if meant.scheme == "fund-source" and not any(concept.scheme == "operation-character" for concept in said):
            for concept in self._resolver.phrases(label[-2:], ("operation-character",)):
                yield self._ontology[_OF_THE_YEAR.get(concept.iri, concept.iri)]

    def _of_a_fund(self, label: str, meant: Concept, said: Sequence[Concept]) -> Concept:
        """Return the side of the account as the fund before it has it.

        政府性基金拨款 + 支出预算 is expenditure; 财政拨款 + 收支总预算 is the whole of it.
        """
        fund = bool(said) and said[-1].scheme == "fund-source" and not any(cue in label for cue in self._totals)
        return self._ontology[_OF_THE_YEAR[meant.iri]] if fund and meant.iri in _OF_THE_YEAR else meant


def _names(identity: Identity) -> tuple[str, ...]:
    """Return the names by which a text calls its body, longest first: 某省人民检察院 is 省检察院 too."""
    whole = re.sub(r"\([^()]*\)$", "", identity.body)
    place = identity.division_name
    rest = whole.removeprefix(place) if place and whole.startswith(place) else ""
    short = (place[-1] + rest[start:] for start in range(len(rest) - 1))
    return tuple(
        sorted({identity.body, *map(normalise, identity.also), whole, *short}, key=lambda name: (-len(name), name))
    )
