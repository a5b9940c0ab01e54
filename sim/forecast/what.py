"""On which steps a policy of the catalogue trains a model."""

from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import numpy as np

from retrainlab.sim.forecast.monitor import FIRST, Monitor
from retrainlab.sim.forecast.when import Bools
from retrainlab.sim.stream import Ints

EARLIEST = -1_000  # a step before every log: what is read is cut to what there is


class What(Protocol):
    """Which steps a model is trained on."""

    @property
    def window(self) -> float:
        """How many of the newest (inf: everything; nan: neither)."""
        ...

    def start(self, monitor: Monitor, known: int) -> Ints:
        """(K,) the first step to train on; known: the first step whose labels are not known."""
        ...

    def waits(self, monitor: Monitor, known: int) -> Bools:
        """(K,) whether there is too little to train on as yet."""
        ...


@dataclass(frozen=True)
class Last:
    """The newest steps."""

    window: float

    def start(self, monitor: Monitor, known: int) -> Ints:
        """Begin so many steps before the newest."""
        return np.full(len(monitor.excess), known - int(self.window))

    def waits(self, monitor: Monitor, known: int) -> Bools:
        """Never wait."""
        return np.zeros(len(monitor.excess), dtype=bool)


@dataclass(frozen=True)
class Everything:
    """All that is known."""

    window: float = inf

    def start(self, monitor: Monitor, known: int) -> Ints:
        """Begin before the first step: what is read is cut to what there is."""
        return np.full(len(monitor.excess), EARLIEST)

    def waits(self, monitor: Monitor, known: int) -> Bools:
        """Never wait."""
        return np.zeros(len(monitor.excess), dtype=bool)


@dataclass(frozen=True)
class SinceAlarm:
    """The steps since the loss began to rise, once there are a few."""

    least: int = FIRST
    window: float = field(default=float("nan"))

    def start(self, monitor: Monitor, known: int) -> Ints:
        """Begin where the excess began."""
        return monitor.onset.copy()

    def waits(self, monitor: Monitor, known: int) -> Bools:
        """Wait until so many steps are known."""
        return known - monitor.onset < self.least
