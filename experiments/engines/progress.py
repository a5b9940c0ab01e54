"""Progress bar of work on an engine, with the time left."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import TypeVar

from retrainlab.experiments.engines.local import Engine, Joblib, Serial, WorkerCrash
from retrainlab.sim.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_unordered(
    work: Callable[[Item], Result], items: Sequence[Item], engine: Engine, title: str
) -> Generator[tuple[int, Result | WorkerCrash], None, None]:
    """Yield number and result of each item as it is finished; title: of the progress bar.

    To be closed where it is left before its end.
    """
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    with closing(engine(work, items)) as results:
        yield from track(
            results,
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
        engine = Serial() if engine == 1 else Joblib(engine)
    with closing(map_unordered(work, items, engine, title)) as results:
        for number, result in results:
            if isinstance(result, WorkerCrash):
                raise InputError(f"{title}: item {number + 1} of {len(items)} {result.sentence}")
            yield result
