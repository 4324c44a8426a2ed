"""Stubs: the codes and names that the first columns of a row print."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from budgetgraph.concepts.lookup import CODE_SCHEMES, Context, Resolver
from budgetgraph.concepts.ontology import Concept
from budgetgraph.identity.reading import same_body
from budgetgraph.labels import levels_of, normalise, parse_line_label
from budgetgraph.structure.columns import CODES, LABELS, NAMES, ORGANIZATIONS, SUBJECTS, Block
from budgetgraph.tables import Row, Table
from budgetgraph.tables.header import Column

_CODE = re.compile(r"\[?(\d{2,7})\]?")
_PART = re.compile(r"\d{2}")
CODE_AND_NAME = re.compile(r"\[?(?!20\d\d年)(\d{2,7})\]?[\s_-]*([^\d\s].*)", re.DOTALL)
_LEVELS = frozenset("类款项")
_CLASSES = "科目"
_DOTTED = re.compile(r"\[?\d{3}([.．·]\d{2}){1,2}\]?")


@dataclass(slots=True)
class Subject:
    """Stub columns that together name one classification: the parts of its code, and its name."""

    scheme: str | None
    columns: list[Column] = field(default_factory=list)
    coded: bool = False
    named: bool = False


def subjects_of(block: Block, resolver: Resolver) -> Iterator[Subject]:
    """Yield the classifications that the stub columns name: a code column of another scheme opens the next."""
    subject: Subject | None = None
    for column, kind in block.stubs:
        if kind not in SUBJECTS:
            continue
        scheme = next(filter(None, (resolver.scheme_of(label) for label in reversed(column.path))), None)
        opens = subject is None or (
            (scheme is not None and subject.scheme is not None and scheme != subject.scheme)
            or (kind in CODES and subject.named)
            or (kind in NAMES and subject.named)
        )
        if opens:
            if subject is not None:
                yield subject
            subject = Subject(scheme)
        assert subject is not None
        subject.scheme = subject.scheme or scheme
        subject.columns.append(column)
        subject.coded = subject.coded or kind in CODES
        subject.named = subject.named or kind in NAMES
    if subject is not None:
        yield subject


def stub_texts(row: Row, columns: Sequence[Column], above: Sequence[str]) -> list[str]:
    """Return the texts of a row's code and name, with the parts of the code that only the row above prints."""
    texts = [_padded(row.text(column.index)) for column in columns]
    if sum(1 for text in texts if text in _LEVELS) > 1:  # the last row of the header goes on as that of the total
        texts = ["" if text in _LEVELS else text for text in texts]
    for position, text in enumerate(texts):
        if not text:
            continue
        if len(texts) == len(above) and _PART.fullmatch(text) and all(map(_is_part_of_code, above[:position])):
            return [*above[:position], *texts[position:]]
        break
    return texts


def _padded(text: str) -> str:
    """Return a part of a code that is printed with one digit as it is written out, 2 as 02; 201.03.01 as 2010301."""
    if _DOTTED.fullmatch(normalise(text)):
        return re.sub(r"\D", "", text)
    return f"0{text}" if re.fullmatch(r"\d", text) else text


def with_class(texts: list[str], above: str) -> list[str]:
    """Return the texts of a code that prints two digits alone with the class above it before them."""
    if above and texts and _PART.fullmatch(texts[0]) and not any(map(_is_part_of_code, texts[1:])):
        return [above + texts[0], *texts[1:]]
    return texts


def class_of(texts: Sequence[str]) -> str | None:
    code, _ = code_and_name(texts)
    return code[:3] if code and len(code) in (3, 5, 7) else None


def _is_part_of_code(text: str) -> bool:
    return _CODE.fullmatch(normalise(text)) is not None


def code_scheme(code: str | None) -> str | None:
    return {"2": CODE_SCHEMES[0], "3": CODE_SCHEMES[1], "5": CODE_SCHEMES[2]}.get(code[0]) if code else None


def is_sibling(concept: Concept, code: str, scheme: str | None) -> bool:
    """Say whether a name found beside an unknown code is that of a code of the same group: one of them is a slip."""
    return concept.scheme == scheme and (concept.notation or "")[:-2] == code[:-2]


def code_and_name(texts: Sequence[str]) -> tuple[str | None, str]:
    """Join the parts of a code (201 | 03 | 50, or 2010350) and find the name beside or behind it."""
    code, name = "", ""
    for text in texts:
        flat = normalise(text)
        if parse_line_label(flat).level is not None:
            name = name or text
        elif match := _CODE.fullmatch(flat):
            part = match.group(1)
            code = part if code and part.startswith(code) else code + part
        elif match := CODE_AND_NAME.fullmatch(text.strip()):
            part = match.group(1)
            code = part if code and part.startswith(code) else code + part
            name = name or match.group(2)
        elif flat:
            name = name or text
    return code or None, name


def first_text(row: Row, columns: Sequence[Column]) -> str:
    """Return the first text that a row prints in some columns."""
    return next((text for column in columns if (text := row.text(column.index))), "")


def bodies_with_code(table: Table, block: Block, known: Collection[str]) -> Iterator[str]:
    """Yield the names that bear a body's code where others (projects) bear none, if one of them is that of a body.

    Of several names beside one code that of the body is meant: the others are its projects.
    Under a head of bodies and classes, 单位名称（科目）, those do that bear no class's code, each a code of its own.
    """
    codes, names = block.of(("organization-code",)), [column for column, kind in block.stubs if kind in LABELS]
    if not codes or not names or block.of(ORGANIZATIONS):
        return
    classes = block.of(tuple(CODES))
    found = [(row, normalise(name)) for row in table.rows if (name := first_text(row, names))]
    coded = [(code, name) for row, name in found if (code := first_text(row, codes)) and not first_text(row, classes)]
    ours = {code: name for code, name in reversed(coded) if any(same_body(name, body) for body in known)}
    if len(found) > len(coded) + 1 and ours:
        yield from (name for code, name in coded if ours.get(code, name) == name)
    if any(_CLASSES in normalise(column.leaf) for column in block.of(("label",))):
        yield from (name for _, name in coded if len(dict(coded)) == len(coded))


def numbers_of_rows(table: Table, block: Block) -> dict[int, tuple[int, int | None]]:
    """Return level and number of rows, by identity, as a column of numbers states them if it has several levels."""
    for column in block.serials:
        printed = {id(row): normalise(text) for row in table.rows if (text := row.text(column.index))}
        levels = levels_of(printed.values())
        if len({level for level, _ in levels.values()}) > 1:
            return {row: levels[text] for row, text in printed.items()}
    return {}


def are_names(texts: Sequence[str], context: Context, resolver: Resolver) -> bool:
    """Say whether most of some labels are names, which neither the ontology nor a code explains."""
    known = sum(1 for text in texts if _is_known(text, context, resolver))
    return bool(texts) and known * 2 < len(texts)


def _is_known(text: str, context: Context, resolver: Resolver) -> bool:
    known = resolver.candidates(text, context) or resolver.compose(text, context)
    return bool(known) or bool(CODE_AND_NAME.fullmatch(normalise(text)))
