"""Engines: run work in this process, in processes beside it, or on a cluster.

An engine is called with a pure function and items, and yields the number of each item with what
came of it, as it is finished, in any order. Items may be worked on twice. An item that kills
every worker it meets comes back as `WorkerCrash`; the others go on.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Protocol, TypeVar

from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.fit_limit import FitLimit, limited
from retrainlab.sim.errors import require
from retrainlab.sim.processes import pool

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 2  # items handed out for each worker: one at work, one waiting
CHANCES = 2  # how often a suspect is tried on its own before it is given up


@dataclass(frozen=True)
class WorkerCrash:
    """In place of a result: the work killed whoever did it."""

    sentence: str = "killed every worker that it was given to (out of memory, perhaps)"


class Engine(Protocol):
    """What every engine offers; workers: how many items it works on at the same time.

    Each has `fit_seconds`, the longest time that a fit may take; None: any. Its iterator is to be
    closed where it is left before its end, so that no work goes on.
    """

    @property
    def workers(self) -> int:
        """How many."""

    @property
    def local(self) -> bool:
        """Whether all of them see the files of this machine."""

    def __call__(
        self, work: Callable[[Any], Any], items: Sequence[Any]
    ) -> Generator[tuple[int, Any], None, None]:
        """Yield number and result of each item, or `WorkerCrash` for it, as it is finished."""

    def alone(self, work: Callable[[Any], Any], item: Any) -> Any:
        """Return the result of an item, or `WorkerCrash`, while nothing else is under way."""


@dataclass(frozen=True)
class Serial:
    """One item after the other, in this process."""

    fit_seconds: float | None = None
    local: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require_seconds(self.fit_seconds)

    @property
    def workers(self) -> int:
        """One."""
        return 1

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item]
    ) -> Generator[tuple[int, Result], None, None]:
        """Yield number and result of each item, in order."""
        for number, item in enumerate(items):
            yield number, self.alone(work, item)

    def alone(self, work: Callable[[Item], Result], item: Item) -> Result:
        """Return the result; nothing else is under way."""
        return within(self.fit_seconds, work, may_kill=False)(item)


@dataclass(frozen=True)
class Joblib:
    """Worker processes of joblib's on this machine; jobs: how many, or -1 for one a core."""

    jobs: int = -1
    fit_seconds: float | None = None
    local: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require_jobs(self.jobs)
        require_seconds(self.fit_seconds)

    @property
    def workers(self) -> int:
        """Number of processes."""
        return self.jobs if self.jobs > 0 else max(1, _cores() + 1 + self.jobs)

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item]
    ) -> Generator[tuple[int, Result | WorkerCrash], None, None]:
        """Yield number and result of each item as it is finished.

        A single item is worked on in this process, unless a fit may have to be ended.
        """
        if self.fit_seconds is None and min(self.workers, len(items)) <= 1:
            yield from Serial()(work, items)
            return
        waiting = deque(enumerate(items))
        while waiting:
            suspects: list[tuple[int, Item]] = []
            yield from self._until_a_death(work, waiting, suspects)
            for number, item in suspects:
                yield number, self.alone(work, item)

    def alone(self, work: Callable[[Item], Result], item: Item) -> Result | WorkerCrash:
        """Return the result of a process that does nothing else."""
        from concurrent.futures.process import BrokenProcessPool

        work = within(self.fit_seconds, work, may_kill=True)
        for _ in range(CHANCES):
            executor = pool(1)
            try:
                result: Result = executor.submit(work, item).result()
                return result
            except BrokenProcessPool:
                continue
            except BaseException:
                _end(executor)
                raise
        return crash(self.fit_seconds)

    def _until_a_death(
        self,
        work: Callable[[Item], Result],
        waiting: deque[tuple[int, Item]],
        suspects: list[tuple[int, Item]],
    ) -> Iterator[tuple[int, Result]]:
        """Take from what is waiting until a worker dies; all that was handed out is suspect."""
        from concurrent.futures import FIRST_COMPLETED, Future, wait
        from concurrent.futures.process import BrokenProcessPool

        work = within(self.fit_seconds, work, may_kill=True)
        executor = pool(min(self.workers, len(waiting)))
        out: dict[Future[Result], tuple[int, Item]] = {}
        try:
            while waiting or out:
                while waiting and len(out) < AHEAD * self.workers:
                    out[executor.submit(work, waiting[0][1])] = waiting[0]
                    waiting.popleft()
                for future in wait(out, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    number, _ = out.pop(future)
                    yield number, result
        except BrokenProcessPool:
            for future, (number, item) in out.items():
                if future.done() and future.exception() is None:
                    yield number, future.result()
                else:
                    suspects.append((number, item))
        except BaseException:
            _end(executor)
            raise


def _end(executor: Any) -> None:
    """Kill the workers of a pool; what its own thread then complains of is not shown."""
    tell = threading.excepthook

    def tell_others(error: Any) -> None:
        if error.thread is None or error.thread.name != "ExecutorManagerThread":
            tell(error)

    threading.excepthook = tell_others
    executor.shutdown(wait=False, kill_workers=True)


def within(
    seconds: float | None, work: Callable[[Item], Result], may_kill: bool
) -> Callable[[Item], Result]:
    """Return the work, each fit of which may take so long; None: any time."""
    return partial(limited, None if seconds is None else FitLimit(seconds, may_kill), work)


def crash(seconds: float | None) -> WorkerCrash:
    """Return what stands for a result; seconds: the limit of a fit."""
    if seconds is None:
        return WorkerCrash()
    fit = f"a fit that took longer than engine.fit_seconds={seconds:g} and cannot be interrupted"
    return WorkerCrash(f"killed every worker that it was given to (out of memory, or {fit})")


def made(node: Mapping[str, Any]) -> tuple[Engine, int]:
    """Return the engine of a configuration, and the bytes for fits and predictions a process.

    Raises `InputError` for a bad option.
    """
    memo = node["memo"]
    require(
        isinstance(memo, int | float) and not isinstance(memo, bool) and 0 <= memo < float("inf"),
        f"engine.memo is {memo!r}; it must be a number of MiB, 0 to keep nothing",
    )
    engine = build({k: v for k, v in node.items() if k != "memo"}, "engine")
    return where_possible(engine), int(memo * 2**20)


def where_possible(engine: Engine) -> Engine:
    """Return the engine, or `Serial` on a machine where processes cannot wait for each other."""
    if not isinstance(engine, Joblib) or _has_semaphores():
        return engine
    print(
        "retrainlab: no worker processes can be started here, because /dev/shm is missing or "
        "cannot be written; one process does everything",
        file=sys.stderr,
    )
    return Serial()


def _has_semaphores() -> bool:
    """Whether the system gives out semaphores, which lie in /dev/shm on Linux."""
    try:
        from multiprocessing import get_context

        get_context("spawn").Semaphore()
    except (ImportError, OSError):
        return False
    return True


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def require_jobs(jobs: Any) -> int:
    """Return the number of processes; `InputError` unless it is one, or -1 for one a core."""
    require(
        isinstance(jobs, int) and not isinstance(jobs, bool) and jobs != 0,
        f"jobs is {jobs!r}; it must be a number of processes, or -1 for one a core",
    )
    return int(jobs)


def require_seconds(seconds: float | None) -> None:
    """Raise `InputError` unless this is a limit of time, or None."""
    require(
        seconds is None or 0 < seconds < float("inf"),
        f"fit_seconds is {seconds}; it must be a number of seconds above 0, or null for no limit",
    )
