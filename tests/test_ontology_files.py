"""The ontology's files: complete, closed, well formed, current."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyoxigraph
import pytest

from budgetgraph.codelists.building import build
from budgetgraph.codelists.evidence import item_names
from budgetgraph.concepts.lookup import Context, Resolver
from budgetgraph.concepts.ontology import load_ontology

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
FILES = sorted((ROOT / "ontology").glob("*.ttl"))

BG = "https://w3id.org/budgetgraph/ns#"
CONCEPT = "https://w3id.org/budgetgraph/concept/"
DIM = "https://w3id.org/budgetgraph/dimension#"
OBEU = "http://data.openbudgets.eu/"
QB = "http://purl.org/linked-data/cube#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

LOWEST_LEVEL = {"functional": 7, "department-economic": 5, "government-economic": 5}
MADE = (
    "alignment-cofog.ttl",
    "crosswalk-economic.ttl",
    "department-economic.ttl",
    "division.ttl",
    "functional.ttl",
    "government-economic.ttl",
)

W3C = f"PREFIX qb: <{QB}>\nPREFIX rdf: <{RDF}>\nPREFIX rdfs: <{RDFS}>\nPREFIX skos: <{SKOS}>\n"
W3C += "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nPREFIX owl: <http://www.w3.org/2002/07/owl#>\n"

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple


@cache
def triples(path: Path) -> tuple[pyoxigraph.Triple, ...]:
    return tuple(quad.triple for quad in pyoxigraph.parse(path=path))


@cache
def code_lists(folder: Path) -> dict[str, str]:
    return build(folder)


@cache
def facts() -> dict[str, dict[str, list[Term]]]:
    """Everything that ontology/ says: subject → predicate → objects."""
    found: dict[str, dict[str, list[Term]]] = {}
    for path in FILES:
        for triple in triples(path):
            assert isinstance(triple.subject, pyoxigraph.NamedNode)
            found.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
    return found


@cache
def dataset(*folders: tuple[str, Path]) -> pyoxigraph.Store:
    """A store with the Turtle of each folder in the graph of that name."""
    store = pyoxigraph.Store()
    for name, folder in folders:
        graph = pyoxigraph.NamedNode(name)
        for path in folder.glob("*.ttl"):
            store.extend(
                pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples(path)
            )
    return store


def values(subject: str, predicate: str) -> list[str]:
    return [term.value for term in facts()[subject].get(predicate, []) if not isinstance(term, pyoxigraph.Triple)]


def languages(subject: str, predicate: str) -> set[str | None]:
    terms = facts()[subject].get(predicate, [])
    return {term.language for term in terms if isinstance(term, pyoxigraph.Literal)}


def terms() -> list[str]:
    """Classes, properties, individuals and structures in our two namespaces."""
    return [iri for iri in facts() if iri.startswith((BG, DIM)) and iri not in (BG, DIM)]


def codes(scheme: str) -> dict[str, str]:
    """Notation → IRI of a scheme's concepts."""
    members = (iri for iri, said in facts().items() if CONCEPT + scheme in values(iri, SKOS + "inScheme"))
    return {notation: iri for iri in members for notation in values(iri, SKOS + "notation")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_parses_and_has_no_blank_nodes(path: Path) -> None:
    nodes = [node for triple in triples(path) for node in (triple.subject, triple.object)]

    assert nodes
    assert not any(isinstance(node, pyoxigraph.BlankNode) for node in nodes)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_small(path: Path) -> None:
    assert path.stat().st_size < 2_000_000


def test_every_term_is_named_and_defined_in_both_languages_and_says_where() -> None:
    for term in terms():
        assert languages(term, RDFS + "label") >= {"zh", "en"}, term
        assert languages(term, SKOS + "definition") >= {"zh", "en"}, term
        assert values(term, RDFS + "isDefinedBy") == [BG if term.startswith(BG) else DIM], term


@pytest.mark.parametrize("ontology", [BG, DIM])
def test_the_headers_say_licence_version_and_prefix(ontology: str) -> None:
    said = facts()[ontology]

    assert values(ontology, "http://purl.org/dc/terms/license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert "http://www.w3.org/2002/07/owl#versionIRI" in said
    assert "http://purl.org/vocab/vann/preferredNamespacePrefix" in said
    assert languages(ontology, "http://purl.org/dc/terms/title") == {"zh", "en"}


@pytest.mark.parametrize("folder", ["ontology", "shapes"])
def test_every_term_used_in_turtle_is_declared(folder: str) -> None:
    used = {
        node.value
        for path in (ROOT / folder).glob("*.ttl")
        for quad in pyoxigraph.parse(path=path)
        for node in (quad.predicate, quad.object)
        if isinstance(node, pyoxigraph.NamedNode) and node.value.startswith((BG, DIM))
    }

    assert used - {BG, DIM} <= set(terms())


def test_every_term_that_the_code_names_is_declared() -> None:
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "ingest").rglob("*.py"))]
    used = {BG + name for text in sources for name in re.findall(r'\bBG \+ "(\w+)"', text)}
    used |= {DIM + name for text in sources for name in re.findall(r'\bDIM \+ "(\w+)"', text)}

    assert used <= set(terms())


