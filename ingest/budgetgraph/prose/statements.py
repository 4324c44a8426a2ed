"""Amounts and counts that sentences state, each with its coordinates and the words that state it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.concepts.lookup import DIMENSIONS, Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.figures import Coordinates, funding_year_of, place_concepts
from budgetgraph.identity.reading import Identity
from budgetgraph.labels import parse_line_label
from budgetgraph.prose.clauses import Clauses, Meaning
from budgetgraph.prose.lists import in_lists
from budgetgraph.prose.model import Statement
from budgetgraph.prose.quotes import Quotation
from budgetgraph.prose.scopes import AMOUNT, SENTENCE, Scope, Scopes, labels_of, last_clause
from budgetgraph.prose.sections import Paragraph
from budgetgraph.prose.wording import wording

_MONEY = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "亿元": Decimal(100000000)}
_SAID = re.compile(r"[\u4e00-\u9fff]")
QUOTED = 80
"""The words of a statement are the last so many characters before its unit."""


@dataclass(frozen=True, slots=True)
class _Said:
    """An amount or a count in its sentence: the words before it, back to the last one, and what comes after it."""

    found: re.Match[str]
    words: str
    after: str
    offset: int
    opening: bool
    paragraph: str

    @property
    def clause(self) -> str:
        """The last clause of the words."""
        return last_clause(self.words) or self.words

    @property
    def before(self) -> str:
        """The clause before the last, which names what the last only speaks of: 行政运行，2026年预算数为 …."""
        return last_clause(self.words.rstrip(",。;:").removesuffix(self.clause))

    @property
    def part(self) -> str:
        """What follows the last comma."""
        return re.split(r"[,。;]", self.words)[-1]

    @property
    def repeated(self) -> bool:
        """Whether its clause is said more than once in the paragraph."""
        return self.paragraph.count(self.clause) > 1

    @property
    def following(self) -> str:
        """The rest of the sentence."""
        return self.found.string[self.found.end() :]

    @property
    def is_money(self) -> bool:
        return self.found["unit"] in _MONEY


class Statements:
    """Reads the sentences of a disclosure; *funding_year* is the coordinate of those that do not say it."""

    def __init__(self, resolver: Resolver, identity: Identity, funding_year: str) -> None:
        self._resolver, self._identity, self._funding_year = resolver, identity, funding_year
        self._clauses = Clauses(resolver, identity)
        self._scopes = Scopes(self._clauses, resolver)
        self._parts = labels_of(resolver, "of-which", "includes")
        self._asides = labels_of(resolver, "aside")
        self._totals = resolver.ontology["funding-year/both"].cues
        self._wording = wording(resolver.ontology)
        self._thresholds = labels_of(resolver, "threshold")

    def read(self, paragraphs: Iterable[Paragraph]) -> Iterator[Statement]:
        """Yield what the sentences of some paragraphs state, numbered from 1 in reading order."""
        number, lead = 0, None
        for paragraph in paragraphs:
            lead = lead if lead is not None and lead.covers(paragraph) else None
            scope = self._scopes.scope(paragraph, lead)
            quotation = Quotation(paragraph)
            found: list[Statement] = []
            for said in self._said(paragraph, scope):
                number += 1
                found.append(self._statement(said, scope, quotation, number=number, file=paragraph.file))
            yield from in_lists(found, self._parts, self._funding_year, self._resolver.ontology)
            lead = self._scopes.leads(paragraph, scope, lead)

    def _said(self, paragraph: Paragraph, scope: Scope) -> Iterator[_Said]:
        """Yield the amounts and counts of a paragraph; *scope* follows its sentences."""
        over = False
        for sentence in SENTENCE.finditer(paragraph.flat):
            text, start, scope.changed = sentence.group(), 0, False
            if over:
                scope.listing, scope.led = False, Meaning()
            if sentence.start() and parse_line_label(text).level is not None:
                self._scopes.open(text, scope)
            for found in AMOUNT.finditer(text):
                after = text[found.end() : found.end() + 8]
                if not after.startswith(self._thresholds):
                    words, offset = text[start : found.start()], sentence.start() + start
                    yield _Said(found, words, after, offset, start == 0, paragraph.flat)
                start = found.end()
            over = not text.endswith(";")

    # Clauses

    def _concepts(self, said: _Said, scope: Scope) -> tuple[Concept, ...]:
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
        own = self._clauses.read(said.clause)
        named = bool(own.concepts)
        if part and not opens and scope.of_a_fund and named and own.plain and not own.specific and said.repeated:
            return ()  # 年初结转和结余 after each fund of a list: not the whole's
        if part or not (named or scope.above):
            scopes = [scope.whole]  # what names nothing speaks of what was named last
        else:
            scopes = [scope.above] if announced and named else [scope.above, scope.whole]
        readings = [self._understood(said, scope, known) for known in scopes]
        first = readings[0]
        agreed = all(self._placed(reading) == self._placed(first) for reading in readings[1:])
        concepts = first if agreed and None not in readings else None
        if not (part or self._other_years(said.clause)) or said.after.startswith(":"):
            scope.whole = concepts
        scope.listing = part or said.after.startswith(":")
        scope.of_a_fund = part and any(concept.scheme == "fund-source" for concept in own.concepts)
        if part and self._overlaps(own.concepts, known=scope.whole or ()):
            return ()
        return concepts or ()

    def _of_its_pair(self, said: _Said, scope: Scope) -> tuple[Concept, ...] | None:
        """Return what a final account is of that follows its budget and names nothing itself; None if it does not."""
        own = self._clauses.read(said.clause).concepts
        return scope.paired if all(concept.scheme == "operation-character" for concept in own) else None

    def _understood(self, said: _Said, scope: Scope, known: tuple[Concept, ...] | None) -> tuple[Concept, ...] | None:
        """Return what a clause says below what is known; None if it is not understood."""
        if known is None or not _SAID.search(said.words):
            return None
        above = (*known, *scope.led.concepts)
        meaning = self._clauses.read(said.clause, above)
        if meaning.clear and meaning.plain and not meaning.concepts and said.before:
            before = self._clauses.read(said.before, above)
            meaning = before if before.coded or scope.above == scope.base else meaning
        named = scope.named and (scope.led.plain or bool(scope.led.concepts))
        if not (meaning.clear and meaning.plain and (named or meaning.specific)):
            return None
        return (*above, *meaning.concepts)

    def _overlaps(self, own: Sequence[Concept], known: Sequence[Concept]) -> bool:
        """Say whether a part is named by another aspect than its whole: 政府购买服务 …，其中政府采购 …."""
        wholes = [concept for concept in known if concept.scheme == "aspect"]
        parts = [concept for concept in own if concept.scheme == "aspect"]
        return bool(wholes) and any(not self._resolver.ontology.within(part, wholes[-1]) for part in parts)

    def _placed(self, concepts: tuple[Concept, ...] | None) -> dict[str, str] | None:
        return None if concepts is None else place_concepts({}, concepts, self._resolver.ontology)

    # Statements

    def _statement(self, said: _Said, scope: Scope, quotation: Quotation, *, number: int, file: str) -> Statement:
        found = said.found
        value, factor = Decimal(found["number"].replace(",", "")), _MONEY.get(found["unit"])
        direction = self._direction(said.words)
        coordinates = None
        if factor is not None and direction is None and not any(word in said.clause for word in self._asides):
            concepts = self._of_its_pair(said, scope)
            if concepts is None:
                concepts = self._concepts(said, scope)
            coordinates = self._placed_in_time(concepts, said) if concepts else None
            scope.paired = concepts if self._identity.phase == "executed" and self._is_budgeted(said) else None
        if factor is not None:
            scope.changed = direction is not None
        end = said.offset + len(said.words) + len(found.group())
        start = max(end - QUOTED, said.offset + len(said.words) - len(said.words.lstrip(",、:;)。")))
        at = end - len(found.group())
        page, line = quotation.place(at)
        decimals = len(found["number"].partition(".")[2])
        return Statement(
            number=number,
            printed=found["number"],
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
        return Coordinates.of({**named, "organization": self._identity.body})

    def _placed_in_time(self, concepts: Sequence[Concept], said: _Said) -> Coordinates:
        return self._of_its_funds(self._of_its_time(self._coordinates(concepts, said.clause), said), said.clause)

    def _of_its_funds(self, coordinates: Coordinates, clause: str) -> Coordinates:
        """Place the year of the funds where the clause does not name it."""
        if coordinates.get("fundingYear") is not None:
            return coordinates
        ontology, phase = self._resolver.ontology, self._identity.phase
        year = funding_year_of(coordinates, clause, self._funding_year, ontology, phase=phase)
        return coordinates.replaced("fundingYear", year)

    def _other_years(self, clause: str) -> set[int]:
        return {int(year) for year in re.findall(r"(20\d\d)年", clause)} - {self._identity.year}

    def _of_its_time(self, coordinates: Coordinates, said: _Said) -> Coordinates:
        """Place what a clause says of another year, or in final accounts of another phase: 年初预算为 …, 2023 年 …."""
        years = self._other_years(said.clause)
        if len(years) == 1:
            coordinates = coordinates.replaced("fiscalYear", str(years.pop()))
        if self._identity.phase != "executed":
            return coordinates
        phases = [concept.slug for _, _, concept in self._resolver.mentions(said.clause, ("budget-phase",))]
        if not phases and self._is_budgeted(said):
            phases = ["approved"]
        if phases and phases[-1] != self._identity.phase:
            return coordinates.replaced("budgetPhase", phases[-1])
        return coordinates

    def _is_budgeted(self, said: _Said) -> bool:
        """Say whether a figure is the budget beside its final account: 支出预算为 …，支出决算为 …."""
        funds = self._resolver.mentions(said.clause, ("fund-source",))
        own = said.clause[funds[-1][1] :] if funds else said.clause
        following, account = AMOUNT.search(said.following), self._wording.executed.search(said.following)
        beside = following is not None and account is not None and following.end() == account.end()
        return beside and self._wording.budgeted.search(own + said.found.group()) is not None
