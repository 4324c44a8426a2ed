"""Soft checks of the sources themselves: what a file holds and does not show, and what is missing beside it."""

from __future__ import annotations

from collections.abc import Iterator

from budgetgraph.checks.findings import Finding, Severity, Speaker, Words, listed
from budgetgraph.disclosure import Disclosure


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


def prose_only(disclosure: Disclosure, speaker: Speaker) -> Iterator[Finding]:
    """The files hold the text of a disclosure and none of its tables."""
    if not any(reading.figures for reading in disclosure.readings):
        yield Finding(
            Severity.WARNING,
            "prose-only",
            Words(
                "只有正文，没有可读的表格：仅发布正文中的数字。若表格另附文件，请一并提供。",
                "There is text and no table that can be read: only the figures of the text are published. "
                "If the tables are in another file, give it too.",
            ),
        )
