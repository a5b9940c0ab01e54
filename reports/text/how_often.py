"""How often, in words: the best value of a parameter, what it saves, and its regret."""

import math
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.analysis.how_often import (
    aliased_phases,
    oracle_gap,
    spending,
    turning_points,
)
from retrainlab.reports.analysis.regrets import Regret, regrets
from retrainlab.reports.decision.references import Reached, oracle_cost, reached_by_actions
from retrainlab.reports.decision.statistics import Difference
from retrainlab.reports.results.decision import Comparison
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.decision import saved
from retrainlab.reports.text.format import (
    UNKNOWN,
    count,
    mean_count,
    money,
    percent_of,
    plus_minus,
    three_digits,
)
from retrainlab.reports.text.phases import ALIASING, SAFER
from retrainlab.reports.text.price_words import exact
from retrainlab.reports.text.values import bare, named, unit_of
from retrainlab.reports.text.wide_interval import wide_interval
from retrainlab.sim.optimum.optimum import FEWEST_BLOCKS

EDGES = {"lowest": "smallest", "highest": "largest"}


def lines(curves: list[CostCurve], tables: Tables) -> list[str]:
    """Return the answer for one strategy: a line a parameter, then what it saves, and cautions.

    curves: of one strategy. tables: of their scenario.
    """
    acted = [curve for curve in curves if curve.acted]
    if not acted:
        return [_nothing(curves[0], tables)]
    main, curves = acted[0], acted
    answer = [*_headlines(curves, tables), _saving(main, tables)]
    answer += [wide_interval(main, tables), _oracle(main, tables)]
    answer += [_prices(main, tables), _caution(main, tables)]
    return [line for line in answer if line]


def _nothing(curve: CostCurve, tables: Tables) -> str:
    unit, tried = unit_of(curve, tables), curve.values[np.isfinite(curve.values)]
    ends = (named(value, curve.parameter, unit) for value in (tried[0], tried[-1]))
    first, last = (end.removeprefix("with ") for end in ends)
    return f"{curve.strategy}: nothing was ever retrained, at any value from {first} to {last}."


def _headlines(curves: list[CostCurve], tables: Tables) -> list[str]:
    """Return a line a parameter; one for several where never is best and nothing else is known."""
    is_never = all(math.isinf(c.best.value) and math.isnan(c.best.low) for c in curves)
    if len(curves) == 1 or not is_never:
        return [_headline(curve, tables) for curve in curves]
    at = " ".join(named(c.best.finite, c.parameter, unit_of(c, tables)) for c in curves)
    return [f"{curves[0].strategy}: {_never(at)}{_no_interval(curves[0])}."]


def _never(closest: str) -> str:
    return f"never costs least; of the values tried, {closest} comes closest"


def _headline(curve: CostCurve, tables: Tables) -> str:
    unit = unit_of(curve, tables)
    others = "".join(f" {named(value, other, unit)}" for other, value in curve.held)
    return f"{curve.strategy}{others}: {advice(curve, tables)}{_interval(curve)}."


def advice(curve: CostCurve, tables: Tables) -> str:
    """Say which of the values costs least: "every 20 days costs least of the values tried"."""
    best = curve.best
    at = named(best.finite, curve.parameter, unit_of(curve, tables))
    if math.isinf(best.value):
        return _never(at)
    edge = f", which is the {EDGES[best.edge]} of them" if best.edge else ""
    return f"{at} costs least of the values tried{edge}"


def _interval(curve: CostCurve) -> str:
    best = curve.best
    if math.isnan(best.low):
        return _no_interval(curve)
    low, high, first, last = map(bare, (best.low, best.high, best.flat_low, best.flat_high))
    basis = f"{best.draws} blocks of this one stream" if curve.in_time else f"{best.draws} seeds"
    flat = "no other value comes near" if first == last else f"nearly as good: {first} to {last}"
    reach = f"95 % interval {low} to {high}" if low != high else "at 95 % no other of them is best"
    return f" ({reach}, from {basis}; {flat})"


def _no_interval(curve: CostCurve) -> str:
    """Say why one stream shows no interval: the luck of a training is felt until the next."""
    if not curve.in_time or curve.best.draws >= FEWEST_BLOCKS:
        return ""
    return (
        f" (no confidence interval: it takes {FEWEST_BLOCKS} blocks as long as the time between "
        f"retrainings, and the stream has {curve.best.draws})"
    )


