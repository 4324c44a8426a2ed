"""Bodies: whose figures the rows of a table are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from budgetgraph.concepts.lookup import Resolver
from budgetgraph.concepts.ontology import Ontology
from budgetgraph.figures.model import Reading
from budgetgraph.identity.reading import Identity, own_office, same_body
from budgetgraph.labels import normalise
from budgetgraph.structure.blocks import Node
from budgetgraph.structure.columns import read_layout
from budgetgraph.tables import Table

_CODE_OF_BODY = re.compile(r"^\d{3,}[_-]?(?=\D)")
"""The code of a body that stands before its name in one cell: 105001某市档案局."""


def bodies_of(tables: Iterable[Table], resolver: Resolver, identity: Identity) -> frozenset[str]:
    """Return the names of bodies: the discloser's, and those in columns that are headed as such."""
    named = {
        normalise(text)
        for table in tables
        for column in read_layout(table, resolver).organizations
        for row in table.rows
        if looks_like_body(text := row.text(column.index)) and not resolver.is_total(text)
    }
    return frozenset({identity.body, *named})


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
