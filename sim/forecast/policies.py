"""The catalogue: policies that are simulated on losses alone, many logs at once.

Time is counted in steps: a log is cut into `PAST` of them, whatever its length, so that a policy is
the same on every log. A policy is when x what, as a strategy is: when to retrain, and on which
steps. Another `what` is one class here; what its models lose is the business of the `Losses` that
the policy runs on (`sim.forecast.backtest`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.monitor import FIRST, Monitor
from retrainlab.sim.stream import Floats, Ints

PAST = 48  # steps that a log is cut into
SHORT, LONG = 6, 16  # steps of the two windows
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
        return np.full(len(monitor.excess), -10 * PAST)

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


@dataclass(frozen=True)
class Policy:
    """A policy of the catalogue."""

    name: str
    when: When
    what: What


CATALOGUE = (
    Policy("never", Never(), Everything()),
    *(Policy(f"every {k}, short", Every(k), Last(SHORT)) for k in (2, 4, 8, 16)),
    *(Policy(f"every {k}, long", Every(k), Last(LONG)) for k in (4, 8)),
    *(Policy(f"every {k}, all", Every(k), Everything()) for k in (4, 8, 16)),
    Policy("alarm, short", Excess(), Last(SHORT)),
    Policy("alarm, all", Excess(), Everything()),
    Policy("early alarm, since", Excess(0.5), SinceAlarm()),
    Policy("alarm, since", Excess(), SinceAlarm()),
    Policy("late alarm, since", Excess(2.0), SinceAlarm()),
    Policy("rare alarm, since", Excess(1.0, gap=12), SinceAlarm()),
)
NEVER, OFTEN = 0, 1  # places of never, and of what retrains most often on the newest steps


def simplicity(policy: Policy) -> float:
    """Return a number, the smaller the simpler a policy: never, rare calendars, alarms."""
    interval = policy.when.interval
    return 1e3 if np.isnan(interval) else 1 / interval
