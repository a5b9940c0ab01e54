"""Law 5: prior shift; the accuracy of a model that was tuned at equal class shares is unchanged."""

import numpy as np
from scipy.stats import norm

from retrainlab.experiments.validation.setting import (
    ALLOWED,
    fits_of,
    hit_rate,
    replayed,
    share_error,
)
from retrainlab.scenarios.prior import Prior
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.metrics import ceiling
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, Never

FEATURES, WARMUP, START = 2, 80, 100
WINDOW, PERIOD = 40, 20
SETTLED = START + WINDOW + PERIOD  # from here on every model is of rows after the shift
SHARES = (0.2, 0.05, 0.35, 0.1)  # P(y=1) after the shift; the first two are checked


def prior_shift(size: float = 1.0) -> Law:
    """Law 5. size: rows a tick, as a share of 1,000."""
    rows = int(1_000 * size)
    measured = {share: _measured(share, rows) for share in SHARES}
    checks = []
    for share in SHARES[:2]:
        never, fresh, bayes = measured[share]
        kept, best = float(norm.cdf(1)), float(best_accuracy(share))
        sampling, n = (300 - SETTLED) * rows, WINDOW * rows
        why = f"4 standard errors of {sampling:,} rows"
        lost = (FEATURES + 1) / (2 * n)
        also = f"{why}; estimation costs less than (features + 1) / (2 rows) = {lost:.5f}"
        error = ALLOWED * share_error(best, sampling)
        allowed = ALLOWED * share_error(kept, sampling) + (FEATURES + 1) / (2 * WARMUP * rows)
        at = f"at P(y=1) = {share:g}"
        checks += [
            Check(f"accuracy, never retrained, {at}", kept, never, allowed, also),
            Check(
                f"accuracy, retrained on the last {WINDOW}, {at}", best, fresh, error + lost, also
            ),
            Check(f"ceiling of the stream, {at}", best, bayes, error, why),
        ]
    return Law(
        5,
        "Prior shift",
        "Of classes N(-m, 1) and N(m, 1), a model tuned at P(y=1) = .5 hits Phi(m) at every "
        "prior; the best model's threshold is log((1 - P) / P) / (2m).",
        f"Scenario prior: m = 1, {rows} rows a tick, P(y=1) is .5 and then another. Logistic "
        f"regression, trained on {WARMUP} ticks before, or every {PERIOD} ticks on {WINDOW}.",
        tuple(checks),
        (_chart(measured),),
    )


def best_accuracy(share: Floats | float) -> Floats:
    """(...) accuracy of the best model at P(y=1) = share."""
    p = np.asarray(share)
    threshold = np.log((1 - p) / p) / 2
    return p * norm.cdf(1 - threshold) + (1 - p) * norm.cdf(1 + threshold)


def _measured(share: float, rows: int) -> tuple[float, float, float]:
    """Accuracy after the shift of never retraining and of a window, and the ceiling."""
    stream = Prior(ticks=300, rows=rows, features=FEATURES, after=share, start=START)(0)
    fits, world = fits_of(stream, "logistic"), World(warmup=WARMUP)
    never = hit_rate(replayed(fits, world, Never(), Everything()))
    fresh = hit_rate(replayed(fits, world, Every(PERIOD), Last(WINDOW)))
    late = slice(SETTLED - WARMUP, None)
    return float(never[late].mean()), float(fresh[late].mean()), ceiling(stream, SETTLED)


def _chart(measured: dict[float, tuple[float, float, float]]) -> Chart:
    grid = np.linspace(0.02, 0.5, 100)
    shares = np.array(sorted(measured))
    never, fresh, _ = np.array([measured[share] for share in shares]).T
    curves = (
        ReferenceCurve("retrained", (grid, best_accuracy(grid)), (shares, fresh)),
        ReferenceCurve("never retrained", (grid, np.full(len(grid), norm.cdf(1))), (shares, never)),
    )
    return Chart("Accuracy by prior", "P(y=1) after the shift", "accuracy", curves)
