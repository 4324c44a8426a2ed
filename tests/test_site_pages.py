"""The pages: every kind of resource has one, tables look as they are printed, and every link leads somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from budgetgraph.releases.release import Release
from sites import BASE, DISCLOSURE, UNIT, publish_sample, site_over

DOC = f"/doc/{UNIT}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the site over a release of the sample."""
    into = tmp_path_factory.mktemp("site") / "R"
    publish_sample(into)
    with site_over(into) as app:
        yield app.test_client()


def text(client: FlaskClient, path: str) -> str:
    """Return a page's words, without its markup."""
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, path
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """Return the first page of the rows of a table or disclosure."""
    found: list[dict[str, str]] = json.loads(client.get(path + ".json").data)["rows"]
    return found


def local(iri: str) -> str:
    """Return the path of the document about an IRI of the site's."""
    return iri.replace(BASE + "id/", "/doc/")


def test_the_first_page_lists_what_is_published(client: FlaskClient) -> None:
    page = text(client, "/")

    assert "株洲市荷塘区政务服务中心2019年预算" in page


def test_search_finds_disclosures_and_concepts(client: FlaskClient) -> None:
    assert "株洲市荷塘区政务服务中心" in text(client, "/?q=荷塘 2019")
    assert "30216 培训费 training" in text(client, "/?q=30216")
    assert "没有找到" in text(client, "/?q=不存在的单位")


def test_a_disclosure_shows_its_headlines_tables_and_findings(client: FlaskClient) -> None:
    page = text(client, DOC)

    assert "3,710,800.00" in page and "2,180,800.00" in page
    assert page.count("一般公共预算基本支出情况表") >= 1
    assert "643.40" in page and "数字错栏" in page


def test_a_table_is_shown_as_it_is_printed(client: FlaskClient) -> None:
    page = client.get(f"{DOC}/table/1", headers={"Accept": "text/html"}).get_data(as_text=True)
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    first = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", body)[:6]]

    assert first == ["一、一般公共预算拨款", "371.08", "一、一般公共服务支出", "371.08", "一、基本支出", "218.08"]
    assert body.count("<tr>") == 24
    assert "空白 blank" in body


def test_every_printed_figure_of_a_table_leads_to_its_observation(client: FlaskClient) -> None:
    page = client.get(f"{DOC}/table/11", headers={"Accept": "text/html"}).get_data(as_text=True)

    assert set(re.findall(rf'href="({DOC}/observation/\w+)"', page)) >= {
        local(row["observation"]) for row in rows(client, f"{DOC}/table/11")
    }
    assert 'class="violated"' in page


def test_an_observation_shows_coordinates_source_and_sums(client: FlaskClient) -> None:
    row = next(row for row in rows(client, f"{DOC}/table/11") if row["printedText"] == "0.60")
    page = text(client, local(row["observation"]))

    assert "30216 培训费" in page and "一般公共预算" in page
    assert "第17页" in page
    assert "不符 violated" in page and "1,000.00 ≥ 6,000.00" in page
    assert "180,000.00 = " in page


def test_the_source_cell_is_shown_on_its_page(client: FlaskClient) -> None:
    row = rows(client, f"{DOC}/table/11")[0]
    page = client.get(local(row["observation"]), headers={"Accept": "text/html"}).get_data(as_text=True)
    picture = unescape(re.findall(r'<img class="picture" loading="lazy" src="([^"]+)"', page)[0])

    assert client.get(picture).data.startswith(b"\x89PNG")
    assert client.get(picture.replace("/17.png", "/99.png")).status_code == 404
    assert client.get(picture.partition("?")[0] + "?box=1,2").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/ontology",
        "/ontology/concept/functional",
        "/ontology/concept/functional/20103",
        "/ontology/dimension/fundSource",
        "/ontology/ns/Summation",
        "/ontology/shape/summation",
        "/ns",
        "/limits",
        "/sparql",
        "/describe?iri=http://data.openbudgets.eu/resource/codelist/budget-phase/approved",
    ],
)
def test_every_term_has_a_page(client: FlaskClient, path: str) -> None:
    assert "budgetgraph" in text(client, path)


def test_every_kind_of_resource_has_a_page_and_its_links_lead_somewhere(client: FlaskClient) -> None:
    seen: dict[str, int] = {}
    waiting, kinds = ["/", DOC], dict[str, int]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        response = client.get(path, headers={"Accept": "text/html"})
        seen[path] = response.status_code
        for link in (
            re.findall(r'(?:href|src)="(/[^"#]*)', response.get_data(as_text=True)) if _is_page(response) else ()
        ):
            kind = re.sub(r"[0-9a-f]{12,}|\d+|/concept/.*|/ns/.*|\?.*", "*", link)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= 2 and link != "/catalog":
                waiting.append(unescape(link))
        response.close()

    assert {path: status for path, status in seen.items() if status != 200} == {}
    reached = " ".join(seen)
    for part in ("/org/", "/observation/", "/relation/", "/finding/", "/report", "/target/", "/statement/", "/cell/"):
        assert part in reached, part


def _is_page(response: object) -> bool:
    return "html" in str(getattr(response, "content_type", ""))


