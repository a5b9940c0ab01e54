"""Setup of laws 1 and 2: a boundary that turns steadily, and a model of its last ticks."""

from dataclasses import dataclass

import numpy as np

from retrainlab.experiments.validation.boundary import accuracy, expected_disagreement, fit_error
from retrainlab.experiments.validation.setting import fits_of, share_error
from retrainlab.scenarios.rotating import Rotating
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.stream import Floats


@dataclass(frozen=True)
class Turning:
    """ticks: served. rows: a tick. turn: radians a tick. window: ticks of the warm-up and fits."""

    ticks: int
    rows: int
    turn: float
    window: int
    noise: float = 0.1
    features: int = 2

    def fits(self, seed: int = 0) -> FitCache:
        """Return logistic regression on the stream of a seed."""
        ticks = self.window + self.ticks
        scenario = Rotating(ticks, self.rows, self.features, self.noise, self.turn / self.rows)
        return fits_of(scenario(seed), "logistic")

    @property
    def fit_error(self) -> float:
        """Radians by which a fit is out."""
        return fit_error(self.noise, self.window * self.rows)

    def exact(self, age: Floats) -> Floats:
        """Accuracy at an age in ticks without any error of estimation: the law."""
        return accuracy(self.noise, self.turn * age / np.pi)

    def fitted(self, age: Floats) -> Floats:
        """The same with the error of estimation."""
        wrong = expected_disagreement(self.turn * age, self.fit_error, self.features)
        return accuracy(self.noise, wrong)

    def standard_error(self, share: float, ticks: int, fits: float) -> float:
        """Of a mean accuracy over so many ticks and fits.

        A fit that is out by e radians along the turn shifts the accuracy of its whole period by
        (1 - 2p) e / pi, beside what the rows' own chance does.
        """
        shift = (1 - 2 * self.noise) * self.fit_error / np.pi
        return float(np.hypot(share_error(share, ticks * self.rows), shift / np.sqrt(fits)))
