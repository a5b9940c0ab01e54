"""Law 2: the square-root law of the best interval, and how flat the cost is around it."""

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

INTERVALS = np.array([3.0, 6.0, 12.0, 24.0, 48.0])
FIT = 4_700.0  # price of a retraining; an error costs 1
LATE = {"label_delay": 3, "fit_delay": 1}


def square_root(size: float = 1.0) -> Law:
    """Law 2. size: rows a tick, as a share of 8,000; the price of a retraining goes with them."""
    setting = Turning(ticks=480, rows=int(8_000 * size), turn=0.032, window=1)
    fit, fits = FIT * size, setting.fits()
    slope = setting.rows * (1 - 2 * setting.noise) * setting.turn / np.pi
    shape = fit / INTERVALS + slope * INTERVALS / 2
    errors = np.array([_error(setting, period) for period in INTERVALS])
    checks: list[Check] = []
    curves = []
    for name, delays in {"at once": {}, f"{sum(LATE.values())} ticks late": LATE}.items():
        law = np.array([_expected(setting, int(t), fit, delays) for t in INTERVALS])
        costs = np.array([_measured(setting, fits, int(t), fit, delays) for t in INTERVALS])
        level = float(np.mean(law - shape))
        checks += [*_costs(name, setting, law, costs, errors), _best(name, law, costs, errors)]
        if not delays:
            checks += _flatness(law - level, costs - level, errors)
            checks.append(_from_slope(costs, errors, fit, slope))
        grid = np.geomspace(INTERVALS[0], INTERVALS[-1], 100)
        curves.append(
            ReferenceCurve(name, (grid, fit / grid + slope * grid / 2 + level), (INTERVALS, costs))
        )
    x = "ticks between two retrainings"
    return Law(
        2,
        "The square-root law",
        "Where loss rises by s with every tick of age, retraining every T ticks costs "
        "C / T + K s T / 2 a tick, least at T* = sqrt(2 C / (K s)); constant errors and delays "
        "cost more and leave T* where it is.",
        f"As law 1, {setting.rows:,} rows and {setting.turn} radians a tick: s = {slope:.4g} "
        f"errors a tick of age, C = {fit:g}, K = 1, so that T* = {np.sqrt(2 * fit / slope):.1f}. "
        f"Late: label_delay {LATE['label_delay']}, fit_delay {LATE['fit_delay']}.",
        tuple(checks),
        (Chart("Cost against the interval", x, "cost a tick", tuple(curves), log=True),),
    )


def _expected(setting: Turning, period: int, fit: float, delays: dict[str, int]) -> float:
    """Cost a tick, from the age of the model at every served tick, and the retrainings in time."""
    right = setting.fitted(ages(setting.ticks, period, setting.window, **delays))
    charged = (setting.ticks - 1 - delays.get("fit_delay", 0)) // period
    return fit * charged / setting.ticks + setting.rows * float(1 - right.mean())


def _measured(
    setting: Turning, fits: FitCache, period: int, fit: float, delays: dict[str, int]
) -> float:
    """Cost a tick, from the ledger and its prices."""
    world = World(warmup=setting.window, **delays)
    ledger = replayed(fits, world, Every(period), Last(setting.window))
    return price(ledger.quantities(), Prices(error=1, fit=fit))["cost"] / setting.ticks


def _error(setting: Turning, period: float) -> float:
    """Standard error of the cost a tick."""
    error = setting.standard_error(0.5, setting.ticks, setting.ticks / period)
    return setting.rows * error


def _costs(name: str, setting: Turning, law: Floats, costs: Floats, errors: Floats) -> list[Check]:
    checks = []
    for i, period in enumerate(INTERVALS):
        made = int(setting.ticks / period)
        why = f"4 standard errors of {setting.ticks * setting.rows:,} rows and {made} fits"
        what = f"cost a tick, every {period:g} ticks, models {name}"
        checks.append(Check(what, law[i], costs[i], ALLOWED * errors[i], why))
    return checks


def _best(name: str, law: Floats, costs: Floats, errors: Floats) -> Check:
    """The cheapest interval of the grid."""
    best = int(np.argmin(law))
    apart = (np.delete(law, best).min() - law[best]) / errors[best]
    return Check(
        f"cheapest interval of {', '.join(f'{t:g}' for t in INTERVALS)}, models {name}",
        INTERVALS[best],
        INTERVALS[np.argmin(costs)],
        0.0,
        f"exact: the next one costs {apart:.0f} standard errors more",
    )


def _flatness(law: Floats, costs: Floats, errors: Floats) -> list[Check]:
    """How much more expensive half and twice the best interval are, without the constant errors."""
    checks = []
    for i in (1, 3):
        ratio, measured = law[i] / law[2], costs[i] / costs[2]
        error = np.hypot(errors[i], ratio * errors[2]) / law[2]
        what = f"cost without constant errors, every {INTERVALS[i]:g} over every {INTERVALS[2]:g}"
        checks.append(
            Check(what, ratio, measured, ALLOWED * error, "4 standard errors of the ratio")
        )
    return checks


def _from_slope(costs: Floats, errors: Floats, fit: float, slope: float) -> Check:
    """T* at the slope of the measured losses over the intervals."""
    centred = INTERVALS - INTERVALS.mean()
    weights = 2 * centred / np.sum(centred**2)
    steep = float(weights @ (costs - fit / INTERVALS))
    best = np.sqrt(2 * fit / slope)
    error = best / 2 * np.sqrt(np.sum((weights * errors) ** 2)) / slope
    return Check(
        "T* at the measured slope of loss over T",
        best,
        np.sqrt(2 * fit / steep),
        ALLOWED * error,
        "4 standard errors of the slope, of which T* has the root",
    )
