"""The engine for several hosts: a Dask scheduler, and workers with one thread each."""

import logging
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from retrainlab.experiments.config import safe
from retrainlab.experiments.engines.local import (
    AHEAD,
    Joblib,
    crash,
    require_jobs,
    require_seconds,
    within,
)
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.processes import follow

Numbered = tuple[int, Any]
PATIENCE = 10  # seconds for a scheduler to answer


@dataclass(frozen=True)
class Dask:
    """A Dask cluster.

    address: of a scheduler that is running, as tcp://host:8786; None: a cluster on this machine,
    with `jobs` processes (-1: one a core).
    """

    address: str | None = None
    jobs: int = -1
    fit_seconds: float | None = None

    def __post_init__(self) -> None:
        require_jobs(self.jobs)
        require_seconds(self.fit_seconds)
        _distributed()

    @property
    def workers(self) -> int:
        """Number of workers, of a running scheduler those that are there now."""
        if self.address is None:
            return Joblib(self.jobs).workers
        with self._client() as client:
            return max(1, _workers(client))

    @property
    def local(self) -> bool:
        """Whether the cluster is on this machine; of a running scheduler that is not known."""
        return self.address is None

    def __call__(
        self, work: Callable[[Any], Any], items: Sequence[Any]
    ) -> Generator[tuple[int, Any], None, None]:
        """Yield number and result of each item as it is finished."""
        with self._client() as client, self._ended_if_left():
            suspects: list[Numbered] = []
            yield from _until_done(client, self._given(work), items, suspects)
            for number, item in suspects:
                yield number, self._tried(client, work, item)

    def alone(self, work: Callable[[Any], Any], item: Any) -> Any:
        """Return the result of the only item that is handed out."""
        with self._client() as client, self._ended_if_left():
            return self._tried(client, work, item)

    @contextmanager
    def _ended_if_left(self) -> Iterator[None]:
        """End workers of this machine that are left at work, which may never come to an end."""
        try:
            yield
        except BaseException:
            if self.address is None:
                _end(_local(self.workers))
            raise

    def _given(self, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return the work as a worker is to do it."""
        limited = within(self.fit_seconds, work, may_kill=True)
        return partial(_followed, os.getpid(), safe.carried(limited))

    def _tried(self, client: Any, work: Callable[[Any], Any], item: Any) -> Any:
        try:
            return client.submit(self._given(work), item, pure=False).result()
        except _distributed().scheduler.KilledWorker:
            return crash(self.fit_seconds)

    def _client(self) -> AbstractContextManager[Any]:
        client = _distributed().Client
        if self.address is None:
            return client(_local(self.workers))
        try:
            return client(self.address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise InputError(
                f"engine.address is {self.address!r}, where no Dask scheduler answers; "
                "start one there with: dask scheduler"
            ) from error


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            "engine=dask needs the package distributed; "
            "install it with: pip install 'retrainlab[dask]'"
        ) from error
    return distributed


@cache
def _local(workers: int) -> Any:
    """Return a cluster on this machine, which ends with this process."""
    return _distributed().LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )


def _end(cluster: Any) -> None:
    _local.cache_clear()
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        if nanny.pid is not None:
            os.kill(nanny.pid, signal.SIGKILL)
    cluster.close()


def _workers(client: Any) -> int:
    threads = client.nthreads()
    for worker, count in threads.items():
        require(
            count == 1,
            f"the Dask worker {worker} has {count} threads; start it with --nthreads 1, "
            "because cells of one process would share what they limit and measure",
        )
    return len(threads)


def _until_done(
    client: Any, work: Callable[[Any], Any], items: Sequence[Any], suspects: list[Numbered]
) -> Iterator[Numbered]:
    """Hand out a few items for each worker; what Dask gives up because workers died is suspect."""
    killed = _distributed().scheduler.KilledWorker
    waiting = iter(enumerate(items))
    out: dict[str, Numbered] = {}
    done = _distributed().as_completed()
    while True:
        while len(out) < AHEAD * max(1, _workers(client)) and (entry := next(waiting, None)):
            future = client.submit(work, entry[1], pure=False)
            out[future.key] = entry
            done.add(future)
        if not out:
            return
        future = next(done)
        entry = out.pop(future.key)
        if isinstance(future.exception(), killed):
            suspects.append(entry)
        else:
            yield entry[0], future.result()


def _followed(command: int, work: Callable[[Any], Any], item: Any) -> Any:
    """Do the work; a worker that the command itself has started ends with it."""
    if os.getppid() == command:
        _follow(command)
    return work(item)


@cache
def _follow(command: int) -> None:
    """Once a process is enough."""
    follow(command)
