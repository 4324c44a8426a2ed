"""Scopes: what headings, lead-ins and openings say of the sentences that stand below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.prose.clauses import Clauses, Meaning
from budgetgraph.prose.sections import PART, Paragraph

AMOUNT = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|亿元|千元|元|人次|台套|个|名|人(?!员)|辆|台|套|家|%)")
SENTENCE = re.compile(r"(?:[^。！;]|[。;](?=\)))+[。！;]?")
_OF_A_TABLE = re.compile(r"表[.·…\d]*$")
_STOP = re.compile(r"[:。;]|,(?!\d{3})")
_OPENING = 80
"""What a numbered paragraph opens with is at most so many characters long."""

_ITEM = 3
"""A heading of this depth (1.) or a deeper one names an item: what is below one that is not known is not known."""


@dataclass(slots=True)
class Scope:
    """What is known where a clause of a paragraph stands.

    `base` is what headings and lead-ins say, `above` that and what the paragraph opens with; None where they name
    what is not known. `named` is false below an item that is not known. `whole` is the scope of the last figure
    that was no part of another one, None if that figure was not understood; `listing` says that its parts (其中)
    are being listed, `of_a_fund` that the last of them names a fund, `changed` that the last amount of the sentence
    was a change; `led` is what stands before a colon; `paired` is what the budget was of whose account comes next.
    """

    base: tuple[Concept, ...] | None
    above: tuple[Concept, ...] | None
    named: bool = True
    whole: tuple[Concept, ...] | None = ()
    listing: bool = False
    of_a_fund: bool = False
    changed: bool = False
    led: Meaning = field(default_factory=Meaning)
    paired: tuple[Concept, ...] | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A paragraph that ends with a colon: its headings and depth, what it leads in, and whether its list goes on."""

    headings: tuple[str, ...]
    level: int | None
    concepts: tuple[Concept, ...] | None
    running: bool = True

    def covers(self, paragraph: Paragraph) -> bool:
        """Say whether a paragraph is led in: a numbered one below it, or the next of a list."""
        level = parse_line_label(paragraph.flat).level
        if paragraph.headings[: len(self.headings)] != self.headings or PART.match(paragraph.flat):
            return False
        return self.running if level is None else level > (self.level or 1)


class Scopes:
    """Reads the headings, lead-ins and openings of a disclosure's paragraphs."""

    def __init__(self, clauses: Clauses, resolver: Resolver) -> None:
        self._clauses = clauses
        self._parts = labels_of(resolver, "of-which", "includes")

    def scope(self, paragraph: Paragraph, lead: Lead | None) -> Scope:
        """Return what is known where a paragraph begins."""
        scope = self._below(paragraph.headings)
        if lead is not None and scope.base is not None:
            scope.base = None if lead.concepts is None else (*scope.base, *lead.concepts)
        self.open(paragraph.flat, scope)
        return scope

    def _below(self, headings: Sequence[str]) -> Scope:
        """Return what headings say; nothing is known below one that names a classified item and more."""
        found: tuple[Concept, ...] = ()
        named = True
        for heading in headings:
            if _OF_A_TABLE.search(heading):
                break
            opened = PART.match(heading)
            level = 0 if opened else parse_line_label(heading).level
            if level is None:
                continue
            said = self._clauses.heading(_opening(heading[opened.end() :] if opened else heading, heading=True), found)
            if said.coded and not said.plain and not opened:
                return Scope(None, None)
            named = named and (level < _ITEM or said.plain or bool(said.concepts))
            found = (*found, *said.concepts)
        return Scope(found, found, named)

    def open(self, text: str, scope: Scope) -> None:
        """Put what a numbered text opens with above its clauses: （一）基本支出。…, 1.行政运行（2010101）100万元.

        An opening that holds its own amount is above the others only if it names an item.
        """
        scope.above = scope.whole = scope.base
        level = parse_line_label(text).level
        if level is None or scope.base is None:
            return
        opening = _opening(text)
        said = self._clauses.heading(opening, scope.base)
        if said.coded and not said.plain:
            scope.above = scope.whole = None
            return
        stated = AMOUNT.match(text, len(opening)) is not None
        scope.named = scope.named and (stated or level < _ITEM or said.plain or bool(said.concepts))
        if not stated or said.coded or any(concept.scheme in ("item", "aspect") for concept in said.concepts):
            scope.above = scope.whole = (*scope.base, *said.concepts)

    def leads(self, paragraph: Paragraph, scope: Scope, lead: Lead | None) -> Lead | None:
        """Return what a paragraph leads in, if it ends with a colon; otherwise what it is led in by itself."""
        text = paragraph.flat
        if text.endswith(";") and scope.listing and lead is None:
            return Lead(paragraph.headings, parse_line_label(text).level, scope.whole)
        if not text.endswith(":"):
            return replace(lead, running=text.endswith((";", "、", ","))) if lead is not None else None
        level = parse_line_label(text).level
        last = SENTENCE.findall(text)[-1]
        if AMOUNT.search(last) or any(word in last_clause(last) for word in self._parts):
            return Lead(paragraph.headings, level, None if scope.changed else scope.whole)
        said = self._clauses.heading(last_clause(last), scope.above or ())
        return Lead(paragraph.headings, level, None if scope.above is None else (*scope.above, *said.concepts))


def labels_of(resolver: Resolver, *cues: str) -> tuple[str, ...]:
    """Return the labels of some cues as they are compared."""
    return tuple(normalise(label) for cue in cues for label in resolver.ontology[f"cue/{cue}"].labels)


def last_clause(words: str) -> str:
    """Return the last clause of some words, without its stop."""
    return re.split(r"[,。;:]", words.rstrip(",。;:"))[-1]


def _opening(text: str, *, heading: bool = False) -> str:
    """Return a text up to its first stop or its first amount; nothing if that is too long to name something."""
    stop = None if heading else _STOP.search(text)
    amount = AMOUNT.search(text)
    ends = [found.start() for found in (stop, amount) if found is not None]
    opening = text[: min(ends, default=len(text))]
    return opening if heading or (ends and len(opening) <= _OPENING) else ""
