"""What the running text states: amounts and counts, claims, duties, and the definitions of its glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgetgraph.concepts import CODE_SCHEMES, DIMENSIONS, Context, Resolver
from budgetgraph.figures import Coordinates, funding_year_of, place_concepts
from budgetgraph.identity import Identity
from budgetgraph.labels import normalise, parse_line_label
from budgetgraph.ontology import Concept
from budgetgraph.sections import Paragraph

_AMOUNT = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|亿元|千元|元|人次|台套|个|名|人(?!员)|辆|台|套|家|%)"
)
_OF_A_TABLE = re.compile(r"表[.·…\d]*$")
_SAID = re.compile(r"[\u4e00-\u9fff]")
_YEAR_WORDS = re.compile(r"(截[止至])?\d{4}年(\d{1,2}月)?(\d{1,2}日)?(度)?")
_SENTENCE = re.compile(r"[^。！;]+[。！;]?")
_ANNEX_LIST = re.compile(r"附(?:件|表|件表)?(?:表)?((?:\d+(?:表)?[、,和及-]?(?:附?表)?)+)")
_CODE = re.compile(r"(?<![\d.,])(?:2\d{2}|2\d{4}|2\d{6}|[35]\d{2}|[35]\d{4})(?![\d.,万亿元])")
_SCHEMES = ("fund-source", "expenditure-nature", "aspect", "department-economic", "functional", "item")
_MENTIONED = (*_SCHEMES, "operation-character")
_MONEY = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "亿元": Decimal(100000000)}


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a sentence states, with the words that state it.

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
    statements = tuple(_statements(paragraphs, resolver, identity, funding_year))
    return Prose(
        statements=statements,
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


def _statements(
    paragraphs: Sequence[Paragraph], resolver: Resolver, identity: Identity, funding_year: str
) -> Iterator[Statement]:
    number = 0
    for paragraph in paragraphs:
        if section_of(paragraph.headings[:2], resolver) == "glossary":
            continue
        headings = _heading_concepts(paragraph, resolver, identity)
        above = headings or []
        clear = True
        led: list[Concept] = []
        for sentence in _SENTENCE.findall(paragraph.flat):
            start, inherited = 0, tuple(above)
            for found in _AMOUNT.finditer(sentence):
                number += 1
                words = sentence[start : found.start()]
                if ":" in _last_part(words):
                    led = _mentioned(_lead(words), resolver, inherited)
                clause = _last_clause(words).replace(identity.body, "")
                mentioned, understood = _understood(clause, resolver, (*inherited, *led))
                mentioned = [*led, *mentioned]
                context = inherited if "其中" in words else above
                specific = any(concept.scheme != "operation-character" for concept in mentioned)
                if found["unit"] in _MONEY and not _is_plain(words, resolver, identity):
                    clear = False
                yield _statement(
                    found,
                    words,
                    [*context, *mentioned]
                    if headings is not None and understood and (clear or specific) and _SAID.search(words)
                    else (),
                    number=number,
                    paragraph=paragraph,
                    after=sentence[found.end() : found.end() + 8],
                    resolver=resolver,
                    identity=identity,
                    funding_year=funding_year,
                )
                if start == 0:
                    inherited = (*above, *mentioned)
                start = found.end()


def _heading_concepts(paragraph: Paragraph, resolver: Resolver, identity: Identity) -> list[Concept] | None:
    """Return what the headings above a paragraph say; None if one names a classified item that is not known."""
    found: list[Concept] = []
    numbered = parse_line_label(paragraph.flat).level is not None
    own = re.match(r"[^:。,;]{1,80}[:。,;]", paragraph.flat) if numbered else None
    for heading in (*paragraph.headings, *((own.group(),) if own else ())):
        if _OF_A_TABLE.search(heading):
            return found
        if parse_line_label(heading).level is None:
            continue
        said = _mentioned(heading, resolver, tuple(found))
        if any(concept.scheme in CODE_SCHEMES for concept in said) and not _is_plain(heading, resolver, identity):
            return None
        found.extend(said)
    return found


def _mentioned(words: str, resolver: Resolver, above: tuple[Concept, ...]) -> list[Concept]:
    """Return the concepts that some words mention, each resolved below what is known already."""
    return _understood(words, resolver, above)[0]


def _understood(words: str, resolver: Resolver, above: tuple[Concept, ...]) -> tuple[list[Concept], bool]:
    """Return the concepts that some words mention, and whether each mention has one meaning."""
    text = _YEAR_WORDS.sub("", normalise(words))
    found: list[Concept] = []
    clear = True
    for start, end, _ in resolver.mentions(text, _MENTIONED):
        meant = _meant(text[start:end], resolver, (*above, *found))
        clear = clear and meant is not None
        if meant:
            found.append(meant)
    coded = (resolver.code(code) for code in _CODE.findall(text))
    return [*found, *(concept for concept in coded if concept)], clear


def _meant(label: str, resolver: Resolver, above: tuple[Concept, ...]) -> Concept | None:
    """Return what a mention means; nothing where another meaning needs a context that the text does not give."""
    if resolver.is_conditional(label) and not any(
        concept.scheme in ("aspect", "operation-character") for concept in above
    ):
        return None
    return resolver.resolve(label, Context(above=above))


def _statement(
    found: re.Match[str],
    words: str,
    concepts: Sequence[Concept],
    *,
    number: int,
    paragraph: Paragraph,
    after: str,
    resolver: Resolver,
    identity: Identity,
    funding_year: str,
) -> Statement:
    value = Decimal(found["number"].replace(",", ""))
    factor = _MONEY.get(found["unit"])
    direction = _direction(words, resolver)
    counted = (
        () if factor else (*resolver.phrases(_last_clause(words), ("staff",)), *resolver.phrases(after, ("staff",)))
    )
    subject = next((concept.iri for concept in counted), None)
    coordinates = None
    if factor is not None and direction is None and concepts and _is_plain(words, resolver, identity):
        coordinates = _of_its_time(
            _coordinates(concepts, words, resolver, identity, funding_year), words, resolver, identity
        )
    decimals = len(found["number"].partition(".")[2])
    return Statement(
        number=number,
        printed=found["number"],
        quoted=(words.lstrip(",、:;)。") + found.group())[-80:],
        page=paragraph.page,
        line=paragraph.line,
        unit=found["unit"],
        amount=(value * factor).quantize(Decimal("0.01")) if factor is not None else None,
        quantity=value if factor is None else None,
        coordinates=coordinates,
        subject=subject,
        direction=direction,
        place=Decimal(1).scaleb(-decimals) * (factor or 1),
        file=paragraph.file,
    )


def _of_its_time(coordinates: Coordinates, words: str, resolver: Resolver, identity: Identity) -> Coordinates:
    """Place what a clause says of another year, or in final accounts of another phase: 年初预算为 …, 2023 年 …."""
    clause = _last_clause(words)
    years = {int(year) for year in re.findall(r"(20\d\d)年", clause)} - {identity.year}
    if len(years) == 1:
        coordinates = coordinates.replaced("fiscalYear", str(years.pop()))
    if identity.phase != "executed":
        return coordinates
    phases = [concept.slug for _, _, concept in resolver.mentions(clause, ("budget-phase",))]
    if phases and phases[-1] != identity.phase:
        return coordinates.replaced("budgetPhase", phases[-1])
    return coordinates


def _is_plain(words: str, resolver: Resolver, identity: Identity) -> bool:
    """Say whether a clause says nothing but known concepts, the body and words that carry no meaning here.

    A label that is unknown leaves the scope of its figure open, and such a figure is equated with nothing.
    """
    text = _CODE.sub("", _YEAR_WORDS.sub("", _last_clause(words)).replace(identity.body, ""))
    for start, end, _ in reversed(resolver.mentions(text, (*_MENTIONED, "filler"))):
        text = text[:start] + text[end:]
    return not re.search(r"[\u4e00-\u9fffA-Za-z]", parse_line_label(text).text)


def _lead(words: str) -> str:
    """Return what stands before a colon in the clause that a figure closes: 公用经费：商品和服务支出 126 万元."""
    return _last_part(words).rpartition(":")[0]


def _last_part(words: str) -> str:
    return re.split(r"[,。;]", words)[-1]


def _last_clause(words: str) -> str:
    return re.split(r"[,。;:]", words.rstrip(",。;:"))[-1] or words


def _direction(words: str, resolver: Resolver) -> str | None:
    """Return the direction that the words right before a number state: 比上年增加, 减少."""
    clause = re.split(r"[,。;:]", words)[-1]
    for concept in reversed(resolver.phrases(clause, ("cue",))):
        if concept.slug in ("increase", "decrease") and ("年" in clause or clause.endswith(concept.labels)):
            return concept.slug
    return None


def _coordinates(
    concepts: Sequence[Concept], words: str, resolver: Resolver, identity: Identity, funding_year: str
) -> Coordinates:
    values = place_concepts({}, concepts, resolver.ontology)
    named = {DIMENSIONS[scheme]: iri for scheme, iri in values.items()}
    coordinates = Coordinates.of({**named, "organization": identity.body})
    if coordinates.get("fundingYear") is None:
        year = funding_year_of(coordinates, _last_clause(words), funding_year, resolver.ontology)
        coordinates = coordinates.replaced("fundingYear", year)
    return coordinates


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
