"""The endpoint: the protocol's forms, its formats, its refusals; none of it can hurt the server."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from budgetgraph.settings import Settings
from budgetsite.examples import examples
from sites import BASE, DISCLOSURE, publish_sample, site_over

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the sample."""
    into = tmp_path_factory.mktemp("sparql") / "R"
    publish_sample(into)
    return into


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    """A client of the site over a release of the sample."""
    with site_over(releases) as app:
        yield app.test_client()


def ask(client: FlaskClient, query: str, **parameters: str) -> list[dict[str, str]]:
    """Return the solutions of a query, each as text."""
    response = client.get("/sparql", query_string={"query": query, **parameters}, headers={"Accept": JSON})
    assert response.status_code == 200, response.text
    bindings = json.loads(response.data)["results"]["bindings"]
    return [{name: term["value"] for name, term in binding.items()} for binding in bindings]


def test_the_query_of_the_readme_gives_its_result(client: FlaskClient) -> None:
    query = re.findall(r"```sparql\n(.*?)```", README, re.DOTALL)[0]
    printed = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in README.splitlines()
        if re.match(r"\| \d{3} \|", line)
    ]

    assert [tuple(row.values()) for row in ask(client, query)] == printed


@pytest.mark.parametrize("name", [example.name for example in examples()])
def test_every_example_runs_and_finds_something(client: FlaskClient, name: str) -> None:
    query = next(example.query for example in examples() if example.name == name)

    assert ask(client, query)


def test_all_forms_of_the_protocol_give_the_same_answer(client: FlaskClient) -> None:
    query = "ASK { ?s a <https://w3id.org/budgetgraph/ns#Disclosure> }"
    direct = {"Content-Type": "application/sparql-query; charset=utf-8"}
    answers = [
        client.get("/sparql", query_string={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", data=query, headers=direct),
        client.open("/sparql", method="QUERY", data=query, headers=direct),
    ]

    assert [json.loads(answer.data)["boolean"] for answer in answers] == [True] * 4


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", JSON),
        ("application/json", JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
    ],
)
def test_rows_come_in_the_format_that_is_asked_for(client: FlaskClient, accept: str, media_type: str) -> None:
    for query in ("SELECT * { ?s ?p ?o } LIMIT 1", "ASK {}"):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})

        assert response.headers["Content-Type"] == media_type


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("ttl", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("trig", "application/trig"),
    ],
)
def test_triples_come_in_the_format_that_is_asked_for(client: FlaskClient, name: str, media_type: str) -> None:
    query = {"query": f"DESCRIBE <{DISCLOSURE}>"}
    by_parameter = client.get("/sparql", query_string={**query, "format": name})
    by_header = client.get("/sparql", query_string=query, headers={"Accept": media_type.partition(";")[0]})

    assert by_parameter.headers["Content-Type"] == by_header.headers["Content-Type"] == media_type
    assert by_parameter.data == by_header.data != b""


def test_each_document_is_a_named_graph_and_all_together_the_default(client: FlaskClient) -> None:
    everywhere = ask(client, "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/budgetgraph/ns#Disclosure> }")
    named = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s a <https://w3id.org/budgetgraph/ns#Disclosure> } }")
    other = "https://w3id.org/budgetgraph/graph/ontology/unit"
    parameters = {"default-graph-uri": other}

    assert everywhere == [{"n": "1"}] and named == [{"g": DISCLOSURE}]
    assert (
        ask(client, f"SELECT * FROM <{DISCLOSURE}> {{ ?s a <http://www.w3.org/2004/02/skos/core#ConceptScheme> }}")
        == []
    )
    assert len(ask(client, f"SELECT * FROM <{DISCLOSURE}> {{ ?s ?p ?o }}", **parameters)) > 10


