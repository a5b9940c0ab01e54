"""Round prices of a retraining around a study's own: for the slider, a figure and a map."""

import math
from collections.abc import Sequence

from retrainlab.sim.prices import Prices

DECADES = 2.0  # the page: from a hundredth to a hundredfold
DIGITS = (1, 2, 3, 5)
ROUNDING = 4e-4  # decades: the ends are among the prices, however they are rounded


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


def slider_prices(prices: Prices) -> list[float]:
    """Return the prices of a retraining that a page shows decisions at.

    Where a study's own price is 0, they lie around ten times the price of an error.
    """
    return round_prices(prices.fit, 10 * prices.error or 1.0)
