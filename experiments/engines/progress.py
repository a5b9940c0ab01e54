"""Progress bar of work on an engine, with the time left."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from retrainlab.experiments.engines.local import Engine, Joblib, Serial, WorkerCrash, where_possible
from retrainlab.sim.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_unordered(
    work: Callable[[Item], Result], items: Sequence[Item], engine: Engine, title: str
) -> Iterator[tuple[int, Result | WorkerCrash]]:
    """Yield number and result of each item as it is finished; title: of the progress bar."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        engine(work, items),
        description=title,
        total=len(items),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def imap(
    work: Callable[[Item], Result], items: Sequence[Item], engine: Engine | int, title: str
) -> Iterator[Result]:
    """Yield the result of each item as it is finished, in any order.

    engine: one of `experiments.engines.local`, or a number of processes. Raises `InputError` for an
    item that kills its workers.
    """
    if isinstance(engine, int):
        engine = Serial() if engine == 1 else where_possible(Joblib(engine))
    for number, result in map_unordered(work, items, engine, title):
        if isinstance(result, WorkerCrash):
            raise InputError(f"{title}: item {number + 1} of {len(items)} {result.sentence}")
        yield result
