"""Simulated logs: a seeded prior over drifts, of which every model's loss is known in closed form.

The concept of a log is a point that moves in three dimensions. A model stands where the mean of its
training steps stood, and loses the more the further the concept has gone:

    loss = scale (floor + cap (1 - exp(-distance^2 / cap))).

A blend stands where the weighted mean of its members does: the mean of models that are linear in
their parameters is the model of the mean parameters.

A correction of outputs moves one dimension of a model, the level, to where that of the newest steps
stood, as the mean residual moves an intercept and leaves the slopes. It has the error of one
estimate, a third of that of a fit on the same rows. A quarter of the drifts move the level alone,
and a quarter all but the level. In a third of the logs nothing is corrected, as of classes whose
shares are not shown to change.

The noise of the training rows moves the model by .02 to 6 / window; the floor is what no
retraining can cure, and the scale is that of the target, or the rows of a tick
(`sim.forecast.levels`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.levels import floors, rates, scales
from retrainlab.sim.forecast.losses import Models
from retrainlab.sim.forecast.policies import PAST, SHORT
from retrainlab.sim.prices import Prices
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats, Ints

WARMUP = 8  # steps of history before the first one
FUTURE = 2 * PAST
DIMENSIONS = 3
LEVEL = 0  # the dimension that a correction of outputs moves
KINDS = ("jumps", "returns", "levels", "motion", "ramp", "walk")
ERROR = 10**-1.3, 10**1.2  # of estimates, in .4 / window: from many rows a step to very few
LEVEL_ALONE, LEVEL_STILL = 0.25, 0.25  # the shares of drifts that move it alone, or leave it
CORRECTED = 2 / 3  # the share of logs in which there is something to correct
PRESENT = 0.35  # the share of logs that have a kind of drift
SWITCH = Prices(fit=1.0).deploy  # the price of a switch, in trainings: what it is by default


@dataclass(frozen=True, eq=False)
class Concepts:
    """Where the concepts of K logs stand: (DIMENSIONS, K, n) from step -WARMUP on; kinds: (K, 6)
    which kinds of drift each has."""

    place: Floats
    kinds: NDArray[np.bool_]


def concepts(random: np.random.Generator, logs: int, steps: int) -> Concepts:
    """Draw the paths of the concepts; a log may have several kinds of drift, or none."""
    kinds = random.random((logs, len(KINDS))) < PRESENT
    paths = (_jumps, _returns, _levels, _motion, _ramp, _walk)
    place = np.zeros((DIMENSIONS, logs, steps))
    for kind, path in enumerate(paths):
        size = 10 ** random.uniform(-0.6, 0.6, logs)
        moved = _turned(random, path(random, logs, steps))
        place += np.where(kinds[:, kind], size, 0.0)[:, None] * moved
    return Concepts(place, kinds)


def _turned(random: np.random.Generator, path: Floats) -> Floats:
    """(DIMENSIONS, K, n) paths, of which some move the level alone, and some all but the level."""
    share = random.random(path.shape[1])
    is_level, is_rest = share < LEVEL_ALONE, share > 1 - LEVEL_STILL
    turned = path.copy()
    turned[LEVEL] *= np.where(is_level, np.sqrt(DIMENSIONS), np.where(is_rest, 0.0, 1.0))[:, None]
    rest = np.where(is_level, 0.0, np.where(is_rest, np.sqrt(DIMENSIONS / (DIMENSIONS - 1)), 1.0))
    turned[LEVEL + 1 :] *= rest[:, None]
    return turned


def _directions(random: np.random.Generator, *shape: int) -> Floats:
    """(DIMENSIONS, ..) unit vectors."""
    vectors = random.standard_normal((DIMENSIONS, *shape))
    return vectors / np.sqrt((vectors**2).sum(axis=0))


def _jumps(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """Jumps at random times, each in a direction of its own."""
    jumps = random.random((logs, steps)) < rates(random, logs, 0.4, 16)
    return np.cumsum(jumps * _directions(random, logs, steps), axis=-1)


def _returns(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """Jumps at random times between two places: what was comes back."""
    jumps = random.random((logs, steps)) < rates(random, logs, 0.4, 16)
    return (np.cumsum(jumps, axis=-1) % 2) * _directions(random, logs)[..., None]


def _levels(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """Two places in turn, at even times."""
    period = 1 / rates(random, logs, 0.5, 12)
    phase = random.random((logs, 1))
    return ((np.arange(steps) / period + phase) % 1 < 0.5) * _directions(random, logs)[..., None]


def _motion(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """A steady motion in one direction."""
    speed = rates(random, logs, 0.3, 8)
    return speed * np.arange(steps) * _directions(random, logs)[..., None]


def _ramp(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """A motion that begins once and ends."""
    start = random.uniform(-PAST / 2, steps, (logs, 1))
    length = np.exp(random.uniform(np.log(2), np.log(PAST), (logs, 1)))
    done = np.clip((np.arange(steps) - start) / length, 0.0, 1.0)
    return done * _directions(random, logs)[..., None]


def _walk(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """A random walk."""
    step = random.standard_normal((DIMENSIONS, logs, steps))
    return np.sqrt(rates(random, logs, 0.3, 8)) * np.cumsum(step, axis=-1)


class LatentLosses:
    """The losses of K simulated logs, see `sim.forecast.backtest.Losses`.

    price: (K,) of a training, in units of the floor, of which `row_share` is paid by the row.
    label_price: (K,) of the labels of a step. Labels come `label_lag` steps late and models
    `fit_delay`; these are the same for all logs. is_unsteady: whether the scale of the loss moves.
    """

    def __init__(
        self,
        seed: int,
        logs: int,
        label_lag: int = 0,
        fit_delay: float = 0.0,
        is_unsteady: bool = False,
    ):
        kind = "unsteady" if is_unsteady else "latent"
        random = generator(seed, "forecast", kind, logs, label_lag, fit_delay)
        steps = WARMUP + PAST + FUTURE
        self.logs, self.label_lag, self.fit_delay = logs, label_lag, fit_delay
        drawn = concepts(random, logs, steps)
        self.kinds, self.place = drawn.kinds, drawn.place
        self.cap = 10 ** random.uniform(-0.5, 1.0, logs)
        low, high = np.log(ERROR)
        noise = np.sqrt(0.4 * np.exp(random.uniform(low, high, logs)) / DIMENSIONS)
        scatter = noise[:, None] * random.standard_normal(self.place.shape)
        start = np.zeros((DIMENSIONS, logs, 1))
        self.sums = np.concatenate([start, np.cumsum(self.place + scatter, axis=-1)], axis=-1)
        self.floor = floors(random, logs, steps)
        self.scale = scales(random, logs, steps) if is_unsteady else np.ones((logs, steps))
        is_priced = random.random((2, logs)) < 0.25
        self.row_share = np.where(is_priced[0], random.random(logs), 0.0)
        self.label_price = np.where(is_priced[1], 0.3 * random.random(logs), 0.0)
        self.is_corrected = random.random(logs) < CORRECTED
        self.price = np.ones(logs)

    @property
    def switch(self) -> Floats:
        """(K,) the price of putting earlier models into service."""
        return self.price * SWITCH

    def first(self, begin: int) -> Models:
        """Return models trained on the newest steps, as many as the warm-up."""
        known = begin - (self.label_lag if begin > 0 else 0)
        start = np.full(self.logs, known - WARMUP)
        return self.trained(start, known + self.label_lag, np.full(self.logs, True))

    def trainable(self, start: Ints, stop: int) -> NDArray[np.bool_]:
        """(K,) whether a step is known."""
        return start < stop - self.label_lag

    def trained(self, start: Ints, stop: int, wanted: NDArray[np.bool_]) -> Models:
        """(DIMENSIONS, K) where the models stand; 0 where none is wanted."""
        models = np.zeros((DIMENSIONS, self.logs))
        chosen = np.flatnonzero(wanted)
        last = stop - self.label_lag + WARMUP
        first = np.maximum(start[chosen] + WARMUP, 0)
        total = self.sums[:, chosen, last] - self.sums[:, chosen, first]
        models[:, chosen] = total / (last - first)
        return models

    def blended(self, members: Sequence[Models], weights: Floats) -> Models:
        """(DIMENSIONS, K) the mean of where the members stand, by their weights."""
        total = sum(weight * member for weight, member in zip(weights, members, strict=True))
        return np.asarray(total / weights.sum(axis=0))

    def corrected(
        self, base: Models, serving: Models, steps: int, stop: int, wanted: NDArray[np.bool_]
    ) -> tuple[Models, Ints]:
        """(DIMENSIONS, K) models whose level stands where that of the newest known steps did."""
        known = stop - self.label_lag
        first, last = max(known - steps + WARMUP, 0), known + WARMUP
        level = (self.sums[LEVEL, :, last] - self.sums[LEVEL, :, first]) / (last - first)
        models = base.copy()
        models[LEVEL] = np.where(self.is_corrected, level, base[LEVEL])
        return np.where(wanted, models, serving), np.full(self.logs, known - steps)

    def loss(self, models: Models, step: int) -> Floats:
        """(K,) the loss of a step."""
        distance = ((self.place[:, :, step + WARMUP] - models) ** 2).sum(axis=0)
        lost = self.cap * -np.expm1(-distance / self.cap)
        return np.asarray(self.scale[:, step + WARMUP] * (self.floor[:, step + WARMUP] + lost))

    def charge(self, start: Ints, stop: int) -> Floats:
        """(K,) what a training costs; a part of it grows with its rows."""
        known = stop - self.label_lag
        rows = np.minimum(known - start, known + WARMUP) / SHORT
        return np.asarray(self.price * (1 - self.row_share + self.row_share * rows))

    def labels(self, start: Ints, stop: Ints) -> Floats:
        """(K,) what the labels of some steps cost."""
        return self.label_price * np.maximum(stop - start, 0)
