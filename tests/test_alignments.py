"""Alignments: they lead to terms that exist, contradict nothing, and say why where people decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

from budgetgraph.codelists.cofog import NAMESPACE, cofog_alignment
from budgetgraph.terms import BG, CONCEPT, RDF, SKOS
from samples import ROOT, SHARED

ONTOLOGY = ROOT / "ontology"
CONFORMANCE = SHARED / "conformance"
OBEU = "http://data.openbudgets.eu/"
PREFIXES = f"""
PREFIX bg: <{BG}> PREFIX skos: <{SKOS}> PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdf: <{RDF}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX qb: <http://purl.org/linked-data/cube#>
"""
MAPPINGS = f"{CONCEPT}cofog-mapping/"

# https://www.w3.org/TR/skos-reference/ by number, and what RDF Schema and OWL take for granted.
CONTRADICTIONS = {
    "S9: a concept is no scheme": "SELECT ?x WHERE { ?x a skos:Concept , skos:ConceptScheme }",
    "S13: a label is preferred, other or hidden": """SELECT ?x WHERE {
        { ?x skos:prefLabel ?l ; skos:altLabel ?l } UNION { ?x skos:prefLabel ?l ; skos:hiddenLabel ?l }
        UNION { ?x skos:altLabel ?l ; skos:hiddenLabel ?l } }""",
    "S14: one preferred label a language": """SELECT ?x WHERE {
        ?x skos:prefLabel ?a , ?b . FILTER (LANG(?a) = LANG(?b) && STR(?a) < STR(?b)) }""",
    "S27: what is broader is not related": """SELECT ?x WHERE {
        ?x skos:related|skos:relatedMatch ?y ; (skos:broader|skos:broadMatch)+ ?y }""",
    "S46: an exact match is neither broader nor related": """SELECT ?x WHERE {
        ?x skos:exactMatch ?y ; skos:broadMatch|skos:relatedMatch ?y }""",
    "nothing is broader than itself": "SELECT ?x WHERE { ?x (skos:broader|skos:broadMatch)+ ?x }",
    "no class is a property": """SELECT ?x WHERE {
        ?x a ?c , ?p . FILTER (?c IN (owl:Class, rdfs:Class))
        FILTER (?p IN (rdf:Property, owl:ObjectProperty, owl:DatatypeProperty)) }""",
    "no property takes both things and values": "SELECT ?x WHERE { ?x a owl:ObjectProperty , owl:DatatypeProperty }",
    "a property is below a property": """SELECT ?x WHERE {
        ?x rdfs:subPropertyOf ?y . ?y a ?c . FILTER (?c IN (owl:Class, rdfs:Class, skos:Concept)) }""",
    "a class is below a class": "SELECT ?x WHERE { ?x rdfs:subClassOf ?y . ?y a ?c . FILTER (?c IN (rdf:Property)) }",
    "no class is below itself": "SELECT ?x WHERE { ?x rdfs:subClassOf+ ?x }",
    "nothing deprecated is used": "SELECT ?x WHERE { ?x ?p ?y . ?y owl:deprecated true . FILTER (?p != rdf:type) }",
}


def load(paths: Iterable[Path]) -> Iterator[pyoxigraph.Quad]:
    for path in paths:
        for item in pyoxigraph.parse(path=path, rename_blank_nodes=True):
            yield pyoxigraph.Quad(item.subject, item.predicate, item.object)


def external_files() -> list[Path]:
    folders = ("obeu", "cofog", "cube-link")
    return [path for folder in folders for path in sorted((CONFORMANCE / folder).glob("*.ttl"))]


@cache
def ours() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_extend(load(sorted(ONTOLOGY.glob("*.ttl"))))
    return store


@cache
def everything() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_extend(load([*sorted(ONTOLOGY.glob("*.ttl")), *external_files()]))
    return store


def select(store: pyoxigraph.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(PREFIXES + query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple("" if value is None else str(getattr(value, "value", value)) for value in row) for row in found]


@pytest.mark.parametrize("rule", CONTRADICTIONS)
def test_the_ontology_does_not_contradict_itself(rule: str) -> None:
    assert select(ours(), CONTRADICTIONS[rule]) == []


def test_every_class_and_section_of_the_functional_classification_has_one_reviewed_mapping() -> None:
    query = """SELECT ?code (COUNT(?m) AS ?n) WHERE {
        ?c skos:inScheme <https://w3id.org/budgetgraph/concept/functional> ; skos:notation ?code .
        OPTIONAL { ?m a bg:ReviewedMapping ; bg:mapsFrom ?c } } GROUP BY ?code"""

    counted = {code: count for code, count in select(ours(), query)}

    assert len(counted) > 700
    assert {code: count for code, count in counted.items() if count != ("1" if len(code) <= 5 else "0")} == {}


def test_every_reviewed_mapping_gives_its_reason_in_both_languages() -> None:
    given = Counter(iri for iri, _ in select(ours(), "SELECT ?m ?l WHERE { ?m bg:reason ?r . BIND(LANG(?r) AS ?l) }"))

    assert set(given.values()) == {2}
    assert given.keys() == {iri for (iri,) in select(ours(), "SELECT ?m WHERE { ?m a bg:ReviewedMapping }")}


def test_what_is_mapped_is_linked_by_skos_and_the_rest_says_why_not() -> None:
    stated = select(
        ours(),
        "SELECT ?c ?s ?t ?r WHERE { ?m bg:mapsFrom ?c ; bg:mappingState ?s OPTIONAL { ?m bg:mapsTo ?t } "
        "OPTIONAL { ?m bg:mappingRelation ?r } }",
    )
    linked = set(
        select(ours(), "SELECT ?c ?t ?r WHERE { ?c ?r ?t . FILTER (?r IN (skos:broadMatch, skos:closeMatch)) }")
    )

    assert {state.removeprefix(BG) for _, state, _, _ in stated} == {"mapped", "unclassifiable", "outOfScope"}
    for code, state, target, relation in stated:
        assert (state == BG + "mapped") is bool(target) is bool(relation)
        assert not target or (code, target, relation) in linked
    assert {(c, t, r) for c, t, r in linked if t.startswith(NAMESPACE)} == {(c, t, r) for c, _, t, r in stated if t}


def test_the_mapping_to_cofog_is_current() -> None:
    assert (ONTOLOGY / "alignment-cofog.ttl").read_text("utf-8") == cofog_alignment()


def test_the_crosswalk_states_its_direction() -> None:
    query = """SELECT ?d ?g WHERE { ?m a bg:CodeMapping ; bg:mapsFrom ?d ; bg:mapsTo ?g .
        ?d skos:inScheme <https://w3id.org/budgetgraph/concept/department-economic> }"""
    matched = """SELECT ?d ?g WHERE { ?d skos:closeMatch ?g .
        ?g skos:inScheme <https://w3id.org/budgetgraph/concept/government-economic> }"""

    assert set(select(ours(), query)) == set(select(ours(), matched))


@pytest.mark.conformance
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="../shared/conformance is not here")
class TestWithOthers:
    """What needs the vocabularies of others."""

    @pytest.mark.parametrize("rule", CONTRADICTIONS)
    def test_together_they_do_not_contradict(self, rule: str) -> None:
        known = {row for row in select(everything(), CONTRADICTIONS[rule])}
        before = pyoxigraph.Store()
        before.bulk_extend(load(external_files()))

        assert known - set(select(before, CONTRADICTIONS[rule])) == set()

    @pytest.mark.parametrize("namespace", [OBEU, NAMESPACE])
    def test_every_term_of_others_that_is_named_exists(self, namespace: str) -> None:
        named = {
            quad.object.value
            for quad in ours()
            if isinstance(quad.object, pyoxigraph.NamedNode) and quad.object.value.startswith(namespace)
        }
        described = {
            quad.subject.value for quad in load(external_files()) if isinstance(quad.subject, pyoxigraph.NamedNode)
        }

        assert named and named <= described

    def test_cofog_groups_bear_their_own_names(self) -> None:
        query = f"""SELECT ?g ?n ?l WHERE {{ ?g skos:notation ?n ; skos:prefLabel ?l .
            FILTER (LANG(?l) = "en" && STRSTARTS(STR(?g), "{NAMESPACE}")) }}"""
        theirs = pyoxigraph.Store()
        theirs.bulk_extend(load(sorted((CONFORMANCE / "cofog").glob("*.ttl"))))

        assert set(select(ours(), query)) <= set(select(theirs, query))
