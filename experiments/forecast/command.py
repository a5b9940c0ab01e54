"""`retrainlab library`: build the library of the forecast, or tell what one holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed
from rich.table import Table

from retrainlab.experiments.config.plain_words import divided
from retrainlab.experiments.engines.console import console_of
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.forecast.own_logs import own_source
from retrainlab.experiments.forecast.simulated_logs import scenario_recipes
from retrainlab.sim.errors import InputError, require, require_whole
from retrainlab.sim.forecast.library import SHIPPED, Library, gathered, load, measured, save
from retrainlab.sim.forecast.prior import Recipe, prior_recipes

USAGE = (
    "retrainlab library build|show [LOG...] [out=library.npz] [prior=810] [scenarios=50] [seed=1]"
)


@dataclass(frozen=True)
class LibraryOptions:
    """What a library is made of.

    out: the file; the one that is shipped, unless it is given. prior: simulated logs of the prior,
    a third of them with an unsteady level.
    scenarios: logs of each scenario. seed: a whole number; another one gives other logs.
    """

    out: Path = SHIPPED
    prior: int = 810
    scenarios: int = 50
    seed: int = 1

    def __post_init__(self) -> None:
        for name, least in (("prior", 10), ("scenarios", 0), ("seed", 0)):
            require_whole(name, getattr(self, name), least, "logs" if name != "seed" else "1")


def library(words: Sequence[str]) -> int:
    """Run `retrainlab library build` or `retrainlab library show`; return the exit code."""
    require(len(words) > 0 and words[0] in ("build", "show"), f"the command is: {USAGE}")
    what, *rest = words
    logs, typed = divided(rest)
    options, others = _options(typed)
    if what == "build":
        require(
            not logs or options.out != SHIPPED,
            "a library with logs of your own needs a file of its own; give out=library.npz",
        )
        save(built(options, logs, others), options.out)
        load.cache_clear()
    else:
        require(not logs and not others, f"the command is: {USAGE}")
    _show(options.out)
    return 0


def built(
    options: LibraryOptions, logs: Sequence[str] = (), overrides: Sequence[str] = ()
) -> Library:
    """Return a library: the prior, the scenarios, and logs of your own, by their paths."""
    recipes: Iterable[Recipe] = chain(
        prior_recipes(options.seed, options.prior),
        scenario_recipes(options.seed, options.scenarios),
        (partial(own_source, path, tuple(overrides)) for path in logs),
    )
    return gathered(all_measured(recipes), options.seed)


def all_measured(recipes: Iterable[Recipe]) -> Iterator[Library]:
    """Measure the logs of each recipe, in their order, whatever the number of processes."""
    workers = Parallel(n_jobs=-1, return_as="generator")
    yield from workers(delayed(_measured)(recipe) for recipe in recipes)


def _measured(recipe: Recipe) -> Library:
    with one_thread():
        return measured(recipe())


def _options(words: Sequence[str]) -> tuple[LibraryOptions, list[str]]:
    """Return the options, and what is left: overrides of the study that reads the logs."""
    options, others = LibraryOptions(), []
    names = {field.name for field in fields(LibraryOptions)}
    for word in words:
        name, _, value = word.partition("=")
        if name == "out":
            options = replace(options, out=Path(value))
        elif name in names:
            try:
                number = int(value)
            except ValueError:
                raise InputError(f"{name} is {value!r}; it must be a whole number") from None
            options = replace(options, **dict[str, Any]({name: number}))
        else:
            others.append(word)
    return options, others


def _show(path: Path) -> None:
    """Print what a library holds."""
    held = load(path)
    lines = Table(box=None, pad_edge=False)
    lines.add_column("logs of")
    lines.add_column("number", justify="right")
    for kind, count in held.counts().items():
        lines.add_row(kind, str(count))
    console_of(100).print(lines)
    print(f"{len(held)} logs, seed {held.seed}, {path.stat().st_size / 1000:.0f} kB: {path}")
