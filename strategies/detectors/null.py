"""Detectors that look at nothing: a measure of detection that one of them wins is a bad one."""

from typing import Any

from retrainlab.sim.errors import require_whole
from retrainlab.sim.seeds import generator
from retrainlab.strategies.detectors import ranges

ANYTHING = ("error", "loss", "prediction", "inputs")


class NeverAlarms:
    """Never alarms."""

    watches = ANYTHING
    drift_detected = False

    def update(self, value: Any) -> None:
        """Take the next value, for nothing."""


class EveryKRows:
    """Alarms at every `rows`-th value."""

    watches = ANYTHING

    def __init__(self, rows: int = 1000):
        require_whole("rows", rows, 1, "rows")
        self.rows, self.seen, self.drift_detected = rows, 0, False

    def update(self, value: Any) -> None:
        """Count the next value."""
        self.seen += 1
        self.drift_detected = self.seen % self.rows == 0


class AtRandom:
    """Alarms at each value with probability `rate`."""

    watches = ANYTHING

    def __init__(self, rate: float = 0.001, seed: int = 0):
        ranges.WEIGHT.check("rate", rate)
        ranges.SEED.check("seed", seed)
        self.rate, self.drift_detected = rate, False
        self.random = generator(seed, "at random")

    def update(self, value: Any) -> None:
        """Draw for the next value."""
        self.drift_detected = bool(self.random.random() < self.rate)
