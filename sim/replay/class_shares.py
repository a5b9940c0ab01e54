"""Class shares of unlabelled rows from a model's outputs: EM and BBSE, and tests of label shift."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from retrainlab.sim.stream import Floats, Ints

STEPS, STILL = 1000, 1e-9  # of EM: at most, and when it stands still
LEVELS = 5  # of confidence, for each predicted class
FLOOR = 1e-6  # a class is never taken to have died out altogether


def em(given: Floats, shares: Floats) -> Floats:
    """(k,) class shares of the rows that `given` (n, k) predicts (Saerens, Latinne, Decaestecker
    2002): the maximum of `likelihood`.

    shares: (k,) those of the rows that the model was trained on. Exact where its probabilities are
    calibrated and P(x given y) is what it was.
    """
    now = shares
    for _ in range(STEPS):
        corrected = given * (now / shares)
        corrected /= corrected.sum(axis=1, keepdims=True)
        before, now = now, np.maximum(corrected.mean(axis=0), FLOOR)
        if np.abs(now - before).max() < STILL:
            break
    result: Floats = now / now.sum()
    return result


def bbse(given: Floats, shares: Floats, reference: Floats, labels: Ints) -> Floats:
    """(k,) class shares by inverting the confusion of predicted classes (Lipton, Wang, Smola 2018).

    It needs no calibrated probabilities. reference: (m, k) predictions for rows with labels (m,)
    whose class shares are `shares`. Raises `numpy.linalg.LinAlgError` if a class is never told from
    another.
    """
    k = len(shares)
    joint = np.zeros((k, k))
    np.add.at(joint, (reference.argmax(axis=1), labels), 1 / len(labels))
    predicted = np.bincount(given.argmax(axis=1), minlength=k) / len(given)
    now = np.maximum(np.linalg.solve(joint, predicted), 0) * shares
    now = np.maximum(now, FLOOR)
    result: Floats = now / now.sum()
    return result


def likelihood(given: Floats, shares: Floats, now: Floats) -> float:
    """Log likelihood, but for a constant, of unlabelled rows whose class shares are `now`."""
    return float(np.log((given * (now / shares)).sum(axis=1)).sum())


def p_of_no_change(given: Floats, shares: Floats, before: Floats, now: Floats) -> float:
    """Return the p value of a likelihood-ratio test that the class shares are still `before`.

    now: (k,) those of the greatest likelihood.
    """
    gain = likelihood(given, shares, now) - likelihood(given, shares, before)
    return float(chi2.sf(2 * max(gain, 0.0), len(shares) - 1))


def p_of_label_shift(given: Floats, now: Floats, reference: Floats, labels: Ints) -> float:
    """Return the p value of a chi-square test that nothing but the class shares has changed.

    Then the outputs on the new rows are a mixture, with shares `now`, of those on reference rows
    of each class. Outputs are counted by predicted class and confidence; cells in which fewer than
    five rows are expected are left out. 1 if too few cells are left to test.
    """
    edges = np.quantile(reference.max(axis=1), np.linspace(0, 1, LEVELS + 1)[1:-1])
    k = len(now)
    cells = k * LEVELS

    def counted(rows: Floats) -> NDArray[np.int64]:
        levels = np.searchsorted(edges, rows.max(axis=1))
        return np.bincount(rows.argmax(axis=1) * LEVELS + levels, minlength=cells)

    of_class = np.array([counted(reference[labels == c]) for c in range(k)])  # (k, cells)
    sizes = np.maximum(of_class.sum(axis=1, keepdims=True), 1)
    shares = of_class / sizes
    expected = now @ shares
    spread = expected / len(given) + (now**2) @ (shares * (1 - shares) / sizes)
    tested = expected * len(given) >= 5
    free = int(tested.sum()) - k
    if free < 1:
        return 1.0
    observed = counted(given) / len(given)
    statistic = ((observed - expected)[tested] ** 2 / spread[tested]).sum()
    return float(chi2.sf(statistic, free))
