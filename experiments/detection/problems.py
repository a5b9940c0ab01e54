"""What detectors are tried on: errors with a known rate, and what a model makes of a scenario."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.experiments.config.build import build_scenario, locate
from retrainlab.experiments.study.damage import check_changes, damaged
from retrainlab.experiments.study.for_task import make_learner
from retrainlab.experiments.study.seed_audit import require_seed_alone
from retrainlab.sim.detection.error_stream import ErrorStream, RateChange
from retrainlab.sim.detection.signals import Signals
from retrainlab.sim.errors import require
from retrainlab.sim.replay.predictions import monitored_value
from retrainlab.sim.seeds import seed_of
from retrainlab.sim.stream import Floats, Ints, Stream, require_stream
from retrainlab.sim.world import World

SIGNALS = ("error", "prediction", "inputs")
SIZES = ("rows", "shops")  # what a scenario calls the rows of a tick


@dataclass(frozen=True)
class Problem:
    """A stream to be made from a seed, as plain configuration.

    kind: errors (drawn at a known rate, no model) or scenario (a model's, which never retrains).
    """

    name: str
    kind: str
    node: dict[str, Any]
    learner: dict[str, Any]
    warmup: int

    @property
    def path(self) -> str:
        """Where it stands in the configuration."""
        return f"{self.kind}.{self.name}"

    def make(self) -> Callable[[int], Any]:
        """Return what makes its stream from a seed; `InputError` names a bad option."""
        return build_scenario(self.node, self.path)

    def signals(self, seed: int) -> Signals:
        """Return what detectors may watch; `InputError` where there is nothing to be found."""
        make = self.make()
        if self.kind == "scenario":
            require_seed_alone(self.node, self.path, has_several=True)
        stream = make(seed)
        if self.kind == "errors":
            require(
                isinstance(stream, ErrorStream),
                f"{self.path} made a {type(stream).__name__}; it must be a "
                "retrainlab.sim.detection.error_stream.ErrorStream",
            )
            unmoved = (False,) * len(stream.drifts)
            return Signals({"error": stream.values}, stream.drifts, unmoved, binary=True)
        require_stream(stream)
        return _served(stream, self.learner, self.warmup, seed, self.path)


def problems(config: Mapping[str, Any]) -> list[Problem]:
    """Return the problems of a configuration; `InputError` names what is wrong with them."""
    warmup, rows = config["detect"]["warmup"], config["detect"]["rows"]
    check_changes(config)
    made = [
        Problem(name, "errors", dict(node), {}, 0)
        for name, node in (config.get("errors") or {}).items()
    ]
    for name, node in (config.get("scenario") or {}).items():
        options = dict(node)
        if "_target_" not in options:  # of one that was not chosen
            continue
        if not config.get("drift"):
            _require_seeded(options, f"scenario.{name}")
        first = (options.pop("world", None) or {}).get("warmup", warmup)
        sizes = [size for size in SIZES if options.get(size) is not None]
        if rows is not None and sizes:
            options[sizes[0]] = rows
        around = damaged(options, config, World(0, 0, first))
        made.append(Problem(name, "scenario", around, dict(config["learner"]), first))
    require(bool(made), "errors and scenario are both empty; name at least one")
    names = [problem.name for problem in made]
    twice = sorted({name for name in names if names.count(name) > 1})
    require(not twice, f"{', '.join(twice)} is the name of an error stream and of a scenario")
    for problem in made:
        require(callable(problem.make()), f"{problem.path} must be callable with a seed")
    return made


def _require_seeded(node: Mapping[str, Any], path: str) -> None:
    require(
        getattr(locate(node["_target_"], path), "seeded", True),
        f"{path} is one stream of real data, and where it drifts is not known; a detector can "
        "only be judged on a stream that is made from a seed, or on a drift that is injected, as "
        "in drift=label_swap",
    )


def _served(
    stream: Stream, learner: Mapping[str, Any], warmup: int, seed: int, path: str
) -> Signals:
    """Have a model that is trained on the first ticks predict all others.

    A row without a label has no error, so that it is in no signal.
    """
    require(
        0 < warmup < stream.ticks,
        f"detect.warmup is {warmup}; it must be 1 or more, and {path} has {stream.ticks} ticks",
    )
    first = int(stream.offsets[warmup])
    early, late = (stream.with_label(part) for part in (slice(0, first), slice(first, stream.rows)))
    offsets = np.concatenate([[0], np.cumsum(stream.label_counts())])
    require(
        0 < offsets[warmup] < offsets[-1],
        f"{path} has {offsets[warmup]:,} labels in the first {warmup} ticks, which a model is "
        f"trained on, and {offsets[-1] - offsets[warmup]:,} in the others",
    )
    trainer = make_learner(learner, stream)
    model = trainer.fit(stream.x[early], stream.y[early], seed_of("detect", seed))
    given, truth = trainer.predict(model, stream.x[late]), stream.y[late]
    decided, binary = given.decision, stream.task == "classification"
    wrong = decided != truth if binary else np.abs(decided - truth)
    error = wrong.astype(np.int64) if binary else wrong
    values = {
        "error": error,
        "prediction": monitored_value(given, stream.task),
        "inputs": stream.x[late],
    }
    spans, moved = _spans(stream, offsets, warmup)
    return Signals(values, _changes(error, spans), tuple(moved), binary)


def _spans(stream: Stream, offsets: Ints, warmup: int) -> tuple[list[tuple[int, int]], list[bool]]:
    """Start and stop of each drift in rows after the first ticks, and whether P(x) changes.

    offsets: (T + 1,) rows with a label before each tick. Drifts that overlap are one.
    """
    first = int(offsets[warmup])
    spans: list[tuple[int, int]] = []
    moved: list[bool] = []
    for drift in sorted(stream.drifts, key=lambda d: (d.start, d.stop)):
        start, stop = (max(int(offsets[t]) - first, 0) for t in (drift.start, drift.stop))
        if int(offsets[drift.stop]) < first:
            continue
        shifts = drift.kind != "concept"
        if spans and (start < spans[-1][1] or start == spans[-1][0]):
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
            moved[-1] = moved[-1] or shifts
        else:
            spans.append((start, stop))
            moved.append(shifts)
    return spans, moved


def _changes(error: NDArray[Any], spans: Sequence[tuple[int, int]]) -> tuple[RateChange, ...]:
    """Every drift with the mean error before and after it; nan where no row tells."""
    edges = [0, *(edge for span in spans for edge in span), len(error)]
    # Between drifts, and where two of them meet, over the drift itself.
    levels = [_mean(error, edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
    within = [_mean(error, start, stop) for start, stop in spans]
    changes = []
    for i, (start, stop) in enumerate(spans):
        before = levels[i] if edges[2 * i] < start else (within[i - 1] if i else np.nan)
        after = levels[i + 1] if stop < edges[2 * i + 3] else within[min(i + 1, len(spans) - 1)]
        changes.append(RateChange(start, stop, float(before), float(after)))
    return tuple(changes)


def _mean(error: Floats, start: int, stop: int) -> float:
    return float(error[start:stop].mean()) if start < stop else float("nan")
