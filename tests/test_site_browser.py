"""The site in a real browser: the query editor completes terms and runs queries, and pages fit a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from browser import CHROMIUM, opened
from budgetsite.home import EDITOR
from sites import UNIT, free_port, publish_sample, served, site_over

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not here")
needs_editor = pytest.mark.skipif(not EDITOR.exists(), reason="the query editor is not here: make assets")

EDITED = "document.querySelector('.CodeMirror').CodeMirror"
HINTS = "[...document.querySelectorAll('.CodeMirror-hint')].map(hint => hint.textContent)"
PREFIXED = "PREFIX bg: <https://w3id.org/budgetgraph/ns#> "


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site whose data is named under that address."""
    into, port = tmp_path_factory.mktemp("browser") / "R", free_port()
    publish_sample(into, f"http://127.0.0.1:{port}/")
    with served(into, port) as address:
        yield address


@needs_browser
@needs_editor
@pytest.mark.parametrize(
    ("query", "completed"),
    [
        (f"{PREFIXED}SELECT * {{ ?s a bg:Disclo", "bg:Disclosure"),
        (f"{PREFIXED}SELECT * {{ ?s bg:tableK", "bg:tableKind"),
    ],
)
def test_the_editor_completes_terms_of_the_vocabulary(server: str, tmp_path: Path, query: str, completed: str) -> None:
    with opened(f"{server}sparql", tmp_path) as page:
        page.wait_for("!!document.querySelector('.CodeMirror')")
        page.run(f"{EDITED}.setValue({query!r}); {EDITED}.setCursor({{line: 0, ch: {len(query)}}}); {EDITED}.focus()")
        page.run(f"{EDITED}.autocomplete(false)")
        name = completed.partition(":")[2]
        offered = f"{HINTS}.some(hint => hint.includes({name!r}))"
        page.wait_for(f"{offered} || {EDITED}.getValue().includes({completed!r})")


@needs_browser
@needs_editor
def test_a_query_that_is_linked_runs_at_once_in_the_editor(server: str, tmp_path: Path) -> None:
    query = "SELECT (2 * 21 AS ?answer) {}"
    with opened(f"{server}sparql?query={query.replace(' ', '%20')}", tmp_path) as page:
        page.wait_for("[...document.querySelectorAll('#yasgui td')].some(cell => cell.textContent.includes('42'))")


@needs_browser
@pytest.mark.parametrize("path", ["", f"doc/{UNIT}", f"doc/{UNIT}/table/9", "ontology", "limits", "catalog", "sparql"])
def test_no_page_is_wider_than_a_narrow_screen(server: str, tmp_path: Path, path: str) -> None:
    with opened(f"{server}{path}", tmp_path) as page:
        page.send("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=True)
        page.wait_for("document.readyState === 'complete' && !!document.querySelector('footer')")
        overflow = page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert overflow <= 1


def test_the_query_that_each_page_links_to_finds_something(tmp_path: Path) -> None:
    publish_sample(tmp_path)
    with site_over(tmp_path) as app:
        client = app.test_client()
        whole = client.get(f"/doc/{UNIT}.nt").text
        found = {kind: re.search(rf"/id/({UNIT}/{kind}/[^> ]+)>", whole) for kind in ("table", "finding", "relation")}
        paths = [f"/doc/{UNIT}", *(f"/doc/{match.group(1)}" for match in found.values() if match)]
        paths += ["/ontology/ns/Disclosure", "/ontology/concept/unit", "/ontology/concept/functional/201"]
        for path in paths:
            page = client.get(path, headers={"Accept": "text/html"})
            links = re.findall(r'href="(/sparql\?query=[^"]+)"', page.text)
            assert links, path
            for link in links:
                answer = client.get(unescape(link), headers={"Accept": "*/*"})
                assert answer.status_code == 200 and len(answer.data) > 300, path
