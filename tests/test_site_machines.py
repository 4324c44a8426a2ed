"""What machines look for: the feed, what changed, OpenAPI, schema.org, VoID; and the query page with its editor."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Namespace

from budgetgraph.publication.publishing import ontology_graphs
from budgetgraph.releases.release import publish
from budgetsite import home
from sites import BASE, DISCLOSURE, UNIT, of_year, publish_sample, sample, site_over

ATOM = "{http://www.w3.org/2005/Atom}"
VOID = Namespace("http://rdfs.org/ns/void#")
SH = Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the site over two releases: the second corrects the sample and adds another year."""
    into = tmp_path_factory.mktemp("machines") / "R"
    publish_sample(into)
    corrected = replace(sample(), graph=sample().graph.replace(b'"371.08"', b'"371.80"'))
    publish([corrected, of_year(2020)], into, base_iri=BASE, ontology=ontology_graphs())
    with site_over(into) as app:
        yield app.test_client()


def test_the_feed_lists_the_releases_the_newest_first(client: FlaskClient) -> None:
    feed = ET.fromstring(client.get("/feed.atom").data)

    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [
        "版本 release 2",
        "版本 release 1",
    ]
    assert "1 added, 1 corrected, 0 removed" in str(feed.find(f"{ATOM}entry/{ATOM}summary").text)  # type: ignore[union-attr]
    assert feed.findtext(f"{ATOM}id") == f"{BASE}feed.atom"


def test_what_changed_is_a_page_and_data(client: FlaskClient) -> None:
    newest = json.loads(client.get("/changes.json").data)[0]
    statements = json.loads(client.get("/changes.json", query_string={"iri": DISCLOSURE}).data)

    assert newest["corrected"] == [DISCLOSURE] and len(newest["added"]) == 1
    assert statements["lost"] and len(statements["lost"]) == len(statements["gained"])
    assert all('"371.80"' in line for line in statements["gained"])
    assert "更正 1" in client.get("/changes", headers={"Accept": "text/html"}).text
    assert "371.80" in client.get("/changes.html", query_string={"iri": DISCLOSURE}).text


def test_what_was_corrected_is_still_served(client: FlaskClient) -> None:
    old = client.get(f"/release/1/export/{UNIT}/graph.nt").text
    new = client.get(f"/export/{UNIT}/graph.nt").text

    assert '"371.08"' in old and '"371.08"' not in new
    assert client.get(f"/release/2/export/{UNIT}/graph.nt").text == new
    assert client.get(f"/release/3/export/{UNIT}/graph.nt").status_code == 404


def test_openapi_describes_paths_that_answer(client: FlaskClient) -> None:
    described = json.loads(client.get("/openapi.json").data)

    assert described["openapi"].startswith("3.1") and described["servers"] == [{"url": BASE.rstrip("/")}]
    for path in described["paths"]:
        arguments = {"query": "ASK {}"} if path == "/sparql" else {}
        assert client.get(path.replace("{path}", UNIT), query_string=arguments).status_code == 200, path


@pytest.mark.parametrize(("path", "kind"), [("/", "DataCatalog"), (f"/doc/{UNIT}", "Dataset")])
def test_pages_hold_schema_org(client: FlaskClient, path: str, kind: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    assert json.loads(found)["@type"] == kind


def test_void_counts_classes_and_properties(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")

    assert len(list(graph.objects(None, VOID.classPartition))) > 20
    assert len(list(graph.objects(None, VOID.propertyPartition))) > 50
    assert len(list(graph.subjects(RDF.type, SH.SPARQLExecutable))) == 11
    assert len(list(graph.subjects(SH.prefix))) > 10


def test_the_query_page_works_with_its_editor_and_without(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "yasgui.min.js"
    monkeypatch.setattr(home, "EDITOR", bundle)
    without = client.get("/sparql", headers={"Accept": "text/html"}).text
    bundle.touch()
    with_it = client.get("/sparql", headers={"Accept": "text/html", "If-None-Match": '"other"'}).text

    assert "<textarea" in without and "yasgui.min.js" not in without
    assert "<textarea" in with_it and "yasgui.min.js" in with_it
    assert "https://w3id.org/budgetgraph/ns#Disclosure" in with_it


def test_pages_load_from_this_site_alone(client: FlaskClient) -> None:
    for path in ("/", "/sparql", f"/doc/{UNIT}", "/ontology"):
        response = client.get(path, headers={"Accept": "text/html"})

        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert not re.findall(r'(?:src|rel="stylesheet" href)="https?://', response.text)


def test_a_corrected_disclosure_leads_to_the_version_that_it_replaces(tmp_path: Path) -> None:
    into = tmp_path / "R"
    publish_sample(into)
    record = replace(sample().record, id=f"{sample().record.id}-b")
    corrected = replace(sample(), record=record, graph=sample().graph.replace(b'"371.08"', b'"371.80"'))
    (version,) = publish([corrected], into, base_iri=BASE, ontology=ontology_graphs()).versions
    with site_over(into) as app:
        client = app.test_client()
        path = version.iri.replace(f"{BASE}id/", "/doc/")

        assert version.iri in client.get(f"/doc/{UNIT}.nt").text
        assert "已被更正" in client.get(path, headers={"Accept": "text/html"}).text
        assert '"371.08"' in client.get(f"{path}/table/1.nt").text
        assert client.get(path.replace("/doc/", "/id/")).status_code == 303
        assert client.get(f"{path}/nothing").status_code == 404


def test_exports_are_served_with_their_type_and_size(client: FlaskClient) -> None:
    page = client.get(f"/doc/{UNIT}", headers={"Accept": "text/html"}).text
    addresses = re.findall(r'href="(/export/[^"]+)"', page)

    assert any(address.endswith("fiscal-data-package.zip") for address in addresses)
    assert all(client.get(address).status_code == 200 for address in addresses)
    assert client.get(f"/export/{UNIT}/nothing.zip").status_code == 404


@pytest.mark.parametrize("name", ["check", "evaluate", "metadata"])
def test_the_schemas_of_what_commands_write_are_served(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/schema/{name}")

    assert answer.mimetype == "application/schema+json"
    assert json.loads(answer.data)["$id"].endswith(f"/schema/{name}")
    assert client.get("/schema/other").status_code == 404
