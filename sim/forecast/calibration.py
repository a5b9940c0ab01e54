"""Calibration: how often a prediction held, on logs whose future is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retrainlab.sim.forecast.library import HORIZONS, PRICES, Library
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST
from retrainlab.sim.forecast.prediction import SIMPLICITY, Past, cheapest, choice, predict
from retrainlab.sim.stream import Floats

MONTHLY = next(i for i, policy in enumerate(CATALOGUE) if policy.name == "every 4, short")


@dataclass(frozen=True, eq=False)
class Examined:
    """How predictions fared on N logs, each at a price and a horizon.

    held: (N, P) whether the interval of the cost held the true one; held_saving: the same of the
    saving against never. claimed: (N,) whether a saving was claimed, an interval above 0. best:
    (N, P) probability of being the best; is_best: whether it was. cost: (N, P) the true one, in
    fresh losses. choice, past_best: (N,) policies.
    """

    held: np.ndarray
    held_saving: np.ndarray
    claimed: np.ndarray
    best: Floats
    is_best: np.ndarray
    cost: Floats
    choice: np.ndarray
    past_best: np.ndarray
    width: Floats

    def regret(self, chosen: np.ndarray | int) -> float:
        """Mean cost of chosen policies above the best one of each log, as a share of it."""
        chosen = np.broadcast_to(chosen, len(self.cost))
        return float(
            np.mean(self.cost[np.arange(len(self.cost)), chosen] / self.cost.min(axis=1)) - 1
        )

    def best_fixed(self) -> int:
        """Return the policy with the least mean regret, were one taken on all logs."""
        return int(np.argmin((self.cost / self.cost.min(axis=1, keepdims=True)).mean(axis=0)))


def examined(logs: Library, library: Library, price: int, horizon: float) -> Examined:
    """Predict the future of each log from its past, by another library.

    price: place among `PRICES`. horizon: one of `HORIZONS`.
    """
    steps, h = horizon * PAST, HORIZONS.index(horizon)
    costs = np.exp(logs.past[:, price])
    later = costs * np.exp(logs.ratio[:, price, h]) * steps
    like = zip(logs.traits, logs.unrest, logs.scatter[:, price], strict=True)
    return pooled(
        compared(Past(cost, 1.0, PRICES[price], *marks), true, library, horizon, steps)
        for cost, true, marks in zip(costs, later, like, strict=True)
    )


def compared(past: Past, true: Floats, library: Library, horizon: float, steps: float) -> Examined:
    """Predict the future of one log, and hold it against (P,) what each policy truly cost."""
    prediction = predict(past, library, horizon, steps)
    low, high = prediction.interval()
    saving_low, saving_high = prediction.interval(prediction.saving(NEVER))
    saved, mean = true[NEVER] - true, prediction.mean()
    fields = (
        (low <= true) & (true <= high),
        (saving_low <= saved) & (saved <= saving_high),
        (saving_low > 0).any(),
        prediction.best(),
        cheapest(true[None], SIMPLICITY)[0],
        true,
        choice(prediction.over_cheapest(), SIMPLICITY),
        np.argmin(past.cost),
        (high - low) / mean,
    )
    return Examined(*(np.asarray(field)[None] for field in fields))


def pooled(parts: Iterable[Examined]) -> Examined:
    """Put several examinations together."""
    fields = [vars(part) for part in parts]
    return Examined(*(np.concatenate([f[name] for f in fields]) for name in fields[0]))


class Bin(NamedTuple):
    """Probabilities that were said, in a tenth: their mean, the share that was true, how many there
    are, and on how many forecasts: those of one forecast are no independent cases."""

    said: float
    true: float
    policies: int
    forecasts: int


def reliability(said: Floats, true: Floats, bins: int = 10) -> list[Bin]:
    """Return the bins that have any of (N, P) probabilities, of N forecasts."""
    place = np.minimum((said * bins).astype(int), bins - 1)
    inside = [place == i for i in range(bins)]
    return [
        Bin(float(said[i].mean()), float(true[i].mean()), int(i.sum()), int(i.any(axis=1).sum()))
        for i in inside
        if i.any()
    ]
