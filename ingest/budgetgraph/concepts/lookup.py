"""From labels to concepts: a label means a concept in its context."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from budgetgraph.concepts.ontology import Concept, LabelUse, Ontology
from budgetgraph.labels import normalise, parse_line_label

DIMENSIONS = {
    "operation-character": "operationCharacter",
    "aspect": "aspect",
    "fund-source": "fundSource",
    "funding-year": "fundingYear",
    "fund-level": "fundLevel",
    "expenditure-nature": "expenditureNature",
    "functional": "functionalClassification",
    "department-economic": "departmentEconomicClassification",
    "government-economic": "governmentEconomicClassification",
    "item": "item",
}
"""The coded dimensions: scheme → local name of the bg-dim property."""

CODE_SCHEMES = ("functional", "department-economic", "government-economic")

_TITLE_SCHEMES = ("fund-source", "expenditure-nature", "aspect", "department-economic")
_WHOLE_HEADS = frozenset(("line", "project", "label", "amount", "total", "memo", "serial", "remark"))
"""Heads that only a whole label names."""

_COMPOSED = (
    "fund-source",
    "expenditure-nature",
    "aspect",
    "funding-year",
    "fund-level",
    "operation-character",
    "item",
)
_YEARS = re.compile(r"20\d\d年度?")
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_SPENDING = "支出"
_ENDING = 4
_BRACKETS = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known where a label stands: concepts above it, concepts beside it, the scheme of its neighbours."""

    above: tuple[Concept, ...] = ()
    beside: frozenset[str] = frozenset()
    scheme: str | None = None
    schemes: frozenset[str] = field(default_factory=lambda: frozenset(DIMENSIONS))

    def below(self, *concepts: Concept) -> Context:
        """Return the context below some further concepts."""
        return Context((*self.above, *concepts), self.beside, self.scheme, self.schemes)


