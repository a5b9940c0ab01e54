"""The same study at other prices of a retraining: costs are linear, so nothing is replayed."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from reports.load import Tables
from reports.often import oracle_of
from reports.verdict import Verdict, judge
from reports.words import number
from sim.prices import Prices, price

ROUND = (1.0, 2.0, 3.0, 5.0)
DECADES = 2


def steps(prices: Mapping[str, float]) -> list[float]:
    """Return round prices of a retraining, from a hundredth to a hundredfold of the study's own.

    The own price is among them. Where it is 0, they lie around ten times the price of an error.
    """
    own = float(prices["fit"])
    middle = own or 10 * float(prices["error"]) or 1.0
    low, high = middle / 10**DECADES, middle * 10**DECADES
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    round_ones = {float(f"{digit * 10.0**ten:.3g}") for ten in tens for digit in ROUND}
    return sorted({own, *(p for p in round_ones if 0.999 * low <= p <= 1.001 * high)})


def at_price(tables: Tables, fit: float) -> Tables:
    """Return the tables of one scenario with every cost as it is at another price of a retraining.

    The oracle's cost is that of its frontier, which is exact where only errors and fits have a
    price; elsewhere it is left out.
    """
    prices = replace(Prices(**tables.manifest["prices"]), fit=fit)
    if fit == tables.manifest["prices"]["fit"]:
        return tables
    columns = {str(name): tables.runs[name] for name in tables.runs}
    runs = tables.runs.assign(**price(columns, prices))
    manifest = {**tables.manifest, "prices": vars(prices)}
    return replace(tables, runs=runs, references=_oracle(tables, prices), manifest=manifest)


def only_fits_and_errors(prices: Mapping[str, float]) -> bool:
    """Whether nothing else has a price."""
    return not any(prices[name] for name in prices if name not in ("error", "fit"))


def _oracle(tables: Tables, prices: Prices) -> pd.DataFrame:
    steps, known = tables.frontier, oracle_of(tables)
    if steps.empty or known.empty or not only_fits_and_errors(vars(prices)):
        return tables.references.iloc[:0]
    costs = steps.assign(cost=prices.error * steps["loss"] + prices.fit * steps["retrainings"])
    best = costs.loc[costs.groupby("seed")["cost"].idxmin()]
    return best.assign(reference="oracle", label="")


def verdicts(tables: Tables, name: str) -> list[tuple[float, Tables, Verdict]]:
    """Return price, tables and verdict of one scenario at each of `steps`."""
    words, about = tables.manifest["strategies"], tables.manifest["scenarios"][name]
    found = [(fit, at_price(tables, fit)) for fit in steps(tables.manifest["prices"])]
    return [(fit, one, judge(one.runs, words, about)) for fit, one in found]


def holds(found: list[tuple[float, Any, Verdict]], own: float) -> str:
    """Say from which to which price of a retraining the same choice is made as at the own one."""
    at = next(i for i, (price, _, _) in enumerate(found) if price == own)
    choice, low, high = found[at][2].choice, at, at
    while low > 0 and found[low - 1][2].choice == choice:
        low -= 1
    while high + 1 < len(found) and found[high + 1][2].choice == choice:
        high += 1
    first, last = found[low][0], found[high][0]
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
