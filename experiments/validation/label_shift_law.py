"""Law 13: label-shift EM on law 5; class shares corrected without a label reach the ceiling."""

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from retrainlab.experiments.validation.prior_law import FEATURES, WARMUP, best_accuracy
from retrainlab.experiments.validation.setting import ALLOWED, fits_of, share_error
from retrainlab.scenarios.prior import Prior
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.stream import Floats

SHARES = (0.35, 0.2, 0.1, 0.05)  # P(y=1) after the shift
START, AFTER = 100, 200  # ticks: of the shift, and of the stream after it
STILL = 1e-10  # change of the share at which EM has come to a stand


def label_shift(size: float = 1.0) -> Law:
    """Law 13. size: rows a tick, as a share of 1,000."""
    rows = int(1_000 * size)
    checks, points = [], []
    for share in SHARES:
        estimated, hit = _corrected(share, rows)
        points.append((share, estimated, hit))
        n, history = AFTER * rows, WARMUP * rows
        spread = _spread(share, n, history)
        error, lost = (
            share_error(float(best_accuracy(share)), n),
            (FEATURES + 1) / (2 * WARMUP * rows),
        )
        at = f"P(y=1) = {share:g}"
        why = f"4 standard errors of {n:,} rows without a label, and of the fit"
        checks += [
            Check(f"share found, at {at}", share, estimated, ALLOWED * spread, why),
            Check(
                f"accuracy, corrected, at {at}",
                float(best_accuracy(share)),
                hit,
                ALLOWED * error + 2 * lost,
                f"4 standard errors of {n:,} rows; estimation costs less than {2 * lost:.5f}",
            ),
        ]
    return Law(
        13,
        "Label shift, corrected without a label",
        "Where only the class shares move, EM on the probabilities of the old model finds the new "
        "shares (Saerens et al. 2002), with the variance of maximum likelihood, and the corrected "
        "model has the accuracy of the best one of law 5.",
        f"Scenario prior as in law 5, {rows} rows a tick. Logistic regression, trained once on "
        f"{WARMUP} ticks at P(y=1) = .5; EM on the {AFTER} ticks after the shift.",
        tuple(checks),
        (_chart(np.array(points)),),
    )


def shares_by_em(given: Floats, trained: Floats) -> Floats:
    """(k,) class shares of rows with probabilities (n, k) by a model trained at shares (k,)."""
    shares = trained
    while True:
        weighted = given * (shares / trained)
        new = (weighted / weighted.sum(axis=1, keepdims=True)).mean(axis=0)
        if np.abs(new - shares).max() < STILL:
            return np.asarray(new)
        shares = new


def _corrected(share: float, rows: int) -> tuple[float, float]:
    """Return the share of class 1 that EM finds after a shift, and the corrected accuracy."""
    stream = Prior(START + AFTER, rows=rows, features=FEATURES, after=share, start=START)(0)
    fits = fits_of(stream, "logistic")
    history = slice(0, int(stream.offsets[WARMUP]))
    fit, late = fits.fit(history), slice(int(stream.offsets[START]), stream.rows)
    given = fits.learner.predict(fit.model, stream.x[late]).given
    trained = np.bincount(stream.y[history], minlength=2) / history.stop
    shares = shares_by_em(given, trained)
    served = (given * (shares / trained)).argmax(axis=1)
    return float(shares[1]), float((served == stream.y[late]).mean())


def _spread(share: float, rows: int, trained: int) -> float:
    """Standard error of the share: of maximum likelihood in `rows` rows, and of the fit.

    The ratio r of both densities comes from a logistic regression on `trained` rows, whose
    intercept and slope have the inverse of Fisher's information as their variance. An error in the
    log of r moves the share by the mean of its derivative over the information of a row.
    """

    x = np.linspace(-10, 10, 4001)
    one, other = norm.pdf(x - 1), norm.pdf(x + 1)
    mixed = share * one + (1 - share) * other
    information = np.trapezoid((one - other) ** 2 / mixed, x)
    unsure = expit(2 * x) * expit(-2 * x) * (one + other) / 2  # of a row that is trained on
    of_fit = [
        (np.trapezoid(x**power * one * other / mixed, x) / information) ** 2
        / (trained * np.trapezoid(x ** (2 * power) * unsure, x))
        for power in (0, 1)  # intercept and slope
    ]
    return float(np.sqrt(1 / (rows * information) + sum(of_fit)))


def _chart(points: Floats) -> Chart:
    grid = np.linspace(0.02, 0.5, 100)
    shares, _, hits = points[np.argsort(points[:, 0])].T
    curves = (
        ReferenceCurve("corrected", (grid, best_accuracy(grid)), (shares, hits)),
        ReferenceCurve("left as it is", (grid, np.full(len(grid), norm.cdf(1)))),
    )
    return Chart("Accuracy by prior", "P(y=1) after the shift", "accuracy", curves)
