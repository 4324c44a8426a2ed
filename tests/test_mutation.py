"""A changed cell is noticed and named; what escapes says why; judging by values agrees with SHACL."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgetgraph.cli import main
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.equations import Place, equations, judge_relation, place_of
from budgetgraph.evaluation.mutation import KINDS, mutate_all, mutated, mutation_summary
from budgetgraph.figures import Figure
from budgetgraph.graph import GraphBuilder
from budgetgraph.misprints import Misprint, misprint
from budgetgraph.readers import read
from budgetgraph.repairs import Suspicion, suspicions
from samples import DOCUMENTS, HETANG, SAMPLE, disclosure, needs_hetang, report


@pytest.mark.parametrize(
    ("printed", "meant", "kind"),
    [
        ("105.06", "150.06", Misprint.SWAPPED),
        ("371.08", "361.08", Misprint.DIGIT),
        ("37.08", "371.08", Misprint.DROPPED),
        ("371.5", "371.45", Misprint.DROPPED),
        ("3711.08", "371.08", Misprint.ADDED),
        ("3710.8", "371.08", Misprint.POINT),
        ("3710800", "371.08", Misprint.UNIT),
        ("-3.5", "3.5", Misprint.SIGN),
        ("371.08", "482.08", None),
        ("371.08", "371.08", None),
        ("0", "371.08", None),
    ],
)
def test_a_misprint_is_known_by_its_kind(printed: str, meant: str, kind: Misprint | None) -> None:
    assert misprint(Decimal(printed), Decimal(meant)) is kind


@needs_hetang
def test_judging_by_values_agrees_with_shacl_on_a_document_with_violations() -> None:
    _agree(HETANG / "disclosure.pdf")


def test_judging_by_values_agrees_with_shacl_on_the_sample() -> None:
    _agree(SAMPLE)


def test_judging_by_values_agrees_with_shacl_after_a_mutation() -> None:
    changed, _ = _changed("371.08", "317.08")

    assert any(equation.violated for equation in equations(changed.relations.relations))


def _agree(path: Path) -> None:
    builder = GraphBuilder(disclosure(path))
    judged = {builder.relation(r): judge_relation(r) for r in disclosure(path).relations.relations}

    assert judged == report(path).outcomes


def _changed(before: str, after: str) -> tuple[Disclosure, Place]:
    document = read(SAMPLE)
    figure = next(f for f in disclosure().figures if f.table == "4" and f.printed == before)
    place = place_of(figure)
    return read_disclosure(mutated(document, {place: after})), place


def _first(found: Disclosure, place: Place) -> Suspicion:
    known = equations(found.relations.relations)
    return next(s for s in suspicions(known, found.readings) if place in s.repairs[0].change)


def test_the_changed_cell_is_named_with_the_value_that_the_relations_agree_on() -> None:
    changed, place = _changed("371.08", "317.08")

    suspicion = _first(changed, place)

    assert isinstance(suspicion.repairs[0].item, Figure)
    assert suspicion.repairs[0].slip is Misprint.SWAPPED
    assert suspicion.suggested == Decimal("3710800.00")
    assert len(suspicion.repairs[0].independent) > 1


def test_mutations_are_seeded_and_nearly_all_are_noticed() -> None:
    once, again = (mutate_all([SAMPLE], DOCUMENTS, trials=24, seed=7, jobs=1) for _ in range(2))

    assert once.trials == again.trials
    assert {trial.kind for trial in once.trials} <= set(KINDS)
    summary = mutation_summary(once)
    assert summary["trials"] == 24
    assert summary["detected"] >= 0.9
    assert all(trial.reason for trial in once.trials if not trial.detected)


def test_evaluate_tells_of_mutations_only_if_asked(tmp_path: Path) -> None:
    target = tmp_path / "out.json"

    result = CliRunner().invoke(
        main, ["evaluate", str(SAMPLE), "--json", str(target), "--mutations", "4", "--seed", "3", "--jobs", "1"]
    )

    assert result.exit_code == 0, result.output
    assert json.loads(target.read_text())["mutation"]["summary"]["trials"] == 4
