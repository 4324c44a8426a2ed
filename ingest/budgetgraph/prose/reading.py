"""What the running text states: amounts and counts, claims, duties, and the definitions of its glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from budgetgraph.concepts.lookup import DIMENSIONS, Context, Resolver
from budgetgraph.identity.reading import Identity
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.prose.model import Statement
from budgetgraph.prose.sections import Paragraph
from budgetgraph.prose.statements import Statements

__all__ = ["Claim", "Definition", "Prose", "Statement", "read_prose", "section_of"]

_SENTENCE = re.compile(r"[^。！;]+[。！;]?")
_ANNEX_LIST = re.compile(r"附(?:件|表|件表)?(?:表)?((?:\d+(?:表)?[、,和及-]?(?:附?表)?)+)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A term that the glossary defines, and the concept that it names, if the ontology has it."""

    term: str
    text: str
    concept: str | None
    page: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim in words that the tables can bear out or contradict.

    `kind` is empty (the annexes named print nothing) or includes (the items named have amounts).
    """

    kind: str
    quoted: str
    page: int
    line: int | None = None
    annexes: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """All that the running text states."""

    statements: tuple[Statement, ...]
    duties: tuple[str, ...]
    definitions: tuple[Definition, ...]
    claims: tuple[Claim, ...]


def read_prose(paragraphs: Sequence[Paragraph], resolver: Resolver, identity: Identity, funding_year: str) -> Prose:
    """Read the running text; *funding_year* is the coordinate of sentences that do not say it."""
    told = (paragraph for paragraph in paragraphs if section_of(paragraph.headings[:2], resolver) != "glossary")
    return Prose(
        statements=tuple(Statements(resolver, identity, funding_year).read(told)),
        duties=tuple(_duties(paragraphs, resolver)),
        definitions=tuple(_definitions(paragraphs, resolver)),
        claims=tuple(_claims(paragraphs, resolver)),
    )


def section_of(headings: Sequence[str], resolver: Resolver) -> str | None:
    """Return the slug of the innermost known section among some headings."""
    for heading in reversed(headings):
        for concept in resolver.phrases(parse_line_label(heading).text, ("section",)):
            return concept.slug
    return None


def _duties(paragraphs: Sequence[Paragraph], resolver: Resolver) -> Iterator[str]:
    for paragraph in paragraphs:
        under_duties = paragraph.headings and section_of(paragraph.headings[-1:], resolver) == "duties"
        if under_duties and parse_line_label(paragraph.flat).level is not None:
            yield paragraph.text


def _definitions(paragraphs: Sequence[Paragraph], resolver: Resolver) -> Iterator[Definition]:
    anywhere = Context(schemes=frozenset((*DIMENSIONS, "column-head")))
    for paragraph in paragraphs:
        if section_of(paragraph.headings[:2], resolver) != "glossary":
            continue
        term, colon, text = parse_line_label(paragraph.text).text.partition(":")
        if colon and len(term) <= 20:
            concept = resolver.resolve(term, anywhere)
            yield Definition(term, text, concept.iri if concept else None, paragraph.page, paragraph.file)


def _claims(paragraphs: Sequence[Paragraph], resolver: Resolver) -> Iterator[Claim]:
    empty = tuple(map(normalise, resolver.ontology["cue/empty"].labels))
    includes = tuple(map(normalise, resolver.ontology["cue/includes"].labels))
    for paragraph in paragraphs:
        for sentence in _SENTENCE.findall(paragraph.flat):
            annexes = _annexes(sentence) if any(word in sentence for word in empty) else ()
            if annexes:
                yield Claim("empty", sentence[-60:], paragraph.page, paragraph.line, annexes=annexes)
            if sentence.startswith(("收入", "本年收入")) and any(word in sentence for word in includes):
                items = [c.iri for c in resolver.phrases(sentence, ("item",)) if c.slug != "appropriation"]
                if items:
                    named = tuple(dict.fromkeys(items))
                    yield Claim("includes", sentence[:60], paragraph.page, paragraph.line, concepts=named)


def _annexes(sentence: str) -> tuple[str, ...]:
    """Return the annex numbers that a sentence names: 附件表13、表14、表15 or 附表7、12、13、14."""
    for found in _ANNEX_LIST.finditer(sentence):
        numbers = re.findall(r"\d+", found.group(1))
        if len(numbers) >= 1 and not found.group(1).startswith("20"):
            return tuple(numbers)
    return ()