@pytest.mark.parametrize(
    ("method", "arguments", "status", "words"),
    [
        ("GET", {"query_string": {"query": "SELECT * WHERE {"}}, 400, "line 1"),
        ("GET", {"query_string": {"query": ""}}, 400, "cannot be parsed"),
        ("GET", {"query_string": {"update": "CLEAR ALL"}}, 403, "updates"),
        ("GET", {"query_string": {"query": "INSERT DATA { <a:b> <a:b> <a:b> }"}}, 400, "updates"),
        ("GET", {"query_string": "query=ASK%20%7B%7D&query=ASK%20%7B%7D"}, 400, "one query"),
        ("GET", {"query_string": "query=%FF"}, 400, "UTF-8"),
        ("GET", {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406, "no acceptable format"),
        ("GET", {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "text/turtle"}}, 406, "SELECT, ASK"),
        ("GET", {"query_string": {"query": "ASK {}", "format": "docx"}}, 406, "no acceptable format"),
        ("GET", {"headers": {"Accept": "image/png"}}, 406, "RDF or HTML"),
        ("POST", {}, 415, "application/sparql-query"),
        ("POST", {"data": b"ASK {}", "content_type": "text/plain"}, 415, "application/sparql-query"),
        ("POST", {"data": {}}, 415, "application/sparql-query"),
        ("POST", {"data": "", "content_type": "application/x-www-form-urlencoded"}, 400, "no query"),
        ("POST", {"data": b"\xff", "content_type": "application/sparql-query"}, 400, "UTF-8"),
        ("POST", {"data": b"A", "content_type": "application/sparql-query; charset=utf-16"}, 400, "UTF-8"),
        ("POST", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}, 403, "updates"),
        ("POST", {"data": "A" * 500_000, "content_type": "application/sparql-query"}, 413, "[query_length]"),
        ("PUT", {}, 405, "GET"),
        ("DELETE", {}, 405, "GET"),
    ],
)
def test_a_refusal_is_one_clear_line_with_its_status(
    client: FlaskClient, method: str, arguments: dict[str, object], status: int, words: str
) -> None:
    response = client.open("/sparql", method=method, **arguments)  # type: ignore[arg-type]

    assert response.status_code == status, response.text
    assert words in response.text and response.text.count("\n") == 1
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_syntax_error_says_line_and_column(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { ?s ?p }"})

    assert "line 2, column" in response.text


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 1"}
    got, head = client.get("/sparql", query_string=query), client.head("/sparql", query_string=query)

    assert head.data == b"" and got.data
    assert dict(head.headers) == dict(got.headers)


def test_options_answers_a_preflight(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Access-Control-Request-Method": "QUERY"})

    assert response.status_code == 204
    assert "QUERY" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 1"}
    tag = client.get("/sparql", query_string=query).headers["ETag"]
    again = client.get("/sparql", query_string=query, headers={"If-None-Match": f'"other", {tag}'})
    as_csv = client.get("/sparql", query_string=query, headers={"If-None-Match": tag, "Accept": "text/csv"})

    assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == tag
    assert as_csv.status_code == 200


def test_results_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 200"}
    plain = client.get("/sparql", query_string=query).data
    zipped = client.get("/sparql", query_string=query, headers={"Accept-Encoding": "gzip"})
    best = client.get("/sparql", query_string=query, headers={"Accept-Encoding": "gzip;q=0.5, br"})

    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain
    assert best.headers["Content-Encoding"] == "br" and brotli.decompress(best.data) == plain
    assert "Accept-Encoding" in plain_vary(client, query)


def plain_vary(client: FlaskClient, query: dict[str, str]) -> str:
    """Return the Vary header of a result."""
    return client.get("/sparql", query_string=query).headers["Vary"]


def test_a_bare_request_describes_the_service_and_a_browser_gets_the_page(client: FlaskClient) -> None:
    described = client.get("/sparql", headers={"Accept": "text/turtle"})
    page = client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})

    assert f"<{BASE}sparql>" in described.text and "sd:Service" in described.text
    assert page.headers["Content-Type"].startswith("text/html") and "<textarea" in page.text


