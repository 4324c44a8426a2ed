"""Kinds of documents: what the title says that a file is, for those that are no disclosure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.document import Document, TextLine
from budgetgraph.errors import UnusableSource
from budgetgraph.identity.reading import Identity
from budgetgraph.labels import normalise

TITLE_LINES = 40
"""A title stands among so many first lines."""

KINDS_OF_A_DISCLOSURE = 3
"""What holds tables of so many known kinds is a disclosure, whatever its title says."""


def document_kind(document: Document, ontology: Ontology) -> Concept | None:
    """Return the kind that the last words of the first title name, or None."""
    labels = [(normalise(label), kind) for kind in ontology.scheme("document-kind") for label in kind.labels]
    for line in _title_lines(document):
        named = [(len(label), kind.slug, kind) for label, kind in labels if line.endswith(label)]
        if named:
            return max(named)[2]
    return None


def _title_lines(document: Document) -> Iterator[str]:
    """Yield the first lines, each alone and with the next, for a title may be broken."""
    lines = [normalise(item.text) for item in islice(document.items(), TITLE_LINES) if isinstance(item, TextLine)]
    for line, following in pairwise([*lines, ""]):
        yield line
        yield line + following


def refuse_other_kinds(document: Document, known: set[str], ontology: Ontology) -> None:
    """Raise UnusableSource if the title names another kind of document, and the tables do not gainsay it."""
    kind = document_kind(document, ontology)
    if kind is None or kind.slug == "disclosure" or len(known) >= KINDS_OF_A_DISCLOSURE:
        return
    raise UnusableSource(
        what=f"by its title a document of another kind: {kind.label_en} 标题表明是{kind.label}，不是部门预算或决算",
        where=document.name,
        remedy="give the budget or the final account 请提供部门预算或决算",
        reason=kind.slug,
    )


def is_placeholder(identity: Identity, ontology: Ontology) -> bool:
    """Say whether the body's name is still to be filled in: 某市XX局."""
    return any(label in identity.body for label in ontology["cue/placeholder"].labels)
