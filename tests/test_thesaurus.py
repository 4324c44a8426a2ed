"""The code lists as data: what a page about a concept shows."""

from __future__ import annotations

from budgetgraph.terms import CONCEPT
from budgetgraph.vocabulary.thesaurus import Match, read_thesaurus


def test_a_code_tells_its_names_its_place_and_its_evidence() -> None:
    entry = read_thesaurus()[CONCEPT + "functional/20805"]

    assert entry.label == {
        "zh": "行政事业单位养老支出",
        "en": "pensions of administrative bodies and public institutions",
    }
    assert "行政事业单位离退休" in entry.other_labels
    assert entry.broader == (CONCEPT + "functional/208",)
    assert CONCEPT + "functional/2080505" in entry.narrower
    assert entry.documents is not None and entry.documents > 1 and len(entry.seen) > 1
    assert entry.translated_by_project


def test_a_code_that_moved_and_its_successor_know_each_other() -> None:
    old, new = CONCEPT + "department-economic/30311", CONCEPT + "department-economic/30113"

    assert read_thesaurus()[old].replaced_by == (new,)
    assert old in read_thesaurus()[new].replaces
    assert read_thesaurus()[old].history.keys() == {"zh", "en"}


def test_the_crosswalk_is_seen_from_both_ends() -> None:
    department, government = CONCEPT + "department-economic/30101", CONCEPT + "government-economic/50101"

    assert Match("closeMatch", government) in read_thesaurus()[department].matches
    assert Match("closeMatch", department, reversed=True) in read_thesaurus()[government].matches


def test_a_reviewed_mapping_comes_with_its_reason() -> None:
    science, debt = (read_thesaurus()[f"{CONCEPT}functional/{code}"] for code in ("206", "231"))

    assert [review.state for review in (*science.reviews, *debt.reviews)] == ["unclassifiable", "outOfScope"]
    assert science.reviews[0].reason.keys() == {"zh", "en"} and science.reviews[0].target is None
