"""Overhead of a cell of a sweep above its replay, fits and predictions."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.measure import Measurement, seconds
from retrainlab.experiments.study import group
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.group import Group, run_group
from retrainlab.sim.errors import require
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World

PARTS = (
    "retrainlab.strategies.when.Every",
    "retrainlab.strategies.what.Last",
    "retrainlab.strategies.gate.Always",
)


class Timed(Learner):
    """A learner that adds up the seconds of its fits and predictions."""

    spent = 0.0

    def fit(self, *rows: Any) -> Any:
        """Train, timed."""
        return self.timed(super().fit, *rows)

    def predict(self, *rows: Any) -> Any:
        """Predict, timed."""
        return self.timed(super().predict, *rows)

    def timed(self, work: Callable[..., Any], *given: Any) -> Any:
        """Do the work, timed."""
        start = time.perf_counter()
        try:
            return work(*given)
        finally:
            self.spent += time.perf_counter() - start


def run(
    cells: int = 1000, ticks: int = 1000, rows: int = 100, repeats: int = 2
) -> list[Measurement]:
    """Run intervals x windows on one stream as a group, from plain configuration to tables."""
    # All is kept, so that the replays can be timed alone.
    work = replace(group_of(cells, ticks, rows), memo_bytes=2**31)
    timings = [_measured(work) for _ in range(repeats)]
    # The round in which least is left: other work on the machine only ever adds to it.
    whole, needed, loop = min(timings, key=lambda took: took[0] - took[1] - took[2])
    size = f"{cells:,} cells, {ticks * rows:,} rows"
    return [
        Measurement(
            f"a cell above its fits, predictions and loop, {size}",
            (whole - needed - loop) / cells * 1e3,
            "ms",
            most=5,
            note=f"{whole:.1f} s, of which {needed:.1f} and {loop:.1f} s",
        ),
        Measurement("the loop of a cell, a tick", loop / cells / ticks * 1e6, "us"),
    ]


def _measured(work: Group) -> tuple[float, float, float]:
    """Seconds of the group, of its fits and predictions in there, and of replays on them."""
    made: list[FitCache] = []

    def timed(stream: Stream, learner: Learner, *others: Any, **options: Any) -> FitCache:
        fits = FitCache(stream, Timed(learner.estimator, stream), *others, **options)
        assert isinstance(fits.learner, Timed)
        if fits.windows:
            timed_fit = partial(fits.learner.timed, fits.windows.fit)
            fits.windows.fit = timed_fit  # type: ignore[method-assign]
        made.append(fits)
        return fits

    group.FitCache = timed  # type: ignore[misc, assignment]
    try:
        whole = seconds(lambda: run_group(work))
    finally:
        group.FitCache = FitCache  # type: ignore[misc]
    fits, learner = made[0], made[0].learner
    assert isinstance(learner, Timed)
    needed, strategies = learner.spent, [cell.build() for cell in work.cells]
    loop = seconds(lambda: [replay(fits.stream, s, work.world, fits) for s in strategies])
    require(learner.spent == needed, "a fit or prediction was gone from the memo; give it more")
    return whole, needed, loop


def group_of(cells: int, ticks: int, rows: int) -> Group:
    """Return the cells: windows of 10, 20, .. ticks, with ten intervals from 50 ticks on each."""
    third = {"start": ticks // 3, "duration": ticks // 3}
    return Group(
        scenario="gradual",
        node={
            "_target_": "retrainlab.scenarios.gradual.Gradual",
            "ticks": ticks,
            "rows": rows,
            **third,
        },
        seed=0,
        learner={"classification": {"_target_": "sklearn.naive_bayes.GaussianNB"}},
        loss={"classification": {"_target_": "retrainlab.sim.replay.losses.ZeroOne"}},
        world=World(),
        prices=Prices(),
        cells=tuple(_cell(50 + 10 * (i % 10), 10 + 10 * (i // 10)) for i in range(cells)),
    )


def _cell(interval: int, window: int) -> Cell:
    when, what, gate = ({"_target_": part} for part in PARTS)
    node = {"when": {**when, "ticks": interval}, "what": {**what, "ticks": window}, "gate": gate}
    return Cell("sliding_window", f"every {interval} last {window}", node, {"when.ticks": interval})
