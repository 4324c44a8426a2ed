"""Relations between tables, and between prose and tables: equal coordinates, parts by fund."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from budgetgraph.concepts.lookup import CODE_SCHEMES, DIMENSIONS
from budgetgraph.concepts.ontology import CONCEPT, Ontology
from budgetgraph.figures import Coordinates, Reading
from budgetgraph.labels import normalise
from budgetgraph.prose.reading import Statement
from budgetgraph.relations.model import Implied, Places, Relation, RelationKind, Term, coarsest, table_of, tolerance


class Standing:
    """How well a figure is borne out by other tables, and how tables rank: who answers for a disagreement."""

    _SET_ASIDE = ("fundSource", "fundLevel", "functionalClassification", "aspect", "project")

    def __init__(self, readings: Sequence[Reading], terms: Iterable[Term], ontology: Ontology) -> None:
        self._rank = {reading.table.slug: (reading.kind.rank, reading.table.order) for reading in readings}
        plain, scope = (_any_of(ontology[f"cue/{cue}"].labels) for cue in ("plain-title", "scope"))
        titles = {reading.table.slug: (_kind(reading), normalise(reading.table.title)) for reading in readings}
        self._titles = {
            slug: (kind, plain.sub("", title), set(scope.findall(title))) for slug, (kind, title) in titles.items()
        }
        self._tables: dict[tuple[Coordinates, Decimal], set[str | None]] = defaultdict(set)
        for term in terms:
            if term.amount is not None and term.coordinates is not None:
                self._tables[self._key(term)].add(table_of(term))

    def _key(self, term: Term) -> tuple[Coordinates, Decimal]:
        assert term.amount is not None and term.coordinates is not None
        return term.coordinates.without(*self._SET_ASIDE), term.amount

    def authority(self, term: Term) -> tuple[int, int]:
        """Return the rank of a term's table; smaller is weightier; prose comes last."""
        return self._rank.get(table_of(term) or "", (99, 0))

    def of_one_scope(self, one: Term, other: Term) -> bool:
        """Say whether two terms can speak of the same money, by the titles of their tables.

        Two tables of one kind with two titles do not: what tells them apart is their scope (the department and its
        own office), unless they differ only in words that say nothing of it (cue/plain-title: 情况, 按功能分类). Nor
        do tables of two kinds of which one title has a word for a scope that the other has not.
        """
        if table_of(one) == table_of(other) or not {table_of(one), table_of(other)} <= self._titles.keys():
            return True
        (kind, title, scope), (its_kind, its_title, its_scope) = (
            self._titles[table_of(term) or ""] for term in (one, other)
        )
        return scope == its_scope and (kind != its_kind or title == its_title)

    def answerable(self, one: Term, other: Term) -> Term:
        """Return the term that fewer other tables bear out; failing that, the one of less authority."""

        def strength(term: Term) -> tuple[int, int, int]:
            support = self._tables[self._key(term)] - {table_of(one), table_of(other)}
            rank, order = self.authority(term)
            return (len(support), -rank, -order)

        return min((one, other), key=strength)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return what matches any of the words, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(map(normalise, words), key=len, reverse=True))))


def _kind(reading: Reading) -> str:
    """Return the kind of a table's scope; each table of performance is of its own, for they follow the money."""
    performance = reading.base.get("aspect") == CONCEPT + "aspect/performance"
    return reading.table.slug if performance else reading.kind.iri


def equalities(terms: Iterable[Term], standing: Standing, places: Places) -> Iterator[Relation]:
    """Yield an equality for each pair of terms of equal coordinates: each against the weightiest of them."""
    groups: dict[Coordinates, list[Term]] = defaultdict(list)
    for term in terms:
        assert term.coordinates is not None
        groups[term.coordinates].append(term)
    for group in groups.values():
        in_tables = [term for term in group if not isinstance(term, Statement)]
        if not in_tables:
            continue  # two sentences may speak of two projects
        printed = [term for term in in_tables if not isinstance(term, Implied)]
        anchor = min(printed or in_tables, key=standing.authority)
        for term in group:
            if term is not anchor and _differ_in_place(term, anchor) and standing.of_one_scope(term, anchor):
                yield pair(term, anchor, standing, places)


def says_its_scope(statement: Statement) -> bool:
    """A sentence that names a classified item must also say of which fund; a table always does, by its title."""
    coordinates = statement.coordinates
    if statement.amount is None or coordinates is None:
        return False
    coded = any(coordinates.get(DIMENSIONS[scheme]) for scheme in CODE_SCHEMES)
    return not coded or coordinates.get("fundSource") is not None


def is_settled(term: Term, ontology: Ontology) -> bool:
    """Say whether a term can be set against other tables.

    One that does not say whether carried-over money is in it cannot; nor can a change: it does not say from what.
    """
    assert term.coordinates is not None
    unstated = (term.coordinates.get("fundingYear") or "").endswith("/unstated")
    return not unstated and not ontology.is_change(term.coordinates.get("aspect"))


def _differ_in_place(one: Term, other: Term) -> bool:
    """An implied total says nothing new beside a figure of its own table."""
    return not (isinstance(one, Implied) and table_of(one) == table_of(other))


def pair(one: Term, other: Term, standing: Standing, places: Places, basis: str | None = None) -> Relation:
    """Return the relation that two terms are equal, or an axiom if it has a basis; the weaker term answers for it."""
    left = standing.answerable(one, other)
    right = other if left is one else one
    kind = RelationKind.AXIOM if basis else RelationKind.EQUALITY
    place = coarsest((left, right), places)
    return Relation(kind, table_of(left) or table_of(right), left, (right,), tolerance=tolerance(place, 1), basis=basis)


def fund_containments(
    terms: Sequence[Term], standing: Standing, places: Places, ontology: Ontology
) -> Iterator[Relation]:
    """Yield part ≤ whole where two tables state one thing for a fund and for a wider fund."""
    wholes: dict[tuple[Coordinates, str], Term] = {}
    stated = [term for term in terms if not isinstance(term, Statement)]
    for term in sorted(stated, key=standing.authority):
        fund = term.coordinates.get("fundSource") or CONCEPT + "fund-source/all"
        wholes.setdefault((term.coordinates.without("fundSource"), fund), term)
    for term in stated:
        own = term.coordinates.get("fundSource")
        if own is None:
            continue
        rest = term.coordinates.without("fundSource")
        for wider in (*ontology.ancestors(ontology[own]), CONCEPT + "fund-source/all"):
            whole = wholes.get((rest, wider))
            if isinstance(whole, Implied) and isinstance(term, Implied):
                break  # the rows of which they are the sums are compared one by one
            if whole is not None and table_of(whole) != table_of(term) and standing.of_one_scope(whole, term):
                place = coarsest((whole, term), places)
                table = table_of(standing.answerable(term, whole))
                yield Relation(
                    RelationKind.CONTAINMENT,
                    table,
                    whole,
                    (term,),
                    over="fundSource",
                    tolerance=tolerance(place, 1),
                )
                break
