"""Corrections for several comparisons at once, so that all of them hold together."""

import numpy as np

from retrainlab.sim.stream import Floats


def holm(p: Floats) -> Floats:
    """(m,) p-values adjusted for their number (Holm 1979).

    An undefined p-value (nan) stays undefined and does not count.
    """
    adjusted = np.full(len(p), np.nan)
    defined = np.flatnonzero(np.isfinite(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    stepped = np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1))
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def bonferroni(comparisons: int, confidence: float = 0.95) -> float:
    """Return the confidence that each of several intervals needs so that all hold together.

    Conservative, and valid however the strategies are correlated, also for the one that was
    picked because it looked best.
    """
    return 1 - (1 - confidence) / max(1, comparisons)
