"""Prose: amounts, counts, claims, duties and definitions of the running text."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from budgetgraph.prose.reading import Statement
from samples import HETANG, SAMPLE, disclosure, needs_hetang


def stated(name: str | None = None) -> list[Statement]:
    read = disclosure(HETANG / name) if name else disclosure()
    return list(read.prose.statements)


def _slugs(statement: Statement) -> set[str]:
    if statement.coordinates is None:
        return set()
    return {value.rpartition("/")[2] for key, value in statement.coordinates.values if key != "organization"}


@needs_hetang
@pytest.mark.parametrize("name", ["disclosure.txt", "disclosure.pdf", "disclosure-radicals.pdf"])
@pytest.mark.parametrize(
    ("yuan", "coordinates"),
    [
        ("3710800.00", {"sources", "current"}),
        ("3710800.00", {"revenue", "general-public", "current"}),
        ("3710800.00", {"uses", "current"}),
        ("2180800.00", {"expenditure", "basic", "general-public", "current"}),
        ("1530000.00", {"expenditure", "project", "general-public", "current"}),
        ("180000.00", {"expenditure", "agency-running", "current"}),
        ("6000.00", {"expenditure", "three-public", "general-public", "current"}),
        ("6000.00", {"expenditure", "three-public", "general-public", "official-reception", "current"}),
        ("0.00", {"expenditure", "procurement", "current"}),
        ("2500.00", {"expenditure", "30215", "current"}),
        ("1000.00", {"expenditure", "30216", "current"}),
        ("2180800.00", {"expenditure", "performance", "basic", "current"}),
    ],
)
def test_an_amount_in_a_sentence_has_coordinates(name: str, yuan: str, coordinates: set[str]) -> None:
    assert any(s.amount == Decimal(yuan) and _slugs(s) == coordinates for s in stated(name))


@needs_hetang
def test_a_change_against_last_year_is_no_amount_of_this_year() -> None:
    changes = {(s.printed, s.direction) for s in stated("disclosure.pdf") if s.direction}

    assert changes == {("76.78", "increase"), ("0.9", "decrease")}
    assert all(s.coordinates is None for s in stated("disclosure.pdf") if s.direction)


@pytest.mark.parametrize(
    ("subject", "quantity"),
    [
        ("institution-establishment", "8"),
        ("in-post", "10"),
        ("head", "1"),
        ("deputy-head", "2"),
        ("participant", "50"),
        ("participant", "100"),
    ],
)
def test_counts_of_staff_say_what_they_count(subject: str, quantity: str) -> None:
    assert any(s.quantity == Decimal(quantity) and (s.subject or "").endswith("/" + subject) for s in stated())


def test_a_sentence_is_quoted() -> None:
    assert all(statement.printed in statement.quoted for statement in stated())


def test_fourteen_duties() -> None:
    assert len(disclosure().prose.duties) == 14


def test_the_glossary_defines_concepts() -> None:
    defined = {d.term: (d.concept or "").rpartition("/")[2] for d in disclosure().prose.definitions}

    assert len(defined) == 8
    assert defined["基本支出"] == "basic"
    assert defined["一般公共预算"] == "general-public"
    assert "机关运行经费" in defined and defined["机关运行经费"] == "agency-running"
    assert defined["社会保险基金预算"] == "social-insurance"


def test_claims_that_annexes_are_empty() -> None:
    claims = {claim.annexes for claim in disclosure().prose.claims if claim.kind == "empty"}

    assert claims == {("13", "14", "15"), ("7", "12", "13", "14")}


@pytest.mark.parametrize("path", [SAMPLE, *((HETANG / "disclosure.pdf",) if HETANG.is_dir() else ())])
def test_the_words_of_a_statement_stand_on_its_page(path: Path) -> None:
    read = disclosure(path)
    pages = {
        page.number: "".join("".join(line.text.split()) for line in page.lines if not line.text.isdigit())
        for page in read.document.pages
    }
    quotes = [(statement.page, statement.quote) for statement in read.prose.statements]

    assert quotes
    for page, quote in quotes:
        assert quote is not None
        words = "".join((quote.prefix + quote.exact + quote.suffix).split())
        assert words in pages[page]
