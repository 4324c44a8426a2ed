"""What the endpoint and its data are, for programs: service description, VoID, prefixes and example queries.

https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/
"""

from __future__ import annotations

from budgetgraph.releases.quads import PREFIXES
from budgetsite.examples import examples
from budgetsite.facts import Facts, both, fact, number, text, typed, types
from budgetsite.graphs import DCT, RDFS, SH
from budgetsite.library import Library
from budgetsite.negotiation import Format
from budgetsite.rdf import serialise

DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"

_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG")
_CLASSES = "SELECT ?of (COUNT(*) AS ?n) WHERE { ?s a ?of } GROUP BY ?of ORDER BY ?of"
_PROPERTIES = "SELECT ?of (COUNT(*) AS ?n) WHERE { ?s ?of ?o } GROUP BY ?of ORDER BY ?of"


def service(library: Library, form: Format) -> bytes:
    """Return the service description."""
    return serialise([*_service(library), *_dataset(library), *_examples(library)], form)


def void(library: Library, form: Format) -> bytes:
    """Return the VoID description, with how often each class and property is used."""
    return serialise([*_void(library), *_dataset(library), *_examples(library)], form)


def dataset_iri(library: Library) -> str:
    """Return the IRI of all the data as one data set."""
    return f"{library.base}.well-known/void#dataset"


def _service(library: Library) -> Facts:
    endpoint = f"{library.base}sparql"
    me = f"{endpoint}#service"
    yield from types(me, SD + "Service")
    yield fact(me, SD + "endpoint", endpoint)
    yield from (fact(me, SD + "supportedLanguage", SD + name) for name in ("SPARQL10Query", "SPARQL11Query"))
    yield fact(me, SD + "feature", SD + "UnionDefaultGraph")
    yield from (fact(me, SD + "resultFormat", _FORMATS + name) for name in (*_RESULTS, *_GRAPHS))
    yield from both(me, RDFS + "label", "预算图谱查询服务", "budgetgraph query service")
    yield fact(me, SD + "defaultDataset", dataset_iri(library))
    yield fact(me, RDFS + "seeAlso", f"{library.base}limits")


def _dataset(library: Library) -> Facts:
    me = dataset_iri(library)
    default = f"{library.base}.well-known/void#union"
    yield from types(me, SD + "Dataset", VOID + "Dataset")
    yield fact(me, SD + "defaultGraph", default)
    yield from types(default, SD + "Graph")
    yield fact(default, VOID + "triples", number(_triples(library)))
    graphs = [*library.records, *library.release.manifest["ontology"]["graphs"]]
    for graph in graphs:
        named = f"{library.base}.well-known/void#graph-{graphs.index(graph) + 1}"
        yield fact(me, SD + "namedGraph", named)
        yield from types(named, SD + "NamedGraph")
        yield fact(named, SD + "name", graph)


def _triples(library: Library) -> int:
    return int(library.release.manifest["quads"])


def _void(library: Library) -> Facts:
    me, base = dataset_iri(library), library.base
    yield from types(f"{base}.well-known/void", VOID + "DatasetDescription")
    yield fact(f"{base}.well-known/void", FOAF + "primaryTopic", me)
    yield from both(me, DCT + "title", "预算公开关联数据", "Budget disclosures as linked data")
    yield from both(
        me,
        DCT + "description",
        "各级部门公开的预算、决算，每个印出的数字都带着坐标和出处。",
        "Budgets and final accounts of public bodies; every printed figure with its coordinates and its source.",
    )
    yield fact(me, DCT + "license", "https://creativecommons.org/licenses/by/4.0/")
    yield fact(me, DCT + "modified", typed(library.release.manifest["created"], "dateTime"))
    yield fact(me, FOAF + "homepage", base)
    yield fact(me, VOID + "sparqlEndpoint", f"{base}sparql")
    yield fact(me, VOID + "dataDump", f"{base}dump/all.nq.gz")
    yield fact(me, VOID + "dataDump", f"{base}dump/all.ttl.gz")
    yield fact(me, VOID + "uriSpace", text(f"{base}id/"))
    yield fact(me, VOID + "triples", number(_triples(library)))
    yield fact(me, VOID + "documents", number(len(library.records)))
    yield from (fact(me, VOID + "exampleResource", iri) for iri in sorted(library.records)[:5])
    yield from (fact(me, VOID + "vocabulary", iri) for iri in PREFIXES.values())
    yield from _partitions(library, "class", _CLASSES, ("classPartition", "class", "entities"))
    yield from _partitions(library, "property", _PROPERTIES, ("propertyPartition", "property", "triples"))


def _partitions(library: Library, name: str, query: str, terms: tuple[str, str, str]) -> Facts:
    partition, of, count = terms
    for index, (iri, times) in enumerate(library.counts(query), start=1):
        me = f"{library.base}.well-known/void#{name}-{index}"
        yield fact(dataset_iri(library), VOID + partition, me)
        yield fact(me, VOID + of, iri)
        yield fact(me, VOID + count, number(times))


def _examples(library: Library) -> Facts:
    """Describe the example queries as SHACL does, so that query editors find them."""
    endpoint = f"{library.base}sparql"
    prefixes = f"{endpoint}#prefixes"
    for prefix, namespace in PREFIXES.items():
        me = f"{endpoint}#prefix-{prefix}"
        yield fact(prefixes, SH + "declare", me)
        yield fact(me, SH + "prefix", text(prefix))
        yield fact(me, SH + "namespace", typed(namespace, "anyURI"))
    for example in examples():
        me = f"{endpoint}#example-{example.name}"
        yield from types(me, SH + "SPARQLExecutable", SH + "SPARQLSelectExecutable")
        zh, _, en = example.title.partition(" · ")
        yield from both(me, RDFS + "comment", zh, en or zh)
        yield fact(me, SH + "select", text(example.query.strip()))
        yield fact(me, SH + "prefixes", prefixes)
        yield fact(me, SCHEMA + "target", endpoint)
