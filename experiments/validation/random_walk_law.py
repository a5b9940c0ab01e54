"""Law 4: random walk of a level; the best pair of window and interval."""

import numpy as np

from retrainlab.experiments.validation.setting import ALLOWED, fits_of, mean_error, replayed
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every

NOISE, STEP = 1.0, 0.1  # standard deviations: s2 = 1, q = .01
PAIRS = ((5, 5), (17, 20), (50, 20), (200, 20), (17, 100))  # window, interval
FIT = 2.0  # price of a retraining; a unit of squared error costs 1
WINDOWS, INTERVALS = (8, 17, 34), (10, 20, 40)


def random_walk(size: float = 1.0) -> Law:
    """Law 4. size: length of the streams, as a share of 6,000 retrainings and of 32,000 ticks."""
    checks = []
    for window, period in PAIRS:
        wrong, ledger = _errors(window, period, int(6_000 * size) * period)
        checks.append(_excess(window, period, wrong))
        if (window, period) == (17, 20):
            checks.append(_loss(window, period, ledger))
    series = {(w, t): _errors(w, t, int(32_000 * size))[0] for w in WINDOWS for t in INTERVALS}
    return Law(
        4,
        "A level that walks",
        "The mean of the last W values of a random walk of step variance q in noise of variance "
        "s2, refreshed every T ticks, has an excess squared error of "
        "s2 / W + q (W - 1)(2W - 1) / (6W) + q (T + 1) / 2.",
        f"Scenario random_walk: one row a tick, s2 = {NOISE**2:g}, q = {STEP**2:g}; learner mean. "
        f"Excess: squared distance of the prediction from the level. C = {FIT:g}.",
        (*checks, *_best(series)),
        (_chart(series),),
    )


def _law(window: int, period: Floats | int) -> Floats:
    """Excess squared error."""
    lag = (window - 1) * (2 * window - 1) / (6 * window) + (np.asarray(period) + 1) / 2
    return NOISE**2 / window + STEP**2 * lag


def _errors(window: int, period: int, ticks: int) -> tuple[Floats, Ledger]:
    """(ticks,) squared distance of what was predicted from the level; and the ledger."""
    scenario = RandomWalk(window + ticks, rows=1, features=2, noise=NOISE, step=STEP)
    fits = fits_of(scenario(0), "mean")
    ledger = replayed(fits, World(warmup=window), Every(period), Last(window))
    level = scenario.levels(0)[window:]
    return (ledger.ticks["predicted_mean"].to_numpy() - level) ** 2, ledger


def _excess(window: int, period: int, wrong: Floats) -> Check:
    return Check(
        f"excess squared error, last {window}, every {period}",
        float(_law(window, period)),
        float(wrong.mean()),
        ALLOWED * mean_error(wrong),
        f"4 standard errors over {len(wrong):,} ticks",
    )


def _loss(window: int, period: int, ledger: Ledger) -> Check:
    """The same as the ledger counts it, against noisy labels."""
    loss = ledger.ticks["loss"].to_numpy()
    return Check(
        f"squared error a tick, s2 included, last {window}, every {period}",
        NOISE**2 + float(_law(window, period)),
        float(loss.mean()),
        ALLOWED * mean_error(loss),
        f"4 standard errors over {len(loss):,} ticks",
    )


def _best(series: dict[tuple[int, int], Floats]) -> list[Check]:
    """The cheapest pair of the grid."""
    law = {pair: float(_law(*pair)) + FIT / pair[1] for pair in series}
    costs = {pair: float(wrong.mean()) + FIT / pair[1] for pair, wrong in series.items()}
    best, second = sorted(law, key=lambda pair: law[pair])[:2]
    measured = min(costs, key=lambda pair: costs[pair])
    ahead = (law[second] - law[best]) / mean_error(series[second] - series[best])
    why = f"exact: the next pair, {second}, costs {ahead:.1f} standard errors more"
    names = (f"window of the cheapest pair, of {WINDOWS}", f"its interval, of {INTERVALS}")
    return [Check(names[i], best[i], measured[i], 0.0, why) for i in (0, 1)]


def _chart(series: dict[tuple[int, int], Floats]) -> Chart:
    grid = np.geomspace(INTERVALS[0], INTERVALS[-1], 100)
    at = np.array(INTERVALS, dtype=np.float64)
    curves = [
        ReferenceCurve(
            f"last {window}",
            (grid, _law(window, grid) + FIT / grid),
            (at, np.array([series[window, t].mean() for t in INTERVALS]) + FIT / at),
        )
        for window in WINDOWS
    ]
    x = "ticks between two retrainings"
    return Chart("Cost of window and interval", x, "cost a tick", tuple(curves), log=True)
