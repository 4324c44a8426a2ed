"""Content negotiation: which media type answers an Accept header or a suffix (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header


@dataclass(frozen=True, slots=True)
class Format:
    """A representation: its suffix, its media type, and other media types that ask for it."""

    suffix: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def media_types(self) -> tuple[str, ...]:
        return (self.media_type, *self.aliases)


HTML = Format("html", "text/html", ("application/xhtml+xml",))
TURTLE = Format("ttl", "text/turtle", ("application/x-turtle",))
JSON_LD = Format("jsonld", "application/ld+json")
N_TRIPLES = Format("nt", "application/n-triples")
RDF_XML = Format("rdf", "application/rdf+xml", ("application/xml", "text/xml"))
JSON = Format("json", "application/json")
CSV = Format("csv", "text/csv")
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")

RDF = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
ROWS = (
    Format("json", "application/sparql-results+json", ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
TRIPLES = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, Format("trig", "application/trig"))


@lru_cache(maxsize=1000)
def choose(accept: str | None, formats: tuple[Format, ...]) -> Format | None:
    """Return the format that an Accept header likes best, None if none will do; the first where it is left open."""
    if not accept or not accept.strip():
        return formats[0]
    wanted = parse_accept_header(accept, MIMEAccept)
    offered = [(media_type, item) for item in formats for media_type in item.media_types]
    best = wanted.best_match([media_type for media_type, _ in offered])
    return next((item for media_type, item in offered if media_type == best), None)


def split_suffix(path: str, formats: Sequence[Format]) -> tuple[str, Format | None]:
    """Return a path without its format suffix, and the format."""
    for item in formats:
        if path.endswith("." + item.suffix):
            return path[: -len(item.suffix) - 1], item
    return path, None
