"""What a query is made of, as far as the protocol must know: keywords, apart from strings, comments and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
      |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<name>(?:\w[\w.\-]*)?:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
  | (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
QUERIES = frozenset({"SELECT", "CONSTRUCT", "ASK", "DESCRIBE"})
_NOTABLE = ("\\", "SERVICE", "FROM", *sorted(UPDATES))
"""What must be looked at closely: an escape could hide any word."""


def keywords(query: str) -> set[str]:
    """Return the bare words of a query, in capitals; none if it has no word that the protocol cares for.

    Code point escapes are replaced first, as SPARQL 1.1 section 19.2 demands; words inside comments, IRIs,
    strings, prefixed names and variables do not count. Where parsers differ, what could be a word is one.
    """
    capitals = query.upper()
    if not any(word in capitals for word in _NOTABLE):
        return set()
    text = _ESCAPE.sub(_character, query)
    return {word for found in _TOKEN.finditer(text) for word in _words(found)}


def _words(found: re.Match[str]) -> Iterator[str]:
    """Yield the words of a token: SERVICE out of what is run together, and out of what may be no IRI.

    Parsers without tokens read `true SERVICE` in `trueSERVICE`, and a comparison in `?a<?b)SERVICE#>`.
    """
    text = found.group().upper()
    if found.lastgroup == "word":
        yield "SERVICE" if "SERVICE" in text else text
    elif found.lastgroup == "iri" and "SERVICE" in text.partition(")")[2]:
        yield "SERVICE"


def _character(found: re.Match[str]) -> str:
    number = int(found.group(1) or found.group(2), 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else found.group()
