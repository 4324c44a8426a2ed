"""The cube.link view: what Zazuko's profiles ask of a cube, and its own constraint, hold."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib

from budgetgraph.graph.consolidation import consolidate
from samples import HETANG, SAMPLE, SHARED, disclosure, needs_hetang
from test_exports import exports

PROFILES = SHARED / "conformance" / "cube-link" / "validation"
CUBE = rdflib.Namespace("https://cube.link/")
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def cube() -> rdflib.Graph:
    return rdflib.Graph().parse(data=exports()["cube.ttl"].data, format="turtle")


def conforms(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[bool, str]:
    holds, _, text = pyshacl.validate(data, shacl_graph=shapes)
    return bool(holds), text


def test_the_view_has_no_blank_nodes_and_an_observation_for_each_fact() -> None:
    triples = [quad.triple for quad in pyoxigraph.parse(exports()["cube.ttl"].data, format=pyoxigraph.RdfFormat.TURTLE)]

    assert not any(isinstance(term, pyoxigraph.BlankNode) for item in triples for term in (item.subject, item.object))
    assert len(list(cube().subjects(rdflib.RDF.type, CUBE.Observation))) == len(consolidate(disclosure()))


def test_observations_hold_the_constraint_of_their_cube() -> None:
    data, shapes = cube(), cube()
    constraint = next(shapes.subjects(rdflib.RDF.type, CUBE.Constraint))
    shapes.add((constraint, SHACL.targetClass, CUBE.Observation))

    assert conforms(data, shapes) == (True, conforms(data, shapes)[1])
    data.remove((next(data.subjects(rdflib.RDF.type, CUBE.Observation)), CUBE.observedBy, None))
    assert not conforms(data, shapes)[0]


@pytest.mark.conformance
@pytest.mark.skipif(not PROFILES.is_dir(), reason="../shared/conformance/cube-link is not here")
@pytest.mark.parametrize(
    "profile",
    ["basic-cube-constraint", "standalone-cube-constraint", "standalone-constraint-constraint", "profile-visualize"],
)
@pytest.mark.parametrize("path", [SAMPLE, pytest.param(HETANG / "disclosure.txt", marks=needs_hetang)])
def test_the_profiles_are_held(profile: str, path: Path) -> None:
    shapes = rdflib.Graph().parse(PROFILES / f"{profile}.ttl", publicID=f"https://cube.link/{profile}")
    data = rdflib.Graph().parse(data=exports(path)["cube.ttl"].data, format="turtle")

    holds, text = conforms(data, shapes)

    assert holds, text