def test_every_concept_has_one_name_in_each_language_and_a_chinese_one() -> None:
    for concept in (iri for iri in facts() if SKOS + "inScheme" in facts()[iri]):
        written = [
            term.language for term in facts()[concept][SKOS + "prefLabel"] if isinstance(term, pyoxigraph.Literal)
        ]
        assert "zh" in written, concept
        assert max(Counter(written).values()) == 1, concept


@pytest.mark.parametrize("scheme", LOWEST_LEVEL)
def test_classes_and_sections_have_english_names_marked_as_ours(scheme: str) -> None:
    for code, iri in codes(scheme).items():
        if len(code) <= 5:
            assert "en" in languages(iri, SKOS + "prefLabel"), code
        if "en" in languages(iri, SKOS + "prefLabel"):
            assert values(iri, BG + "labelStatus") == [BG + "translatedByProject"], code


def test_every_english_name_of_an_item_is_used_and_marked_as_ours() -> None:
    named = {
        label: values(iri, BG + "labelStatus")
        for iri in codes("functional").values()
        for label in values(iri, SKOS + "prefLabel")
    }

    assert {zh for zh in item_names() if named.get(zh) != [BG + "translatedByProject"]} == set()


@pytest.mark.parametrize("scheme", [*LOWEST_LEVEL, "division"])
def test_no_code_stands_twice_in_a_scheme(scheme: str) -> None:
    members = [iri for iri in facts() if CONCEPT + scheme in values(iri, SKOS + "inScheme")]
    notations = Counter(notation for iri in members for notation in values(iri, SKOS + "notation"))

    assert notations
    assert max(notations.values()) == 1


@pytest.mark.parametrize("scheme", LOWEST_LEVEL)
def test_a_code_stands_below_the_code_that_it_begins_with(scheme: str) -> None:
    known = codes(scheme)

    for code, iri in known.items():
        above = [known[code[:-2]]] if len(code) > 3 else []
        assert values(iri, SKOS + "broader") == above, code
        assert (CONCEPT + scheme in values(iri, SKOS + "topConceptOf")) is not bool(above)


def test_no_iri_of_ours_leads_nowhere() -> None:
    linked = {
        triple.object.value
        for path in FILES
        for triple in triples(path)
        if isinstance(triple.object, pyoxigraph.NamedNode) and triple.object.value.startswith((CONCEPT, BG, DIM))
    }

    assert linked <= set(facts())


@pytest.mark.parametrize("scheme", [*LOWEST_LEVEL, "fund-source", "item", "expenditure-nature", "project"])
def test_every_scheme_of_a_dimension_has_a_concept_for_not_broken_down(scheme: str) -> None:
    assert CONCEPT + scheme in values(f"{CONCEPT}{scheme}/all", SKOS + "topConceptOf")


@pytest.mark.parametrize(
    ("old", "new"), [("30311", "30113"), ("30104", "30112"), ("30307", "30114")], ids=lambda code: str(code)
)
def test_codes_that_moved_say_where_to(old: str, new: str) -> None:
    iri = f"{CONCEPT}department-economic/{old}"

    assert values(iri, "http://purl.org/dc/terms/isReplacedBy") == [f"{CONCEPT}department-economic/{new}"]
    assert languages(iri, SKOS + "historyNote") == {"zh", "en"}


@pytest.mark.parametrize(("code", "former"), [("20805", "行政事业单位离退休"), ("210", "医疗卫生与计划生育支出")])
def test_renamed_codes_keep_their_former_names(code: str, former: str) -> None:
    iri = f"{CONCEPT}functional/{code}"

    assert former in values(iri, SKOS + "altLabel")
    assert any(former in note for note in values(iri, SKOS + "historyNote"))


@pytest.mark.parametrize(
    ("label", "scheme", "above", "code"),
    [
        ("办公设备购置", "department-economic", None, "31002"),
        ("办公设备购置", "department-economic", "309", "30902"),
        ("其他对企业补助", "department-economic", None, "31299"),
        ("其他社会保障缴费", "department-economic", None, "30112"),
        ("医疗费", "department-economic", None, "30114"),
        ("医疗费", "department-economic", "303", "30307"),
        ("其他", "department-economic", "302", "30299"),
        ("住房公积金", "department-economic", "301", "30113"),
        ("事业运行", "functional", "20103", "2010350"),
        ("行政运行", "functional", None, None),
        ("其他支出", "functional", None, "229"),
        ("医疗卫生与计划生育支出", "functional", None, "210"),
        ("会议费", "government-economic", None, None),
        ("会议费", "government-economic", "502", "50202"),
    ],
)
def test_a_label_without_a_code_means_what_its_place_says(
    label: str, scheme: str, above: str | None, code: str | None
) -> None:
    ontology = load_ontology()
    context = Context(
        above=(ontology[f"{scheme}/{above}"],) if above else (), scheme=scheme, schemes=frozenset((scheme,))
    )

    found = Resolver(ontology).resolve(label, context)

    assert (found.notation if found else None) == code


