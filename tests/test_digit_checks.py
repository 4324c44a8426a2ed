"""Last places: one figure that two places print nearly alike is told, rounding and cutting off are not."""

from __future__ import annotations

import pytest

from budgetgraph.checks.digits import last_places
from budgetgraph.checks.findings import Finding, Severity, Speaker
from budgetgraph.diagnosis.equations import place_of
from budgetgraph.disclosure import read_disclosure
from budgetgraph.evaluation.mutation import mutated
from budgetgraph.figures import Figure
from budgetgraph.prose.model import Statement
from budgetgraph.readers import read
from budgetgraph.relations.model import RelationKind
from samples import SAMPLE, disclosure


def pair() -> tuple[Figure, Figure]:
    """Return the first two figures of two tables that must be the same, and end in a digit between 1 and 8."""
    for relation in disclosure().relations.relations:
        if relation.kind is RelationKind.EQUALITY:
            one, other = relation.whole, relation.parts[0]
            if isinstance(one, Figure) and isinstance(other, Figure) and _is_fit(one, other):
                return one, other
    raise AssertionError("no such pair")


def figure_in_prose() -> tuple[Figure, Statement]:
    """Return the first figure of a table that the prose states with as many places, and that ends in 1 to 8."""
    for relation in disclosure().relations.relations:
        if relation.kind is RelationKind.EQUALITY:
            one, other = sorted((relation.whole, relation.parts[0]), key=lambda term: isinstance(term, Statement))
            if isinstance(one, Figure) and isinstance(other, Statement) and _is_changeable(one, other):
                return one, other
    raise AssertionError("no such pair")


def _is_changeable(one: Figure, other: Statement) -> bool:
    return one.place == other.place and one.printed[-1] in "12345678"


def _is_fit(one: Figure, other: Figure) -> bool:
    return one.table != other.table and one.printed == other.printed and one.printed[-1] in "12345678"


def told(texts: dict[Figure, str]) -> list[Finding]:
    found = read_disclosure(mutated(read(SAMPLE), {place_of(figure): text for figure, text in texts.items()}))
    return list(last_places(found, Speaker(found)))


def test_the_sample_prints_each_figure_alike() -> None:
    assert told({}) == []


def test_a_last_place_that_differs_is_told_with_both_cells() -> None:
    one, other = pair()
    changed = one.printed[:-1] + str(int(one.printed[-1]) + 1)

    findings = told({one: changed})

    assert {finding.severity for finding in findings} == {Severity.INFO}
    assert any({place_of(one), place_of(other)} == set(map(place_of, finding.cells)) for finding in findings)
    assert all(changed in finding.message.zh and changed in finding.message.en for finding in findings)


def test_a_last_place_that_differs_from_the_prose_is_told_with_the_words() -> None:
    figure, statement = figure_in_prose()
    changed = figure.printed[:-1] + str(int(figure.printed[-1]) + 1)

    findings = [finding for finding in told({figure: changed}) if statement.printed in finding.message.zh]

    assert findings
    assert all(place_of(figure) in map(place_of, finding.cells) for finding in findings)


@pytest.mark.parametrize("decimals", ["", "4", "49", "6"])
def test_a_finer_print_of_the_same_figure_is_not_accused(decimals: str) -> None:
    one, _ = pair()
    finer = one.printed + decimals if decimals != "6" else f"{one.printed[:-1]}{int(one.printed[-1]) - 1}6"

    assert told({one: finer}) == []


def test_a_larger_difference_is_a_violation_and_not_told_twice() -> None:
    one, _ = pair()

    assert told({one: one.printed.replace(one.printed[0], "9", 1)}) == []
