"""Corrections of a model's outputs, estimated from rows as the strategies `residuals` and
`label_shift` do."""

import numpy as np

from retrainlab.sim.replay import class_shares
from retrainlab.sim.replay.corrections import Bias, ClassShares
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.predictions import decide
from retrainlab.sim.replay.recipes import Recalibrate
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.stream import Floats

ALPHA = FIT = 0.001  # p values of the tests, as `strategy=label_shift` has them


def by_residuals(fits: FitCache, fit: Fit, known: Rows) -> Bias | None:
    """Return the mean residual of a model on rows with labels; None where there are none."""
    if not count(known):
        return None
    given = decide(fits.outputs(fit, known), "regression")
    return Bias(float(np.mean(fits.stream.y[known] - given)))


def by_em(fits: FitCache, fit: Fit, given: Floats) -> tuple[Floats, Floats]:
    """(k,) twice: class shares of the rows that a model was trained on, and of others by EM.

    given: (n, k) its probabilities for these.
    """
    labels = fits.stream.y[fit.rows].astype(np.int64)
    counts = np.bincount(labels, minlength=given.shape[1])
    shares = np.maximum(counts / max(len(labels), 1), class_shares.FLOOR)
    return shares, class_shares.em(np.maximum(given, class_shares.FLOOR), shares)


def by_shares(
    fits: FitCache, fit: Fit, given: Floats, before: ClassShares | None, known: Rows
) -> ClassShares | None:
    """Return the correction of a model to the class shares of served rows, by EM.

    given: (n, k) its probabilities for them. before: the correction in service, which stays where
    no label shift is shown. known: those of the rows that have labels; None where they say that the
    correction loses more than the model itself.
    """
    labels = fits.stream.y[fit.rows].astype(np.int64)
    if not len(labels):
        return before
    given, (shares, now) = np.maximum(given, class_shares.FLOOR), by_em(fits, fit, given)
    new = ClassShares(tuple((now / shares).tolist()))
    if count(known):
        made = fits.made(Recalibrate(0, new), [fit])
        if float(np.mean(fits.seen_losses(made, known) - fits.seen_losses(fit, known))) > 0:
            return None
    was = shares * np.asarray(before.ratio if before else 1.0)
    reference = fits.outputs(fit, fit.rows)
    is_shown = class_shares.p_of_no_change(given, shares, was, now) < ALPHA
    is_mixture = class_shares.p_of_label_shift(given, now, reference, labels) >= FIT
    return new if is_shown and is_mixture else before
