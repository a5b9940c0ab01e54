"""When a policy of the catalogue retrains: asked at the end of every step, for all logs at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.monitor import Monitor
from retrainlab.sim.stream import Floats

NOISE = 1e-12  # what the sum of a threshold may differ by, for the order in which it was summed

Bools = NDArray[np.bool_]
Charge = Callable[[], Floats]  # (K,) what the training would cost that is asked for


class When(Protocol):
    """When to retrain: asked at the end of every step, for all logs at once."""

    @property
    def watches(self) -> bool:
        """Whether it reads the loss of every step, so that every label is bought."""
        ...

    @property
    def interval(self) -> float:
        """Steps between two retrainings (inf: it never retrains; nan: they are irregular)."""
        ...

    def asks(self, monitor: Monitor, since: int, charge: Charge) -> Bools:
        """(K,) whether to retrain; since: steps since the period began."""
        ...


@dataclass(frozen=True)
class Never:
    """Keep the first model."""

    watches: bool = False
    interval: float = inf

    def asks(self, monitor: Monitor, since: int, charge: Charge) -> Bools:
        """Never retrain."""
        return np.zeros(len(monitor.excess), dtype=bool)


@dataclass(frozen=True)
class Every:
    """A calendar: retrain every so many steps."""

    interval: float
    watches: bool = False

    def asks(self, monitor: Monitor, since: int, charge: Charge) -> Bools:
        """Retrain where the interval is over."""
        return np.full(len(monitor.excess), since % self.interval == 0)


@dataclass(frozen=True)
class Excess:
    """An alarm in money: staleness has cost `times` what a retraining costs.

    gap: steps from one retraining to the next, at least: a budget of retrainings.
    """

    times: float = 1.0
    gap: int = 1
    watches: bool = True
    interval: float = field(default=float("nan"))

    def asks(self, monitor: Monitor, since: int, charge: Charge) -> Bools:
        """Retrain where the excess loss has reached the charge."""
        reached = monitor.excess >= self.times * charge() - NOISE
        return reached & (monitor.excess > 0) & (monitor.elapsed >= self.gap)
