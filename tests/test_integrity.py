"""Integrity of data cubes: ours agrees with the published cases, is quick, and holds on what is published."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pyoxigraph
import pytest

from budgetgraph.integrity import Breach, breaches, cube_store
from budgetgraph.integrity.__main__ import main
from samples import HETANG, ROOT, SAMPLE, SHARED, needs_hetang, report

CASES = SHARED / "conformance" / "qb-ic"
OBEU = SHARED / "conformance" / "obeu"
CUBE = "http://purl.org/linked-data/cube#"
BG_DIM = "https://w3id.org/budgetgraph/dimension#"
CONSTRAINTS = {f"IC-{number}" for number in range(1, 22)}

PREFIXES = f"@prefix qb: <{CUBE}> .\n@prefix : <http://example.org/> .\n"
STRUCTURE = """
:structure a qb:DataStructureDefinition ; qb:component [ qb:dimension :year ] , [ qb:dimension :body ] ,
    [ qb:measure :amount ] .
:year a qb:DimensionProperty . :body a qb:DimensionProperty . :amount a qb:MeasureProperty .
:data a qb:DataSet ; qb:structure :structure .
"""

LAYOUTS = ("cities/004_*/*水利局*.pdf", "cities/020_*/*应急管理局*.pdf", "shanghai-putuo/samples__good__*.pdf")

Item = pyoxigraph.Triple | pyoxigraph.Quad


def cases() -> list[tuple[str, str, bool]]:
    if not CASES.is_dir():
        return []
    with (CASES / "expected.csv").open(encoding="utf-8") as lines:
        return [(row["check"], row["fixtures"], row["expected"] == "violation") for row in csv.DictReader(lines)]


@cache
def vocabulary() -> tuple[Item, ...]:
    """The ontology, and the code lists of OpenBudgets.eu."""
    files = [*sorted((ROOT / "ontology").glob("*.ttl")), OBEU / "code_lists.ttl"]
    return tuple(item for path in files for item in pyoxigraph.parse(path=path))


def published(path: Path) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(report(path).graph, format=pyoxigraph.RdfFormat.N_QUADS))


def broken(items: Iterable[Item]) -> list[Breach]:
    return list(breaches(cube_store(chain(vocabulary(), items))))


def observations(quads: list[pyoxigraph.Quad]) -> set[object]:
    return {quad.subject for quad in quads if quad.predicate.value == CUBE + "dataSet"}


def without(quads: list[pyoxigraph.Quad], predicate: str) -> Iterator[pyoxigraph.Quad]:
    """Leave out one quad with the predicate, of an observation where observations have it."""
    cells = observations(quads)
    held = [quad for quad in quads if quad.predicate.value == predicate]
    dropped = next((quad for quad in held if quad.subject in cells), held[0])
    return (quad for quad in quads if quad != dropped)


@pytest.mark.conformance
@pytest.mark.skipif(not CASES.is_dir(), reason="../shared/conformance/qb-ic is not here")
class TestPublishedCases:
    """What needs the published test cases of the Data Cube vocabulary, and the model of OpenBudgets.eu."""

    def test_there_are_52_cases_for_all_constraints(self) -> None:
        assert len(cases()) == 52
        assert {f"IC-{check[10:-7].rstrip('ab')}" for check, _, _ in cases()} == CONSTRAINTS

    @pytest.mark.parametrize(("check", "fixtures", "violated"), cases())
    def test_the_checker_agrees(self, check: str, fixtures: str, violated: bool) -> None:
        items = (
            item
            for name in fixtures.split()
            for item in pyoxigraph.parse(path=CASES / "fixtures" / name, rename_blank_nodes=True)
        )
        constraint = f"IC-{check.removeprefix('integrity-').removesuffix('.sparql').rstrip('ab')}"

        assert bool(list(breaches(cube_store(items), constraint))) is violated

    def test_the_sample_holds_every_constraint(self) -> None:
        assert broken(published(SAMPLE)) == []

    @needs_hetang
    @pytest.mark.parametrize("name", ["disclosure.pdf", "disclosure.txt", "disclosure-radicals.pdf"])
    def test_hetang_holds_every_constraint(self, name: str) -> None:
        assert broken(published(HETANG / name)) == []

    @needs_hetang
    @pytest.mark.parametrize("name", LAYOUTS)
    def test_disclosures_of_other_layouts_hold_every_constraint(self, name: str) -> None:
        path = next(HETANG.parent.glob(name))

        assert broken(published(path)) == []

    @pytest.mark.parametrize(
        ("predicate", "constraint"),
        [
            (CUBE + "dataSet", "IC-1"),
            (CUBE + "structure", "IC-2"),
            (BG_DIM + "fundSource", "IC-11"),
            ("http://data.openbudgets.eu/ontology/dsd/attribute/currency", "IC-13"),
            ("http://data.openbudgets.eu/ontology/dsd/measure/amount", "IC-14"),
        ],
    )
    def test_a_planted_omission_is_seen(self, predicate: str, constraint: str) -> None:
        assert constraint in {breach.constraint for breach in broken(without(published(SAMPLE), predicate))}

    def test_a_planted_duplicate_and_a_planted_foreign_code_are_seen(self) -> None:
        quads = published(SAMPLE)
        first = min(observations(quads), key=str)
        copied = pyoxigraph.NamedNode("http://example.org/copy")
        copy = [
            pyoxigraph.Quad(copied, quad.predicate, quad.object, quad.graph_name)
            for quad in quads
            if quad.subject == first
        ]
        code = pyoxigraph.Quad(copied, pyoxigraph.NamedNode(BG_DIM + "aspect"), pyoxigraph.NamedNode("http://e.org/x"))

        assert {breach.constraint for breach in broken([*quads, *copy])} == {"IC-12"}
        assert {breach.constraint for breach in broken([*quads, *copy, code])} == {"IC-12", "IC-19"}


def test_each_constraint_is_asked() -> None:
    folder = ROOT / "ingest" / "budgetgraph" / "integrity"
    stated = {f"IC-{int(path.name[:2])}" for path in folder.glob("*.rq")}

    assert stated | {"IC-12", "IC-17", "IC-20", "IC-21"} == CONSTRAINTS


def test_a_duplicate_is_named_with_its_twin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cube.ttl"
    cells = "".join(
        f":cell{n} qb:dataSet :data ; :year {year} ; :body :b ; :amount 1 .\n" for n, year in enumerate((1, 2, 1))
    )
    file.write_text(PREFIXES + STRUCTURE + cells, encoding="utf-8")

    assert main([str(file)]) == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("IC-12"))
    assert line.split("\t")[1:3] == ["http://example.org/cell0", "http://example.org/cell2"]


def test_duplicates_among_100000_observations_are_found_in_five_seconds() -> None:
    dimensions = range(15)
    components = " , ".join(f"[ qb:dimension :d{n} ]" for n in dimensions)
    head = f"{PREFIXES}:s a qb:DataStructureDefinition ; qb:component {components} .\n"
    cells = (
        f":o{n} qb:dataSet :data{n // 1000} ; {' ; '.join(f':d{d} :v{(n * 7919 >> d) % 50}' for d in dimensions)} .\n"
        for n in range(100_000)
    )
    store = pyoxigraph.Store()
    sets = "".join(f":data{n} qb:structure :s .\n" for n in range(100))
    twin = f":twin qb:dataSet :data0 ; {' ; '.join(f':d{d} :v0' for d in dimensions)} .\n"
    store.bulk_load((head + sets + twin + "".join(cells)).encode(), pyoxigraph.RdfFormat.TURTLE)
    store.update(
        f"PREFIX qb: <{CUBE}> INSERT {{ ?c qb:componentProperty ?d . ?d a qb:DimensionProperty }}"
        " WHERE { ?c qb:dimension ?d }"
    )

    started = time.process_time()  # not the clock's: others may be at work on this machine
    found = list(breaches(store, "IC-12"))
    seconds = time.process_time() - started

    assert [(breach.focus, breach.value) for breach in found] == [("http://example.org/o0", "http://example.org/twin")]
    assert seconds < 5
