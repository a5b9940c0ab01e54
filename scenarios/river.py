"""Any generator of river.datasets.synth, with ground truth where River's source defines it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import isclass, signature
from itertools import islice
from typing import Any

import numpy as np

from retrainlab.scenarios.synthetic.river_truth import NOMINAL, ceiling, drift_spans
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.seeds import seed_of
from retrainlab.sim.stream import Drift, Floats, Stream, even_ticks

SEEDS = ("seed", "seed_sample")
REFUSED = {
    "ConceptDriftStream": "it overflows on sharp drifts and repeats rows of one seed; "
    "use scenario=sudden or scenario=gradual",
    "Logical": "it has three targets; a stream has one",
}


@dataclass(frozen=True)
class River:
    """Rows of a River generator, with River's own seed, so that River gives the same rows.

    generator: name of a class of river.datasets.synth.
    parameters: its arguments, but for the seed of the rows, which is the study's seed; a seed of
        the model (`seed_model`, `seed_tree`) is drawn from it too unless it is given here.
    ticks, rows: number of ticks, and rows in each.

    Raises InputError for an unknown or unsuitable generator, and for parameters that it refuses.
    """

    generator: str = "SEA"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    ticks: int = 100
    rows: int = 100

    def __post_init__(self) -> None:
        for option in ("ticks", "rows"):
            value = getattr(self, option)
            require(
                type(value) is int and value >= 1,
                f"{option} is {value!r}; it must be a whole number, at least 1",
            )
        require(
            isinstance(self.parameters, Mapping),
            f"parameters is {self.parameters!r}; write {{name: value}}",
        )

    def __call__(self, seed: int) -> Stream:
        """Return the stream of `ticks` x `rows` rows."""
        cls = _generator(self.generator)
        given = {**_arguments(cls, seed), **self._checked(cls)}
        task, declared, rows = self._rows(cls, given)
        x, names, categorical = _features(self.generator, [features for features, _ in rows])
        y, classes = _target(self.generator, task, declared, [label for _, label in rows])
        known = ceiling(self.generator, given)
        return Stream(
            x=x,
            y=y,
            offsets=even_ticks(self.ticks, self.rows),
            task="classification" if classes else "regression",
            drifts=self._drifts(given),
            ceiling=np.full(len(x), known),
            concept=np.full(len(x), -1, dtype=np.int64),
            features=names,
            classes=classes,
            categorical=categorical,
            story=f"{len(x):,} rows of River's generator {self.generator} in {self.ticks:,} ticks."
            + " Its ceiling is unknown." * bool(np.isnan(known)),
            facts=tuple((name, repr(value)) for name, value in given.items()),
        )

    def _checked(self, cls: Any) -> dict[str, Any]:
        """Return the parameters; raise InputError for one that the generator does not have."""
        known = [name for name in signature(cls).parameters if name not in SEEDS]
        for name in self.parameters:
            require(
                name in known,
                f"parameters names {name!r}, which {self.generator} does not take; "
                f"it takes {', '.join(known) or 'none'} (the seed is the study's)",
            )
        return dict(self.parameters)

    def _rows(self, cls: Any, given: dict[str, Any]) -> tuple[str, Any, list[tuple[dict, Any]]]:
        """Return the task, the declared class values if any, and the rows."""
        n = self.ticks * self.rows
        try:
            generator = cls(**given)
            rows = list(islice(generator, n))
        except Exception as error:
            # A bad value may raise any error, and some raise it at the first row only.
            reason = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(". ")
            raise InputError(
                f"{self.generator} refuses parameters {dict(self.parameters)} ({reason})"
            ) from error
        require(
            len(rows) == n,
            f"{self.generator} gives {len(rows):,} rows, {self.ticks:,} ticks of {self.rows:,} "
            "are asked for; set ticks, rows or its n_samples",
        )
        return generator.task, getattr(generator, "target_values", None), rows

    def _drifts(self, given: dict[str, Any]) -> tuple[Drift, ...]:
        end = self.ticks * self.rows
        return tuple(
            Drift("concept", a // self.rows, -(-min(b, end) // self.rows), float("nan"), note)
            for a, b, note in drift_spans(self.generator, given, end)
            if a < end
        )


def _generator(name: str) -> Any:
    from river import datasets
    from river.datasets import synth

    every = [
        n for n, c in vars(synth).items() if isclass(c) and issubclass(c, datasets.base.Dataset)
    ]
    choices = sorted(set(every) - set(REFUSED))
    require(name not in REFUSED, f"generator {name} is not offered: {REFUSED.get(name)}")
    if name not in choices:
        raise InputError(f"generator is {name!r}; choose from {', '.join(choices)}")
    return getattr(synth, name)


def _arguments(cls: Any, seed: int) -> dict[str, Any]:
    """Return the generator's arguments with their defaults, and its seeds."""
    given = {name: p.default for name, p in signature(cls).parameters.items()}
    for name in given:
        if name in SEEDS:
            given[name] = seed
        elif name.startswith("seed"):
            # Rows drawn with the seed of the model would follow the model's own draws.
            given[name] = seed_of(seed, "river", name)
    return given


def _features(name: str, rows: list[dict]) -> tuple[Floats, tuple[str, ...], tuple[int, ...]]:
    """Return x, the names of its columns and which of them are categories."""
    keys = list(rows[0])
    x = np.empty((len(rows), len(keys)))
    categorical = []
    for j, key in enumerate(keys):
        values = [row[key] for row in rows]
        if isinstance(values[0], str):
            codes = {value: float(code) for code, value in enumerate(dict.fromkeys(values))}
            values = [codes[value] for value in values]
            categorical.append(j)
        elif str(key).startswith(NOMINAL.get(name, ())):
            categorical.append(j)
        x[:, j] = values
    names = tuple(f"x{key}" if isinstance(key, int) else str(key) for key in keys)
    return x, names, tuple(categorical)


def _target(
    name: str, task: str, declared: Any, labels: list[Any]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return y and the names of the classes, none for a regression."""
    if task == "Regression":
        return np.array(labels, dtype=np.float64), ()
    seen = sorted(set(labels))
    require(
        len(seen) > 1,
        f"{name} gives class {seen[0]} in every row; choose other parameters or more rows",
    )
    classes = sorted(set(declared or ()) | set(seen))
    return np.searchsorted(classes, labels).astype(np.int64), tuple(map(str, classes))