def test_rows_are_filtered_and_paged(client: FlaskClient) -> None:
    found = json.loads(client.get(f"{DOC}/table/20.json?departmentEconomicClassification=30216&size=1").data)

    assert found["total"] == 2 and found["pages"] == 2 and len(found["rows"]) == 1
    assert found["rows"][0]["departmentEconomicClassificationLabel"] == "培训费"
    assert found["next"] and found["previous"] is None
    assert client.get(f"{DOC}/table/20.json?page=none").status_code == 400


def test_the_rows_of_a_disclosure_state_each_fact_once(client: FlaskClient) -> None:
    lines = client.get(f"{DOC}.csv").get_data(as_text=True).splitlines()

    assert lines[0].startswith("observation,rowLabel,columnLabel,amount")
    assert len(lines) == 1 + json.loads(client.get(f"{DOC}.json").data)["total"]
    assert client.get(f"{DOC}.xlsx").data.startswith(b"PK")


def test_the_source_is_served_under_its_sha_256(client: FlaskClient, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = re.findall(r'href="/doc/file/(\w{64})"', client.get(DOC, headers={"Accept": "text/html"}).text)[0]

    with client.get(f"/file/{file}.pdf") as response:
        assert response.data.startswith(b"%PDF")
    assert client.get(f"/file/{'0' * 64}.pdf").status_code == 404
    assert client.get(f"/doc/file/{file}/page/7").status_code == 200


def test_errors_are_one_line(client: FlaskClient) -> None:
    response = client.get("/doc/nothing", headers={"Accept": "*/*"})

    assert response.status_code == 404
    assert response.text.startswith(f"nothing is published about {BASE}id/nothing") and response.text.count("\n") == 1
    assert "404" in client.get("/doc/nothing", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/a b", 404),
        ("/doc/%3Cx%3E", 404),
        ("/id/%22", 404),
        ("/doc/%ff", 404),
        ("/ontology/%20%3E", 404),
        ("/describe?iri=foo", 404),
        ("/describe?iri=http://a b", 404),
        ("/describe", 404),
        ("/data/%3C.ttl", 404),
        ("/file/../manifest.json", 404),
        ("/static/../app.py", 404),
        ("/catalog?page=0", 400),
        ("/catalog?page=99999999999999999999", 404),
        ("/?page=-1", 400),
        ("/limits.xyz", 404),
        ("/sparql?default-graph-uri=foo&query=ASK%20%7B%7D", 400),
        ("/sparql?query=%00", 400),
    ],
)
def test_odd_requests_are_refused_in_one_line(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path, headers={"Accept": "*/*"})

    assert response.status_code == status and response.text.count("\n") == 1


def test_iris_come_from_the_base_never_from_the_host(client: FlaskClient) -> None:
    turtle = client.get(f"{DOC}.ttl", headers={"Host": "evil.example"})

    assert DISCLOSURE in turtle.text
    assert "evil.example" not in turtle.text + str(turtle.headers)


def test_machines_find_what_they_look_for(client: FlaskClient) -> None:
    assert json.loads(client.get("/health").data)["status"] == "ok"
    assert json.loads(client.get("/ready").data)["status"] == "ready"
    assert f"Sitemap: {BASE}sitemap.xml" in client.get("/robots.txt").text
    assert f"<loc>{BASE}doc/{UNIT}</loc>" in client.get("/sitemap.xml").text
    assert "void#sparqlEndpoint" in client.get("/.well-known/void", headers={"Accept": "application/n-triples"}).text
    assert json.loads(client.get("/limits.json").data)["query_seconds"]["value"] == 20


def test_the_site_follows_when_current_is_switched(tmp_path_factory: pytest.TempPathFactory) -> None:
    into = tmp_path_factory.mktemp("switch") / "R"
    first = publish_sample(into)
    with site_over(into) as app:
        client = app.test_client()
        before = client.get("/").headers["ETag"]
        publish_sample(into)

        assert json.loads(client.get("/ready").data)["release"] == first.number + 1
        assert client.get("/").headers["ETag"] != before
        assert Release.open(into).number == first.number + 1


def test_the_vocabulary_is_shown_with_its_picture_and_its_tables(client: FlaskClient) -> None:
    page = client.get("/ontology", headers={"Accept": "text/html"}).text
    picture = page[page.index("<svg") : page.index("</svg>")]
    links = re.findall(r'href="(/ontology/[^"]+)"', picture)

    assert "/ontology/ns/Disclosure" in links and all(client.get(link).status_code == 200 for link in links)
    assert "bg:tableKind" in page and "xsd:" in page


def test_a_code_list_is_shown_as_a_tree_of_all_its_concepts(client: FlaskClient) -> None:
    page = client.get("/ontology/concept/functional", headers={"Accept": "text/html"}).text
    count = re.search(r"(\d+) 个概念", page)
    shown = set(re.findall(r'href="(/ontology/concept/functional/[^".]+)"', page))

    assert count and len(shown) == int(count.group(1))
    assert page.index('concept/functional/201"') < page.index('concept/functional/20103"')


def test_the_context_is_where_a_processor_of_json_ld_finds_it(client: FlaskClient) -> None:
    response = client.get("/context.jsonld")
    context = json.loads(response.data)["@context"]

    assert response.mimetype == "application/ld+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert context["Disclosure"] == "bg:Disclosure" and context["bg"] == "https://w3id.org/budgetgraph/ns#"
