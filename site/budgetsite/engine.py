"""The query engine: workers with a deadline, a memory ceiling and no way out; a worker that overruns is replaced."""

from __future__ import annotations

import os
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from budgetgraph.settings import Settings
from budgetsite.messages import PIECE, head, packed, read_head, received

STARTING_SECONDS = 30
"""A worker that has not opened the store by then is given up."""

_TUNABLES = "GLIBC_TUNABLES"
_ALLOCATOR = "glibc.malloc.tcache_count=200"
"""A query makes and drops many small objects; glibc keeps but 7 of a size at hand, which costs a fifth of the time."""

CPUS = tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()
"""The CPUs that this program may use, before a server process takes one for itself; none where that cannot be said."""

_PLACE = re.compile(r"error at (\d+):(\d+)")
_SHOWN = 200
"""So many characters of a parser's message are passed on: it lists every token that could have come next."""


class QueryFailed(Exception):
    """A query that got no result; `setting` names the limit that it met, if it met one."""

    def __init__(self, status: int, message: str, setting: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.setting = status, message, setting


class _Stopped(QueryFailed):
    """The worker of a query was stopped by somebody else; the query itself may be sound."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query with its dataset and the media types that would do, for rows and for triples."""

    query: str
    rows: str | None
    triples: str | None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    own_dataset: bool = False
    base: str | None = None


class _Worker:
    """One worker process and its streams."""

    def __init__(self, store: Path, settings: Settings) -> None:
        command = [sys.executable, "-m", "budgetsite.worker", str(store)]
        limits = [str(settings.query_memory_mb), str(settings.query_result_bytes), *map(str, CPUS)]
        self.process = subprocess.Popen(
            [*command, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
            process_group=0,  # the signal that stops the server is not for it: it ends when its input does
        )
        self._descriptor = self._streams[1].fileno()
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)
        try:
            self.sandbox = str(self._receive(STARTING_SECONDS)[0].get("sandbox"))
        except (TimeoutError, EOFError):
            self.stop()
            raise

    @property
    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self.process.stdin and self.process.stdout
        return self.process.stdin, self.process.stdout

    def ask(self, message: bytes, seconds: float) -> tuple[Mapping[str, Any], bytes]:
        """Send a message and return its answer; raise TimeoutError or EOFError if none comes."""
        unsent = memoryview(message)
        descriptor = self._streams[0].fileno()
        try:
            while unsent:
                unsent = unsent[os.write(descriptor, unsent) :]
        except BrokenPipeError as error:
            raise EOFError("the worker is gone") from error
        return self._receive(seconds)

    def _receive(self, seconds: float) -> tuple[Mapping[str, Any], bytes]:
        """Read an answer: what its head says, and the body."""
        said, body = received(partial(self._read, time.monotonic() + seconds))
        return read_head(said), body

    def _read(self, deadline: float) -> bytes:
        """Return the bytes that are there, as soon as some are; none at the end of the stream."""
        if not self._poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        return os.read(self._descriptor, PIECE)

    def ended(self) -> int | None:
        """Return how the process has ended, now that its stream has: minus a signal, or a status."""
        try:
            return self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """Kill the process and close its streams."""
        self.process.kill()
        self.process.wait()
        for stream in self._streams:
            try:
                stream.close()
            except BrokenPipeError:
                continue


def _environment() -> dict[str, str]:
    tunables = [os.environ[_TUNABLES]] if os.environ.get(_TUNABLES) else []
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        _TUNABLES: ":".join([*tunables, _ALLOCATOR]),
    }


