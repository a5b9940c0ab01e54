"""Work spread over an engine, with progress and the time left in a terminal."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from experiments.engines import Engine, Joblib, Lost, Serial
from sim.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")


def numbered(
    work: Callable[[Item], Result], items: Sequence[Item], engine: Engine, about: str
) -> Iterator[tuple[int, Result | Lost]]:
    """Yield number and result of each item as it is finished; about: what is going on."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        engine(work, items),
        description=about,
        total=len(items),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], engine: Engine | int, about: str
) -> Iterator[Result]:
    """Yield the result of each item as it is finished, in any order.

    engine: one of `experiments.engines`, or a number of processes. Raises `InputError` for an item
    that kills its workers.
    """
    if isinstance(engine, int):
        engine = Serial() if engine == 1 else Joblib(engine)
    for number, result in numbered(work, items, engine, about):
        if isinstance(result, Lost):
            raise InputError(f"{about}: item {number + 1} of {len(items)} {result.sentence}")
        yield result
