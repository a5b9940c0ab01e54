"""How often, in numbers: what the best value of a parameter costs, saves and depends on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.decision.phases import aliasing_of, costs_by_phase
from retrainlab.reports.decision.price_grid import retraining_prices
from retrainlab.reports.decision.references import oracle_of
from retrainlab.reports.decision.repriced import only_fits_and_errors
from retrainlab.reports.decision.statistics import Difference, paired
from retrainlab.reports.decision.summary import by_seed, candidates, never_of
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.optimum.optimum import Optimum
from retrainlab.sim.optimum.price_sweep import PriceSweep, price_sweep, roi

COSTS = ("cost", "cost_error", "cost_retraining")


@dataclass(frozen=True)
class Spending:
    """Mean cost of a choice and of never, and the return on what retraining cost.

    All but the cost are nan where never is not in the study.
    """

    cost: float
    never: float
    returned: float


@dataclass(frozen=True)
class OracleGap:
    """What the oracle costs with how many retrainings, and the regret: cost above the oracle."""

    cost: float
    retrainings: float
    regret: Difference


@dataclass(frozen=True)
class Phases:
    """First ticks of a schedule that cost most and least, and how much they differ."""

    worst: int
    best: int
    spread: float


def spending(label: str, runs: pd.DataFrame) -> Spending:
    """Return what a choice costs and returns against never; runs: of one scenario."""
    choice, never = (_means(runs, name) for name in (label, never_of(runs)))
    returned = roi(never["cost_error"] - choice["cost_error"], choice["cost_retraining"])
    return Spending(choice["cost"], never["cost"], returned)


def _means(runs: pd.DataFrame, label: str | None) -> dict[str, float]:
    """Mean costs of a label; nan where it is not in the study."""
    cells = runs[runs["label"] == label]
    return {name: float(cells[name].mean()) for name in COSTS}


def oracle_gap(label: str, tables: Tables) -> OracleGap | None:
    """Return how far a choice is from the oracle; None where there is no oracle."""
    oracle = oracle_of(tables)
    if oracle.empty:
        return None
    regret = paired(by_seed(tables.runs)[label], oracle["cost"])
    return OracleGap(float(oracle["cost"].mean()), float(oracle["retrainings"].mean()), regret)


def by_price(curve: CostCurve, tables: Tables) -> PriceSweep | None:
    """Return the best value at round prices around the study's.

    None where there is one stream, or where more than errors and fits has a price.
    """
    return (
        None if curve.in_time else _sweep(curve, tables, retraining_prices(tables.manifest.prices))
    )


def turning_points(curve: CostCurve, tables: Tables) -> PriceSweep | None:
    """Return the ratios of prices at which the answer turns; None where more has a price."""
    return _sweep(curve, tables, ())


def _sweep(curve: CostCurve, tables: Tables, fits: Sequence[float]) -> PriceSweep | None:
    prices = tables.manifest.prices
    if not (only_fits_and_errors(prices, tables) and prices.fit and prices.error):
        return None
    losses, trained = (
        by_seed(tables.runs, column).loc[curve.costs.index, list(curve.labels)].to_numpy(float)
        for column in ("loss", "retrainings")
    )
    ratios = [fit / prices.error for fit in fits]
    options = {**tables.manifest.optimize, "resamples": 500}
    sweep = price_sweep(curve.values.tolist(), losses, trained, ratios, **options)
    pairs = zip(sweep.optima, fits, strict=True)
    return replace(sweep, optima=tuple(_with_saving(b, curve, tables, fit) for b, fit in pairs))


def _with_saving(best: Optimum, curve: CostCurve, tables: Tables, fit: float) -> Optimum:
    """Put in what the best finite value saves against never at a price, by the decision's test."""
    competitors = candidates(tables, replace(tables.manifest.prices, fit=fit))
    if competitors.never is None:
        return best
    label = curve.labels[int(np.searchsorted(curve.values, best.finite))]
    saving = competitors.compare(label, competitors.never)
    return best.with_saving(saving.saving, saving.low, saving.high)


def aliased_phases(curve: CostCurve, tables: Tables) -> Phases | None:
    """Return the phases of an interval that aliases with the drift; None where none is known to."""
    if not curve.is_interval:
        return None
    costs = costs_by_phase(curve.choice, tables, tables.manifest.prices)
    aliased = aliasing_of(costs, tables)
    if aliased is None or not aliased.significant:
        return None
    begun = costs.columns.to_numpy()
    return Phases(int(begun[aliased.worst]), int(begun[aliased.best]), aliased.spread)
