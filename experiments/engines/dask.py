"""The engine for several hosts: a Dask scheduler, and workers with one thread each."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

from retrainlab.experiments.engines.local import AHEAD, Joblib, WorkerCrash, require_jobs
from retrainlab.sim.errors import InputError, require

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

    def __post_init__(self) -> None:
        require_jobs(self.jobs)
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
    ) -> Iterator[tuple[int, Any]]:
        """Yield number and result of each item as it is finished."""
        with self._client() as client:
            suspects: list[Numbered] = []
            yield from _until_done(client, work, items, suspects)
            for number, item in suspects:
                yield number, _tried(client, work, item)

    def alone(self, work: Callable[[Any], Any], item: Any) -> Any:
        """Return the result of the only item that is handed out."""
        with self._client() as client:
            return _tried(client, work, item)

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


def _tried(client: Any, work: Callable[[Any], Any], item: Any) -> Any:
    try:
        return client.submit(work, item, pure=False).result()
    except _distributed().scheduler.KilledWorker:
        return WorkerCrash()
