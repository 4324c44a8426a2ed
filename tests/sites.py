"""What the tests of the site share: releases of the sample, and the site over one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from budgetgraph.publication import ontology_graphs, published
from budgetgraph.release import PublishedDocument, Release, publish
from budgetgraph.report import examine
from budgetgraph.settings import Settings
from budgetsite import create_app
from budgetsite.app import Site
from samples import disclosure

BASE = "https://budget.example/"
"""Not the host that the tests ask: what is served must not depend on the Host header."""

UNIT = "430202/zhengwufuwuzhongxin-f333f1/2019/approved/unit"
DISCLOSURE = f"{BASE}id/{UNIT}"


@cache
def sample(base: str = BASE) -> PublishedDocument:
    """Return the sample, ready to be published under a base IRI."""
    return published(examine(disclosure(), base), base)


def publish_sample(into: Path, base: str = BASE) -> Release:
    """Publish the sample as a release."""
    return publish([sample(base)], into, base_iri=base, ontology=ontology_graphs())


@contextmanager
def site_over(into: Path, settings: Settings | None = None) -> Iterator[Site]:
    """Open the site over a directory of releases, and close it."""
    app = create_app(into, settings or Settings(query_workers=1), TESTING=True)
    try:
        yield app
    finally:
        app.close()
