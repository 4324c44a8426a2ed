"""OpenBudgets.eu: what is published holds the seven constraints of its model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

from samples import HETANG, ROOT, SAMPLE, SHARED, needs_hetang, report

OBEU = SHARED / "conformance" / "obeu"
CHECKED = pyoxigraph.NamedNode("http://data.openbudgets.eu/resource/dataset/validated-dataset")
MODEL = pyoxigraph.NamedNode("http://data.openbudgets.eu/ontology")
BG = "https://w3id.org/budgetgraph/ns#"
CONSTRAINTS = (
    "code_list_redefinition",
    "hijacked_core_namespace",
    "missing_mandatory_component_properties",
    "property_instantiation",
    "use_of_abstract_property",
    "use_of_deprecated_term",
    "wrong_qb_character_case",
)

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not OBEU.is_dir(), reason="../shared/conformance/obeu is not here"),
]


def items(folder: Path) -> Iterator[pyoxigraph.Quad]:
    for path in sorted(folder.glob("*.ttl")):
        yield from pyoxigraph.parse(path=path, rename_blank_nodes=True)


def _constructed(store: pyoxigraph.Store, query: str) -> Iterator[pyoxigraph.Triple]:
    found = store.query(query)
    assert isinstance(found, pyoxigraph.QueryTriples)
    return found


def violations(graph: bytes, *, planted: str = "") -> set[str]:
    """The constraints that a published graph violates, with the ontology that is published beside it."""
    store = pyoxigraph.Store()
    quads = pyoxigraph.parse(graph, format=pyoxigraph.RdfFormat.N_QUADS)
    turtle = pyoxigraph.parse(planted, format=pyoxigraph.RdfFormat.TURTLE)
    for name, found in ((CHECKED, quads), (CHECKED, turtle), (CHECKED, items(ROOT / "ontology")), (MODEL, items(OBEU))):
        store.extend(pyoxigraph.Quad(item.subject, item.predicate, item.object, name) for item in found)
    return {
        name
        for name in CONSTRAINTS
        if list(_constructed(store, (OBEU / "integrity-constraints" / f"{name}.rq").read_text("utf-8")))
    }


def test_the_seven_constraints_are_all_there_are() -> None:
    assert {path.stem for path in (OBEU / "integrity-constraints").glob("*.rq")} == set(CONSTRAINTS)


def test_the_sample_violates_none() -> None:
    assert violations(report(SAMPLE).graph) == set()


@needs_hetang
def test_hetang_violates_none() -> None:
    assert violations(report(HETANG / "disclosure.pdf").graph) == set()


@pytest.mark.parametrize(
    ("planted", "constraint"),
    [
        (
            f"<{BG}tableStructure> <http://purl.org/linked-data/cube#component> <urn:c> . <urn:c>"
            " <http://purl.org/linked-data/cube#dimension>"
            " <http://data.openbudgets.eu/ontology/dsd/dimension/classification> .",
            "use_of_abstract_property",
        ),
        (
            "<urn:o> <http://data.openbudgets.eu/ontology/dsd/dimension/budgetaryUnit> <urn:u> .",
            "use_of_deprecated_term",
        ),
        (
            "<urn:s> a <http://purl.org/linked-data/cube#DataStructureDefinition> .",
            "missing_mandatory_component_properties",
        ),
    ],
)
def test_a_planted_mistake_is_seen(planted: str, constraint: str) -> None:
    assert constraint in violations(report(SAMPLE).graph, planted=planted)
