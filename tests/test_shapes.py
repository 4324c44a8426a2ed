"""Every shape accepts what is right and finds what is wrong: tests/shapes/<shape>/, where a case is a file.

`valid.<what>.ttl` has no result of the shape; `invalid.<constraint>.<what>.ttl` has results of that constraint alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, SH, Graph, URIRef, Variable
from rdflib.term import Node

from budgetgraph.validation import SHAPE, ValidationReport, validate
from budgetgraph.validation.engine import load_graph, load_shapes, without_optionals
from samples import ROOT

CASES = ROOT / "tests" / "shapes"
FILES = sorted(CASES.glob("*/*.ttl"))


@cache
def constraints() -> dict[str, frozenset[str]]:
    """The constraints of each shape, all by their local names."""
    graph = load_shapes().graph
    shapes = [shape for shape in graph.subjects(RDF.type, SH.NodeShape) if isinstance(shape, URIRef)]
    return {
        shape.removeprefix(SHAPE): frozenset(
            str(constraint).removeprefix(SHAPE) for constraint in graph.objects(shape, SH.sparql | SH.property)
        )
        for shape in shapes
    }


def lines_of(path: Path) -> bytes:
    triples = pyoxigraph.parse(path.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE)
    lines = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert lines is not None
    return lines


@cache
def validated(path: Path) -> ValidationReport:
    return validate(lines_of(path))


def found(path: Path) -> frozenset[str]:
    names = {(result.constraint or result.shape).removeprefix(SHAPE) for result in validated(path).results}
    return frozenset(names) & constraints()[path.parent.name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_has_the_results_that_its_name_says(path: Path) -> None:
    kind, reason, *_ = path.stem.split(".")

    assert kind in {"valid", "invalid"}
    assert found(path) == (frozenset({reason}) if kind == "invalid" else frozenset())


@pytest.mark.parametrize("path", [path for path in FILES if path.stem.startswith("invalid.")], ids=str)
def test_each_result_says_what_to_do_in_both_languages(path: Path) -> None:
    for result in validated(path).results:
        assert result.messages.get("zh") and result.messages.get("en"), result


def test_every_shape_has_valid_cases_and_every_constraint_an_invalid_one() -> None:
    assert {path.parent.name for path in FILES} == set(constraints())
    for shape, names in constraints().items():
        cases = [path.stem.split(".") for path in FILES if path.parent.name == shape]
        assert any(kind == "valid" for kind, *_ in cases), shape
        assert {reason for kind, reason, *_ in cases if kind == "invalid"} == names, shape


def test_a_query_put_to_all_nodes_at_once_tells_each_what_it_would_tell_it_alone() -> None:
    """What lets the engine run a query once: `$this` is bound by a triple pattern wherever it is used."""
    told = 0
    for path in FILES:
        data = load_graph(lines_of(path))
        alone, together = data.as_rdflib(), data.as_rdflib(together=True)
        for shape, query in queries(load_shapes().graph):
            for target in load_shapes().graph.objects(shape, SH.targetClass):
                for focus in {node for node in alone.subjects(RDF.type, target) if isinstance(node, URIRef)}:
                    expected = alone.query(query, initBindings={"this": focus}).bindings
                    first, second = (together.query(query, initBindings={"this": focus}).bindings for _ in range(2))
                    assert in_order(first) == in_order(second) == in_order(expected), (path.name, query)
                    told += len(in_order(expected))
    assert told > len(FILES) / 2


def test_what_only_words_a_message_is_not_asked_of_all_nodes() -> None:
    query = 'SELECT $this WHERE { $this a <urn:OPTIONAL{> FILTER(?a < 1) OPTIONAL { ?a <urn:b> "}" } } GROUP BY $this'

    assert without_optionals(query) == "SELECT $this WHERE { $this a <urn:OPTIONAL{> FILTER(?a < 1) } GROUP BY $this"
    sums = next(
        str(text) for node, text in load_shapes().graph.subject_objects(SH.select) if str(node).endswith("sum-differs")
    )
    assert "GROUP_CONCAT" in sums
    assert "GROUP_CONCAT" not in without_optionals(sums)


def queries(graph: Graph) -> Iterator[tuple[Node, str]]:
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        for query in graph.objects(shape, SH.sparql / SH.select):
            yield shape, str(query)


def in_order(solutions: Iterable[Mapping[Variable, Node | None]]) -> list[list[tuple[str, str]]]:
    """Solutions without `$this`: where all are asked for together it is one of them."""
    return sorted(
        sorted((str(name), value.n3()) for name, value in solution.items() if value and str(name) != "this")
        for solution in solutions
    )
