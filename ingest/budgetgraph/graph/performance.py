"""Performance in the graph: each indicator with its kinds, its value and what it is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from budgetgraph.concepts.units import unit_concept
from budgetgraph.disclosure import Disclosure
from budgetgraph.document import Cell
from budgetgraph.figures import looks_like_body
from budgetgraph.identity.reading import same_body
from budgetgraph.indicators.model import Indicator
from budgetgraph.labels import normalise, readable, tidy
from budgetgraph.terms import BG, DCT, PROV, RDF, RDFS, Names, digest, literal, node

Facts = Iterator[tuple[str, str, NamedNode | Literal]]

_CODE = re.compile(r"^\d+[_-]?(?=\D)")
_BETWEEN = " › "


def indicator_facts(disclosure: Disclosure, names: Names) -> Facts:
    """Yield what is said of every indicator; their cells are described elsewhere."""
    targets = {target.group: number for number, target in enumerate(disclosure.targets, start=1)}
    seen: Counter[tuple[str, ...]] = Counter()
    for order, indicator in enumerate(disclosure.indicators, start=1):
        key = _key(indicator)
        seen[key] += 1
        me = names.part("indicator", digest(*key, str(seen[key])))
        yield me, RDF + "type", node(BG + "Indicator")
        yield me, BG + "inTable", node(names.part("table", indicator.table))
        yield me, DCT + "isPartOf", node(names.disclosure)
        yield me, BG + "order", literal(order, "integer")
        yield from _what_it_is(me, indicator)
        yield from _value(me, indicator, disclosure)
        yield from _whose_it_is(me, indicator, disclosure, names=names, targets=targets)
        for cell in indicator.cells:
            yield me, PROV + "wasDerivedFrom", node(_cell(cell, disclosure, names))


def named_bodies(disclosure: Disclosure) -> frozenset[str]:
    """Return the names of the bodies for which indicators are set."""
    found = (body_of(indicator, disclosure) for indicator in disclosure.indicators)
    return frozenset(name for name in found if name)


def body_of(indicator: Indicator, disclosure: Disclosure) -> str | None:
    """Return the name of the body that an indicator is set for, where one is printed."""
    name = _CODE.sub("", normalise(indicator.organization or ""))
    if not name or not looks_like_body(name):
        return None
    return disclosure.identity.body if same_body(name, disclosure.identity.body) else name


def _key(indicator: Indicator) -> tuple[str, ...]:
    levels = (level.printed for level in indicator.levels)
    return (indicator.table, indicator.project or "", indicator.organization or "", *levels, indicator.name.flat)


def _what_it_is(me: str, indicator: Indicator) -> Facts:
    yield me, RDFS + "label", literal(readable(indicator.name.text), language="zh")
    if indicator.levels:
        path = _BETWEEN.join(tidy(level.printed) for level in indicator.levels)
        yield me, BG + "indicatorPath", literal(path, language="zh")
    if indicator.kind:
        yield me, BG + "indicatorKind", node(indicator.kind.iri)
    if indicator.weight is not None:
        yield me, BG + "weight", literal(indicator.weight, "decimal")
    if indicator.core is not None:
        yield me, BG + "core", literal("true" if indicator.core else "false", "boolean")


def _value(me: str, indicator: Indicator, disclosure: Disclosure) -> Facts:
    measure = indicator.measure
    if indicator.value:
        yield me, BG + "printedText", literal(indicator.value.flat)
    if measure.sign:
        yield me, BG + "relationSign", node(measure.sign.iri)
    if measure.number is not None:
        yield me, BG + "quantity", literal(measure.number, "decimal")
    if measure.unit:
        yield me, BG + "printedUnitText", literal(readable(measure.unit), language="zh")
        if unit := unit_concept(measure.unit, disclosure.ontology):
            yield me, BG + "unit", node(unit.iri)


def _whose_it_is(
    me: str, indicator: Indicator, disclosure: Disclosure, *, names: Names, targets: Mapping[int | None, int]
) -> Facts:
    if indicator.project:
        yield me, BG + "project", node(names.project(readable(indicator.project)))
    if body := body_of(indicator, disclosure):
        yield me, BG + "setFor", node(names.organization(body))
    if number := targets.get(indicator.group):
        yield me, BG + "target", node(names.part("target", str(number)))


def _cell(cell: Cell, disclosure: Disclosure, names: Names) -> str:
    return names.cell(disclosure.document_of(cell.file).sha256, cell)
