"""The release that is being served: opened once, and exchanged for the next when `current` is switched."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from budgetgraph import __version__
from budgetgraph.errors import ReleaseError, SettingError
from budgetgraph.settings import Settings
from budgetsite.datasets import Datasets
from budgetsite.engine import Engine, QueryFailed
from budgetsite.history import Dates, publication_dates
from budgetsite.library import Library
from budgetsite.profile import read_profile
from budgetsite.proxy import Proxy

logger = logging.getLogger(__name__)


class Results:
    """Results of queries by their key: the least recently used give way when there are too many bytes."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> tuple[str, bytes] | None:
        """Return (media type, bytes) if they are kept."""
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, media_type: str, body: bytes) -> None:
        """Keep a result, unless it alone would fill a quarter of the room."""
        if len(body) > self.limit // 4:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = media_type, body
                self.size += len(body)
            while self.size > self.limit:
                self.size -= len(self._kept.popitem(last=False)[1][1])


class Served:
    """One release, open: its library, its query engine, and the results that are kept.

    With *store*, the address of a SPARQL endpoint that holds the same data, that one answers the queries.
    """

    def __init__(self, directory: Path, settings: Settings, store: str | None = None) -> None:
        self.directory, self.settings = directory, settings
        self.profile = read_profile(directory)
        self.library = Library(directory)
        self.datasets = Datasets(self.library)
        path = self.library.release.store_path
        self.engine = Proxy(path, settings, store) if store else Engine(path, settings)
        self.results = Results(settings.query_cache_bytes)
        manifest = (self.library.release.path / "manifest.json").read_bytes()
        about = repr((__version__, self.profile, settings))
        self.key = hashlib.sha256(about.encode() + manifest).hexdigest()[:16]
        self.users = 0
        self.retired = False

    @cached_property
    def dates(self) -> dict[str, Dates]:
        """When each disclosure was published first and last."""
        return publication_dates(self.directory, self.library.release.number)

    def dates_of(self, iri: str) -> Dates:
        """Return the dates of a disclosure, or of the whole: as old as the oldest, as new as the release."""
        created = str(self.library.release.manifest["created"])
        oldest = min((dates.issued for dates in self.dates.values()), default=created)
        return self.dates.get(iri, Dates(oldest, created))

    def close(self) -> None:
        """Stop the engine; the store is closed when nothing refers to it any more."""
        self.engine.close()


class Current:
    """The current release under a directory; a request holds the one that it began with until it is answered."""

    def __init__(self, directory: Path, settings: Settings, store: str | None = None) -> None:
        self._link = str(directory / "current")
        self._directory, self._settings, self._store = directory, settings, store
        self._lock = threading.Lock()
        self._target = self._read_link()
        self._served = Served(directory, settings, store)

    def _read_link(self) -> str | None:
        try:
            return os.readlink(self._link)  # at every request: pathlib would take several times as long
        except OSError:
            return None

    @contextmanager
    def hold(self) -> Iterator[Served]:
        """Yield the current release; it stays open until the block is left."""
        with self._lock:
            self._follow()
            served = self._served
            served.users += 1
        try:
            yield served
        finally:
            with self._lock:
                served.users -= 1
                done = served.retired and not served.users
            if done:
                served.close()

    def _follow(self) -> None:
        """Open the next release if `current` points to another; one that cannot be opened is not switched to."""
        target = self._read_link()
        if target is None or target == self._target:
            return
        try:
            fresh = Served(self._directory, self._settings, self._store)
            if self._served.engine.running:
                fresh.engine.warm(self._served.engine.running)
        except (ReleaseError, SettingError, QueryFailed, OSError) as error:
            logger.error("release %s cannot be opened: %s", target, error)
            self._target = target
            return
        old, self._served, self._target = self._served, fresh, target
        old.retired = True
        if not old.users:
            old.close()

    def close(self) -> None:
        """Stop serving."""
        with self._lock:
            self._served.retired = True
            self._served.close()
