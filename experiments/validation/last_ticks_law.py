"""Law 11: the best interval on a stream that ends, where a last training may come too late."""

import numpy as np

from retrainlab.experiments.validation.boundary import ages
from retrainlab.experiments.validation.setting import ALLOWED, replayed
from retrainlab.experiments.validation.turning import Turning
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every

INTERVALS = (8, 9, 10, 11, 12)
BEST = 10  # T* at a price of BEST**2 / 2 times the slope
STREAMS = 4


def last_ticks(size: float = 1.0) -> Law:
    """Law 11. size: rows a tick, as a share of 4,000; the price of a retraining goes with them."""
    setting = Turning(ticks=200, rows=int(4_000 * size), turn=0.2, window=1)
    slope = setting.rows * (1 - 2 * setting.noise) * setting.turn / np.pi
    prices = Prices(error=1, fit=slope * BEST**2 / 2)
    law = np.array([_expected(setting, period, prices.fit) for period in INTERVALS])
    costs = np.zeros(len(INTERVALS))
    for seed in range(STREAMS):
        fits = setting.fits(seed)
        costs += [_measured(setting, fits, period, prices) / STREAMS for period in INTERVALS]
    errors = np.array([_error(setting, period) for period in INTERVALS])
    grid = np.array(INTERVALS, dtype=np.float64)
    curve = ReferenceCurve(f"{setting.ticks} served ticks", (grid, law), (grid, costs))
    return Law(
        11,
        "The last ticks",
        "A training that could not serve before the stream ends costs nothing. N served ticks, "
        "retrained every T, thus pay for ceil(N / T) - 1 retrainings; T* = sqrt(2 C / (K s)) is "
        "best where it divides N, and would not be if the last one were charged.",
        f"As law 2, {STREAMS} streams of {setting.ticks} served ticks, {setting.rows:,} rows and "
        f"{setting.turn} radians a tick: s = {slope:.4g} errors a tick of age, "
        f"C = {prices.fit:.4g}, K = 1, so that T* = {BEST}.",
        (*_costs(setting, law, costs, errors), _best(law, costs, errors)),
        (Chart("Cost against the interval", "ticks between two retrainings", "cost", (curve,)),),
    )


def _charged(setting: Turning, period: int) -> int:
    """Retrainings that can serve: the one at the end of the last tick cannot."""
    return (setting.ticks - 1) // period


def _expected(setting: Turning, period: int, fit: float) -> float:
    """Cost of a stream, from the age of the model at every served tick."""
    wrong = 1 - setting.fitted(ages(setting.ticks, period, setting.window))
    return fit * _charged(setting, period) + setting.rows * float(wrong.sum())


def _measured(setting: Turning, fits: FitCache, period: int, prices: Prices) -> float:
    """Cost of a stream, from the ledger and its prices."""
    ledger = replayed(fits, World(warmup=setting.window), Every(period), Last(setting.window))
    return price(ledger.quantities(), prices)["cost"]


def _error(setting: Turning, period: int) -> float:
    """Standard error of the mean cost of the streams."""
    fits = _charged(setting, period) + 1
    error = setting.standard_error(0.5, setting.ticks, fits)
    return setting.rows * setting.ticks * error / np.sqrt(STREAMS)


def _costs(setting: Turning, law: Floats, costs: Floats, errors: Floats) -> list[Check]:
    checks = []
    for i, period in enumerate(INTERVALS):
        fits = STREAMS * (_charged(setting, period) + 1)
        why = f"4 standard errors of {STREAMS * setting.ticks * setting.rows:,} rows, {fits} fits"
        what = f"cost, retrained every {period} ticks"
        checks.append(Check(what, law[i], costs[i], ALLOWED * errors[i], why))
    return checks


def _best(law: Floats, costs: Floats, errors: Floats) -> Check:
    """The cheapest interval of the grid, which is T*."""
    best, second = np.argsort(law)[:2]
    apart = (law[second] - law[best]) / np.hypot(errors[best], errors[second])
    return Check(
        f"cheapest interval of {', '.join(map(str, INTERVALS))}",
        BEST,
        INTERVALS[int(np.argmin(costs))],
        0.0,
        f"exact: the next one costs {apart:.0f} standard errors more",
    )
