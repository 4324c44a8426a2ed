"""A farm: sources are read by the workers of a Dask scheduler, each as carefully as by our own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from budgetgraph.errors import BudgetgraphError, ClusterError, UnusableSource
from budgetgraph.publication.workers import Item, Result, Workers
from budgetgraph.settings import Settings

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 30
"""So many seconds are given to the scheduler to answer, and to the first worker to appear."""


@dataclass(slots=True)
class Farm(Generic[Item, Result]):
    """Runs *task* on items as Workers does, on the workers of the Dask scheduler at *address*.

    Sources are named by their paths, so that the workers need the same folders, and the same budgetgraph.
    """

    task: Callable[[Item], Result]
    limits: Settings
    address: str
    where: Callable[[Item], str] = str

    def run(self, items: Sequence[Item]) -> Iterator[tuple[Item, Result | BudgetgraphError]]:
        """Yield each item with its result, or the error that it gave rise to, as soon as it is there.

        Raises ClusterError if there is no scheduler, no worker, or a worker that cannot run our code.
        """
        distributed = _library()
        with _client(self.address) as client:
            futures = {client.submit(_alone, self.task, item, self.limits, pure=False): item for item in items}
            for future in distributed.as_completed(list(futures), loop=client.loop):
                item = futures[future]
                yield item, self._received(future, item)

    def _received(self, future: Any, item: Item) -> Result | BudgetgraphError:
        error = future.exception()
        if error is None:
            answer: Result | BudgetgraphError = future.result()
            if isinstance(answer, UnusableSource) and not answer.where:
                answer.where = self.where(item)
            return answer
        if isinstance(error, _library().KilledWorker):
            return UnusableSource(
                what="the Dask workers that read it were killed 读取它的Dask工作进程被终止",
                where=self.where(item),
                remedy="the file may be damaged or hostile; please report it 文件可能已损坏或有害，请报告",
                reason="crashed",
            )
        raise ClusterError(
            what=f"a worker cannot run our code 工作进程无法运行 ({type(error).__name__}: {error})",
            where=self.address,
            remedy="the workers need the same budgetgraph and Python 工作进程须安装相同版本",
        )


def _alone(task: Callable[[Item], Result], item: Item, limits: Settings) -> Result | BudgetgraphError:
    """Run *task* on one item in a process of its own, beside the Dask worker, with the limits of this project."""
    # Dask starts its workers as daemons, which may have no children; ours end when the worker that asks them does.
    multiprocessing.current_process().daemon = False
    ((_, result),) = Workers[Item, Result](task, limits, where=lambda _: "").run([item])
    return result


def _library() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            what=f"Dask is not installed 未安装Dask ({error})",
            where="--dask",
            remedy="pip install 'budgetgraph[dask]'",
        ) from error
    return distributed


def _client(address: str) -> Client:
    """Connect to a scheduler that has a worker."""
    distributed = _library()
    try:
        client: Client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            what=f"no Dask scheduler answers 调度器无应答 ({type(error).__name__})",
            where=address,
            remedy="start one 请先启动: dask scheduler",
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except OSError as error:
        client.close()  # type: ignore[no-untyped-call]  # distributed leaves it untyped
        raise ClusterError(
            what="the Dask scheduler has no workers 调度器没有工作进程",
            where=address,
            remedy=f"start some 请启动: dask worker {address}",
        ) from error
    return client
