"""What several tests share: the sample disclosure, read once, and the folder of other people's material."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from budgetgraph.disclosure import Disclosure, read_disclosure
from budgetgraph.evaluation import Measures, evaluate_all
from budgetgraph.publication.publishing import sources
from budgetgraph.report.examination import Report, examine

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
DOCUMENTS = ROOT / "tests" / "documents"
SAMPLE = DOCUMENTS / "sample-2019.pdf"
HETANG = SHARED / "corpus" / "hetang-2019"

JIANGSU = SHARED / "corpus" / "jiangsu-2017-2019"

needs_hetang = pytest.mark.skipif(not HETANG.is_dir(), reason="../shared/corpus/hetang-2019 is not here")

needs_jiangsu = pytest.mark.skipif(not JIANGSU.is_dir(), reason="../shared/corpus/jiangsu-2017-2019 is not here")


@cache
def disclosure(path: Path = SAMPLE) -> Disclosure:
    """Return a disclosure, read once."""
    return read_disclosure(path)


@cache
def report(path: Path = SAMPLE) -> Report:
    """Return the report on a disclosure, made once."""
    return examine(disclosure(path))


@cache
def right_documents() -> dict[str, str]:
    """Return the documents of right-documents.txt by their names."""
    text = (ROOT / "tests" / "right-documents.txt").read_text(encoding="utf-8")
    parts = (part.strip().split("\n", 1) for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:])
    return {name: document for name, document in parts}


@cache
def corpus_measures() -> tuple[Measures, ...]:
    """Return the measures of every document of the corpus, taken once, one at a time: seconds are among them."""
    corpus = SHARED / "corpus"
    if not corpus.is_dir():
        pytest.skip("../shared/corpus is not here")
    return tuple(evaluate_all(sources([corpus]), corpus, jobs=1))