def test_the_page_shows_the_result_of_a_query(client: FlaskClient) -> None:
    page = client.get("/sparql", query_string={"query": examples()[1].query}, headers={"Accept": "text/html"})
    wrong = client.get("/sparql", query_string={"query": "SELECT"}, headers={"Accept": "text/html"})

    assert "2000800" in page.text
    assert wrong.status_code == 400 and 'role="alert"' in wrong.text


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address that notes who connects to it."""
    heard: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                heard.append(peer)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
        stop.set()
        thread.join()


SPELLINGS = {
    "plain": "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "no space": "SELECT * {SERVICE<%s>{?s ?p ?o}}",
    "lower case": "SELECT * { service <%s> { ?s ?p ?o } }",
    "mixed case": "SELECT * { SeRvIcE <%s> { ?s ?p ?o } }",
    "escaped": "SELECT * { \\u0053ERVICE <%s> { ?s ?p ?o } }",
    "all escaped": "SELECT * { \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 <%s> { ?s ?p ?o } }",
    "long escape": "SELECT * { \\U00000053ERVICE <%s> { ?s ?p ?o } }",
    "comment between": "SELECT * { SERVICE # a comment\n <%s> { ?s ?p ?o } }",
    "bound by VALUES": "SELECT * { VALUES ?e { <%s> } SERVICE ?e { ?s ?p ?o } }",
    "in EXISTS": "SELECT * { FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
    "silent, in a sub-select": "SELECT * { { SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } } } }",
    "prefixed": "PREFIX e: <%s> SELECT * { SERVICE e: { ?s ?p ?o } }",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_service_reaches_nobody(client: FlaskClient, listener: tuple[str, list[object]], spelling: str) -> None:
    address, heard = listener
    response = client.get("/sparql", query_string={"query": SPELLINGS[spelling] % address})

    assert response.status_code == 400, response.text
    assert heard == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_service_reaches_nobody_even_past_the_first_door(
    releases: Path, listener: tuple[str, list[object]], spelling: str
) -> None:
    from budgetsite.engine import QueryFailed, Request

    address, heard = listener
    with site_over(releases) as app, app.current.hold() as served:
        try:
            served.engine.run(Request(SPELLINGS[spelling] % address, JSON, None), {})
        except QueryFailed as failed:
            assert failed.status in (400, 503)

    assert heard == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p ?o } LIMIT 1",
        'SELECT * { ?s ?p ?o FILTER(STR(?o) != "SERVICE <http://127.0.0.1/> {}") } LIMIT 1',
        "SELECT * { ?s ?p ?o } LIMIT 1 # SERVICE <http://127.0.0.1/> {}",
        "PREFIX service: <https://w3id.org/budgetgraph/ns#> SELECT * { ?s a service:Disclosure }",
        "SELECT * { ?s ?p ?o FILTER(?p != <http://example.org/SERVICE>) } LIMIT 1",
        "SELECT * { _:service ?p ?o } LIMIT 1",
        "SELECT * { ?s ?p ?insert FILTER(LANG(?insert) != 'delete') } LIMIT 1",
    ],
)
def test_what_only_looks_like_service_or_an_update_works(client: FlaskClient, query: str) -> None:
    assert len(ask(client, query)) == 1


def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_is_answered(releases: Path) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with site_over(releases, Settings(query_workers=1, query_seconds=1)) as app:
        client = app.test_client()
        slow = client.get("/sparql", query_string={"query": cross})
        quick = client.get("/sparql", query_string={"query": "ASK {}"})

    assert slow.status_code == 503 and "[query_seconds]" in slow.text and slow.headers["Retry-After"]
    assert quick.status_code == 200


def test_a_query_that_takes_too_much_memory_is_stopped(releases: Path) -> None:
    hungry = "SELECT DISTINCT ?a ?d ?c ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a"
    with site_over(releases, Settings(query_workers=1, query_memory_mb=100)) as app:
        response = app.test_client().get("/sparql", query_string={"query": hungry})

    assert response.status_code == 503 and "[query_memory_mb]" in response.text


def test_a_result_is_never_cut_short(releases: Path) -> None:
    with site_over(releases, Settings(query_workers=1, query_result_bytes=10_000)) as app:
        response = app.test_client().get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"})

    assert response.status_code == 503
    assert "[query_result_bytes]" in response.text and "LIMIT" in response.text and "/dump/all.nq.gz" in response.text
