"""Constraints: what is wrong with the cubes of a store, one breach at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

QB = "http://purl.org/linked-data/cube#"
_PREFIXES = f"PREFIX qb: <{QB}>\nPREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
_REACHABLE = "Codes from hierarchy: every value of a dimension is reached from a root of its hierarchical code list."


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that does not hold for *focus*; *value* is the property, value or other node at fault."""

    constraint: str
    focus: str
    value: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """An integrity constraint; its queries select as ?focus and ?value what breaks it."""

    name: str
    rule: str
    queries: Callable[[Store], Iterator[str]]


def breaches(store: Store, constraint: str | None = None) -> Iterator[Breach]:
    """Yield what breaks the constraints (or one of them, e.g. IC-12) in the default graph of a normalised store."""
    for asked in (*_stated(), *_made()):
        if constraint in (None, asked.name):
            for query in asked.queries(store):
                rows = {(_text(row["focus"]), _text(row["value"])) for row in _answer(store, query)}
                for focus, value in sorted(rows, key=str):
                    yield Breach(asked.name, focus or "", value, asked.rule)


@cache
def _stated() -> Sequence[Constraint]:
    """Return the constraints that are one query each, from the files beside this module."""
    return [_from_file(path) for path in sorted(Path(__file__).parent.glob("*.rq"))]


def _from_file(path: Path) -> Constraint:
    text = path.read_text("utf-8")
    name, _, rule = text.partition("\n")[0].removeprefix("# ").partition(". ")
    return Constraint(name, rule, lambda _: iter((text,)))


@cache
def _made() -> Sequence[Constraint]:
    """Return the constraints whose queries follow from the structures and hierarchies of a store."""
    same = "No duplicate observations: no two observations of a data set have the same value for all dimensions."
    every = "All measures present in measures dimension cube: a place that has one measure has all of them."
    return [
        Constraint("IC-12", same, _same_place),
        Constraint("IC-17", every, _missing_measures),
        Constraint("IC-20", _REACHABLE, _unreachable_below),
        Constraint("IC-21", _REACHABLE, _unreachable_above),
    ]


def _same_place(store: Store) -> Iterator[str]:
    """Group by the key that the dimensions make: linear, where comparing pairs is quadratic.

    An observation that lacks a dimension has no key; IC-11 speaks of it.
    """
    for shape in _shapes(store):
        if places := shape.dimensions:
            yield (
                f"SELECT (MIN(?o) AS ?focus) (MAX(?o) AS ?value) WHERE {{ {_places(shape.data_sets, places)} }}"
                f" GROUP BY ?dataSet {_key(places)} HAVING (COUNT(DISTINCT ?o) > 1)"
            )


def _missing_measures(store: Store) -> Iterator[str]:
    """Group by the same key without the measure dimension, and count the measures there."""
    for shape in _shapes(store):
        if QB + "measureType" in shape.dimensions:
            places = [iri for iri in shape.dimensions if iri != QB + "measureType"]
            pattern = f"{_places(shape.data_sets, places)} ?o qb:measureType ?m"
            yield (
                f"SELECT (MIN(?o) AS ?focus) (MIN(?m) AS ?value) WHERE {{ {pattern} }}"
                f" GROUP BY ?dataSet {_key(places)} HAVING (COUNT(DISTINCT ?m) != {len(shape.measures)})"
            )


def _unreachable_below(store: Store) -> Iterator[str]:
    """Ask for each property that leads from a parent to its children."""
    for child in _nodes(store, "SELECT DISTINCT ?x WHERE { ?list qb:parentChildProperty ?x FILTER isIRI(?x) }"):
        yield _unreachable(f"<{child.value}>", f"<{child.value}>*")


def _unreachable_above(store: Store) -> Iterator[str]:
    """Ask for each property whose inverse leads from a parent to its children."""
    for parent in _nodes(store, "SELECT DISTINCT ?x WHERE { ?list qb:parentChildProperty/owl:inverseOf ?x }"):
        yield _unreachable(f"[ owl:inverseOf <{parent.value}> ]", f"(^<{parent.value}>)*")


def _unreachable(stated: str, steps: str) -> str:
    return f"""SELECT DISTINCT ?focus ?value WHERE {{
        {{ SELECT DISTINCT ?focus ?list ?value WHERE {{
            ?focus a qb:DimensionProperty ; qb:codeList ?list .
            ?list a qb:HierarchicalCodeList ; qb:parentChildProperty {stated} .
            ?structure qb:component/qb:componentProperty ?focus .
            ?dataSet qb:structure ?structure .
            ?observation qb:dataSet ?dataSet ; ?focus ?value }} }}
        FILTER NOT EXISTS {{ ?list qb:hierarchyRoot/{steps} ?value }} }}"""


@dataclass(slots=True)
class _Shape:
    """A structure: the IRIs of its data sets, dimensions and measures."""

    data_sets: set[str] = field(default_factory=set)
    dimensions: set[str] = field(default_factory=set)
    measures: set[str] = field(default_factory=set)


def _shapes(store: Store) -> Iterable[_Shape]:
    """Return the structures that data sets have; a structure may be a blank node."""
    shapes: dict[str, _Shape] = defaultdict(_Shape)
    for row in _answer(store, "SELECT ?s ?d WHERE { ?d qb:structure ?s }"):
        shapes[str(row["s"])].data_sets.add(_text(row["d"]) or "")
    for row in _answer(store, "SELECT ?s ?p ?t WHERE { ?s qb:component/qb:componentProperty ?p . ?p a ?t }"):
        shape, kind = shapes[str(row["s"])], _text(row["t"])
        if kind == QB + "DimensionProperty":
            shape.dimensions.add(_text(row["p"]) or "")
        elif kind == QB + "MeasureProperty":
            shape.measures.add(_text(row["p"]) or "")
    return shapes.values()


def _places(data_sets: Collection[str], dimensions: Collection[str]) -> str:
    """Return the pattern of observations ?o with the values ?v0, ?v1 … that make their key."""
    named = " ".join(f"<{iri}>" for iri in sorted(data_sets))
    values = " ".join(f"?o <{iri}> ?v{number} ." for number, iri in enumerate(sorted(dimensions)))
    return f"VALUES ?dataSet {{ {named} }} ?o qb:dataSet ?dataSet . {values}"


def _key(dimensions: Collection[str]) -> str:
    return " ".join(f"?v{number}" for number in range(len(dimensions)))


def _nodes(store: Store, query: str) -> Sequence[NamedNode]:
    """Return the IRIs that a query selects as ?x, in order."""
    found = [row["x"] for row in _answer(store, query)]
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


def _answer(store: Store, query: str) -> QuerySolutions:
    found = store.query(query if "PREFIX" in query else _PREFIXES + query)
    assert isinstance(found, QuerySolutions)
    return found


def _text(term: NamedNode | BlankNode | Literal | Triple | None) -> str | None:
    return None if term is None or isinstance(term, Triple) else term.value
