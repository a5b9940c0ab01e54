"""The forecast on real logs: rolling origins of the shipped logs and of those that river brings.

`python -m benchmarks.forecast_real`: a past of 96 ticks, a future of 48, origins 48 ticks apart, a
retraining at .6 and 3.5 fresh losses of a step. No log of a real process is in the library.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from joblib import Parallel, delayed
from rich.console import Console
from river import datasets

from benchmarks.forecast import PRICES, table
from retrainlab.experiments.config.build import build_scenario
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.forecast.quick_models import Discriminant, LeastSquares
from retrainlab.experiments.study.group import make_learner
from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.calibration import Examined, compared, pooled
from retrainlab.sim.forecast.library import PRICES as LEVELS
from retrainlab.sim.forecast.library import load
from retrainlab.sim.forecast.log_losses import LogLosses, Steps
from retrainlab.sim.forecast.own_past import own_past
from retrainlab.sim.forecast.policies import CATALOGUE, OFTEN, PAST
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World

WARMUP, LENGTH, AHEAD, APART = 16, 2, 24, 48  # ticks; ticks a step; steps ahead; ticks
TICKS = 256  # that a log of river is cut into
SHIPPED = {"flights": "naive_bayes", "bikes": "ridge"}  # and what learns them
RIVER = ("Phishing", "Bananas", "TrumpApproval", "ImageSegments", "WaterFlow")


def river_log(name: str) -> FitCache:
    """Return the fits of a data set of river, in its order, by a quick linear model."""
    rows = list(getattr(datasets, name)())
    keys = [key for key, value in rows[0][0].items() if isinstance(value, int | float)]
    x = np.array([[float(features[key]) for key in keys] or [0.0] for features, _ in rows])
    labels = [label for _, label in rows]
    is_number = isinstance(labels[0], float)
    classes, y = ((), labels) if is_number else np.unique(labels, return_inverse=True)
    stream = Stream(
        x=np.nan_to_num(x if x.size else np.zeros((len(rows), 1))),
        y=np.array(y, dtype=np.float64 if is_number else np.int64),
        offsets=np.linspace(0, len(rows), TICKS + 1).astype(np.int64),
        task="regression" if is_number else "classification",
        drifts=(),
        ceiling=np.full(len(rows), np.nan),
        concept=np.full(len(rows), -1),
        features=tuple(keys) or ("none",),
        classes=tuple(map(str, classes)),
    )
    model = LeastSquares() if is_number else Discriminant()
    return FitCache(stream, Learner(model, stream), Absolute() if is_number else ZeroOne())


def shipped_log(name: str) -> FitCache:
    """Return the fits of a log that is shipped."""
    config = composed("config", [f"scenario={name}", f"learner={SHIPPED[name]}"])
    node = {k: v for k, v in config["scenario"][name].items() if k != "world"}
    stream: Stream = build_scenario(node, f"scenario.{name}")(0)
    loss = Absolute() if stream.task == "regression" else ZeroOne()
    return FitCache(stream, make_learner(config["learner"], stream), loss)


def origins(fits: FitCache) -> Iterator[Examined]:
    """Yield the examination of every origin of a log, at each price."""
    last = fits.stream.ticks - LENGTH * (PAST + AHEAD)
    for warmup in range(WARMUP, last + 1, APART):
        losses = LogLosses(fits, World(warmup=warmup), Prices(fit=0.0), Steps(warmup, LENGTH))
        fresh = float(backtest(losses, CATALOGUE[OFTEN], 0, PAST).loss.mean())
        for place in PRICES:
            losses.price = np.array([LEVELS[place] * fresh])
            past = own_past(losses).past
            later = [backtest(losses, p, PAST, PAST + AHEAD).cost.sum() for p in CATALOGUE]
            yield compared(past, np.array(later), load(), AHEAD / PAST, AHEAD)


def examined_log(name: str) -> tuple[str, Examined]:
    """Return the examination of a log, all its origins together."""
    with one_thread():
        fits = shipped_log(name) if name in SHIPPED else river_log(name)
        return name, pooled(origins(fits))


def main() -> None:
    """Print the table of all logs."""
    calls = (delayed(partial(examined_log, name))() for name in (*SHIPPED, *RIVER))
    Console(width=160).print(table(dict(Parallel(n_jobs=-1)(calls))))


if __name__ == "__main__":
    main()
