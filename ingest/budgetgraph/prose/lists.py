"""Lists in a paragraph: what stands beside a part, below one whole, says whose money it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from budgetgraph.concepts.ontology import Ontology
from budgetgraph.labels import normalise
from budgetgraph.prose.model import Statement


def in_lists(
    statements: Sequence[Statement], of_which: Sequence[str], unstated: str, ontology: Ontology
) -> Iterator[Statement]:
    """Yield the statements of a paragraph: revenue listed beside what is carried over is this year's, their whole both.

    What is carried over may be a part of the item before it, where one of the words *of_which* (其中) says so behind
    the first item. *unstated* is the funding year of what does not say it; where that is known, nothing changes.
    """
    if not unstated.endswith("/unstated"):
        yield from statements
        return
    both, this_year = ontology["funding-year/both"].iri, ontology["operation-character/revenue"].in_accounts
    for whole, listed in _lists(statements):
        beside = any(
            _side(part) == "opening-balance"
            and (position == 0 or not any(word in normalise(part.quoted) for word in of_which))
            for position, part in enumerate(listed)
        )
        if whole is not None:
            yield _of_year(whole, both, unstated) if beside and _side(whole) == "sources" else whole
        for part in listed:
            yield _of_year(part, this_year, unstated) if beside and _side(part) == "revenue" else part


def _lists(statements: Sequence[Statement]) -> Iterator[tuple[Statement | None, list[Statement]]]:
    """Yield each statement of all that comes in or goes out, with the statements that follow it up to the next."""
    whole, listed = None, list[Statement]()
    for statement in statements:
        if _side(statement) in ("sources", "uses"):
            yield whole, listed
            whole, listed = statement, []
        else:
            listed.append(statement)
    yield whole, listed


def _side(statement: Statement) -> str | None:
    side = statement.coordinates.get("operationCharacter") if statement.coordinates else None
    return side.rpartition("/")[2] if side else None


def _of_year(statement: Statement, year: str | None, unstated: str) -> Statement:
    if year is None or statement.coordinates is None or statement.coordinates.get("fundingYear") != unstated:
        return statement
    return replace(statement, coordinates=statement.coordinates.replaced("fundingYear", year))
