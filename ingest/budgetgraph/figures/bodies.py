"""Bodies: whose figures the rows of a table are."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.figures.model import Reading
from budgetgraph.identity.reading import Identity, own_office, same_body
from budgetgraph.labels import normalise
from budgetgraph.structure.blocks import Node
from budgetgraph.structure.columns import CODES, LABELS, NAMES, Layout, read_layout
from budgetgraph.structure.stubs import first_text
from budgetgraph.tables import Table

SEVERAL = 2
"""A name that stands beside one code in so many tables is that of the body."""

_CODE_OF_BODY = re.compile(r"^\d{3,}[_-]?(?=\D)")
"""The code of a body that stands before its name in one cell: 105001某市档案局."""


def bodies_of(tables: Iterable[Table], resolver: Resolver, identity: Identity) -> frozenset[str]:
    """Return the names of bodies: the discloser's, those in columns that are headed as such, those beside a code."""
    layouts = [(table, read_layout(table, resolver)) for table in tables]
    named = {
        normalise(text)
        for table, layout in layouts
        for column in layout.organizations
        for row in table.rows
        if looks_like_body(text := row.text(column.index)) and not resolver.is_total(text)
    }
    return frozenset({identity.body, *named, *_beside_codes(layouts, resolver)})


def _beside_codes(layouts: Iterable[tuple[Table, Layout]], resolver: Resolver) -> Iterator[str]:
    """Yield the names that stand beside the code of a body and no other code, each in several tables.

    Projects may stand beside the code of their body too, but the same one hardly stands so everywhere.
    """
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for table, layout in layouts:
        for block in layout.blocks:
            codes = block.of(("organization-code",))
            names = [column for column, kind in block.stubs if kind in NAMES | LABELS]
            subjects = block.of(CODES)
            pairs = {
                (code, normalise(name))
                for row in (table.rows if codes and names else ())
                if (code := first_text(row, codes)) and not first_text(row, subjects)
                if (name := first_text(row, names)) and not resolver.is_total(name)
            }
            for code, name in pairs:
                seen[code][name] += 1
    for found in seen.values():
        (name, times), *others = found.most_common(2)
        if times >= SEVERAL and looks_like_body(name) and not any(count == times for _, count in others):
            yield name


def organization_of(reading: Reading, row: Node, identity: Identity, ontology: Ontology) -> str:
    """Return the body of a row; among its sisters the department's name stands for its own office."""
    node = next((node for node in row.lineage if node.organization), None)
    named = (node.organization if node else reading.table.body) or ""
    named = _CODE_OF_BODY.sub("", normalise(named))
    if not looks_like_body(named):
        return identity.body
    if not same_body(named, identity.body):
        return named
    if identity.level == "unit":
        return identity.body
    office = own_office(identity.body, ontology)
    return office if node and (named == office or has_sisters(node, identity)) else identity.body


def has_sisters(node: Node, identity: Identity) -> bool:
    """Say whether other bodies stand beside a row that bears the department's name."""
    sisters = node.parent.children if node.parent else ()
    names = [_CODE_OF_BODY.sub("", normalise(sister.organization)) for sister in sisters if sister.organization]
    return any(looks_like_body(name) and not same_body(name, identity.body) for name in names)


def looks_like_body(text: str) -> bool:
    """Say whether a text can be the name of a body (the title of a table cannot)."""
    flat = normalise(text)
    return len(flat) >= 2 and not flat.startswith(("附件", "附表")) and not flat.endswith("表")
