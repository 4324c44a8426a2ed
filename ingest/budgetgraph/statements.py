"""Amounts and counts that sentences state, each with its coordinates and the words that state it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from budgetgraph.clauses import Clauses, Meaning
from budgetgraph.concepts import DIMENSIONS, Resolver
from budgetgraph.figures import Coordinates, funding_year_of, place_concepts
from budgetgraph.identity import Identity
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.ontology import Concept
from budgetgraph.quotes import Quotation, Quote
from budgetgraph.sections import PART, Paragraph

_AMOUNT = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|亿元|千元|元|人次|台套|个|名|人(?!员)|辆|台|套|家|%)"
)
_MONEY = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "亿元": Decimal(100000000)}
_SENTENCE = re.compile(r"(?:[^。！;]|[。;](?=\)))+[。！;]?")
_OF_A_TABLE = re.compile(r"表[.·…\d]*$")
_SAID = re.compile(r"[\u4e00-\u9fff]")
_STOP = re.compile(r"[:。;]|,(?!\d{3})")
_OPENING = 80
"""What a numbered paragraph opens with is at most so many characters long."""

_ITEM = 3
"""A heading of this depth (1.) or a deeper one names an item: what is below one that is not known is not known."""

QUOTED = 80
"""The words of a statement are the last so many characters before its unit."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a sentence states, with the words that state it, as printed.

    `amount` is in yuan, `quantity` counts what `unit` names; `direction` is the slug of a cue
    (increase, decrease, unchanged) where the figure is a change against the year before.
    """

    number: int
    printed: str
    quoted: str
    page: int
    line: int | None
    unit: str
    amount: Decimal | None = None
    quantity: Decimal | None = None
    coordinates: Coordinates | None = None
    subject: str | None = None
    direction: str | None = None
    place: Decimal = Decimal(1)
    file: str = ""
    quote: Quote | None = None


@dataclass(slots=True)
class _Scope:
    """What is known where a clause of a paragraph stands.

    `base` is what headings and lead-ins say, `above` that and what the paragraph opens with; None where they name
    what is not known. `named` is false below an item that is not known. `whole` is the scope of the last figure
    that was no part of another one, None if that figure was not understood; `listing` says that its parts (其中)
    are being listed, `changed` that the last amount of the sentence was a change; `led` is what stands before a colon.
    """

    base: tuple[Concept, ...] | None
    above: tuple[Concept, ...] | None
    named: bool = True
    whole: tuple[Concept, ...] | None = ()
    listing: bool = False
    changed: bool = False
    led: Meaning = field(default_factory=Meaning)


@dataclass(frozen=True, slots=True)
class _Lead:
    """A paragraph that ends with a colon: its headings, what it leads in, whether what follows still belongs to it."""

    headings: tuple[str, ...]
    concepts: tuple[Concept, ...] | None
    running: bool = True


@dataclass(frozen=True, slots=True)
class _Said:
    """An amount or a count in its sentence: the words before it, back to the last one, and what comes after it."""

    found: re.Match[str]
    words: str
    after: str
    offset: int
    opening: bool

    @property
    def clause(self) -> str:
        """The last clause of the words."""
        return _last(self.words) or self.words

    @property
    def before(self) -> str:
        """The clause before the last, which names what the last only speaks of: 行政运行，2026年预算数为 …."""
        return _last(self.words.rstrip(",。;:").removesuffix(self.clause))

    @property
    def part(self) -> str:
        """What follows the last comma."""
        return re.split(r"[,。;]", self.words)[-1]

    @property
    def is_money(self) -> bool:
        return self.found["unit"] in _MONEY


class Statements:
    """Reads the sentences of a disclosure; *funding_year* is the coordinate of those that do not say it."""

    def __init__(self, resolver: Resolver, identity: Identity, funding_year: str) -> None:
        self._resolver, self._identity, self._funding_year = resolver, identity, funding_year
        self._clauses = Clauses(resolver, identity)
        self._parts = _labels(resolver, "of-which", "includes")
        self._asides = _labels(resolver, "aside")
        self._totals = resolver.ontology["funding-year/both"].cues
        self._thresholds = _labels(resolver, "threshold")

    def read(self, paragraphs: Iterable[Paragraph]) -> Iterator[Statement]:
        """Yield what the sentences of some paragraphs state, numbered from 1 in reading order."""
        number, lead = 0, None
        for paragraph in paragraphs:
            lead = lead if lead is not None and _belongs(paragraph, lead) else None
            scope = self._scope(paragraph, lead)
            quotation = Quotation(paragraph)
            for said in self._said(paragraph, scope):
                number += 1
                yield self._statement(said, scope, quotation, number=number, file=paragraph.file)
            lead = self._leads(paragraph, scope, lead)

    def _said(self, paragraph: Paragraph, scope: _Scope) -> Iterator[_Said]:
        """Yield the amounts and counts of a paragraph; *scope* follows its sentences."""
        over = False
        for sentence in _SENTENCE.finditer(paragraph.flat):
            text, start, scope.changed = sentence.group(), 0, False
            if over:
                scope.listing, scope.led = False, Meaning()
            if sentence.start() and parse_line_label(text).level is not None:
                self._open(text, scope)
            for found in _AMOUNT.finditer(text):
                after = text[found.end() : found.end() + 8]
                if not after.startswith(self._thresholds):
                    yield _Said(found, text[start : found.start()], after, sentence.start() + start, start == 0)
                start = found.end()
            over = not text.endswith(";")

    # Scopes

    def _scope(self, paragraph: Paragraph, lead: _Lead | None) -> _Scope:
        scope = self._below(paragraph.headings)
        if lead is not None and scope.base is not None:
            scope.base = None if lead.concepts is None else (*scope.base, *lead.concepts)
        self._open(paragraph.flat, scope)
        return scope

    def _below(self, headings: Sequence[str]) -> _Scope:
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
                return _Scope(None, None)
            named = named and (level < _ITEM or said.plain or bool(said.concepts))
            found = (*found, *said.concepts)
        return _Scope(found, found, named)

    def _open(self, text: str, scope: _Scope) -> None:
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
        stated = _AMOUNT.match(text, len(opening)) is not None
        scope.named = scope.named and (stated or level < _ITEM or said.plain or bool(said.concepts))
        if not stated or said.coded or any(concept.scheme in ("item", "aspect") for concept in said.concepts):
            scope.above = scope.whole = (*scope.base, *said.concepts)

    def _leads(self, paragraph: Paragraph, scope: _Scope, lead: _Lead | None) -> _Lead | None:
        """Return what a paragraph leads in, if it ends with a colon; otherwise what it is led in by itself."""
        text = paragraph.flat
        if not text.endswith(":"):
            return replace(lead, running=text.endswith((";", "、", ","))) if lead is not None else None
        last = _SENTENCE.findall(text)[-1]
        if _AMOUNT.search(last) or any(word in _last(last) for word in self._parts):
            return _Lead(paragraph.headings, None if scope.changed else scope.whole)
        said = self._clauses.heading(_last(last), scope.above or ())
        return _Lead(paragraph.headings, None if scope.above is None else (*scope.above, *said.concepts))

    # Clauses

    def _concepts(self, said: _Said, scope: _Scope) -> tuple[Concept, ...]:
        """Return what a figure is of, and let the scope follow; nothing where that is not certain.

        A clause after the first may speak of the part of a whole or of the whole body: it counts if both come to
        the same, or if its words decide, 其中 for a part, the body or a year for a new subject.
        """
        if ":" in said.part:
            scope.led = self._clauses.heading(said.part.rpartition(":")[0], scope.above or ())
        opens = any(word in said.words for word in self._parts)
        announced = self._clauses.announces(said.clause)
        if opens and scope.changed:
            scope.whole = None
        part = opens or (scope.listing and not (announced and said.opening))
        subject = announced and bool(self._clauses.read(said.clause).concepts)
        scopes = [scope.whole] if part else [scope.above] if subject else [scope.above, scope.whole]
        readings = [self._understood(said, scope, known) for known in scopes]
        first = readings[0]
        agreed = all(self._placed(reading) == self._placed(first) for reading in readings[1:])
        concepts = first if agreed and None not in readings else None
        if not (part or self._other_years(said.clause)) or said.after.startswith(":"):
            scope.whole = concepts
        scope.listing = part or said.after.startswith(":")
        return concepts or ()

    def _understood(self, said: _Said, scope: _Scope, known: tuple[Concept, ...] | None) -> tuple[Concept, ...] | None:
        """Return what a clause says below what is known; None if it is not understood."""
        if known is None or not _SAID.search(said.words):
            return None
        above = (*known, *scope.led.concepts)
        meaning = self._clauses.read(said.clause, above)
        if not meaning.concepts and said.before:
            before = self._clauses.read(said.before, above)
            meaning = before if before.coded or scope.above == scope.base else meaning
        named = scope.named and (scope.led.plain or bool(scope.led.concepts))
        if not (meaning.clear and meaning.plain and (named or meaning.specific)):
            return None
        return (*above, *meaning.concepts)

    def _placed(self, concepts: tuple[Concept, ...] | None) -> dict[str, str] | None:
        return None if concepts is None else place_concepts({}, concepts, self._resolver.ontology)

    # Statements

    def _statement(self, said: _Said, scope: _Scope, quotation: Quotation, *, number: int, file: str) -> Statement:
        found = said.found
        value, factor = Decimal(found["number"].replace(",", "")), _MONEY.get(found["unit"])
        direction = self._direction(said.words)
        coordinates = None
        if factor is not None and direction is None and not any(word in said.clause for word in self._asides):
            concepts = self._concepts(said, scope)
            coordinates = self._coordinates(concepts, said.clause) if concepts else None
        if factor is not None:
            scope.changed = direction is not None
        end = said.offset + len(said.words) + len(found.group())
        start = max(end - QUOTED, said.offset + len(said.words) - len(said.words.lstrip(",、:;)。")))
        at = end - len(found.group())
        page, line = quotation.place(at)
        decimals = len(found["number"].partition(".")[2])
        return Statement(
            number=number,
            printed=quotation.printed(at, at + len(found["number"])),
            quoted=quotation.printed(start, end),
            page=page,
            line=line,
            unit=found["unit"],
            amount=(value * factor).quantize(Decimal("0.01")) if factor is not None else None,
            quantity=value if factor is None else None,
            coordinates=coordinates,
            subject=None if factor else self._counted(said),
            direction=direction,
            place=Decimal(1).scaleb(-decimals) * (factor or 1),
            file=file,
            quote=quotation.quote(start, end),
        )

    def _counted(self, said: _Said) -> str | None:
        """Return the IRI of what a number counts, if it is known."""
        counted = (phrase for text in (said.clause, said.after) for phrase in self._resolver.phrases(text, ("staff",)))
        return next((concept.iri for concept in counted), None)

    def _direction(self, words: str) -> str | None:
        """Return the direction that the words right before a number state: 比上年增加, 减少."""
        clause = re.split(r"[,。;:]", words)[-1]
        for concept in reversed(self._resolver.phrases(clause, ("cue",))):
            if concept.slug in ("increase", "decrease") and ("年" in clause or clause.endswith(concept.labels)):
                return concept.slug
        return None

    def _coordinates(self, concepts: Sequence[Concept], clause: str) -> Coordinates:
        values = place_concepts({}, concepts, self._resolver.ontology)
        sides = [concept.iri for concept in concepts if concept.scheme == "operation-character"]
        if sides and any(cue in clause for cue in self._totals):
            values["operation-character"] = sides[-1]  # 财政拨款收入总计 is more than what the year brings
        named = {DIMENSIONS[scheme]: iri for scheme, iri in values.items()}
        coordinates = Coordinates.of({**named, "organization": self._identity.body})
        if coordinates.get("fundingYear") is None:
            year = funding_year_of(coordinates, clause, self._funding_year, self._resolver.ontology)
            coordinates = coordinates.replaced("fundingYear", year)
        return self._of_its_time(coordinates, clause)

    def _other_years(self, clause: str) -> set[int]:
        return {int(year) for year in re.findall(r"(20\d\d)年", clause)} - {self._identity.year}

    def _of_its_time(self, coordinates: Coordinates, clause: str) -> Coordinates:
        """Place what a clause says of another year, or in final accounts of another phase: 年初预算为 …, 2023 年 …."""
        years = self._other_years(clause)
        if len(years) == 1:
            coordinates = coordinates.replaced("fiscalYear", str(years.pop()))
        if self._identity.phase != "executed":
            return coordinates
        phases = [concept.slug for _, _, concept in self._resolver.mentions(clause, ("budget-phase",))]
        if phases and phases[-1] != self._identity.phase:
            return coordinates.replaced("budgetPhase", phases[-1])
        return coordinates


def _labels(resolver: Resolver, *cues: str) -> tuple[str, ...]:
    return tuple(normalise(label) for cue in cues for label in resolver.ontology[f"cue/{cue}"].labels)


def _last(words: str) -> str:
    return re.split(r"[,。;:]", words.rstrip(",。;:"))[-1]


def _opening(text: str, *, heading: bool = False) -> str:
    """Return a text up to its first stop or its first amount; nothing if that is too long to name something."""
    stop = None if heading else _STOP.search(text)
    amount = _AMOUNT.search(text)
    ends = [found.start() for found in (stop, amount) if found is not None]
    opening = text[: min(ends, default=len(text))]
    return opening if heading or (ends and len(opening) <= _OPENING) else ""


def _belongs(paragraph: Paragraph, lead: _Lead) -> bool:
    """Say whether a paragraph is one of those that another leads in: a numbered one, or the next of a list."""
    level = parse_line_label(paragraph.flat).level
    if paragraph.headings[: len(lead.headings)] != lead.headings or PART.match(paragraph.flat) or level == 1:
        return False
    return level is not None or lead.running