def _saving(curve: CostCurve, tables: Tables) -> str:
    gap = curve.saving
    if gap is None:
        return ""
    returned = spending(curve.choice, tables.runs).returned
    currency = tables.manifest.prices.currency
    gain = f" Return on investment: {three_digits(returned)}." if returned > 0 else ""
    return (
        f"It costs {money(three_digits(gap.cost), currency)} against "
        f"{money(three_digits(gap.reference_cost), currency)} "
        f"for never: {saved(gap, currency)}, {_surety(gap)}.{gain}"
    )


def _surety(gap: Comparison) -> str:
    if not gap.is_tested:
        return "not tested"
    return "significant" if gap.clear else "not significant"


def _oracle(curve: CostCurve, tables: Tables) -> str:
    gap = oracle_gap(curve.choice, tables)
    if gap is None:
        return ""
    currency = tables.manifest.prices.currency
    cost = money(three_digits(gap.cost), currency)
    regret = money(plus_minus(gap.regret.mean, gap.regret.half), currency)
    times = mean_count(gap.retrainings, "retraining")
    share = f", {percent_of(gap.regret.mean, gap.cost)}" if gap.cost > 0 else ""
    return f"The oracle's schedule is {times} at {cost}: the regret is {regret}{share}."


def _prices(curve: CostCurve, tables: Tables) -> str:
    """Say at which price of a retraining the answer turns, where only errors and fits cost."""
    prices, sweep = tables.manifest.prices, turning_points(curve, tables)
    if sweep is None:
        return ""
    turns = []
    if sweep.never_above > 0:
        above = money(three_digits(sweep.never_above * prices.error), prices.currency)
        turns.append(f"never from {above} per retraining on")
    if 0 < sweep.shortest_below < math.inf:
        lowest = named(curve.values[0], curve.parameter, unit_of(curve, tables))
        below = money(three_digits(sweep.shortest_below * prices.error), prices.currency)
        turns.append(f"{lowest} up to {below}")
    if not turns:
        return ""
    own = money(exact(prices.fit), prices.currency)
    return f"By the mean alone, least is {' and '.join(turns)} (the price is {own})."


def _caution(curve: CostCurve, tables: Tables) -> str:
    """Warn of an interval that aliases with the drift."""
    phases = aliased_phases(curve, tables)
    if phases is None:
        return ""
    unit = unit_of(curve, tables)
    spread = money(three_digits(phases.spread), tables.manifest.prices.currency)
    return (
        f"{ALIASING} Started {count(phases.worst, unit)} later it costs {spread} more than started "
        f"{count(phases.best, unit)} later. {SAFER}"
    )


def regret_table(tables: Tables, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a row a strategy at its best, after one of the oracle; empty without an oracle.

    Where a study has other actions than refits, rows of what the oracle reaches by some of them
    come after the oracle.

    tables: of one scenario; rows: its part of `reports.summary`.
    """
    settings, least = regrets(tables, rows), oracle_cost(tables)
    if not settings:
        return []
    oracle = {"label": "oracle", "strategy": "oracle", "regret": "0", "share": "0 %"}
    oracle |= {"cost": plus_minus(least.mean, least.half), "even": UNKNOWN, "roi": UNKNOWN}
    alone = [_reached(reached, least.mean) for reached in reached_by_actions(tables)]
    return [oracle, *alone, *(_regret(regret, least.mean) for regret in settings)]


def _reached(row: Reached, oracle: float) -> dict[str, Any]:
    return {
        "label": row.name,
        "strategy": "oracle",
        "cost": plus_minus(row.cost.mean, row.cost.half),
        "regret": plus_minus(row.regret.mean, row.regret.half),
        "share": percent_of(row.regret.mean, oracle),
        "even": UNKNOWN,
        "roi": UNKNOWN,
    }


def _regret(row: Regret, oracle: float) -> dict[str, Any]:
    return {
        "label": row.label,
        "strategy": row.strategy,
        "cost": plus_minus(row.cost.mean, row.cost.half),
        "regret": plus_minus(row.regret.mean, row.regret.half),
        "share": percent_of(row.regret.mean, oracle),
        "even": _against_even(row.evenly_spaced),
        "roi": three_digits(row.returned),
    }


def _against_even(gap: Difference | None) -> str:
    """Say whether the strategy's moments were better than a calendar's."""
    if gap is None:
        return UNKNOWN
    size = plus_minus(gap.mean, gap.half, sign=True)
    if math.isnan(gap.half):
        return size
    verdict = "better" if gap.mean < 0 else "worse"
    return f"{size}, {verdict if gap.clear else 'not significant'}"
