"""Words for templates: names and links of resources, amounts, and the Chinese and English of what is shown."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from markupsafe import Markup

from budgetgraph import __version__
from budgetsite.context import library, served
from budgetsite.graphs import BG, SH, Graph

WORDS = {
    "exact": ("相符", "exact"),
    "rounding": ("四舍五入之内", "within rounding"),
    "violated": ("不符", "violated"),
    "insufficient": ("无从核对", "insufficient"),
    "Summation": ("求和", "summation"),
    "Equality": ("相等", "equality"),
    "Containment": ("包含", "containment"),
    "Axiom": ("勾稽", "axiom"),
    "summation": ("求和", "summation"),
    "equality": ("相等", "equality"),
    "containment": ("包含", "containment"),
    "axiom": ("勾稽", "axiom"),
    "Violation": ("违反", "violation"),
    "Warning": ("提示", "warning"),
    "Info": ("说明", "info"),
    "leaf": ("明细", "leaf"),
    "subtotal": ("小计", "subtotal"),
    "total": ("合计", "total"),
}


def register_words(app: Flask) -> None:
    """Give the templates of an application their words."""
    app.jinja_env.filters |= {"yuan": yuan, "words": words, "local": local, "link": link, "label": label}
    app.context_processor(_globals)


def _globals() -> dict[str, object]:
    current = served()
    return {
        "to": current.library.addresses.to,
        "href": current.library.addresses.href,
        "base": current.library.base,
        "release": current.library.release,
        "version": __version__,
    }


def yuan(amount: Decimal | str | None) -> str:
    """Return an amount in yuan with thousands separators."""
    return "" if amount is None else f"{Decimal(amount):,.2f}"


def words(key: str) -> Markup:
    """Return the Chinese and English for a word of the vocabulary."""
    zh, en = WORDS.get(local(key), (local(key), ""))
    return _both(zh, en)


def local(iri: str) -> str:
    """Return the end of an IRI of `bg:` or `sh:`."""
    return iri.removeprefix(BG).removeprefix(SH)


def link(iri: str, graph: Graph | None = None) -> Markup:
    """Return a link to what is published about a resource, under its name; a name alone if nothing is."""
    if library().addresses.path(iri) and not library().known(iri):
        return label(iri, graph)
    return Markup('<a href="{}">{}</a>').format(library().addresses.href(iri), label(iri, graph))


def label(iri: str, graph: Graph | None = None) -> Markup:
    """Return the name of a resource: its code, Chinese and English."""
    name = library().name(iri, graph)
    code = Markup('<span class="code">{}</span> ').format(name.code) if name.code else Markup("")
    return code + _both(name.zh, name.en or "")


def _both(zh: str, en: str) -> Markup:
    chinese = Markup('<span lang="zh">{}</span>').format(zh)
    return chinese + Markup(' <span class="en" lang="en">{}</span>').format(en) if en and en != zh else chinese