class Engine:
    """Workers over one store, started when they are first needed.

    `keeps` says that the same query has the same result as long as the release is the same.
    """

    keeps = True

    def __init__(self, store: Path, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._places = threading.BoundedSemaphore(settings.query_queue)
        self._lock = threading.Lock()
        self._all: set[_Worker] = set()
        self._closed = False
        for _ in range(settings.query_workers):
            self._idle.put(None)

    def run(self, request: Request) -> tuple[str, bytes]:
        """Return (media type, serialised result) of a query.

        Raises QueryFailed with the HTTP status that the failure deserves.
        """
        answer, body = self.ask(request)
        return str(answer["media_type"]), body

    def ask(self, request: Request, *, parse: bool = False) -> tuple[Mapping[str, Any], bytes]:
        """Return a worker's answer to a query and the result; or, if it is only to be parsed, of what kind it is."""
        said = head(
            rows=request.rows,
            triples=request.triples,
            default_graphs=request.default_graphs,
            named_graphs=request.named_graphs,
            own_dataset=request.own_dataset,
            base=request.base,
            parse=parse,
            seconds=self.settings.query_seconds,
        )
        message = packed(said, request.query.encode())
        try:
            answer, body = self._answer(message)
        except _Stopped:
            answer, body = self._answer(message)  # by a worker that nobody has stopped
        if answer["status"] == "ok":
            return answer, body
        raise self.failure(answer)

    def _answer(self, message: bytes) -> tuple[Mapping[str, Any], bytes]:
        with self._worker() as worker:
            return worker.ask(message, self.settings.query_seconds)

    @contextmanager
    def _worker(self) -> Iterator[_Worker]:
        worker = self._taken()
        sound = False
        try:
            if worker is None:
                worker = _Worker(self.store, self.settings)
                with self._lock:
                    self._all.add(worker)
            yield worker
            sound = True
        except TimeoutError:
            raise self.failure({"status": "too-slow"}) from None
        except EOFError:
            if worker is None:
                raise QueryFailed(503, "no query worker can be started; see the log 无法启动查询进程") from None
            raise self._ended(worker.ended()) from None
        finally:
            if worker is not None and (not sound or self._closed):
                with self._lock:
                    self._all.discard(worker)
                worker.stop()
                worker = None
            self._idle.put(worker)

    def _ended(self, status: int | None) -> QueryFailed:
        """Return what it means that a worker ended under a query: too deep, too large, or stopped by somebody."""
        if status == -signal.SIGSEGV:
            return QueryFailed(400, "the query is too deeply nested, or too long a chain 查询嵌套过深")
        if status in (-signal.SIGKILL, -signal.SIGTERM):
            return _Stopped(503, "the query worker was stopped; ask again 查询进程被终止，请重试")
        message = f"the query needed more than {self.settings.query_memory_mb} MB of memory 查询占用内存过多"
        return QueryFailed(503, message, "query_memory_mb")

    def _taken(self) -> _Worker | None:
        """Wait for a worker, unless too many wait already: the server's other threads are for other requests."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        if not self._places.acquire(blocking=False):
            raise QueryFailed(503, "too many queries wait for a worker 等候的查询过多", "query_queue")
        try:
            return self._idle.get(timeout=self.settings.query_seconds)
        except queue.Empty:
            raise QueryFailed(503, "all query workers are busy 查询进程繁忙", "query_workers") from None
        finally:
            self._places.release()

    def failure(self, answer: Mapping[str, Any]) -> QueryFailed:
        """Return what a worker's answer means to the one who asked."""
        match answer["status"]:
            case "syntax":
                return QueryFailed(400, f"the query cannot be parsed 查询语法有误: {_placed(answer['message'])}")
            case "not-acceptable":
                kind = "CONSTRUCT, DESCRIBE" if answer["triples"] else "SELECT, ASK"
                return QueryFailed(406, f"no acceptable format for the result of this query 无可用的结果格式 ({kind})")
            case "too-large":
                size = self.settings.query_result_bytes
                return QueryFailed(
                    503,
                    f"the result has more than {size} bytes; page it with LIMIT and OFFSET, or take the dump at "
                    "/dump/all.nq.gz 结果过大，请分页或下载全部数据",
                    "query_result_bytes",
                )
            case "too-slow":
                message = f"the query took longer than {self.settings.query_seconds} seconds 查询超时"
                return QueryFailed(503, message, "query_seconds")
            case "memory":
                return QueryFailed(503, "the query needs too much memory 查询占用内存过多", "query_memory_mb")
            case _:
                return QueryFailed(400, f"the query failed 查询失败: {answer.get('message', '')}")

    @property
    def running(self) -> int:
        """How many workers have been started."""
        with self._lock:
            return len(self._all)

    def warm(self, count: int = 1) -> None:
        """Start so many workers, side by side, so that the first queries do not wait for them."""
        started = threading.Barrier(min(count, self.settings.query_workers))

        def start() -> None:
            try:
                with self._worker(), suppress(threading.BrokenBarrierError):
                    started.wait()
            except QueryFailed:
                started.abort()
                raise

        with ThreadPoolExecutor(started.parties) as threads:
            for future in [threads.submit(start) for _ in range(started.parties)]:
                future.result()

    def close(self) -> None:
        """Stop every worker."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
        for worker in workers:
            worker.stop()


def _placed(message: str) -> str:
    """Return a parser's message with the line and column in words, and without its tail."""
    words = " ".join(_PLACE.sub(r"line \1, column \2", message).split())
    return words if len(words) <= _SHOWN else words[:_SHOWN] + " …"
