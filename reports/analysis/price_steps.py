"""One scenario at other prices of a retraining: costs with their intervals, and best intervals."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.cost_curve import FEWEST
from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.analysis.repriced import at_prices
from retrainlab.reports.analysis.statistics import estimate
from retrainlab.reports.analysis.summary import by_seed, never_of, savings
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.optimum.bootstrap import cheapest
from retrainlab.sim.optimum.optimum import flat_band
from retrainlab.sim.prices import cost_parts, price
from retrainlab.sim.stream import Floats

COSTS = ("cost", "cost_retraining", "cost_fit")


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
    """One scenario at one price of a retraining.

    rows: of `summary`, in the order that they have at the study's price, with the costs and
    savings of this one. intervals: of each strategy with a schedule. oracle: its mean cost, nan
    where it is not known.
    """

    fit: float
    rows: pd.DataFrame
    intervals: list[BestInterval]
    oracle: float


@dataclass(frozen=True, eq=False)
class _Schedule:
    """Cells of one schedule at different intervals: their intervals, and positions in the rows."""

    group: str
    intervals: list[float]
    positions: list[int]


def price_steps(tables: Tables, rows: pd.DataFrame, fits: Iterable[float]) -> Iterator[PriceStep]:
    """Yield one scenario at each price of a retraining; nothing is replayed.

    tables: of the scenario. rows: its part of `summary`, at the study's price.
    """
    labels, never = rows["label"].tolist(), never_of(tables.runs)
    names = [part.quantity for part in cost_parts(tables.manifest.prices)]
    quantities = {name: by_seed(tables.runs, name)[labels].to_numpy(float).T for name in names}
    never_at = None if never is None else labels.index(never)
    schedules, within = _schedules(tables, labels), float(tables.manifest.optimize["within"])
    for priced in at_prices(tables, rows, fits):
        costs = price(quantities, priced.prices)
        saved = savings(priced.candidates, labels)
        changed = _statistics(costs) | {str(name): saved[name].to_numpy() for name in saved}
        intervals = _best_intervals(schedules, changed["cost"], never_at, within)
        yield PriceStep(
            priced.prices.fit, rows.assign(**changed), intervals, float(priced.oracle.mean())
        )


def _statistics(costs: dict[str, Floats]) -> dict[str, Floats]:
    """Return costs and their halves, as columns of `summary`, each (labels,).

    costs: (labels, seeds) of each part, nan where a cell is missing.
    """
    estimates = {name: [estimate(label) for label in costs[name]] for name in COSTS}
    means = {name: np.array([one.mean for one in each]) for name, each in estimates.items()}
    halves = {
        f"{name}_half": np.array([one.half for one in each]) for name, each in estimates.items()
    }
    return means | {name: half for name, half in halves.items() if name != "cost_fit_half"}


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
