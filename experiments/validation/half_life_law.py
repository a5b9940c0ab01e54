"""Law 12: weights that decay with age; the best half-life on a level that walks."""

import numpy as np
from scipy.signal import lfilter

from retrainlab.experiments.validation.setting import ALLOWED, mean_error
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.stream import Floats

NOISE, STEP = 1.0, 0.1  # standard deviations: s2 = 1, q = .01
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)  # of the best half-life
SETTLED = 50  # half-lives after which the start is forgotten


def half_life(size: float = 1.0) -> Law:
    """Law 12. size: length of the stream, as a share of 400,000 ticks."""
    best = _half_life(_best_gain())
    wrong = _errors(int(400_000 * size), [factor * best for factor in FACTORS])
    checks = [
        Check(
            f"excess squared error, half-life {factor * best:.2f}",
            float(_law(_gain(factor * best))),
            float(errors.mean()),
            ALLOWED * mean_error(errors),
            f"4 standard errors over {len(errors):,} ticks",
        )
        for factor, errors in zip(FACTORS, wrong, strict=True)
    ]
    place = int(np.argmin([errors.mean() for errors in wrong]))
    lead = np.array([errors - wrong[2] for errors in (wrong[1], wrong[3])])
    ahead = min(one.mean() / mean_error(one) for one in lead)
    checks.append(
        Check(
            "half-life of the least error, as a share of the best",
            1.0,
            FACTORS[place],
            0.0,
            f"exact: it leads half and twice of it by {ahead:.0f} standard errors",
        )
    )
    return Law(
        12,
        "Weights that decay",
        "On a random walk of step variance q in noise of variance s2, the mean with weights "
        "2^(-age / h) is best where k = 1 - 2^(-1 / h) solves k^2 / (1 - k) = q / s2.",
        f"Scenario random_walk: one row a tick, s2 = {NOISE**2:g}, q = {STEP**2:g}, so that the "
        f"best half-life is {best:.2f} ticks. The weighted mean of all labels before serves the "
        "next tick; its squared distance from the level is what is measured.",
        tuple(checks),
        (_chart(best, wrong),),
    )


def _best_gain() -> float:
    """Return the gain k with k^2 / (1 - k) = q / s2."""
    ratio = STEP**2 / NOISE**2
    return float((-ratio + np.sqrt(ratio * (ratio + 4))) / 2)


def _half_life(gain: Floats | float) -> float:
    return float(-np.log(2) / np.log1p(-gain))


def _gain(half_life: Floats | float) -> Floats:
    return 1 - 2.0 ** (-1 / np.asarray(half_life))


def _law(gain: Floats) -> Floats:
    """Excess squared error of a gain, one tick after its last label."""
    kept = (1 - gain) ** 2
    return (kept * STEP**2 + gain**2 * NOISE**2) / (1 - kept) + STEP**2


def _errors(ticks: int, half_lives: list[float]) -> list[Floats]:
    """(ticks,) squared distance of the weighted mean from the level of the next tick, for each."""
    start = int(SETTLED * max(half_lives))
    scenario = RandomWalk(start + ticks + 1, rows=1, features=2, noise=NOISE, step=STEP)
    y, levels = scenario(0).y, scenario.levels(0)
    errors = []
    for gain in map(float, map(_gain, half_lives)):
        mean = lfilter([gain], [1, gain - 1], y)
        errors.append((mean[start:-1] - levels[start + 1 :]) ** 2)
    return errors


def _chart(best: float, wrong: list[Floats]) -> Chart:
    grid = np.geomspace(best / 6, best * 6, 100)
    half_lives = np.array(FACTORS) * best
    measured = np.array([errors.mean() for errors in wrong])
    curve = ReferenceCurve("decayed weights", (grid, _law(_gain(grid))), (half_lives, measured))
    return Chart("Excess by half-life", "half-life, ticks", "excess squared error", (curve,), True)
