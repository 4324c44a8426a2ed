"""What changed from release to release: disclosures that came, were corrected, or went; also as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from budgetgraph.releases.release import DocumentRecord, Release, list_releases

SHOWN = 50
"""So many releases the feed goes back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One release, and how its disclosures differ from those of the release before."""

    number: int
    created: str
    added: tuple[DocumentRecord, ...]
    corrected: tuple[tuple[DocumentRecord, DocumentRecord], ...]
    removed: tuple[DocumentRecord, ...]

    @property
    def summary(self) -> str:
        """Return the changes in a line."""
        counts = (len(self.added), len(self.corrected), len(self.removed))
        return "新增 {0} · 更正 {1} · 撤下 {2} — {0} added, {1} corrected, {2} removed".format(*counts)


def history(directory: Path, upto: int) -> list[Step]:
    """Return the releases under a directory up to one, the newest first."""
    releases = [release for release in list_releases(directory) if release.number <= upto]
    earlier: Release | None = None
    steps: list[Step] = []
    for release in releases[-SHOWN:]:
        steps.append(_step(earlier, release))
        earlier = release
    return steps[::-1]


def _step(earlier: Release | None, release: Release) -> Step:
    old = {record.iri: record for record in earlier.documents} if earlier else {}
    new = {record.iri: record for record in release.documents}
    sums = _graphs(earlier) if earlier else {}
    return Step(
        release.number,
        str(release.manifest["created"]),
        tuple(record for iri, record in sorted(new.items()) if iri not in old),
        tuple(
            (old[iri], record)
            for iri, record in sorted(new.items())
            if iri in old and sums[iri] != _graphs(release)[iri]
        ),
        tuple(record for iri, record in sorted(old.items()) if iri not in new),
    )


class Dates(NamedTuple):
    """When something was first published, and when it was published last with another content."""

    issued: str
    modified: str


def publication_dates(directory: Path, upto: int) -> dict[str, Dates]:
    """Return the dates of each disclosure in the releases under a directory up to one, as far as they are kept."""
    found: dict[str, Dates] = {}
    before: dict[str, str] = {}
    for release in list_releases(directory):
        if release.number > upto:
            break
        created, graphs = str(release.manifest["created"]), _graphs(release)
        for iri, digest in graphs.items():
            if iri not in found:
                found[iri] = Dates(created, created)
            elif before.get(iri, digest) != digest:
                found[iri] = Dates(found[iri].issued, created)
        before |= graphs
    return found


def _graphs(release: Release) -> dict[str, str]:
    """Return the SHA-256 of each disclosure's graph."""
    return {str(entry["iri"]): str(entry["sha256"]) for entry in release.manifest["documents"]}


def difference(directory: Path, iri: str, older: int, newer: int) -> tuple[list[str], list[str]]:
    """Return the N-Quads lines of a disclosure that a release lost and gained against an earlier one."""
    before, after = (_lines(directory / "releases" / str(number), iri) for number in (older, newer))
    return sorted(before - after), sorted(after - before)


@lru_cache(maxsize=4)
def _lines(release_path: Path, iri: str) -> frozenset[str]:
    release = Release.at(release_path)
    record = next((record for record in release.documents if record.iri == iri), None)
    return frozenset(release.graph_lines(record.id).decode().splitlines()) if record else frozenset()


def atom(steps: list[Step], base: str, title: str) -> str:
    """Return the releases as an Atom feed (RFC 4287)."""
    updated = steps[0].created if steps else "1970-01-01T00:00:00+00:00"
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh">\n',
            f"<id>{escape(base)}feed.atom</id>\n<title>{escape(title)}</title>\n<updated>{updated}</updated>\n",
            f"<author><name>{escape(title)}</name></author>\n",
            f'<link rel="self" type="application/atom+xml" href={quoteattr(base + "feed.atom")}/>\n',
            f"<link href={quoteattr(base)}/>\n",
            *_entries(steps, base),
            "</feed>\n",
        )
    )


def _entries(steps: list[Step], base: str) -> Iterator[str]:
    for step in steps:
        address = f"{base}changes#release-{step.number}"
        names = "；".join(record.title for record in (*step.added, *(new for _, new in step.corrected)))
        yield (
            f"<entry><id>{escape(address)}</id><title>版本 release {step.number}</title>"
            f"<updated>{step.created}</updated><link href={quoteattr(address)}/>"
            f"<summary>{escape(step.summary)}{escape('：' + names if names else '')}</summary></entry>\n"
        )
