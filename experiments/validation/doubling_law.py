"""Law 15: doubling; retraining when the data have doubled loses one unit of risk a retraining."""

from typing import Any

import numpy as np
from scipy.special import digamma

from retrainlab.experiments.validation.setting import ALLOWED, fits_of, replayed
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.policies.doubling import Doubling
from retrainlab.strategies.what import Everything

ROWS, NOISE = 2, 1.0  # of a tick: the first model needs two rows
DOUBLINGS = 10
TICKS = 2**DOUBLINGS - 1
POINTS = (3, 5, 8, 10)  # doublings at which the sum is checked


def doubling(size: float = 1.0) -> Law:
    """Law 15. size: number of streams, as a share of 300."""
    streams = max(50, int(300 * size))
    sums = np.array([_risk(seed) for seed in range(streams)]).cumsum(axis=1)
    always = np.array([_always(seed) for seed in range(streams)]).cumsum(axis=1)
    checks = [_sum(k, sums[:, 2**k - 2]) for k in POINTS]
    exact = float(_harmonic(TICKS))
    ratio = sums[:, -1].mean() / always[:, -1].mean()
    gap = sums[:, -1] / exact - always[:, -1] * DOUBLINGS / exact**2
    checks.append(
        Check(
            f"risk over that of retraining at every tick, after {TICKS:,} ticks",
            DOUBLINGS / exact,
            float(ratio),
            float(ALLOWED * gap.std(ddof=1) / np.sqrt(streams)),
            f"4 standard errors of {streams:,} streams, paired",
        )
    )
    charged = len(replayed(_fits(0), World(warmup=1), Doubling(), Everything()).charged)
    checks.append(Check("retrainings", DOUBLINGS - 1, charged, 0.0, "exact"))
    return Law(
        15,
        "Doubling",
        "Without a drift, the mean of m ticks has a risk of 1 / m a tick above the best. "
        "To retrain whenever the data have doubled loses k in 2^k - 1 ticks, and at every tick "
        "1 + 1/2 + 1/3 + ..: 1.3319 times less after 1,023 ticks, with 1,022 retrainings to 9.",
        f"Scenario random_walk that stands still, {ROWS} rows a tick, the first tick as warm-up, "
        f"learner mean, {streams:,} streams. Risk: squared distance of the prediction from the "
        "level, summed over rows. Every tick: the mean of all ticks before.",
        tuple(checks),
        (_chart(sums, always),),
    )


def _fits(seed: int) -> FitCache:
    scenario = RandomWalk(1 + TICKS, ROWS, features=2, noise=NOISE, step=0.0, level=0.0)
    return fits_of(scenario(seed), "mean")


def _risk(seed: int) -> Floats:
    """(TICKS,) squared distance of what was predicted from the level 0, summed over rows."""
    ledger = replayed(_fits(seed), World(warmup=1), Doubling(), Everything())
    risk: Floats = ROWS * ledger.ticks["predicted_mean"].to_numpy() ** 2
    return risk


def _always(seed: int) -> Floats:
    """(TICKS,) the same of a model that is retrained at every tick."""
    of_ticks = _fits(seed).stream.y.reshape(-1, ROWS).sum(axis=1).cumsum()[:-1]
    risk: Floats = ROWS * (of_ticks / (ROWS * np.arange(1, TICKS + 1))) ** 2
    return risk


def _harmonic(ticks: int | Floats) -> Floats:
    """1 + 1/2 + .. + 1/ticks."""
    return digamma(np.asarray(ticks) + 1.0) + np.euler_gamma


def _sum(doublings: int, sums: Floats) -> Check:
    return Check(
        f"risk in all, after {2**doublings - 1:,} ticks",
        doublings,
        float(sums.mean()),
        float(ALLOWED * sums.std(ddof=1) / np.sqrt(len(sums))),
        f"4 standard errors of {len(sums):,} streams",
    )


def _chart(sums: Floats, always: Floats) -> Chart:
    ticks: Any = 2.0 ** np.arange(1, DOUBLINGS + 1) - 1
    places = ticks.astype(np.int64) - 1
    curves = (
        ReferenceCurve("doubling", (ticks, np.log2(ticks + 1)), (ticks, sums.mean(axis=0)[places])),
        ReferenceCurve(
            "every tick", (ticks, _harmonic(ticks)), (ticks, always.mean(axis=0)[places])
        ),
    )
    return Chart("Risk in all, without a drift", "ticks", "risk", curves, True)
