"""Versions: a corrected disclosure replaces an earlier one, which stays at its own IRI, and says what it changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from budgetgraph.terms import BG, DCT, DIM, OBEU_MEASURE, QB, RDF, literal, node

AMOUNT = OBEU_MEASURE + "amount"
VERSION = "/version/"
_ADDED = tuple(f"<{DCT}{word}>".encode() for word in ("isVersionOf", "isReplacedBy"))
Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """An observation of a printed table, as far as versions are compared by it."""

    iri: str
    amount: Decimal
    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a figure: added, removed or changed; amounts in yuan, None where there is no figure."""

    kind: str
    table: str
    row: str
    column: str
    before: str | None
    after: str | None
    amount_before: Decimal | None
    amount_after: Decimal | None

    def as_json(self) -> dict[str, Any]:
        """Return the change as JSON values, amounts as texts."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}


def version_iri(iri: str, document_id: str) -> str:
    """Return the IRI at which a version stays; the end of its id tells it from other versions."""
    return f"{iri}{VERSION}{document_id.rpartition('-')[2]}"


def as_version(graph: bytes, iri: str, version: str) -> bytes:
    """Return the graph of a disclosure as that of a version: whatever it names under its IRI is named under the other.

    Versions that it names itself keep their names. What it says of what replaces it is added.
    """
    own = re.compile(rb"<" + re.escape(iri.encode()) + rb"(?=[>/])(?!" + VERSION.encode() + rb")")
    moved = own.sub(b"<" + version.encode(), graph)
    return moved + _lines(
        [(version, DCT + "isVersionOf", node(iri)), (version, DCT + "isReplacedBy", node(iri))], version
    )


def as_current(graph: bytes, iri: str, version: str) -> bytes:
    """Undo `as_version`."""
    graph = b"".join(line for line in graph.splitlines(keepends=True) if not any(word in line for word in _ADDED))
    return re.sub(rb"<" + re.escape(version.encode()) + rb"(?=[>/])", b"<" + iri.encode(), graph)


def changes(old: bytes, new: bytes, iri: str) -> list[Change]:
    """Return what became of each printed figure from one graph of a disclosure to another, by coordinates.

    Figures of one kind of table with the same coordinates are one figure, wherever its table stands.
    """
    before, after = _figures(old, iri), _figures(new, iri)
    found = [
        change for key in sorted({*before, *after}) for change in _compare(before.get(key, []), after.get(key, []))
    ]
    return sorted(found, key=lambda one: (one.table, one.row, one.column, one.kind, one.before or one.after or ""))


def _compare(before: Sequence[StatedFigure], after: Sequence[StatedFigure]) -> Iterator[Change]:
    was, now = list(before), list(after)
    for figure in before:
        same = next((other for other in now if other.amount == figure.amount), None)
        if same is not None:
            was.remove(figure)
            now.remove(same)
    for index in range(max(len(was), len(now))):
        old = was[index] if index < len(was) else None
        new = now[index] if index < len(now) else None
        yield _change(old, new)


def _change(old: StatedFigure | None, new: StatedFigure | None) -> Change:
    shown = new or old
    assert shown is not None
    return Change(
        kind="changed" if old and new else "added" if new else "removed",
        table=shown.table,
        row=shown.row,
        column=shown.column,
        before=old.iri if old else None,
        after=new.iri if new else None,
        amount_before=old.amount if old else None,
        amount_after=new.amount if new else None,
    )


def _figures(graph: bytes, iri: str) -> Mapping[Key, list[StatedFigure]]:
    """Return the observations of printed tables by table kind and coordinates."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in parse(graph, format=RdfFormat.N_QUADS):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            said[quad.subject.value][quad.predicate.value] = quad.object.value
    found: dict[Key, list[StatedFigure]] = defaultdict(list)
    for observation, values in sorted(said.items()):
        table = values.get(QB + "dataSet", iri)
        if AMOUNT in values and table != iri:
            kind = said[table].get(BG + "tableKind", "")
            coordinates = sorted(item for item in values.items() if item[0].startswith(DIM))
            title, row, column = (
                said[table].get(DCT + "title", ""),
                values.get(BG + "rowLabel", ""),
                values.get(BG + "columnLabel", ""),
            )
            figure = StatedFigure(observation, Decimal(values[AMOUNT]), title, row, column)
            found[((BG + "tableKind", kind), *coordinates)].append(figure)
    return found


def change_facts(found: Sequence[Change], iri: str, version: str) -> bytes:
    """Return, as N-Quads of the disclosure's graph, that it replaces a version, and what it changes."""
    return _lines(_change_facts(found, iri, version), iri)


def _change_facts(found: Sequence[Change], iri: str, version: str) -> Iterator[tuple[str, str, NamedNode | Literal]]:
    yield iri, DCT + "replaces", node(version)
    for number, change in enumerate(found, start=1):
        me = f"{iri}/change/{number}"
        yield iri, BG + "change", node(me)
        yield me, RDF + "type", node(BG + "FigureChange")
        yield me, BG + "changeKind", node(BG + change.kind)
        if change.before is not None:
            yield me, BG + "before", node(version + change.before.removeprefix(iri))
            yield me, BG + "amountBefore", literal(f"{change.amount_before:.2f}", "decimal")
        if change.after is not None:
            yield me, BG + "after", node(change.after)
            yield me, BG + "amountAfter", literal(f"{change.amount_after:.2f}", "decimal")


def _lines(facts: Iterable[tuple[str, str, NamedNode | Literal]], graph: str) -> bytes:
    return "".join(f"{Quad(node(s), node(p), o, node(graph))} .\n" for s, p, o in facts).encode()
