"""Wording: the words by which sentences compare figures, as patterns made of the labels in ontology/."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from budgetgraph.concepts.ontology import Concept, Ontology
from budgetgraph.labels import normalise

_NUMBER = r"\d[\d,]*(?:\.\d+)?"


class Wording:
    """Patterns over the text of a paragraph in the form in which labels are compared.

    `compared` finds 决算数大于年初预算数, `changed` 2995.39万元…减少56.95万元,下降1.87%,
    `differing` 100万元比90万元增加10万元, `shared` 60万元,占60%, `done` 年初预算为…决算为…完成…的98%.
    What a word means is the slug of its concept.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._units = {
            normalise(label): unit.factor for unit in ontology.scheme("unit") if unit.factor for label in unit.labels
        }
        self._unit = "|".join(sorted(map(re.escape, self._units), key=len, reverse=True))
        self._meanings = {
            normalise(label): slug for slug, path in _COMPARISONS.items() for label in ontology[path].labels
        }
        self._phases = {
            normalise(label): phase.slug for phase in ontology.scheme("budget-phase") for label in phase.labels
        }
        self._phases.update({normalise(label): "" for label in ontology["wording/budget"].labels})
        executed = [label for label, phase in self._phases.items() if phase == "executed"]
        budgeted = [label for label, phase in self._phases.items() if phase != "executed"]
        up, down, level = (self.words(f"cue/{slug}") for slug in ("increase", "decrease", "unchanged"))
        than, share, completion = (self.words(f"wording/{slug}") for slug in ("compared-with", "share", "completion"))
        account, plan = _any(executed), _any(budgeted)
        relation = _any(label for label, slug in self._meanings.items() if slug in ("greater", "less", "equal"))
        rate = rf"(?P<rate_word>{up}|{down})(?:幅度)?(?:为|了)?(?P<rate>\d[\d.]*)%"
        between = rf"(?:(?!\d(?:{self._unit}))[^。;]){{0,40}}?"
        self.budgeted = re.compile(rf"(?P<phase>{plan})为?{self.money('plan')}")
        self.executed = re.compile(rf"(?:{account})为?{self.money('account')}")
        self.compared = re.compile(
            rf"(?:{account})(?:{than})?(?P<word>{relation})?(?P<phase>{plan})(?P<level>{level})?"
        )
        self.changed = re.compile(
            rf"{self.money('now')}[。,;]?(?:{than}){between}(?P<word>{up}|{down})了?{self.money('change')}(?:[,(]{rate})?"
        )
        self.differing = re.compile(
            rf"{self.money('now')},?(?:{than})[^。;,\d]{{0,4}}(?:20\d\d年度?)?[^。;,\d]{{0,12}}{self.money('before')},?"
            rf"(?P<word>{up}|{down})了?{self.money('change')}"
        )
        self.shared = re.compile(rf"{self.money('part')},(?:{share})(?:[^。,;%\d]{{0,12}})?(?P<rate>\d[\d.]*)%")
        self.done = re.compile(
            rf"(?P<phase>{plan})为{self.money('plan')},(?:支出)?(?:{account})为{self.money('account')},"
            rf"(?:{completion})(?P<of>{plan})的(?P<rate>\d[\d.]*)%"
        )
        self.amount = re.compile(self.money("amount"))

    def words(self, path: str) -> str:
        """Return a pattern that matches any label of a concept, the longest first."""
        return _any(map(normalise, self._ontology[path].labels))

    def money(self, name: str) -> str:
        """Return a pattern of an amount with its unit, as the groups *name* and *name*_unit."""
        return rf"(?P<{name}>{_NUMBER})(?P<{name}_unit>{self._unit})"

    def factor(self, found: re.Match[str], name: str) -> Decimal:
        """Return what one of the unit of an amount is worth in yuan."""
        factor = self._units[found[f"{name}_unit"]]
        assert factor is not None
        return factor

    def worth(self, found: re.Match[str], name: str) -> Decimal:
        """Return an amount that was found, in yuan."""
        return Decimal(found[name].replace(",", "")) * self.factor(found, name)

    def place(self, found: re.Match[str], name: str) -> Decimal:
        """Return the value in yuan of the last place of an amount that was found."""
        return Decimal(1).scaleb(-len(found[name].partition(".")[2])) * self.factor(found, name)

    def meaning(self, word: str) -> str:
        """Return what a word of comparison means: greater, less, equal, increase, decrease, unchanged."""
        return self._meanings[word]

    def phase(self, label: str) -> str:
        """Return the phase that a word for a budget names; empty if it names none."""
        return self._phases[label]


_COMPARISONS = {
    **{slug: f"wording/{slug}" for slug in ("greater", "less", "equal")},
    **{slug: f"cue/{slug}" for slug in ("increase", "decrease", "unchanged")},
}


def _any(labels: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(labels, key=lambda label: (-len(label), label))))


def labels_of(concepts: Iterable[Concept]) -> tuple[str, ...]:
    """Return all labels of some concepts in the form in which they are compared, the longest first."""
    found = {normalise(label) for concept in concepts for label in concept.labels}
    return tuple(sorted(found, key=lambda label: (-len(label), label)))


@lru_cache(maxsize=4)
def wording(ontology: Ontology) -> Wording:
    """Return the patterns of an ontology; they are kept."""
    return Wording(ontology)
