"""The catalogue: what harvesters need is in it, on every page, in every format; other people's tools agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace, URIRef

from budgetgraph.errors import SettingError
from budgetgraph.settings import Settings
from budgetsite.profile import Profile, read_profile
from samples import SHARED
from sites import BASE, DISCLOSURE, UNIT, free_port, publish_sample, served, site_over, triples_of

CONFORMANCE = SHARED / "conformance"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")

needs_conformance = pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="../shared/conformance is not here")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the site over three disclosures, two on a page of the catalogue."""
    into = tmp_path_factory.mktemp("catalog") / "R"
    publish_sample(into, years=(2020, 2021))
    with site_over(into, Settings(query_workers=1, catalog_page_size=2)) as app:
        yield app.test_client()


def parsed(client: FlaskClient, path: str, accept: str = "*/*") -> Graph:
    """Return what is served at a path as a graph."""
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.data, format=response.mimetype)


def test_who_does_not_say_what_they_want_gets_rdf(client: FlaskClient) -> None:
    assert client.get("/catalog", headers={"Accept": "*/*"}).mimetype == "text/turtle"
    assert client.get("/catalog").mimetype == "text/turtle"
    assert client.get("/catalog", headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"


def test_all_formats_say_the_same(client: FlaskClient) -> None:
    found = {suffix: triples_of(client.get(f"/catalog.{suffix}?page=1")) for suffix in ("ttl", "jsonld", "nt", "rdf")}

    # each links the other pages in its own format, and nothing else differs
    assert all(
        {line.replace(f"catalog.{suffix}", "catalog.ttl") for line in lines} == found["ttl"]
        for suffix, lines in found.items()
    )


def test_pages_hold_all_data_sets_each_once(client: FlaskClient) -> None:
    first, second = parsed(client, "/catalog.ttl"), parsed(client, "/catalog.ttl?page=2")
    found = [sorted(map(str, graph.subjects(RDF.type, DCAT.Dataset))) for graph in (first, second)]

    assert [len(page) for page in found] == [3, 1]
    assert f"{BASE}.well-known/void#dataset" in found[0] and DISCLOSURE in found[0]
    assert not set(found[0]) & set(found[1])
    assert [str(iri) for iri in first.objects(None, HYDRA.next)] == [f"{BASE}catalog.ttl?page=2"]
    assert not list(second.objects(None, HYDRA.next))
    assert client.get("/catalog.ttl?page=3").status_code == 404


def test_every_distribution_is_there_with_its_size_and_type(client: FlaskClient) -> None:
    graph = parsed(client, "/catalog")
    distributions = set(graph.subjects(RDF.type, DCAT.Distribution))

    assert len(distributions) == 2 + 2 * 3
    for distribution in distributions:
        address = str(graph.value(distribution, DCAT.downloadURL))
        with client.get(address.removeprefix(BASE.rstrip("/"))) as response:
            assert len(response.data) == int(str(graph.value(distribution, DCAT.byteSize))), address
            if not address.endswith(".gz"):
                assert str(graph.value(distribution, DCAT.mediaType)).endswith(response.mimetype or "")


def test_the_endpoint_is_a_service_and_never_a_distribution(client: FlaskClient) -> None:
    graph = parsed(client, "/catalog")

    assert [str(iri) for iri in graph.objects(None, DCAT.endpointURL)] == [f"{BASE}sparql"]
    assert not list(graph.objects(None, DCAT.accessService))


def test_a_data_set_says_where_and_when_and_whose(client: FlaskClient) -> None:
    graph, me = parsed(client, "/catalog"), URIRef(DISCLOSURE)
    places = {str(place) for place in graph.objects(me, DCTERMS.spatial)}

    assert "https://w3id.org/budgetgraph/concept/division/430202" in places
    assert "http://www.wikidata.org/entity/Q45761" in places
    assert str(graph.value(graph.value(me, DCTERMS.temporal), DCAT.startDate)) == "2019-01-01"
    assert "株洲市荷塘区政务服务中心" in str(
        graph.value(graph.value(me, DCTERMS.creator), URIRef("http://xmlns.com/foaf/0.1/name"))
    )


def test_the_whole_graph_of_a_disclosure_is_served_as_published(client: FlaskClient) -> None:
    lines = client.get(f"/export/{UNIT}/graph.nq").data
    triples = client.get(f"/export/{UNIT}/graph.nt").data

    assert lines.count(b"\n") == triples.count(b"\n") > 10_000
    assert b'"3710800.00"' in triples
    assert client.get("/export/nothing/graph.ttl").status_code == 404


def test_addresses_of_before_lead_to_the_one_address_of_a_graph(client: FlaskClient) -> None:
    for suffix in ("ttl", "jsonld", "nt", "nq", "rdf"):
        moved = client.get(f"/data/{UNIT}.{suffix}")

        assert moved.status_code == 301 and moved.headers["Location"] == f"/export/{UNIT}/graph.{suffix}"
        assert client.get(moved.headers["Location"]).status_code == 200


def test_a_disclosure_has_the_dates_of_its_own_publication(tmp_path: Path) -> None:
    first, second = publish_sample(tmp_path), publish_sample(tmp_path, years=(2020,))
    manifest = tmp_path / "releases" / "1" / "manifest.json"
    earlier = "2020-01-01T00:00:00+00:00"
    manifest.write_text(manifest.read_text().replace(first.manifest["created"], earlier))
    now = second.manifest["created"]
    with site_over(tmp_path) as app, app.current.hold() as held:
        assert held.dates_of(DISCLOSURE) == (earlier, earlier)
        assert held.dates_of(DISCLOSURE.replace("2019", "2020")) == (now, now)
        assert held.dates_of(f"{BASE}catalog") == (earlier, now)
        assert f'"{earlier}"' in app.test_client().get("/catalog.nt").text


def test_the_profile_of_the_site_comes_from_its_file(tmp_path: Path) -> None:
    assert read_profile(tmp_path) == Profile()

    (tmp_path / "site.toml").write_text('publisher_name = "荷塘区财政局"\ncontact_email = "czj@example.org"\n')
    assert read_profile(tmp_path).publisher_name == "荷塘区财政局"
    assert read_profile(tmp_path).email(BASE) == "czj@example.org"

    for wrong in ("publisher = 'x'", "publisher_name = 3", "no toml"):
        (tmp_path / "site.toml").write_text(wrong)
        with pytest.raises(SettingError, match=r"site\.toml"):
            read_profile(tmp_path)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served catalogue of two pages, whose IRIs are its own addresses."""
    port, into = free_port(), tmp_path_factory.mktemp("harvest") / "R"
    publish_sample(into, f"http://127.0.0.1:{port}/", years=(2020, 2021))
    with served(into, port, catalog_page_size=2) as found:
        yield found


def run(python: str, tool: str, *arguments: str | Path) -> str:
    """Run one of other people's tools and return what it says; fail if it does."""
    command = [python, str(CONFORMANCE / tool), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout


@pytest.mark.conformance
@needs_conformance
@pytest.mark.parametrize("page", [1, 2])
def test_dcat_ap_is_kept_and_the_quality_score_is_full(address: str, tmp_path: Path, page: int) -> None:
    with urllib.request.urlopen(f"{address}catalog.ttl?page={page}") as response:
        (tmp_path / "catalog.ttl").write_bytes(response.read())
    said = run(sys.executable, "dcat_check.py", tmp_path / "catalog.ttl", "--check-urls").splitlines()

    assert [line for line in said if "violations" in line and "violations 0" not in line] == []
    assert {line.split()[1] for line in said if line.startswith("MQA")} == {"405/405"}


def other_python(variable: str) -> str:
    """Return the interpreter of an environment that holds a tool under another licence; skip if there is none."""
    python = os.environ.get(variable)
    if not python:
        pytest.skip(f"{variable} does not name the Python of an environment with the harvester")
    return python


@pytest.mark.conformance
@needs_conformance
def test_ckan_harvests_without_a_gap_and_the_same_again(address: str, tmp_path: Path) -> None:
    python = other_python("CKAN_PYTHON")
    for name in ("one", "two"):
        said = run(python, "ckan_parse.py", f"{address}catalog", "--quiet", "--json", tmp_path / name)
        assert "2 page(s), 4 dataset(s), 4 distinct guids, 0 with gaps" in said

    assert json.loads((tmp_path / "one").read_bytes()) == json.loads((tmp_path / "two").read_bytes())


@pytest.mark.conformance
@needs_conformance
def test_udata_finds_an_identifier_for_every_data_set(address: str) -> None:
    said = run(other_python("UDATA_PYTHON"), "udata_parse.py", f"{address}catalog")

    assert said.count("DATASET http") == 3 and "SERVICE http" in said
