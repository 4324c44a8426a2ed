"""Workers: processes in which sources are read, so that none that is large, hostile or broken ends ours."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import struct
import sys
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from budgetgraph.errors import BudgetgraphError, UnusableSource
from budgetgraph.settings import Settings

Item = TypeVar("Item")
Result = TypeVar("Result")

FORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What a source can make a library raise; anything else ends the worker, which is seen as well."""

_MEGABYTE = 1 << 20

_NEW_OBJECTS = 20_000
"""Garbage is looked for after so many; at Python's 700 it takes a fifteenth of the time that a document takes."""


@dataclass(slots=True)
class _Worker(Generic[Item]):
    """A process, the way to talk to it, and what it works at until when."""

    process: BaseProcess
    connection: Connection
    item: Item | None = None
    deadline: float = 0.0


@dataclass(slots=True)
class Workers(Generic[Item, Result]):
    """Runs *task* on items in up to *jobs* processes, each with a time and a memory limit.

    `where` names an item in the refusal of a source that took too long or ended its worker.
    """

    task: Callable[[Item], Result]
    limits: Settings
    jobs: int = 1
    where: Callable[[Item], str] = str
    _running: list[_Worker[Item]] = field(default_factory=list)

    def run(self, items: Sequence[Item]) -> Iterator[tuple[Item, Result | BudgetgraphError]]:
        """Yield each item with its result, or the error that it gave rise to, as soon as it is there."""
        waiting = deque(items)
        try:
            while waiting or any(worker.item is not None for worker in self._running):
                self._hand_out(waiting)
                yield from self._collect()
        finally:
            for worker in list(self._running):
                self._end(worker)

    def _hand_out(self, waiting: deque[Item]) -> None:
        while waiting and len(self._running) < self.jobs and all(w.item is not None for w in self._running):
            self._running.append(self._start())
            self._give(self._running[-1], waiting.popleft())
        for worker in self._running:
            if waiting and worker.item is None:
                self._give(worker, waiting.popleft())

    def _start(self) -> _Worker[Item]:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["budgetgraph.publication.publishing"])
        ours, theirs = context.Pipe()
        arguments = (theirs, self.task, self.limits.document_memory_mb)
        process = context.Process(target=_work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker[Item], item: Item) -> None:
        worker.item = item
        worker.deadline = time.monotonic() + self.limits.document_seconds
        worker.connection.send(item)

    def _collect(self) -> Iterator[tuple[Item, Result | BudgetgraphError]]:
        busy = {worker.connection: worker for worker in self._running if worker.item is not None}
        patience = min(worker.deadline for worker in busy.values()) - time.monotonic()
        ready = wait(list(busy), timeout=max(patience, 0))
        for connection, worker in busy.items():
            item = worker.item
            assert item is not None
            if connection in ready:
                yield item, self._received(worker, item)
            elif worker.deadline <= time.monotonic():
                self._end(worker)
                yield item, self._too_slow(item)

    def _received(self, worker: _Worker[Item], item: Item) -> Result | BudgetgraphError:
        try:
            answer: Result | BudgetgraphError = worker.connection.recv()
        except (EOFError, OSError):
            self._end(worker)
            return self._crashed(item, worker.process.exitcode)
        worker.item = None
        if isinstance(answer, UnusableSource) and not answer.where:
            answer.where = self.where(item)
        return answer

    def _end(self, worker: _Worker[Item]) -> None:
        worker.connection.close()
        worker.process.kill()
        worker.process.join()
        self._running.remove(worker)

    def _too_slow(self, item: Item) -> UnusableSource:
        return UnusableSource(
            what=f"not read within {self.limits.document_seconds} s 读取超时",
            where=self.where(item),
            remedy="raise BUDGETGRAPH_DOCUMENT_SECONDS if you trust it 若可信请调高此设置",
            reason="too-slow",
        )

    def _crashed(self, item: Item, status: int | None) -> UnusableSource:
        return UnusableSource(
            what=f"the process that read it ended (status {status}) 读取进程异常终止",
            where=self.where(item),
            remedy="the file may be damaged or hostile; please report it 文件可能已损坏或有害，请报告",
            reason="crashed",
        )


def run_one(task: Callable[[Item], Result], item: Item, limits: Settings) -> Result:
    """Run *task* on one item in a worker; raise what it raised, or UnusableSource if the worker did not last."""
    ((_, result),) = Workers(task, limits, where=_where).run([item])
    if isinstance(result, BudgetgraphError):
        raise result
    return result


def _where(item: object) -> str:
    return str(getattr(item, "path", item))


def _work(connection: Connection, task: Callable[[Any], Any], memory_mb: int) -> None:
    """Answer items until the other side hangs up; what ends this process is said there, in one line."""
    sys.stderr = StringIO()
    gc.set_threshold(_NEW_OBJECTS)
    limit = memory_mb * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    while True:
        try:
            item = connection.recv()
        except EOFError:
            return
        connection.send(_answer(task, item))


def _answer(task: Callable[[Any], Any], item: Any) -> Any:
    try:
        return task(item)
    except BudgetgraphError as error:
        return error
    except MemoryError:
        return UnusableSource(
            what="takes more memory than is allowed 占用内存过多",
            remedy="raise BUDGETGRAPH_DOCUMENT_MEMORY_MB if you trust it 若可信请调高此设置",
            reason="too-large",
        )
    except FORESEEN as error:
        return UnusableSource(
            what=f"cannot be read 无法读取 ({type(error).__name__}: {error} at {_place(error)})",
            remedy="the file may be damaged; please report it 文件可能已损坏，请报告",
            reason="unreadable",
        )


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
