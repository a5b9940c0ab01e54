"""Decisions at other prices of a retraining, and between which prices the choice stays the same."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from retrainlab.reports.analysis.decide import decide
from retrainlab.reports.analysis.decision import Decision, PriceRange
from retrainlab.reports.analysis.phases import with_phases
from retrainlab.reports.analysis.price_grid import slider_prices
from retrainlab.reports.analysis.repriced import at_prices
from retrainlab.reports.analysis.tables import Tables


def decisions(tables: Tables, rows: pd.DataFrame, fits: Iterable[float]) -> dict[float, Decision]:
    """Return the decision about one scenario at each price of a retraining, by rising price.

    rows: the scenario's part of `reports.summary`. The scenario's own price is among them,
    whether it is asked for or not.
    """
    (name,) = tables.scenarios
    prices = sorted({tables.manifest.prices.fit, *fits})
    ladder = [decide(priced, name, tables.manifest) for priced in at_prices(tables, rows, prices)]
    ladder = [replace(d, price_range=_range(ladder, i)) for i, d in enumerate(ladder)]
    return {decision.prices.fit: with_phases(decision, tables) for decision in ladder}


def own_decision(tables: Tables, rows: pd.DataFrame) -> Decision:
    """Return the decision about one scenario at its own price."""
    prices = tables.manifest.prices
    return decisions(tables, rows, slider_prices(prices))[prices.fit]


def _range(ladder: list[Decision], place: int) -> PriceRange:
    """Return how far the choice at one place reaches; found: by rising price."""
    choice, low, high = ladder[place].choice, place, place
    while low > 0 and ladder[low - 1].choice == choice:
        low -= 1
    while high + 1 < len(ladder) and ladder[high + 1].choice == choice:
        high += 1
    return PriceRange(*(ladder[i].prices.fit for i in (low, high, 0, -1)))
