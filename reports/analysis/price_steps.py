"""One scenario at other prices: costs with their intervals, and best intervals."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.cost_curve import FEWEST
from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.decision.repriced import Pricing, Quantities
from retrainlab.reports.decision.statistics import estimates
from retrainlab.reports.decision.summary import SAVINGS, never_of, savings
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.optimum.bootstrap import cheapest
from retrainlab.sim.optimum.optimum import flat_band
from retrainlab.sim.prices import Prices, cost_parts, price
from retrainlab.sim.stream import Floats


@dataclass(frozen=True)
class BestInterval:
    """The interval at which a schedule costs least, and the flat band around it.

    group: the schedule without its interval. low, high: the band of intervals, without a gap,
    that cost little more than the best. inf is never.
    """

    group: str
    best: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class PriceStep:
    """One scenario at other prices.

    rows: of `summary`, in the order that they have at the study's price, with the costs and
    savings of this one. intervals: of each strategy with a schedule. oracle: its mean cost, nan
    where it is not known.
    """

    rows: pd.DataFrame
    intervals: list[BestInterval]
    oracle: float


@dataclass(frozen=True, eq=False)
class _Schedule:
    """Cells of one schedule at different intervals: their intervals, and positions in the rows."""

    group: str
    intervals: list[float]
    positions: list[int]


@dataclass(frozen=True, eq=False)
class _Base:
    """What no price changes, in the order of the rows.

    quantities: (labels, seeds) of each cost part. rows: of `summary`.
    """

    quantities: dict[str, Floats]
    rows: pd.DataFrame


class PriceSteps:
    """One scenario, to be seen at any prices; nothing is replayed."""

    def __init__(self, tables: Tables, rows: pd.DataFrame, pricing: Pricing) -> None:
        """tables, pricing: of the scenario. rows: its part of `summary`, at the study's prices."""
        labels, never = rows["label"].tolist(), never_of(tables.runs)
        self._rows, self._labels, self._pricing = rows, labels, pricing
        self._strategies = rows.loc[rows["role"] == "strategy", "label"].tolist()
        self._never = None if never is None else labels.index(never)
        self._schedules = _schedules(tables, labels)
        self._within = float(tables.manifest.optimize["within"])
        self._bases: dict[Quantities, _Base] = {}

    def at(self, prices: Prices) -> PriceStep:
        """Return the scenario at these prices."""
        parts = self._pricing.parts(prices)
        priced = parts.at(prices)
        if parts not in self._bases:
            self._bases[parts] = self._base(parts)
        base = self._bases[parts]
        changed = _statistics(price(base.quantities, prices))
        saved = savings(priced.candidates, self._strategies)
        unknown = (math.nan,) * len(SAVINGS)
        columns = np.array([saved.get(label, unknown) for label in self._labels]).T
        changed |= dict(zip(SAVINGS, columns, strict=True))
        best = _best_intervals(self._schedules, changed["cost"], self._never, self._within)
        rows = self._with(base.rows, changed)
        return PriceStep(rows, best, float(priced.oracle.mean()))

    def _base(self, parts: Quantities) -> "_Base":
        quantities = {
            name: values[self._labels].to_numpy(float).T
            for name, values in parts.quantities.items()
        }
        rows = parts.rows.loc[self._labels].reset_index()[self._rows.columns]
        return _Base(quantities, rows.set_axis(self._rows.index))

    def _with(self, rows: pd.DataFrame, changed: dict[str, Floats]) -> pd.DataFrame:
        """Return rows with other values in some columns."""
        return rows.assign(**{name: changed[name] for name in changed if name in rows})


def _statistics(costs: dict[str, Floats]) -> dict[str, Floats]:
    """Return costs and their halves, as columns of `summary`, each (labels,).

    costs: (labels, seeds) of each part, nan where a cell is missing.
    """
    changed = {part.column: np.nanmean(costs[part.column], axis=1) for part in cost_parts()}
    for name in ("cost", "cost_retraining"):
        changed[name], changed[f"{name}_half"] = estimates(costs[name])
    return changed


def _schedules(tables: Tables, labels: list[str]) -> list[list[_Schedule]]:
    """Return the schedules of each strategy that has some, by its name."""
    points, position = cost_points(tables), {label: i for i, label in enumerate(labels)}
    scheduled = points[points["scheduled"].astype(bool)].sort_values("interval")
    return [
        [
            _Schedule(str(group), line["interval"].tolist(), [position[x] for x in line["label"]])
            for group, line in cells.groupby("group")
        ]
        for _, cells in scheduled.groupby("strategy")
    ]


def _best_intervals(
    schedules: list[list[_Schedule]], costs: Floats, never: int | None, within: float
) -> list[BestInterval]:
    """Return the best interval of the cheapest schedule of each strategy, never among them.

    costs: (labels,). within: how much more than the least, as a share, the flat band may cost.
    """
    best = []
    for lines in schedules:
        line = min(lines, key=lambda one: costs[one.positions].min())
        if len(line.positions) < FEWEST:
            continue
        values = [*line.intervals, *([] if never is None else [math.inf])]
        means = costs[[*line.positions, *([] if never is None else [never])]]
        at = int(cheapest(means[None])[0])
        low, high = flat_band(means, at, within)
        best.append(BestInterval(line.group, values[at], values[low], values[high]))
    return best