def test_every_dimension_has_a_range_and_a_code_list_that_exists() -> None:
    for dimension in (term for term in terms() if term.startswith(DIM)):
        kinds = values(dimension, RDF + "type")
        coded = QB + "CodedProperty" in kinds
        assert QB + "DimensionProperty" in kinds
        assert values(dimension, RDFS + "range")
        assert coded is (values(dimension, RDFS + "range") == [SKOS + "Concept"])
        for scheme in values(dimension, QB + "codeList"):
            assert SKOS + "ConceptScheme" in values(scheme, RDF + "type")


def test_the_consolidated_structure_is_the_table_structure_without_the_statement() -> None:
    def dimensions(structure: str) -> set[str]:
        components = values(BG + structure, QB + "component")
        return {dimension for part in components for dimension in values(part, QB + "dimension")}

    assert dimensions("tableStructure") - dimensions("consolidatedStructure") == {DIM + "statement"}
    assert dimensions("tableStructure") == {term for term in terms() if term.startswith(DIM)}


def test_every_dimension_of_openbudgets_has_one_of_ours_below_it() -> None:
    above = {parent for term in terms() for parent in values(term, RDFS + "subPropertyOf")}
    classifications = {"economicClassification", "functionalClassification"}
    wanted = {"budgetPhase", "fiscalYear", "operationCharacter", "organization", "project", *classifications}

    assert {f"{OBEU}ontology/dsd/dimension/{name}" for name in wanted} <= above


def test_no_code_is_defined_but_with_its_source() -> None:
    """No definition of a classification code is ours: a disclosure's glossary gives one, with its page."""
    for scheme in LOWEST_LEVEL:
        for iri in codes(scheme).values():
            assert not values(iri, SKOS + "definition") or values(iri, "http://purl.org/dc/terms/source"), iri


def test_every_observed_code_states_its_years_and_documents() -> None:
    for scheme in LOWEST_LEVEL:
        for iri in codes(scheme).values():
            seen, documents = values(iri, BG + "seenInYear"), values(iri, BG + "documentCount")
            assert len(documents) == 1, iri
            assert bool(seen) is (documents != ["0"]), iri


@pytest.mark.conformance
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent: nothing to compare with")
class TestAgainstShared:
    """What needs the code lists and the conformance tests beside the checkout."""

    @pytest.mark.parametrize("file", MADE)
    def test_the_code_lists_are_current(self, file: str) -> None:
        made = code_lists(SHARED / "codes")

        assert (ROOT / "ontology" / file).read_bytes() == made[file].encode()

    @pytest.mark.parametrize("check", [3, 4, 5, 6])
    def test_the_structures_hold_the_integrity_constraints_of_data_cube(self, check: int) -> None:
        store = dataset((f"{OBEU}resource/dataset/validated-dataset", ROOT / "ontology"))
        query = (SHARED / f"conformance/qb-ic/checks/integrity-{check}.sparql").read_text("utf-8")

        violated = store.query(W3C + query, use_default_graph_as_union=True)

        assert isinstance(violated, pyoxigraph.QueryBoolean)
        assert not violated

    @pytest.mark.parametrize(
        "check",
        [
            "code_list_redefinition",
            "hijacked_core_namespace",
            "missing_mandatory_component_properties",
            "property_instantiation",
            "use_of_abstract_property",
            "use_of_deprecated_term",
            "wrong_qb_character_case",
        ],
    )
    def test_the_structures_hold_the_constraints_of_openbudgets(self, check: str) -> None:
        checked = (f"{OBEU}resource/dataset/validated-dataset", ROOT / "ontology")
        store = dataset(checked, (f"{OBEU}ontology", SHARED / "conformance/obeu"))
        query = (SHARED / f"conformance/obeu/integrity-constraints/{check}.rq").read_text("utf-8")

        violations = store.query(query)

        assert isinstance(violations, pyoxigraph.QueryTriples)
        assert not list(violations)


def test_the_made_files_are_in_order() -> None:
    for file in MADE:
        text = (ROOT / "ontology" / file).read_text("utf-8")
        subjects = re.findall(r"^([\w-]+):(\d{3,})(?= a )", text, re.MULTILINE)
        assert all(first < second for first, second in pairwise(subjects)), file
