"""A changed cell is noticed and named; what escapes says why; judging by values agrees with SHACL."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgetgraph.cli import main
from budgetgraph.diagnosis.equations import Place, equations, judge_relation, place_of
from budgetgraph.diagnosis.misprints import Misprint, misprint
from budgetgraph.diagnosis.repairs import Suspicion, suspicions
from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.evaluation import as_html
from budgetgraph.evaluation.escapes import REASONS
from budgetgraph.evaluation.escapes import escape as why_missed
from budgetgraph.evaluation.mutation import KINDS, mutated
from budgetgraph.evaluation.trials import MutationMeasures, Trial, mutate_all, mutation_dict, mutation_summary
from budgetgraph.figures import Figure
from budgetgraph.graph import GraphBuilder
from budgetgraph.readers import read
from budgetgraph.validation import Outcome, OutcomeKind
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


def test_what_is_in_no_relation_is_told_the_total_that_its_table_does_not_print() -> None:
    for reading in disclosure().readings:
        for figure in reading.figures:
            found = why_missed(reading, figure, (), (), disclosure())
            assert found.reason == "no-relation"
            assert found.caught_by.zh and found.caught_by.en
    projects = next(reading for reading in disclosure().readings if reading.table.slug == "15")
    assert "合计" in why_missed(projects, projects.figures[0], (), (), disclosure()).caught_by.zh


@pytest.mark.parametrize(
    ("outcome", "held", "reason"),
    [
        ("rounding", True, "within-rounding"),
        ("insufficient", True, "blank"),
        ("exact", True, "still-holds"),
        ("exact", False, "violated-before"),
    ],
)
def test_what_escapes_names_the_relation_that_would_have_caught_it(
    outcome: OutcomeKind, held: bool, reason: str
) -> None:
    reading = next(reading for reading in disclosure().readings if reading.table.slug == "4")
    figure = reading.figures[0]
    known = [e for e in equations(disclosure().relations.relations) if place_of(figure) in e.terms]
    before = known if held else [replace(e, outcome=Outcome("violated")) for e in known]
    after = [replace(e, outcome=Outcome(outcome)) for e in known]

    found = why_missed(reading, figure, before, after, disclosure())

    assert found.reason == reason
    assert "371.08" in found.caught_by.zh or "2010350" in found.caught_by.zh or "一般公共服务" in found.caught_by.zh


def test_escapes_are_listed_by_kind_as_values_and_on_the_page() -> None:
    trial = Trial(
        source="a.pdf", kind="digit", page=3, label="4: 甲 × 乙", before="1.00", after="1.01", detected=False,
        partner=False, held=0, held_any=0, named=0.0, violates=False, reason="no-relation",
        caught_by={"zh": "“乙”栏的合计", "en": "a total of “乙”"},
    )  # fmt: skip

    found = mutation_dict(MutationMeasures([trial]))

    assert [each["label"] for each in found["escapes"]["no-relation"]] == ["4: 甲 × 乙"]
    page = as_html([], found)
    assert "“乙”栏的合计" in page and "a total of “乙”" in page and REASONS["no-relation"].zh in page


def test_evaluate_tells_of_mutations_only_if_asked(tmp_path: Path) -> None:
    target = tmp_path / "out.json"

    result = CliRunner().invoke(
        main, ["evaluate", str(SAMPLE), "--json", str(target), "--mutations", "4", "--seed", "3", "--jobs", "1"]
    )

    assert result.exit_code == 0, result.output
    assert json.loads(target.read_text())["mutation"]["summary"]["trials"] == 4
