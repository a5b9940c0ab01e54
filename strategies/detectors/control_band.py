"""The simplest of monitors: a control chart."""

from collections.abc import Callable
from typing import Any

import numpy as np

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors import ranges
from retrainlab.strategies.detectors.two_sample import TwoSample

STATISTICS: dict[str, Callable[..., Any]] = {
    "min": np.min,
    "max": np.max,
    "mean": np.mean,
    "median": np.median,
}


class ControlBand(TwoSample):
    """A statistic of the newest window outside of its mean +- `sigmas` standard deviations.

    Mean and standard deviation are those of the same statistic over the reference, cut into
    windows of the same length (Shewhart 1931); windows do not overlap. With k windows in the
    reference and a normal statistic, a look alarms by chance as often as Student's t with k - 1
    degrees of freedom is beyond +- sigmas / sqrt(1 + 1/k): once in 116 looks by default, k = 20.
    A statistic that is constant over the reference alarms when it changes at all.

    statistic: min, max, mean or median.
    """

    watches = ("prediction", "loss", "error")

    def __init__(
        self,
        statistic: str = "mean",
        reference: int = 500,
        window: int = 25,
        sigmas: float = 3.0,
    ):
        super().__init__(reference, window, every=window)
        require(
            reference >= 2 * window,
            f"reference is {reference}; a standard deviation needs two windows of {window} or more",
        )
        ranges.POSITIVE.check("sigmas", sigmas)
        if statistic not in STATISTICS:
            choices = ", ".join(STATISTICS)
            raise InputError(f"statistic is {statistic!r}; it must be one of {choices}")
        self.statistic, self.sigmas = statistic, sigmas

    def differs(self, reference: Floats, window: Floats) -> bool:
        """Whether the window's statistic lies outside of the band."""
        of = STATISTICS[self.statistic]
        windows = reference[: len(reference) // self.window * self.window]
        past = of(windows.reshape(-1, self.window), axis=1)
        return bool(abs(of(window) - past.mean()) > self.sigmas * past.std(ddof=1))
