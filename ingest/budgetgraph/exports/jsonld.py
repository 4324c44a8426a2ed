"""JSON-LD: a disclosure's graph as plain, readable JSON, by the published context."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from budgetgraph.exports.context import context
from budgetgraph.exports.quadindex import QuadIndex, Term
from budgetgraph.terms import BG, ORG, RDF, XSD

_FIRST = (BG + "Disclosure", BG + "SourceFile", ORG + "Organization", BG + "Project", BG + "DisclosedTable")
_CANONICAL = re.compile(r"true|false|0|-?[1-9]\d*")
_NATIVE = {XSD + "integer", XSD + "boolean"}


def json_ld_bytes(index: QuadIndex) -> bytes:
    """Return the graph as compact JSON-LD 1.1; IRIs below the disclosure's are relative to it.

    The context stands in the document, so that it can be read without a network; it is the published one.
    """
    base = index.disclosure + "/"
    writer = _Writer(base)
    graph = [writer.resource(subject, index.terms[subject]) for subject in _ordered(index)]
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in graph)
    head = json.dumps([context(), {"@base": base}], ensure_ascii=False, indent=1)
    return f'{{"@context": {head},\n"@graph": [\n{lines}\n]}}\n'.encode()


def _ordered(index: QuadIndex) -> Iterable[str]:
    """The disclosure first, then its files, bodies, projects and tables, then the rest in the order of the graph."""
    first = [subject for cls in _FIRST for subject in index.of_type(cls)]
    return dict.fromkeys([*first, *index.terms])


class _Writer:
    """Shortens names and values by the context."""

    def __init__(self, base: str) -> None:
        self._base = base
        definitions = {key: value for key, value in context().items() if not key.startswith("@")}
        self._prefixes = {
            value: key for key, value in definitions.items() if isinstance(value, str) and value[-1:] in "/#"
        }
        expanded = {
            key: self._expand(value if isinstance(value, str) else value["@id"], definitions)
            for key, value in definitions.items()
            if value not in ("@id", "@type") and key not in self._prefixes.values()
        }
        self._names = {iri: key for key, iri in expanded.items()}
        self._kinds = {
            expanded[key]: value.get("@container") or self._expand(value["@type"], definitions)
            for key, value in definitions.items()
            if isinstance(value, dict)
        }

    def resource(self, subject: str, said: Mapping[str, Sequence[Term]]) -> dict[str, Any]:
        """Return the object of one resource."""
        node: dict[str, Any] = {"id": self._identifier(subject)}
        for predicate, values in said.items():
            if predicate == RDF + "type":
                node["type"] = _single([self._class(value) for value in values])
            elif self._kinds.get(predicate) == "@language" and (texts := _by_language(values)):
                node[self._name(predicate)] = texts
            else:
                node[self._name(predicate)] = _single([self._value(predicate, value) for value in values])
        return node

    def _value(self, predicate: str, value: Term) -> Any:
        kind = self._kinds.get(predicate)
        if isinstance(value, NamedNode):
            return self._identifier(value.value) if kind == "@id" else {"@id": self._identifier(value.value)}
        assert isinstance(value, Literal)
        datatype = value.datatype.value
        if kind == datatype or (kind is None and datatype == XSD + "string"):
            return value.value
        if kind is None and datatype in _NATIVE and _canonical(value.value):
            return json.loads(value.value)
        if value.language:
            return {"@value": value.value, "@language": value.language}
        return {"@value": value.value, "@type": self._short(datatype)}

    def _name(self, iri: str) -> str:
        return self._names.get(iri) or self._short(iri)

    def _class(self, value: Term) -> str:
        assert isinstance(value, NamedNode)
        return self._name(value.value)

    def _identifier(self, iri: str) -> str:
        below = iri.removeprefix(self._base)
        return below if below != iri and ":" not in below else self._short(iri)

    def _short(self, iri: str) -> str:
        for namespace, prefix in self._prefixes.items():
            local = iri.removeprefix(namespace)
            if local not in (iri, "") and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    @staticmethod
    def _expand(name: str, definitions: Mapping[str, Any]) -> str:
        prefix, colon, local = name.partition(":")
        namespace = definitions.get(prefix)
        return namespace + local if colon and isinstance(namespace, str) else name


def _by_language(values: Sequence[Term]) -> dict[str, Any] | None:
    """Return texts by their language, None if one of them has none."""
    texts: dict[str, list[str]] = {}
    for value in values:
        if not isinstance(value, Literal) or value.language is None:
            return None
        texts.setdefault(value.language, []).append(value.value)
    return {language: _single(found) for language, found in texts.items()}


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _canonical(text: str) -> bool:
    return (
        text in ("true", "false") or text == "0" or (text.removeprefix("-").isdecimal() and text.lstrip("-")[0] != "0")
    )
