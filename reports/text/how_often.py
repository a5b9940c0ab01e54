"""How often, in words: the best value of a parameter, what it is worth, and the oracle's cost."""

import math
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.analysis.parameters import Parameter
from retrainlab.reports.analysis.references import oracle_of
from retrainlab.reports.analysis.repriced import only_fits_and_errors
from retrainlab.reports.analysis.statistics import estimate, paired
from retrainlab.reports.analysis.summary import by_seed, never_of
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.text.format import count, number, percent_of, plus_minus
from retrainlab.sim.optimum.aliasing import aliasing
from retrainlab.sim.optimum.price_sweep import PriceSweep, price_sweep, roi

STEPS = 41


def lines(found: list[CostCurve], tables: Tables) -> list[str]:
    """Return the answer for one strategy: a line a parameter, then what it is worth, and cautions.

    found: the curves of one strategy. tables: of their scenario.
    """
    main = found[0]
    all_said = [*(_headline(curve, tables) for curve in found), _worth(main, tables)]
    all_said += [_oracle(main, tables), _prices(main, tables), _caution(main, tables)]
    return [line for line in all_said if line]


def named(value: float, parameter: Parameter, unit: str) -> str:
    """Write a value as "every 20 days", "on the last 20 days", "with delta 0.002"."""
    if math.isinf(value):
        return "never"
    if parameter.sets == "interval":
        return f"every {count(int(value), unit)}"
    if parameter.sets == "window":
        return f"on the last {count(int(value), unit)}"
    return f"with {parameter.option} {bare(value)}"


def bare(value: float) -> str:
    """Write a value alone: "1,000", "0.002", "never"."""
    return "never" if math.isinf(value) else f"{value:,.4g}"


def unit_of(curve: CostCurve, tables: Tables) -> str:
    """Return what a tick of the curve's scenario is called."""
    return str(tables.manifest.scenarios[curve.scenario].tick_name)


def _headline(curve: CostCurve, tables: Tables) -> str:
    unit = unit_of(curve, tables)
    held = "".join(f" {named(value, parameter, unit)}" for parameter, value in curve.held)
    return f"{curve.strategy}{held}: {said(curve, tables)}{_interval(curve)}."


def said(curve: CostCurve, tables: Tables) -> str:
    """Return what to do by a curve: "retrain every 20 days"."""
    best = curve.best
    at = named(best.finite, curve.parameter, unit_of(curve, tables))
    if math.isinf(best.value):
        return f"never retrain; of what was tried, {at} comes closest"
    words = {
        "never": f"never retrain; {at} costs less, but not beyond noise",
        "interval": f"retrain {at}",
        "shortest": f"retrain {at}",
        "unknown": f"{at} costs least, and the stream is too short to say how sure that is",
    }[best.decision]
    edge = f", the {best.edge} value tried" if best.edge and best.decision != "never" else ""
    return f"{words}{edge}"


def _interval(curve: CostCurve) -> str:
    best = curve.best
    if math.isnan(best.low):
        return ""
    low, high, first, last = map(bare, (best.low, best.high, best.flat_low, best.flat_high))
    basis = f"{best.draws} blocks of this one stream" if curve.in_time else f"{best.draws} seeds"
    flat = "no other value comes near" if first == last else f"nearly as good: {first} to {last}"
    return f" (95 % interval {low} to {high}, from {basis}; {flat})"


def _worth(curve: CostCurve, tables: Tables) -> str:
    best, runs = curve.best, tables.runs
    if math.isnan(best.saving):
        return ""
    never, own = (_means(runs, label) for label in (never_of(runs), curve.choice))
    saved = number(abs(best.saving), 0)
    if not math.isnan(best.saving_low):
        low, high = (number(v, 0) for v in (best.saving_low, best.saving_high))
        saved += f" ({low} to {high})" if best.saving > 0 else ""
    way = "less" if best.saving > 0 else "more"
    returned = roi(never["cost_error"] - own["cost_error"], own["cost_retraining"])
    gain = f" Return on investment: {number(returned, 1)}." if returned > 0 else ""
    return (
        f"It costs {number(own['cost'], 0)} against {number(never['cost'], 0)} for never: "
        f"{percent_of(abs(best.saving), never['cost'])} {way}, {saved}.{gain}"
    )


def _means(runs: pd.DataFrame, label: str | None) -> dict[str, float]:
    """Mean costs of a label; nan where it is not in the study."""
    own = runs[runs["label"] == label]
    return {name: float(own[name].mean()) for name in ("cost", "cost_error", "cost_retraining")}


def _oracle(curve: CostCurve, tables: Tables) -> str:
    oracle = oracle_of(tables)
    if oracle.empty:
        return ""
    costs = by_seed(tables.runs)[curve.choice]
    gap = paired(costs, oracle["cost"])
    mean = float(oracle["retrainings"].mean())
    times = "1 retraining" if mean == 1 else f"{number(mean, int(mean % 1 > 0))} retrainings"
    least = float(oracle["cost"].mean())
    return (
        f"The best in hindsight is {times} at {number(least, 0)}: the regret is "
        f"{plus_minus(gap.mean, gap.half)}, {percent_of(gap.mean, least)}."
    )


