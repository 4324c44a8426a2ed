"""The vocabulary as data: complete for the pages that show it, and kept by what is published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

import pyoxigraph
import pytest

from budgetgraph.exports.context import context, short_name
from budgetgraph.exports.quadindex import QuadIndex
from budgetgraph.report.examination import CHECK
from budgetgraph.terms import BG, DIM, RDF, RDFS
from budgetgraph.vocabulary.classes import VocabularyTerm, read_schemes, read_vocabulary
from samples import ROOT, SAMPLE, report

SHAPE = "http://www.w3.org/ns/shacl#sourceShape"
PROPERTIES = [term for term in read_vocabulary().terms if term.kind in ("property", "dimension")]


@cache
def index() -> QuadIndex:
    return QuadIndex.of(report(SAMPLE).graph)


@cache
def classes(iri: str) -> frozenset[str]:
    """The classes that a resource of the sample states, and those above them in the vocabulary."""
    found: set[str] = set()
    waiting = index().values(iri, RDF + "type")
    while waiting:
        cls = waiting.pop()
        if cls not in found:
            found.add(cls)
            term = read_vocabulary().term(cls)
            waiting += [link.target for link in term.links if link.predicate == RDFS + "subClassOf"] if term else []
    return frozenset(found)


def statements(term: VocabularyTerm) -> Iterator[tuple[str, pyoxigraph.NamedNode | pyoxigraph.Literal]]:
    for subject, said in index().terms.items():
        for value in said.get(term.iri, ()):
            assert isinstance(value, pyoxigraph.NamedNode | pyoxigraph.Literal)
            yield subject, value


def fits(found: frozenset[str], all_of: tuple[str, ...], one_of: tuple[str, ...]) -> bool:
    return set(all_of) <= found and (not one_of or bool(found & set(one_of)))


@pytest.mark.parametrize("term", PROPERTIES, ids=lambda term: term.name)
def test_every_property_says_what_it_is_of_and_what_its_values_are(term: VocabularyTerm) -> None:
    assert bool(term.domain) is not bool(term.domain_includes)
    assert bool(term.range) is not bool(term.range_includes)
    assert len(term.domain_includes) != 1 and len(term.range_includes) != 1


def test_every_term_has_what_its_page_shows() -> None:
    for term in read_vocabulary().terms:
        assert term.label.keys() >= {"zh", "en"} and term.definition.keys() >= {"zh", "en"}, term.name
        assert term.kind in {"class", "dimension", "property", "individual", "structure"}
        assert term.name.partition(":")[2] == term.anchor


def test_a_term_tells_its_alignments() -> None:
    year = read_vocabulary().term(DIM + "fiscalYear")

    assert year is not None and year.kind == "dimension"
    targets = {link.target for link in year.links if link.external}
    assert {
        "http://data.openbudgets.eu/ontology/dsd/dimension/fiscalYear",
        "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod",
    } <= targets


def test_a_name_that_serves_two_purposes_is_one_term() -> None:
    total = read_vocabulary().term(BG + "total")

    assert total is not None
    assert (total.kind, total.domain) == ("property", (BG + "Summation",))
    assert BG + "LineRole" in total.types


def test_the_schemes_tell_how_many_concepts_they_hold_and_where() -> None:
    schemes = {entry.iri.rpartition("/")[2]: entry for entry in read_schemes()}

    assert schemes["functional"].concepts > 700
    assert schemes["functional"].file == "functional.ttl"
    assert all(entry.label.keys() >= {"zh", "en"} for entry in read_schemes())


def test_the_header_says_version_and_licence() -> None:
    for namespace in (BG, DIM):
        header = read_vocabulary().header[namespace]
        assert header["http://purl.org/dc/terms/license"] == ("https://creativecommons.org/licenses/by/4.0/",)
        assert header["http://www.w3.org/2002/07/owl#versionInfo"] == ("0.1.0",)


def test_every_statement_published_is_of_the_class_that_its_property_asks_for() -> None:
    wrong = [
        (term.name, subject)
        for term in PROPERTIES
        for subject, _ in statements(term)
        if classes(subject) and not fits(classes(subject), term.domain, term.domain_includes)
    ]

    assert wrong == []


def test_every_value_published_is_what_its_property_asks_for() -> None:
    text = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    wrong = [
        (term.name, str(value))
        for term in PROPERTIES
        for _, value in statements(term)
        if isinstance(value, pyoxigraph.Literal)
        and value.datatype.value not in term.range
        and not (value.language and text in term.range)
    ]
    wrong += [
        (term.name, value.value)
        for term in PROPERTIES
        for _, value in statements(term)
        if isinstance(value, pyoxigraph.NamedNode)
        and index().values(value.value, RDF + "type")
        and not fits(classes(value.value), term.range, term.range_includes)
    ]

    assert wrong == []


def test_every_resource_that_a_disclosure_names_is_described_in_its_graph() -> None:
    base = index().disclosure.partition("/id/")[0] + "/id/"
    named = {
        value.value
        for said in index().terms.values()
        for values in said.values()
        for value in values
        if isinstance(value, pyoxigraph.NamedNode) and value.value.startswith(base)
    }

    assert named <= index().terms.keys()


def test_every_shape_and_check_that_a_finding_names_is_described() -> None:
    described = {
        quad.subject.value
        for folder in ("ontology", "shapes")
        for path in (ROOT / folder).glob("*.ttl")
        for quad in pyoxigraph.parse(path=path)
        if isinstance(quad.subject, pyoxigraph.NamedNode)
    }
    named = {shape for finding in index().of_type(BG + "Finding") for shape in index().values(finding, SHAPE)}

    assert named and named <= described


def test_every_soft_check_of_the_program_is_described() -> None:
    sources = (ROOT / "ingest" / "budgetgraph" / "checks").glob("*.py")
    findings = re.compile(r'(?:Finding\(\s*Severity\.\w+,\s*|_warning\()"([a-z-]+)"')
    rules = {rule for path in sources for rule in findings.findall(path.read_text())}
    described = {
        quad.subject.value.removeprefix(CHECK)
        for quad in pyoxigraph.parse(path=ROOT / "ontology" / "check.ttl")
        if isinstance(quad.subject, pyoxigraph.NamedNode)
    }

    assert rules == described


def test_no_two_terms_have_one_name_in_json() -> None:
    names = context()
    iris = [json.dumps(value) for value in names.values()]

    assert len(iris) == len(set(iris))
    terms = [term for term in read_vocabulary().terms if term.kind != "structure"]
    assert len({short_name(term) for term in terms}) == len(terms)
