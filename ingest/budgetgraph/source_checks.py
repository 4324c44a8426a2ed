"""Soft checks of the sources themselves: what a file holds and does not show, and what is missing beside it."""

from __future__ import annotations

from collections.abc import Iterator

from budgetgraph.disclosure import Disclosure
from budgetgraph.findings import Finding, Severity, Speaker, Words, listed


def hidden_parts(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """A workbook holds sheets, rows or columns that it does not show; what is not shown is not read."""
    hidden = disclosure.document.hidden
    if hidden:
        yield Finding(
            Severity.INFO,
            "hidden-parts",
            Words(
                f"工作簿中有隐藏的工作表、行或列，未予读取：{listed(hidden)}。",
                f"The workbook has hidden sheets, rows or columns, which were not read: {', '.join(hidden)}.",
            ),
        )
