"""Codes that no list has: a concept by its digits, below the longest code that is known, with its printed name."""

from __future__ import annotations

import re

from budgetgraph.concepts.ontology import CONCEPT, Concept, Ontology
from budgetgraph.labels import normalise, readable

_LENGTHS = {"functional": (3, 5, 7), "department-economic": (3, 5), "government-economic": (3, 5)}
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")


def admitted(ontology: Ontology, scheme: str | None, code: str, name: str) -> Concept | None:
    """Return the concept of a code that the ontology lacks, made known to it; None if it can be no such code.

    Classifications change every year, and a new code is read all the same: its digits say what it is a part of.
    """
    if scheme is None or len(code) not in _LENGTHS[scheme] or len(code) < 5 or not _IDEOGRAPH.search(name):
        return None
    wider = (ontology.by_notation(scheme, code[:size]) for size in range(len(code) - 2, 2, -2))
    parent = next(filter(None, wider), None)
    if parent is None or (len(parent.notation or "") + 2 < len(code) and _may_be_a_body(name, ontology)):
        return None
    concept = Concept(
        iri=f"{CONCEPT}{scheme}/{code}",
        scheme=scheme,
        slug=code,
        label=readable(name),
        label_en=readable(name),
        notation=code,
        broader=parent.iri,
        labels=(readable(name),),
    )
    ontology.admit(concept)
    return concept


def _may_be_a_body(name: str, ontology: Ontology) -> bool:
    return normalise(name).endswith(tuple(map(normalise, ontology["cue/body-ending"].labels)))
