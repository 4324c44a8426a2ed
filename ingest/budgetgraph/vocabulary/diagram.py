"""A picture of the vocabulary: its central classes and the properties between them, as SVG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from html import escape

from budgetgraph.terms import BG, ORG, QB, RDFS
from budgetgraph.vocabulary.classes import Vocabulary, VocabularyTerm, read_vocabulary

# Where each class stands: column and row.
_PLACES: Mapping[str, tuple[int, int]] = {
    ORG + "Organization": (0, 0),
    BG + "Disclosure": (1, 0),
    BG + "SourceFile": (2, 0),
    BG + "Report": (0, 1),
    BG + "DisclosedTable": (1, 1),
    BG + "SourceCell": (2, 1),
    BG + "Finding": (0, 2),
    QB + "Observation": (1, 2),
    BG + "ImpliedFigure": (2, 2),
    BG + "Outcome": (0, 3),
    BG + "Relation": (1, 3),
    BG + "Statement": (2, 3),
}
# Classes and properties of others, which the vocabulary uses as they are.
_BORROWED = {ORG + "Organization": ("组织", "org:Organization"), QB + "Observation": ("观测值", "qb:Observation")}
_USED = (
    (BG + "DisclosedTable", "dct:isPartOf", BG + "Disclosure"),
    (QB + "Observation", "qb:dataSet", BG + "DisclosedTable"),
    (QB + "Observation", "prov:wasDerivedFrom", BG + "SourceCell"),
    (BG + "Report", "sh:result", BG + "Finding"),
)
# Left out, for the picture's sake: inverses, short cuts, and what is rare.
_OMITTED = {"bg:blankAddend", "bg:blankTotal", "bg:inDisclosure", "bg:inTable", "bg:reportOn", "bg:statedBody"}
_OMITTED |= {"bg:suggestedBy"}
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _LINE = 190, 52, 400, 190, 15

Point = tuple[float, float]


def model_svg(href: Callable[[str], str] = str) -> bytes:
    """Return the picture; *href* turns the IRI of a class into the address that its box leads to."""
    vocabulary = read_vocabulary()
    arrows = _arrows(vocabulary)
    columns, rows = (1 + max(place[axis] for place in _PLACES.values()) for axis in (0, 1))
    width, height = (columns - 1) * _ACROSS + _WIDTH + 20, (rows - 1) * _DOWN + _HEIGHT + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' font-family="sans-serif" font-size="12" aria-label="budgetgraph 词汇表 the vocabulary">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>',
        *(_line(source, target) for source, target in sorted(arrows)),
        *(_names(pair, names) for pair, names in sorted(arrows.items())),
        *(_box(cls, vocabulary.term(cls), href) for cls in _PLACES),
        "</svg>\n",
    ]
    return "\n".join(parts).encode()


def _arrows(vocabulary: Vocabulary) -> Mapping[tuple[str, str], list[str]]:
    """Return the properties between each two classes of the picture; those of a class below are the class's own."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for term in vocabulary.terms:
        if term.kind == "property" and term.name not in _OMITTED:
            for source in _shown(term.domain + term.domain_includes, vocabulary):
                for target in _shown(term.range + term.range_includes, vocabulary):
                    found[source, target].append(term.name)
    for source, name, target in _USED:
        found[source, target].append(name)
    return {pair: _paired(sorted(set(names))) for pair, names in found.items()}


def _paired(names: list[str]) -> list[str]:
    """Put the names of many properties on few lines."""
    return [", ".join(names[start : start + 2]) for start in range(0, len(names), 2)] if len(names) > 2 else names


def _shown(classes: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[str]:
    for cls in classes:
        term = vocabulary.term(cls)
        above = [link.target for link in term.links if link.predicate == RDFS + "subClassOf"] if term else []
        yield from (shown for shown in (cls, *above)[:2] if shown in _PLACES)


def _corner(cls: str) -> Point:
    column, row = _PLACES[cls]
    return 10 + column * _ACROSS, 10 + row * _DOWN


def _centre(cls: str) -> Point:
    x, y = _corner(cls)
    return x + _WIDTH / 2, y + _HEIGHT / 2


def _edge(cls: str, towards: str) -> Point:
    """Return where the line from the centre of a box to that of another leaves the box."""
    (x, y), (other_x, other_y) = _centre(cls), _centre(towards)
    across, down = other_x - x, other_y - y
    share = min(_WIDTH / 2 / abs(across) if across else 1, _HEIGHT / 2 / abs(down) if down else 1)
    return x + across * share, y + down * share


def _line(source: str, target: str) -> str:
    (x1, y1), (x2, y2) = _edge(source, target), _edge(target, source)
    place = f'x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"'
    return f'<line {place} stroke="#555" marker-end="url(#tip)"/>'


def _names(pair: tuple[str, str], names: list[str]) -> str:
    """Write the names of the properties on their line, nearer to where it begins, so that crossing lines differ."""
    (x1, y1), (x2, y2) = _edge(pair[0], pair[1]), _edge(pair[1], pair[0])
    x, middle = x1 + (x2 - x1) * 0.38, y1 + (y2 - y1) * 0.38
    top = middle - len(names) * _LINE / 2
    wide = max(map(len, names)) * 6.6 + 6
    lines = "".join(
        f'<text x="{x:.0f}" y="{top + (number + 0.8) * _LINE:.0f}" text-anchor="middle">{escape(name)}</text>'
        for number, name in enumerate(names)
    )
    back = f'x="{x - wide / 2:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{len(names) * _LINE}"'
    return f'<rect {back} fill="#fff" fill-opacity="0.9"/>{lines}'


def _box(cls: str, term: VocabularyTerm | None, href: Callable[[str], str]) -> str:
    x, y = _corner(cls)
    zh, name = (term.label["zh"], term.name) if term else _BORROWED[cls]
    middle = x + _WIDTH / 2
    box = (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{_WIDTH}" height="{_HEIGHT}" rx="6" fill="#eef4fb" stroke="#2b5c8a"/>'
        f'<text x="{middle:.0f}" y="{y + 22:.0f}" text-anchor="middle" font-weight="bold">{escape(zh)}</text>'
        f'<text x="{middle:.0f}" y="{y + 40:.0f}" text-anchor="middle">{escape(name)}</text>'
    )
    return f'<a href="{escape(href(cls))}">{box}</a>' if term else box
