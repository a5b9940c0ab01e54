"""What to do at other prices of a retraining, and between which prices that stays the same."""

import math

from retrainlab.reports.analysis.decision import Verdict, decide, field
from retrainlab.reports.analysis.repriced import Priced, at_prices
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.text.format import number
from retrainlab.sim.prices import Prices

ROUND = (1.0, 2.0, 3.0, 5.0)
DECADES = 2


def steps(prices: Prices) -> list[float]:
    """Return round prices of a retraining, from a hundredth to a hundredfold of the study's own.

    The own price is among them. Where it is 0, they lie around ten times the price of an error.
    """
    own = float(prices.fit)
    middle = own or 10 * float(prices.error) or 1.0
    low, high = middle / 10**DECADES, middle * 10**DECADES
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    round_ones = {float(f"{digit * 10.0**ten:.3g}") for ten in tens for digit in ROUND}
    return sorted({own, *(p for p in round_ones if 0.999 * low <= p <= 1.001 * high)})


def verdicts(tables: Tables, name: str) -> list[tuple[Priced, Verdict]]:
    """Return costs and verdict of one scenario at each of `steps`."""
    words, about = tables.manifest.strategies, tables.manifest.scenarios[name]
    found = []
    for there in at_prices(tables, steps(tables.manifest.prices)):
        ground = field(there.costs, there.labels, about.truth_known)
        found.append((there, decide(ground, words, about)))
    return found


def holds(found: list[tuple[Priced, Verdict]], own: float) -> str:
    """Say from which to which price of a retraining the same choice is made as at the own one."""
    prices, choices = [there.fit for there, _ in found], [said.choice for _, said in found]
    low = high = prices.index(own)
    while low > 0 and choices[low - 1] == choices[low]:
        low -= 1
    while high + 1 < len(found) and choices[high + 1] == choices[high]:
        high += 1
    first, last = prices[low], prices[high]
    if low == 0 and high == len(found) - 1:
        return f"at every price tried ({plain(first)} to {plain(last)})"
    if low == high:
        return f"at {plain(first)} only"
    if low == 0:
        return f"up to {plain(last)}"
    return f"from {plain(first)}" + (" on" if high == len(found) - 1 else f" to {plain(last)}")


def plain(price: float) -> str:
    """Write a price as people do: "150", "0.5"."""
    return number(price) if price >= 10 and price.is_integer() else f"{price:,.3g}"