def swept(curve: CostCurve, tables: Tables, steps: int = STEPS) -> PriceSweep | None:
    """Return the best value at prices around the study's, from a hundredth to a hundredfold.

    None where there is one stream, or where more than errors and fits has a price.
    """
    ratio = _ratio(tables)
    if ratio is None or (curve.in_time and steps):
        return None
    losses, fits = (by_seed(tables.runs, c)[list(curve.labels)] for c in ("loss", "retrainings"))
    ratios = np.geomspace(ratio / 100, ratio * 100, steps).tolist()
    options = {**tables.manifest.optimize, "resamples": 500}
    return price_sweep(
        curve.values.tolist(), losses.to_numpy(), fits.to_numpy(float), ratios, **options
    )


def _ratio(tables: Tables) -> float | None:
    """Price of a fit in units of an error, where nothing else has a price."""
    prices = tables.manifest.prices
    if not only_fits_and_errors(prices):
        return None
    return prices.fit / prices.error if prices.fit and prices.error else None


def _prices(curve: CostCurve, tables: Tables) -> str:
    """Say at which price of a retraining the answer turns, where only errors and fits cost."""
    prices, sweep = tables.manifest.prices, swept(curve, tables, 0)
    if sweep is None:
        return ""
    turns = []
    if sweep.never_above > 0:
        turns.append(f"never above {number(sweep.never_above * prices.error, 1)}")
    if 0 < sweep.shortest_below < math.inf:
        lowest = named(curve.values[0], curve.parameter, unit_of(curve, tables))
        turns.append(f"{lowest} below {number(sweep.shortest_below * prices.error, 1)}")
    if not turns:
        return ""
    return f"The price of a retraining decides: {', '.join(turns)} (it is {prices.fit:,g})."


def _caution(curve: CostCurve, tables: Tables) -> str:
    """Warn of an interval that is in step with the drift."""
    runs = pd.concat([tables.runs, tables.probes])
    if not curve.is_interval or tables.probes.empty or curve.in_time:
        return ""
    own = runs[runs["interval"].eq(curve.best.finite) & runs["strategy"].eq(curve.strategy)]
    for parameter, value in curve.held:
        own = own[pd.to_numeric(own[f"p_{parameter.path}"]).eq(value)]
    infos = tables.manifest.infos(curve.strategy, own["label"])
    phases = {label: info.phase for label, info in infos.items()}
    costs = by_seed(own.assign(label=own["label"].map(phases))).dropna()
    if costs.shape[1] < 2:
        return ""
    found = aliasing(costs.to_numpy(), **tables.manifest.optimize)
    if not found.significant:
        return ""
    unit = unit_of(curve, tables)
    worst, best = (
        count(int(float(str(costs.columns[i]))), unit) for i in (found.worst, found.best)
    )
    return (
        f"Beware: this interval is in step with the drift. Begun {worst} later it costs "
        f"{number(found.spread, 0)} more than begun {best} later; an interval that shares no "
        "factor with the period, or a trigger, is safer."
    )


def regrets(tables: Tables, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a row a strategy at its best: its regret, and as many retrainings evenly spaced.

    tables: of one scenario; rows: its part of `reports.summary`. Empty where there is no oracle.
    """
    oracle = oracle_of(tables)
    if oracle.empty:
        return []
    costs, even = by_seed(tables.runs), _even(tables)
    found = []
    for row in rows[rows["role"] == "strategy"].drop_duplicates("strategy").to_dict("records"):
        label = row["label"]
        gap = paired(costs[label], oracle["cost"])
        returned = roi(
            _means(tables.runs, never_of(tables.runs))["cost_error"] - row["cost_error"],
            row["cost_retraining"],
        )
        found.append(
            {
                "label": label,
                "strategy": row["strategy"],
                "cost": plus_minus(row["cost"], row["cost_half"]),
                "regret": plus_minus(gap.mean, gap.half),
                "share": percent_of(gap.mean, oracle["cost"].mean()),
                "even": _against_even(costs[label], even.get(label)),
                "roi": number(returned, 2),
            }
        )
    mean = estimate(oracle["cost"])
    hindsight = {"label": "best in hindsight", "strategy": "oracle", "regret": "0", "share": "0 %"}
    hindsight |= {"cost": plus_minus(mean.mean, mean.half), "even": "–", "roi": "–"}
    return [hindsight, *sorted(found, key=lambda r: r["label"])] if found else []


def _even(tables: Tables) -> dict[str, pd.Series]:
    """Costs by seed of as many retrainings as a label makes, evenly spaced."""
    found = tables.references
    even = found[found["reference"] == "evenly spaced"]
    return {str(label): part.set_index("seed")["cost"] for label, part in even.groupby("label")}


def _against_even(own: pd.Series, even: pd.Series | None) -> str:
    """Say whether the strategy's moments were better than a calendar's."""
    if even is None:
        return "–"
    gap = paired(own, even)
    size = plus_minus(gap.mean, gap.half, sign=True)
    if math.isnan(gap.half):
        return size
    return f"{size}, {'better' if gap.mean < 0 else 'worse'}" if gap.clear else f"{size}, noise"
