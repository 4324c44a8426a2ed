"""Soft check of staff: people in post against the establishment (编制)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words
from budgetgraph.concepts.ontology import CONCEPT, Ontology
from budgetgraph.disclosure import Disclosure
from budgetgraph.prose.reading import Statement

NEAR = 8
"""Two counts speak of the same people only if no more than so many figures stand between them."""

_ESTABLISHMENT, _IN_POST = CONCEPT + "staff/establishment", CONCEPT + "staff/in-post"


def staff(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """More people are in post than the establishment provides."""
    counts = [s for s in disclosure.prose.statements if s.subject and s.quantity is not None]
    for in_post in counts:
        if in_post.subject != _IN_POST:
            continue
        near = [s for s in counts if s.page == in_post.page and 0 < in_post.number - s.number <= NEAR]
        establishment = _establishment(near, disclosure.ontology)
        if establishment is not None and in_post.quantity is not None and in_post.quantity > establishment:
            where = speaker.page(in_post.page, in_post.line)
            yield Finding(
                Severity.WARNING,
                "staff-over-establishment",
                Words(
                    f"实有人数{in_post.quantity}人，超过编制{establishment}名（{where.zh}）。",
                    f"{in_post.quantity} people are in post against an establishment of {establishment} ({where.en}).",
                ),
                page=in_post.page,
            )
        return


def _establishment(counts: Sequence[Statement], ontology: Ontology) -> Decimal | None:
    """Return the establishment that some counts state: the whole, or else the sum of its kinds."""
    whole = [s.quantity for s in counts if s.subject == _ESTABLISHMENT and s.quantity is not None]
    if whole:
        return whole[0]
    kinds = {
        s.subject: s.quantity
        for s in counts
        if s.subject and s.quantity is not None and _ESTABLISHMENT in ontology.ancestors(ontology[s.subject])
    }
    return sum(kinds.values(), Decimal(0)) if kinds else None