class Resolver:
    """Looks labels up in the ontology, in their context; every lookup that fails is kept in `unknown`."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._cache: dict[tuple[str, Context], Concept | None] = {}
        self._heads: dict[str, Concept | None] = {}

    def column_head(self, label: str) -> Concept | None:
        """Return the head concept that a header label names (科目编码, 单位名称, 金额 …), if it is one.

        A longer label is the head of a stub with which it ends: 部门预算支出经济科目编码 is a subject code.
        """
        text = normalise(label)
        if text not in self._heads:
            self._heads[text] = self._column_head(text)
        return self._heads[text]

    def _column_head(self, text: str) -> Concept | None:
        bare = _BRACKETS.sub("", text)
        for form in dict.fromkeys((text, bare, re.sub(r"^\d{4}年度?", "", bare))):
            for use in self.ontology.uses(form) if form else ():
                if use.concept.scheme == "column-head":
                    return use.concept
        endings = [
            (len(word), concept) for word, concept in self._endings if bare.endswith(word) or text.endswith(f"{word})")
        ]
        return max(endings, key=lambda item: item[0])[1] if endings else None

    @cached_property
    def _endings(self) -> tuple[tuple[str, Concept], ...]:
        return tuple(
            (normalise(word), concept)
            for concept in self.ontology.scheme("column-head")
            if concept.slug not in _WHOLE_HEADS
            for word in concept.labels
            if len(normalise(word)) >= _ENDING
        ) + tuple((normalise(cue), head) for head in self.ontology.scheme("column-head") for cue in head.cues)

    def phase(self, label: str) -> Concept | None:
        """Return the budget phase that a header label names (决算数, 2025年执行数), if it is one."""
        text = re.sub(r"^\d{4}年度?", "", _BRACKETS.sub("", normalise(label)))
        uses = (use.concept for use in self.ontology.uses(text) if use.concept.scheme == "budget-phase")
        return next(uses, None)

    def scheme_of(self, label: str) -> str | None:
        """Return the classification whose codes or names a stub's head announces: the most demanding that fits."""
        text = normalise(label)
        fitting = [
            (len(words), scheme)
            for scheme in CODE_SCHEMES
            if (words := self.ontology.scheme_mentions(scheme)) and all(normalise(word) in text for word in words)
        ]
        return max(fitting)[1] if fitting else None

    def project_group(self, label: str) -> Concept | None:
        """Return the group of projects that a line of a project list names (通用项目), if it is one."""
        uses = (use.concept for use in self.ontology.uses(label) if use.concept.scheme == "project")
        return next((concept for concept in uses if not concept.is_all), None)

    def indicator(self, label: str) -> Concept | None:
        """Return the kind of performance content that a header label names, if it is one."""
        uses = (use.concept for use in self.ontology.uses(label) if use.concept.scheme == "indicator")
        return next(uses, None)

    def is_total(self, label: str) -> bool:
        """Say whether a label says 合计, 总计 or 小计, alone or at its end (本年收入合计)."""
        text = parse_line_label(label).text
        return text.endswith(self.totals)

    @cached_property
    def totals(self) -> tuple[str, ...]:
        """The words for a total, normalised, the longest first."""
        return tuple(sorted(map(normalise, self.ontology["column-head/total"].labels), key=len, reverse=True))

    def code(self, code: str) -> Concept | None:
        """Return the concept of a classification code, in whichever classification has it."""
        found = (self.ontology.by_notation(scheme, code) for scheme in CODE_SCHEMES)
        return next((concept for concept in found if concept), None)

    def resolve(self, label: str, context: Context) -> Concept | None:
        """Return the one concept that a label means in its context, or None if none or several fit."""
        key = (label, context)
        if key not in self._cache:
            self._cache[key] = self._resolve(label, context)
        return self._cache[key]

    def _resolve(self, label: str, context: Context) -> Concept | None:
        text = parse_line_label(label).text
        bare = _BRACKETS.sub("", text)
        forms = dict.fromkeys((normalise(label), text, bare))
        if context.scheme in CODE_SCHEMES and not bare.endswith(_SPENDING):
            forms[bare + _SPENDING] = None  # names of codes are often printed without their last word
        for form in forms:
            uses = [use for use in self.ontology.uses(form) if self._applies(use, context)]
            best = _best(uses, lambda use: self._score(use, context))
            if best:
                return best
        return None

    def is_conditional(self, label: str) -> bool:
        """Say whether a label means something of its own in some contexts only: 公务接待费 among the three public."""
        uses = self.ontology.uses(label)
        return (
            any(use.below and use.concept.scheme == "item" for use in uses)
            and len({use.concept.scheme for use in uses}) > 1
        )

    def compose(self, label: str, context: Context) -> tuple[Concept, ...]:
        """Return the concepts of which a label is put together, if known words exhaust it: 一般公共预算 + 基本支出.

        Words that carry no meaning here (预算数, 安排) are passed over; a single unknown word, and nothing is known.
        """
        text = _YEARS.sub("", parse_line_label(label).text)
        found: list[Concept] = []
        rest = text
        for start, end, mentioned in reversed(self.mentions(text, (*_COMPOSED, "filler"))):
            rest = rest[:start] + rest[end:]
            if mentioned.scheme == "filler":
                continue
            meant = self.resolve(text[start:end], context)
            if meant is None:
                return ()
            found.insert(0, meant)
        if _WORDS.search(rest):
            return ()
        return tuple(concept for concept in found if len(found) == 1 or not _is_whole_side(concept))

    def candidates(self, label: str, context: Context) -> list[Concept]:
        """Return every concept that a label may mean in its context."""
        text = parse_line_label(label).text
        uses = self.ontology.uses(text) or self.ontology.uses(_BRACKETS.sub("", text))
        return [use.concept for use in uses if self._applies(use, context)]

    def _applies(self, use: LabelUse, context: Context) -> bool:
        if use.concept.scheme not in context.schemes:
            return False
        if use.below and not any(self._stands_below(concept, use.below) for concept in context.above):
            return False
        return not use.beside or any(iri in context.beside for iri in use.beside)

    def _stands_below(self, concept: Concept, below: Collection[str]) -> bool:
        return concept.iri in below or any(iri in below for iri in self.ontology.ancestors(concept))

    def _score(self, use: LabelUse, context: Context) -> tuple[int, ...]:
        return (
            int(use.conditional),
            int(use.concept.scheme == context.scheme),
            int(any(use.concept.broader == concept.iri for concept in context.above[-1:])),
            max((self._kinship(use.concept, other) for other in context.above), default=0),
            max((len(self.ontology.ancestors(self.ontology[iri])) for iri in use.below), default=0),
            -use.kind,
        )

    def _kinship(self, concept: Concept, other: Concept) -> int:
        """Say how many ancestors (each counting itself) two concepts of one scheme share."""
        if concept.scheme != other.scheme:
            return 0
        return len({concept.iri, *self.ontology.ancestors(concept)} & {other.iri, *self.ontology.ancestors(other)})

    def phrases(self, text: str, schemes: Iterable[str]) -> list[Concept]:
        """Return the concepts that a running text mentions, longest labels first taken, in reading order."""
        return [concept for _, _, concept in self.mentions(text, schemes)]

    def mentions(self, text: str, schemes: Iterable[str]) -> list[tuple[int, int, Concept]]:
        """Return (start, end, concept) for every mention in a normalised text, without overlaps."""
        pattern, uses = self._phrase_book(tuple(schemes))
        flat = normalise(text)
        return [
            (found.start(), found.end(), min(uses[found.group()], key=lambda use: use.kind).concept)
            for found in pattern.finditer(flat)
        ]

    def _phrase_book(self, schemes: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, tuple[LabelUse, ...]]]:
        cache: dict[tuple[str, ...], tuple[re.Pattern[str], dict[str, tuple[LabelUse, ...]]]]
        cache = self.__dict__.setdefault("_phrase_books", {})
        if schemes not in cache:
            labels = {
                text: uses
                for text, uses in self.ontology.labels(schemes).items()
                if (len(text) >= 2 or uses[0].concept.scheme == "filler")
                and not all(use.concept.is_all for use in uses)
            }
            ordered = sorted(labels, key=lambda text: (-len(text), text))
            cache[schemes] = (re.compile("|".join(map(re.escape, ordered)) or r"(?!)"), labels)
        return cache[schemes]

    def title(self, title: str) -> tuple[Concept, ...]:
        """Return the coordinates that a table's title states: fund, nature, aspect, economic class."""
        found: dict[str, Concept] = {}
        for concept in self.phrases(title, _TITLE_SCHEMES):
            if concept.scheme in CODE_SCHEMES and not _is_a_class(concept):
                continue
            known = found.get(concept.scheme)
            if known is None or self.ontology.within(concept, known):
                found[concept.scheme] = concept
        return tuple(found.values())

    def table_kind(self, title: str) -> Concept:
        """Return the kind of table whose required mentions, or one of whose other labels, a title holds.

        Kinds that prevail go before the others; among equals the most demanding one wins.
        """
        text = normalise(title)
        fitting = [
            ((kind.prevails, length, kind.rank, kind.slug), kind)
            for kind in self.ontology.scheme("table-kind")
            if (length := _fit(kind, text))
        ]
        return max(fitting)[1] if fitting else self.ontology["table-kind/other"]


def _is_a_class(concept: Concept) -> bool:
    """Say whether a table can be about a concept: a 类 or a local group of it, no 款, no 其他 beside others."""
    code = (concept.notation or concept.slug).partition("-")[0]
    return len(code) == 3 and not code.endswith("99")


def _fit(kind: Concept, text: str) -> int:
    """Return how many characters of a title speak for a kind of table."""
    mentions = [normalise(word) for word in kind.mentions]
    together = sum(map(len, mentions)) if all(word in text for word in mentions) else 0
    others = (normalise(label) for label in kind.labels if label != kind.label)
    labels = (len(label) for label in others if label in text)
    return max(together, *labels, 0)


def _is_whole_side(concept: Concept) -> bool:
    """收入 or 支出 at the end of a label says no more than the words before it."""
    return concept.scheme == "operation-character" and concept.broader is None


def _best(uses: Sequence[LabelUse], score: Callable[[LabelUse], tuple[int, ...]]) -> Concept | None:
    ranked = sorted(uses, key=score, reverse=True)
    if not ranked:
        return None
    ties = {use.concept.iri for use in ranked if score(use) == score(ranked[0])}
    return ranked[0].concept if len(ties) == 1 else None
