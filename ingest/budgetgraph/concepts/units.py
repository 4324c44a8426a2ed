"""Units of quantities: what a printed one is."""

from __future__ import annotations

from budgetgraph.concepts.ontology import Concept, Ontology


def unit_concept(unit: str, ontology: Ontology) -> Concept | None:
    """Return the unit that a printed one is by its whole label, if it is known."""
    return next((use.concept for use in ontology.uses(unit) if use.concept.scheme == "unit"), None)
