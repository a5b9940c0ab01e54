"""Work spread over processes, with progress in a terminal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sim.errors import require

Item = TypeVar("Item")
Result = TypeVar("Result")


def require_jobs(jobs: Any) -> int:
    """Return the number of processes; `InputError` unless it is one, or -1 for one a core."""
    require(
        isinstance(jobs, int) and not isinstance(jobs, bool) and jobs != 0,
        f"engine.jobs is {jobs!r}; it must be a number of processes, or -1 for one a core",
    )
    return int(jobs)


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int, about: str
) -> Iterator[Result]:
    """Yield the result of each item as it is finished, in any order; about: what is going on."""
    from joblib import Parallel, delayed
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if jobs == 1 or len(items) == 1:
        done: Iterable[Result] = map(work, items)
    else:
        tasks = (delayed(work)(item) for item in items)
        done = Parallel(n_jobs=jobs, return_as="generator_unordered")(tasks)
    yield from track(
        done,
        description=about,
        total=len(items),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
