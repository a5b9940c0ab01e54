"""Ratio of two prices, which a parameter of a strategy may follow, and the step nearest to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from retrainlab.sim.errors import require
from retrainlab.sim.prices import Prices, cost_parts

HALF_DECADES = 4  # steps on either side of the ratio: a hundredth to a hundred times it
USUAL = 100.0  # in the middle of the steps where a price is 0


@dataclass(frozen=True)
class PriceRatio:
    """The price of one thing over that of another, as `fit/error`."""

    numerator: str
    denominator: str

    @classmethod
    def parse(cls, text: Any, path: str) -> "PriceRatio":
        """Return the ratio that a text names; `InputError` names the path if it names none."""
        names = [part.name for part in cost_parts()]
        parts = [word.strip() for word in text.split("/")] if isinstance(text, str) else []
        require(
            len(parts) == 2 and {*parts} <= {*names} and parts[0] != parts[1],
            f"{path} is {text!r}; it must be the ratio of two prices, as fit/error; there is: "
            f"{', '.join(names)}",
        )
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    def at(self, prices: Prices) -> float:
        """Return the ratio; inf where the denominator is 0, nan where both are."""
        above, below = (float(getattr(prices, n)) for n in (self.numerator, self.denominator))
        if below:
            return above / below
        return math.inf if above else math.nan


def retraining_ratio(prices: Prices) -> float:
    """Return the loss that a retraining costs: its price over that of a unit of loss."""
    return PriceRatio("fit", "error").at(prices)


def is_usable(ratio: float) -> bool:
    """Whether a parameter can take this ratio: both prices are above 0."""
    return 0 < ratio < math.inf


def steps_around(ratio: float) -> list[float]:
    """Return rising ratios around one, two a decade; around a usual one where a price is 0.

    They lie on one grid for all prices, so that studies at different prices share them.
    """
    middle = 2 * math.log10(ratio if is_usable(ratio) else USUAL)
    low, high = math.ceil(middle - HALF_DECADES - 1e-9), math.floor(middle + HALF_DECADES + 1e-9)
    return [float(f"{10 ** (half / 2):.3g}") for half in range(low, high + 1)]


def replayed_at(ratio: float) -> float:
    """Return the ratio at which a study replays what follows it: the nearest step to 0 and inf."""
    steps = steps_around(ratio)
    return ratio if is_usable(ratio) else steps[nearest(steps, ratio)]


def nearest(steps: Sequence[float], ratio: float) -> int:
    """Return the position of the step that is nearest to a ratio, as a factor.

    The lowest for 0, the highest for inf, and the one nearest to the usual ratio for nan.
    """
    if math.isnan(ratio):
        ratio = USUAL
    if not is_usable(ratio):
        return steps.index(min(steps) if ratio == 0 else max(steps))
    return min(range(len(steps)), key=lambda i: abs(math.log(steps[i] / ratio)))


def turns_between(steps: Sequence[float]) -> list[float]:
    """Return the rising ratios at which another of the steps becomes the nearest."""
    rising = sorted(steps)
    return [math.sqrt(a * b) for a, b in pairwise(rising)]
