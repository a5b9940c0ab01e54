"""Logs of the project's scenarios for the library: random sizes, at random ticks.

A log is one seed of a scenario whose options are drawn: how large the drift is, when and how often
it comes, how noisy the labels are. Learner and loss are drawn too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from retrainlab.experiments.forecast.quick_models import Discriminant, LeastSquares
from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.poisson import Poisson
from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.rotating import Rotating
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.forecast.library import Source
from retrainlab.sim.forecast.log_losses import LogLosses, Several, Steps
from retrainlab.sim.forecast.policies import PAST, SHORT
from retrainlab.sim.forecast.prior import Recipe
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import Absolute, Loss, Squared, ZeroOne
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World

WARMUP = 8
TICKS = WARMUP + 3 * PAST  # a tick is a step
ROWS = 60
Draw = Callable[[np.random.Generator], Callable[[int], Stream]]
SIZE: dict[str, Any] = {"ticks": TICKS, "rows": ROWS}


def _tick(random: np.random.Generator) -> int:
    return int(random.integers(WARMUP, TICKS - 2))


def _noise(random: np.random.Generator) -> float:
    return float(random.uniform(0.02, 0.25))


def _sudden(random: np.random.Generator) -> Sudden:
    at = sorted({_tick(random) for _ in range(random.integers(1, 5))})
    return Sudden(**SIZE, noise=_noise(random), at=at, magnitude=random.uniform(0.03, 0.4))


def _gradual(random: np.random.Generator) -> Gradual:
    start = _tick(random)
    duration = int(random.integers(5, 80))
    options: dict[str, Any] = {"start": start, "duration": min(duration, TICKS - start)}
    return Gradual(**SIZE, noise=_noise(random), magnitude=random.uniform(0.05, 0.5), **options)


def _recurrent(random: np.random.Generator) -> Recurrent:
    period = int(random.integers(6, 60))
    options: dict[str, Any] = {"period": period, "start": int(random.integers(2, period + 2))}
    return Recurrent(**SIZE, noise=_noise(random), magnitude=random.uniform(0.05, 0.5), **options)


def _covariate(random: np.random.Generator) -> Covariate:
    start = _tick(random)
    options: dict[str, Any] = {
        "start": start,
        "duration": min(int(random.integers(5, 80)), TICKS - start),
    }
    return Covariate(**SIZE, noise=_noise(random), magnitude=random.uniform(0.3, 3.0), **options)


def _prior(random: np.random.Generator) -> Prior:
    return Prior(
        **SIZE,
        separation=random.uniform(0.5, 1.5),
        before=random.uniform(0.3, 0.7),
        after=random.uniform(0.05, 0.95),
        start=_tick(random),
    )


def _poisson(random: np.random.Generator) -> Poisson:
    rate = 10 ** random.uniform(-2.3, -0.7)
    return Poisson(**SIZE, noise=_noise(random), rate=rate, magnitude=random.uniform(0.05, 0.5))


def _random_walk(random: np.random.Generator) -> RandomWalk:
    return RandomWalk(**SIZE, step=10 ** random.uniform(-2.0, 0.0))


def _rotating(random: np.random.Generator) -> Rotating:
    return Rotating(**SIZE, noise=_noise(random), omega=10 ** random.uniform(-5.0, -3.0))


def _no_drift(random: np.random.Generator) -> Poisson:
    return Poisson(**SIZE, noise=_noise(random), rate=0.0)


KINDS: Mapping[str, Draw] = {
    "no drift": _no_drift,
    "sudden": _sudden,
    "gradual": _gradual,
    "recurrent": _recurrent,
    "covariate": _covariate,
    "prior": _prior,
    "poisson": _poisson,
    "random walk": _random_walk,
    "rotating": _rotating,
}


BATCH = 10  # logs side by side, of equal delays
DELAYS = ((0, 0), (0, 0), (1, 0), (0, 1), (2, 2))  # label delay and fit delay, batch by batch


@dataclass(frozen=True)
class LogKind:
    """Logs of one kind: what draws a scenario, and what is trained on it (None: drawn too)."""

    name: str
    draw: Draw
    learner: Any = None

    def recipes(self, first: int, logs: int) -> Iterator[Recipe]:
        """Yield what makes the logs of the seeds from `first` on, in batches of equal delays."""
        for number, start in enumerate(range(first, first + logs, BATCH)):
            seeds = range(start, min(start + BATCH, first + logs))
            yield partial(self.source, seeds, *DELAYS[number % len(DELAYS)])

    def source(self, seeds: Sequence[int], label_delay: int, fit_delay: int) -> Source:
        """Return the logs of these seeds.

        A share of the price of a training is paid by the row, as often as in the prior.
        """
        world = World(label_delay, fit_delay, warmup=WARMUP)
        parts = [self._log(seed, world) for seed in seeds]
        delays = [float(label_delay), float(fit_delay)]
        traits = np.array([[part.row_share, 0.0, *delays] for part in parts])
        return Source(self.name, Several(parts), traits)

    def _log(self, seed: int, world: World) -> "PricedByRow":
        random = generator(seed, "forecast", "scenario", self.name)
        stream = self.draw(random)(seed)
        learner, loss = _drawn(random, stream)
        fits = FitCache(stream, Learner(self.learner or learner, stream), loss, seed)
        row_share = float(random.choice([0.0, 0.0, 0.0, random.random()]))
        return PricedByRow(fits, world, row_share)


class PricedByRow(LogLosses):
    """Losses of a simulated log, of whose price of a training a share is paid by the row."""

    def __init__(self, fits: FitCache, world: World, row_share: float):
        super().__init__(fits, world, Prices(), Steps(WARMUP, 1.0))
        self.row_share = row_share

    def charge(self, start: Any, stop: int) -> Any:
        """(1,) what a training costs."""
        rows = np.minimum(stop - start, stop + WARMUP) / SHORT
        return self.price * (1 - self.row_share + self.row_share * rows)


def _drawn(random: np.random.Generator, stream: Stream) -> tuple[Any, Loss]:
    """Return a learner for the stream's task, and a loss."""
    losses: list[Loss] = [Squared(), Absolute()]
    loss = losses[int(random.integers(2))]
    return (LeastSquares(), loss) if stream.task == "regression" else (Discriminant(), ZeroOne())


def scenario_recipes(seed: int, logs: int) -> Iterator[Recipe]:
    """Yield what makes so many logs of each scenario."""
    for name, draw in KINDS.items():
        yield from LogKind(name, draw).recipes(seed, logs)
