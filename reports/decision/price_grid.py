"""Round prices around a study's own: for the sliders of a page, a figure and a map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from retrainlab.sim.prices import CostPart, Prices, amounts, cost_parts

DECADES = 2.0  # the page: from a hundredth to a hundredfold
DIGITS = (1, 2, 3, 5)
COARSE = (1, 2, 5)  # of all prices but that of a retraining
ROUNDING = 4e-4  # decades: the ends are among the prices, however they are rounded


@dataclass(frozen=True)
class PriceSlider:
    """A price that a page can move, and the values that it takes, rising.

    own: the study's, which is among the values.
    """

    part: CostPart
    values: tuple[float, ...]
    own: float

    @property
    def place(self) -> int:
        """Position of the study's own price."""
        return self.values.index(self.own)


def round_prices(
    price: float, usual: float, decades: float = DECADES, digits: Sequence[int] = DIGITS
) -> list[float]:
    """Return rising round prices (1, 2, 3, 5, 10, ..) around the own one, which is among them.

    decades: how far the prices reach, below and above. They lie around `usual` where the own
    price is 0.
    """
    centre = math.log10(price or usual)
    tens = range(math.floor(centre - decades) - 1, math.ceil(centre + decades) + 1)
    candidates = [float(f"{digit}e{ten}") for ten in tens for digit in digits]
    near = {p for p in candidates if abs(math.log10(p) - centre) <= decades + ROUNDING}
    return sorted(near | {float(price)})


def retraining_prices(prices: Prices) -> list[float]:
    """Return round prices of a retraining around a study's own.

    Where that is 0, they lie around ten times the price of an error.
    """
    return round_prices(prices.fit, 10 * prices.error or 1.0)


def price_sliders(runs: pd.DataFrame, prices: Prices) -> list[PriceSlider]:
    """Return a slider for each price of something that the runs used; of a study, not a scenario.

    A quantity that is measured has one only where it has a price: a report of the same study made
    anew would show other numbers.
    """
    own = amounts(prices)
    parts = [part for part in cost_parts(prices) if own[part.name] or not part.measured]
    return [_slider(part, runs, prices) for part in parts if runs[part.quantity].gt(0).any()]


def _slider(part: CostPart, runs: pd.DataFrame, prices: Prices) -> PriceSlider:
    own = float(getattr(prices, part.name))
    if part.name == "fit":
        return PriceSlider(part, tuple(retraining_prices(prices)), own)
    return PriceSlider(part, tuple(round_prices(own, _usual(part, runs), digits=COARSE)), own)


def _usual(part: CostPart, runs: pd.DataFrame) -> float:
    """Return a power of ten at which a part costs about a tenth of everything else."""
    total, quantity = runs["cost"].sum(), runs[part.quantity].sum()
    scale = total / quantity / 10 if total > 0 else 1.0
    return float(10.0 ** round(math.log10(scale)))
