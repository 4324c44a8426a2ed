"""Cubes as the constraints want them: one graph, abbreviations expanded, attachments on every observation."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Quad, Store, Triple

_QB = "PREFIX qb: <http://purl.org/linked-data/cube#>\n"

# Phase 1 of https://www.w3.org/TR/vocab-data-cube/#normalize-algorithm: what a shorter form leaves unsaid.
_CLOSURE = (
    "INSERT { ?o a qb:Observation } WHERE { ?slice qb:observation ?o }",
    "INSERT { ?o a qb:Observation . ?ds a qb:DataSet } WHERE { ?o qb:dataSet ?ds }",
    "INSERT { ?s a qb:Slice } WHERE { ?ds qb:slice ?s }",
    "INSERT { ?k a qb:SliceKey } WHERE { ?s qb:sliceStructure ?k }",
    "INSERT { ?c qb:componentProperty ?p . ?p a qb:DimensionProperty } WHERE { ?c qb:dimension ?p }",
    "INSERT { ?c qb:componentProperty ?p . ?p a qb:MeasureProperty } WHERE { ?c qb:measure ?p }",
    "INSERT { ?c qb:componentProperty ?p . ?p a qb:AttributeProperty } WHERE { ?c qb:attribute ?p }",
)

# Phase 2: what is said of a data set or a slice holds for its observations.
_FLATTENING = (
    """INSERT { ?o ?p ?v } WHERE {
        ?c qb:componentAttachment qb:DataSet ; qb:componentProperty ?p .
        ?dsd qb:component ?c . ?ds qb:structure ?dsd ; ?p ?v . ?o qb:dataSet ?ds }""",
    """INSERT { ?o ?p ?v } WHERE {
        ?c qb:componentAttachment qb:Slice ; qb:componentProperty ?p .
        ?dsd qb:component ?c . ?ds qb:structure ?dsd ; qb:slice ?s . ?s ?p ?v ; qb:observation ?o }""",
    """INSERT { ?o ?p ?v } WHERE {
        ?c qb:componentProperty ?p . ?p a qb:DimensionProperty .
        ?dsd qb:component ?c . ?ds qb:structure ?dsd ; qb:slice ?s . ?s ?p ?v ; qb:observation ?o }""",
)


def cube_store(triples: Iterable[Triple | Quad]) -> Store:
    """Return a store that holds *triples* in its default graph, normalised; graph names are dropped."""
    store = Store()
    store.bulk_extend(Quad(item.subject, item.predicate, item.object) for item in triples)
    normalise(store)
    return store


def normalise(store: Store) -> None:
    """Expand abbreviated cubes in the default graph of *store*."""
    for update in (*_CLOSURE, *_FLATTENING):
        store.update(_QB + update)
