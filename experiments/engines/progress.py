"""Progress of work on an engine: a bar that moves within an item too, and the time that is left."""

import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeVar

from retrainlab.experiments.engines import stop
from retrainlab.experiments.engines.heartbeat import heard, listening, reporting
from retrainlab.experiments.engines.local import (
    Engine,
    Joblib,
    Serial,
    WorkerCrash,
    where_possible,
)
from retrainlab.experiments.engines.repeating import repeating
from retrainlab.sim.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")
FIRST = 3.0  # seconds of work that an estimate of the time left is made from
LONG = 20.0  # seconds from which on it is worth a line
UPDATE = 0.5  # seconds between two looks


def map_unordered(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    engine: Engine,
    title: str,
    sizes: Sequence[int] | None = None,
    quiet: bool = False,
    noun: str = "cells",
) -> Generator[tuple[int, Result | WorkerCrash], None, None]:
    """Yield number and result of each item as it is finished; title: of the progress bar.

    sizes: pieces of each item, which a worker may tell of by `heartbeat.beating`; None: one each.
    quiet: print no line about the time left, where one was printed before. noun: what the pieces
    are called. To be closed where it is left before its end.
    """
    pieces = [1] * len(items) if sizes is None else list(sizes)
    done = [0]
    with listening() if engine.local else _nowhere() as folder:
        heard_so_far = lambda: done[0] + heard(folder)  # noqa: E731
        with (
            _shown(title, Pace(sum(pieces), noun), heard_so_far, quiet),
            closing(engine(reporting(work, folder), items)) as results,
        ):
            for number, result in results:
                stop.require_none()
                done[0] += pieces[number]
                yield number, result


@contextmanager
def _nowhere() -> Iterator[str]:
    yield ""


@contextmanager
def _shown(title: str, pace: "Pace", done: Callable[[], float], quiet: bool) -> Iterator[None]:
    """Show a bar on a terminal, and print once how much time is left where that is long."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    start = time.perf_counter()
    is_told = quiet
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with bar:
        task = bar.add_task(title, total=pace.total)

        def look() -> None:
            nonlocal is_told
            count = done()
            bar.update(task, completed=count)
            line = pace.ahead(time.perf_counter() - start, count)
            if line and not is_told:
                is_told = True
                print(f"retrainlab: {line}", file=sys.stderr)

        with repeating(look, UPDATE):
            yield


class Pace:
    """How fast work goes on, from when the first of it was done: workers need time to start."""

    def __init__(self, total: int, noun: str = "cells"):
        self.total, self.noun = total, noun
        self.first: tuple[float, float] | None = None

    def ahead(self, seconds: float, done: float) -> str:
        """Say how much time is left; empty while that is little or unknown.

        seconds: since the start. done: of `total` pieces by then.
        """
        if done <= 0:
            return ""
        self.first = self.first or (seconds, done)
        since, more = seconds - self.first[0], done - self.first[1]
        if more <= 0 and since > LONG:
            since, more = seconds, done
        if more <= 0 or since < FIRST:
            return ""
        left = since * max(0.0, self.total - done) / more
        if left <= LONG:
            return ""
        part = f"{done:,.1f}".removesuffix(".0")
        return f"about {in_words(left)} left ({part} of {self.total:,} {self.noun} are done)"


def in_words(seconds: float) -> str:
    """Write a duration as people do."""
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{max(1, round(seconds))} s"


def imap(
    work: Callable[[Item], Result], items: Sequence[Item], engine: Engine | int, title: str
) -> Iterator[Result]:
    """Yield the result of each item as it is finished, in any order.

    engine: one of `experiments.engines.local`, or a number of processes. Raises `InputError` for an
    item that kills its workers.
    """
    if isinstance(engine, int):
        engine = Serial() if engine == 1 else where_possible(Joblib(engine))
    with closing(map_unordered(work, items, engine, title, quiet=True)) as results:
        for number, result in results:
            if isinstance(result, WorkerCrash):
                raise InputError(f"{title}: item {number + 1} of {len(items)} {result.sentence}")
            yield result
