"""Content negotiation: every kind of resource × Accept × suffix × GET and HEAD; page, dump and endpoint agree."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from rdflib import Graph

from budgetgraph.releases.release import Release
from sites import BASE, DISCLOSURE, UNIT, publish_sample, site_over, triples_of

RDF = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
KINDS = (
    "disclosure",
    "table",
    "observation",
    "fact",
    "relation",
    "report",
    "finding",
    "statement",
    "target",
    "definition",
    "duty",
    "implied",
    "project",
    "cell",
    "file",
    "organization",
    "concept",
    "scheme",
    "term",
    "dimension",
    "shape",
)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample."""
    into = tmp_path_factory.mktemp("negotiation") / "R"
    publish_sample(into)
    return into


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    """A client of the site over a release of the sample."""
    with site_over(releases) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def addresses(releases: Path) -> dict[str, str]:
    """The path of the document about one resource of every kind."""
    release = Release.open(releases)
    subjects = sorted(
        {line.split(b" ", 1)[0].decode()[1:-1] for line in release.graph_lines(release.documents[0].id).splitlines()}
    )
    kinds = {
        "cell": "/cell/",
        "finding": "/finding/1",
        "implied": "/implied/",
        "observation": "/observation/",
        "project": "/project/",
        "relation": "/relation/",
        "report": "/report",
        "statement": "/statement/1",
        "table": "/table/9",
        "target": "/target/1",
        "definition": "/definition/1",
        "duty": "/duty/1",
        "organization": "/org/",
        "file": "/file/",
    }
    found = {kind: next(iri for iri in subjects if part in iri) for kind, part in kinds.items()}
    found |= {"disclosure": DISCLOSURE, "fact": next(iri for iri in reversed(subjects) if "/observation/" in iri)}
    paths = {kind: iri.replace(f"{BASE}id/", "/doc/") for kind, iri in found.items()}
    return paths | {
        "concept": "/ontology/concept/functional/20103",
        "scheme": "/ontology/concept/fund-source",
        "term": "/ontology/ns/Summation",
        "dimension": "/ontology/dimension/fundSource",
        "shape": "/ontology/shape/summation",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_in_every_format_by_accept_and_by_suffix(
    client: FlaskClient, addresses: dict[str, str], kind: str
) -> None:
    path = addresses[kind]
    turtle = triples_of(client.get(f"{path}.ttl"))
    for suffix, media_type in RDF.items():
        by_accept = client.get(path, headers={"Accept": f"{media_type}, */*;q=0.1"})
        by_suffix = client.get(f"{path}.{suffix}", headers={"Accept": "text/html"})

        assert by_accept.mimetype == by_suffix.mimetype == media_type
        assert by_accept.data == by_suffix.data
        assert triples_of(by_suffix) == turtle
        assert by_accept.headers["Content-Location"] == f"{path}.{suffix}"
        assert "Accept" in by_accept.headers["Vary"]
    assert client.get(path, headers={"Accept": "text/html"}).mimetype == "text/html"
    assert client.get(f"{path}.html").mimetype == client.get(path).mimetype == "text/html"
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("kind", KINDS)
def test_head_has_the_headers_of_get(client: FlaskClient, addresses: dict[str, str], kind: str) -> None:
    for accept in ("text/html", "text/turtle"):
        got, head = (call(addresses[kind], headers={"Accept": accept}) for call in (client.get, client.head))

        assert head.data == b"" and dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_leads_to_the_document_about_it(client: FlaskClient, addresses: dict[str, str], kind: str) -> None:
    path = addresses[kind]
    if not path.startswith("/doc/"):
        pytest.skip("terms are named elsewhere, and lead here from there")
    response = client.get(path.replace("/doc/", "/id/"), headers={"Accept": "text/turtle"})

    assert response.status_code == 303
    assert response.headers["Location"] == path
    assert f'<{path}>; rel="describedby"' in response.headers["Link"]


def test_links_tell_the_other_forms_and_the_thing_itself(client: FlaskClient) -> None:
    links = client.get(f"/doc/{UNIT}", headers={"Accept": "text/html"}).headers.getlist("Link")

    assert f'<{BASE}doc/{UNIT}>; rel="canonical"' in links
    assert f'<{DISCLOSURE}>; rel="describes"' in links
    assert f'</doc/{UNIT}.ttl>; rel="describedby"; type="text/turtle"' in links
    assert f'</doc/{UNIT}.csv>; rel="alternate"; type="text/csv"' in links


def test_tables_have_rows_and_other_things_have_none(client: FlaskClient, addresses: dict[str, str]) -> None:
    for kind in ("table", "disclosure"):
        path = addresses[kind]
        assert client.get(path, headers={"Accept": "application/json"}).mimetype == "application/json"
        assert client.get(path, headers={"Accept": "text/csv"}).data == client.get(f"{path}.csv").data
    assert client.get(addresses["observation"] + ".csv").status_code == 404
    assert client.get(addresses["observation"], headers={"Accept": "text/csv"}).status_code == 406


def test_quality_values_decide(client: FlaskClient) -> None:
    def chosen(accept: str) -> str | None:
        return client.get(f"/doc/{UNIT}", headers={"Accept": accept}).mimetype

    assert chosen("text/html;q=0.5, text/turtle;q=0.9") == "text/turtle"
    assert chosen("text/html;q=0.9, text/turtle;q=0.5") == "text/html"
    assert chosen("text/turtle;q=0, */*") == "text/html"
    assert chosen("application/*;q=0.9, text/*;q=0.1") == "application/ld+json"


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/", f"/doc/{UNIT}", f"/doc/{UNIT}.ttl", "/ontology", "/catalog", "/.well-known/void"):
        tag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})

        assert again.status_code == 304 and again.data == b"", path
        assert again.headers["ETag"] == tag
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_everybody_may_read_from_everywhere(client: FlaskClient) -> None:
    for path in ("/", f"/doc/{UNIT}.ttl", "/doc/nothing", "/catalog", "/limits.json"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert client.options(f"/doc/{UNIT}").status_code == 204


def test_pages_and_data_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    plain = client.get(f"/doc/{UNIT}.ttl").data
    zipped = client.get(f"/doc/{UNIT}.ttl", headers={"Accept-Encoding": "gzip"})

    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain
    assert client.get("/", headers={"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"


def test_page_dump_and_endpoint_agree(client: FlaskClient, releases: Path, addresses: dict[str, str]) -> None:
    data = gzip.decompress((releases / "current" / "dump" / "all.nq.gz").read_bytes())
    dumped = {str(quad.triple) for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS)}
    for kind in KINDS:
        served = triples_of(client.get(f"{addresses[kind]}.nt"))
        assert served <= dumped, kind

    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{DISCLOSURE}> {{ ?s ?p ?o }} }}"
    answer = triples_of(client.get("/sparql", query_string={"query": query, "format": "nt"}))
    whole = triples_of(client.get(f"/export/{UNIT}/graph.nt"))
    assert whole <= dumped
    assert len(answer) == len(whole)
    assert {line for line in whole if "XMLSchema#" not in line} == {line for line in answer if "XMLSchema#" not in line}


def test_everything_in_the_graph_of_a_disclosure_dereferences(client: FlaskClient, releases: Path) -> None:
    """Every IRI of ours that is written down anywhere leads to a document about it."""
    lines = client.get(f"/export/{UNIT}/graph.nt").text.splitlines()
    ours = {term[1:-1] for line in lines for term in line.split(" ")[:3] if term.startswith(f"<{BASE}id/")}
    missing = [iri for iri in ours if client.head(iri.replace(BASE, "/")).status_code != 303]

    assert missing == []


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser uses it
def test_rdflib_reads_our_json_ld(client: FlaskClient) -> None:
    data = client.get(f"/doc/{UNIT}/table/9.jsonld").data
    graph = Graph().parse(data=data, format="json-ld")

    assert len(graph) == len(triples_of(client.get(f"/doc/{UNIT}/table/9.nt")))
    assert json.loads(data)["@context"]["bg"] == "https://w3id.org/budgetgraph/ns#"
