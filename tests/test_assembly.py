"""Files of one disclosure: told by what they print, read together, each figure with its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.errors import UnusableSource
from budgetgraph.identity.assembly import Sketch, assemble, distinctive, go_together, merged
from budgetgraph.identity.reading import Identity
from budgetgraph.relations.model import RelationKind
from budgetgraph.report.examination import examine
from samples import JIANGSU, SHARED, needs_jiangsu

CITIES = SHARED / "corpus" / "cities"
needs_cities = pytest.mark.skipif(not CITIES.is_dir(), reason="../shared/corpus/cities is not here")

WHOLE = Identity("中共某省委员会办公厅", "000000", "", 2019, "approved", "unit", level_stated=False)
SHORT = Identity("某省委办公厅", "320000", "某省", 2019, "approved", "department")
AMOUNTS = distinctive(Decimal(amount) for amount in ("12345600.00", "2345600.00", "3456700.00"))


def sketch(key: str, identity: Identity = WHOLE, *, kinds: str = "", amounts: frozenset[Decimal] = AMOUNTS) -> Sketch:
    return Sketch(key, identity, frozenset(kinds.split()), amounts)


def test_prose_and_tables_of_one_body_go_together() -> None:
    assert go_together(sketch("a", kinds="revenue expenditure"), sketch("b"))


def test_a_short_name_is_the_same_body_only_if_the_figures_agree() -> None:
    tables = sketch("a", kinds="revenue")

    assert go_together(tables, sketch("b", SHORT))
    assert not go_together(tables, sketch("b", SHORT, amounts=distinctive([Decimal("9876500.00")])))
    assert not go_together(tables, sketch("b", replace(SHORT, body="某省委宣传部")))


@pytest.mark.parametrize(
    "other",
    [
        replace(SHORT, year=2018),
        replace(SHORT, phase="executed"),
        replace(WHOLE, level="department", level_stated=True),
        replace(WHOLE, division="330000", division_name="某某省"),
    ],
)
def test_another_year_phase_level_or_division_keeps_files_apart(other: Identity) -> None:
    stated = replace(WHOLE, level_stated=True, division="320000")

    assert not go_together(sketch("a", stated, kinds="revenue"), sketch("b", other))


def test_a_kind_of_table_that_stands_in_both_makes_a_new_version_not_another_part() -> None:
    assert not go_together(sketch("a", kinds="revenue expenditure"), sketch("b", kinds="revenue"))
    assert not go_together(sketch("a"), sketch("b"))


def test_the_order_of_the_files_does_not_matter() -> None:
    files = [sketch("a", SHORT), sketch("b", kinds="revenue"), sketch("c", replace(SHORT, year=2018))]

    groups = {tuple(tuple(part.key for part in group) for group in assemble(given)) for given in permutations(files)}

    assert groups == {(("b", "a"), ("c",))}


def test_a_disclosure_of_several_files_has_the_longest_name_and_what_any_of_them_states() -> None:
    identity = merged([SHORT, WHOLE])

    assert identity == merged([WHOLE, SHORT])
    assert (identity.body, identity.also) == (WHOLE.body, (SHORT.body,))
    assert (identity.division, identity.level, identity.level_stated) == ("320000", "department", True)


@cache
def joint() -> Disclosure:
    return read_disclosure(sorted((JIANGSU / "江苏省政协办公厅").glob("*2018*.pdf")))


@needs_jiangsu
def test_equalities_run_across_the_files_of_a_disclosure() -> None:
    across = [
        relation
        for relation in joint().relations.relations
        if relation.kind is RelationKind.EQUALITY and len({file_of(relation.whole), *map(file_of, relation.parts)}) > 1
    ]

    assert len(joint().documents) == 2
    assert len(across) >= 3


def file_of(term: object) -> str:
    cell = getattr(term, "cell", None)
    return str(getattr(cell or term, "file", ""))


@needs_jiangsu
def test_every_figure_and_every_statement_knows_its_file() -> None:
    tables, prose = joint().documents

    assert {figure.cell.file for figure in joint().figures} == {tables.sha256}
    assert {statement.file for statement in joint().prose.statements} == {prose.sha256}


@needs_jiangsu
def test_the_order_of_the_files_does_not_change_the_graph() -> None:
    turned = read_disclosure(sorted((JIANGSU / "江苏省政协办公厅").glob("*2018*.pdf"), reverse=True))

    assert examine(turned).graph == examine(joint()).graph


def files(folder: str) -> Iterator[Path]:
    yield from sorted((JIANGSU / folder).glob("*.pdf"))


@needs_jiangsu
@pytest.mark.conformance
@pytest.mark.parametrize(
    ("folder", "groups"), [("江苏省委办公厅", 3), ("江苏省政协办公厅", 3), ("江苏省人大办公厅", 3)]
)
def test_each_year_of_a_body_is_one_disclosure(folder: str, groups: int) -> None:
    sketches = [read_disclosure(path).sketch for path in files(folder)]

    assert len(assemble(sketches)) == groups
    assert sorted(group[0].identity.year for group in assemble(sketches)) == [2017, 2018, 2019]


@needs_jiangsu
def test_prose_alone_is_a_disclosure_too() -> None:
    (path,) = (JIANGSU / "江苏省政协办公厅").glob("江苏省政协办公厅2018年度部门预算.pdf")
    understood = read_disclosure(path)

    assert (understood.identity.body, understood.identity.year) == ("江苏省政协办公厅", 2018)
    assert not understood.figures and understood.prose.statements
    assert "prose-only" in {finding.rule for finding in examine(understood).findings}


@needs_cities
@pytest.mark.conformance
@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("015_*/公安局交通*", "scan"),
        ("021_*/商务局*", "scan"),
        ("015_*/国有资产*", "evaluation-report"),
        ("032_*/*", "notice"),
        ("../shanghai-putuo/samples__templates__*", "empty-form"),
    ],
)
def test_what_is_no_disclosure_is_refused_with_its_reason(pattern: str, reason: str) -> None:
    (path,) = CITIES.glob(pattern) if ".." not in pattern else CITIES.parent.glob(pattern.removeprefix("../"))

    with pytest.raises(UnusableSource) as refused:
        read_disclosure(path)
    assert refused.value.reason == reason


@needs_cities
@pytest.mark.conformance
def test_a_narrative_without_tables_is_published_with_its_prose_figures() -> None:
    (path,) = CITIES.glob("002_*/*.pdf")

    assert len(read_disclosure(path).prose.statements) > 50
