"""The oracle: seconds of dynamic programming, and its table against the bare fits it needs."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement, quickest
from benchmarks.needs import NotingFitCache
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.oracle.actions import best_actions
from retrainlab.sim.oracle.candidates import LossTable, candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule, frontier
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World

EVERY_PRICE = Prices(error=1, fit=10, row=0.001, label=0.01, second=1)
MOST, MOST_OF_ACTIONS = 2.0, 10.0
WORLD = World()


def run(
    ticks: int = 1000,
    rows: int = 10,
    windows: Sequence[int | None] = (None, 20, 100),
    repeats: int = 2,
) -> list[Measurement]:
    """Choose among trainings at so many ticks, for each window, on a stream that drifts."""
    stream = Gradual(ticks + WORLD.warmup + 1, rows, start=ticks // 3, duration=ticks // 3)(0)
    rounds = [_round(stream, windows) for _ in range(repeats)]
    table = rounds[0][0]
    made, alone = (min(r[side] for r in rounds) for side in (1, 2))
    note = f"{made:.1f} s against {alone:.1f} s, {table.nbytes / 1e6:.0f} MB"
    size = f"{ticks:,} ticks x {len(windows)} windows"
    return [
        *_programming(table, size, repeats),
        _actions(table, size),
        Measurement(f"table of {size} / its fits and predictions alone", made / alone, note=note),
    ]


def _round(stream: Stream, windows: Sequence[int | None]) -> tuple[LossTable, float, float]:
    """Return the table, its seconds, and those of its fits and predictions alone."""
    fits = NotingFitCache(stream, Learner(GaussianNB(), stream), ZeroOne())
    start = time.perf_counter()
    table = loss_table(fits, WORLD, candidate_grid(stream, WORLD, 1, windows))
    return table, time.perf_counter() - start, fits.measure_alone()


def _programming(table: LossTable, size: str, repeats: int) -> list[Measurement]:
    """Time what is done with a table; also with one in which every retraining helps."""
    age = np.maximum(table.boundaries - table.ready[:, None], 0)
    ageing = replace(table, loss=np.asfortranarray(age**2.0))
    work = {
        "best schedule, every price": partial(best_schedule, table, EVERY_PRICE),
        f"frontier, up to {len(frontier(table)) - 1:,} retrainings": partial(frontier, table),
        f"frontier, up to {len(frontier(ageing)) - 1:,} retrainings": partial(frontier, ageing),
    }
    times = quickest(repeats, *work.values())
    return [
        Measurement(f"{what}, {size}", time, "s", most=MOST)
        for what, time in zip(work, times, strict=True)
    ]


def _actions(table: LossTable, size: str) -> Measurement:
    """Time the search over refits and reuse of every model."""
    (time,) = quickest(1, partial(best_actions, table, EVERY_PRICE))
    what = f"best schedule with reuse, every price, {size}"
    return Measurement(what, time, "s", most=MOST_OF_ACTIONS)
