"""When to retrain: never, every k ticks, at given ones, on an alarm, when a metric drops.

Each part is called with a `View` at the end of every tick and returns the reason to retrain, or
None. Parts that watch the model in service fall silent while a retraining is requested or under
way: the remedy is on its way, and what arrives is still the old model's.
"""

import copy
import math
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import TICKS, Clause, Ticks, in_ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import at as row_at
from retrainlab.sim.stream import Floats, Task
from retrainlab.strategies import monitors
from retrainlab.strategies.detectors import registry


class Never:
    """The first model serves for ever."""

    memory = Memory.NOTHING
    interval = math.inf

    def describe(self) -> Clause:
        """Return that it does not."""
        return Clause("schedule", "never")

    def schedule(self, first: int, stop: int) -> range:
        """No tick."""
        return range(0)

    def __call__(self, view: View) -> None:
        """Return None."""


class Every:
    """Every `ticks` ticks from the warm-up on, `phase` ticks later than that."""

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks, phase: int = 0):
        require_whole("ticks", ticks, 1)
        require_whole("phase", phase, 0)
        self.ticks, self.phase = ticks, phase
        unit = "tick" if ticks == 1 else "ticks"
        self.reason = f"every {ticks} {unit}" + f", {phase} later" * (phase > 0)

    @property
    def interval(self) -> float:
        """Ticks between two retrainings."""
        return float(self.ticks)

    def describe(self) -> Clause:
        """Return how often, and how much later it begins."""
        later = f", {self.phase} later" if self.phase else ""
        return Clause("schedule", f"every {in_ticks(self.ticks)}{later}")

    def schedule(self, first: int, stop: int) -> range:
        """Ticks at whose end the interval has passed; `first` is the first after the warm-up."""
        return range(first - 1 + self.phase + self.ticks, stop, self.ticks)

    def __call__(self, view: View) -> str | None:
        """Return the reason when the interval has passed."""
        served = view.tick + 1 - view.warmup - self.phase
        return self.reason if served > 0 and served % self.ticks == 0 else None


class At:
    """At the end of given ticks, one or a list, such as a calendar of releases."""

    memory = Memory.NOTHING

    def __init__(self, ticks: int | Sequence[int]):
        self.ticks = frozenset([ticks] if isinstance(ticks, int) else ticks)
        for tick in self.ticks:
            require_whole("ticks", tick, 0)

    def describe(self) -> Clause:
        """Return the ticks, where they are few."""
        few = sorted(self.ticks)
        if len(few) > 5:
            return Clause("schedule", f"at {len(few)} given {TICKS}")
        return Clause("schedule", f"at {TICKS} {', '.join(map(str, few))}")

    def schedule(self, first: int, stop: int) -> list[int]:
        """Those of the ticks that are served."""
        return sorted(tick for tick in self.ticks if first <= tick < stop)

    def __call__(self, view: View) -> str | None:
        """Return the reason at one of the ticks."""
        return f"at tick {view.tick}" if view.tick in self.ticks else None


class OnAlarm:
    """When a drift detector alarms on a signal of the model in service, or on its inputs.

    detector: a name (`detectors.NAMES`), a mapping with name and parameters, or an object with
        River's interface; every new model gets a fresh one.
    signal: error, loss, prediction, or inputs (`monitors.SIGNALS`).
    """

    memory = Memory.SINCE_RETRAINING

    def __init__(self, detector: Any = "ADWIN", signal: str = "error"):
        self.pristine, self.name = registry.make(detector)
        self.read = monitors.signal(signal)
        registry.require_watched(signal, self.pristine, self.name)
        self.source = f"{self.name} on {signal}"
        self.binary, self.signal = registry.binary(self.pristine), signal
        self._reset()

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a detector of errors that are 0 or 1 on a regression."""
        require(
            task == "classification" or not self.binary,
            f"detector {self.name} watches errors that are 0 or 1, and the error of a {task} "
            "is not; use ADWIN, KSWIN or PageHinkley",
        )

    def _reset(self) -> None:
        self.detector = copy.deepcopy(self.pristine)
        self.fresh = True

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when {self.name} alarms on the {self.signal}")

    def __call__(self, view: View) -> str | None:
        """Feed what has become visible; return the alarm, if there is one."""
        if view.pending or view.requested is not None:
            if not self.fresh:
                self._reset()
            return None
        rows, values = self.read(view)
        self.fresh = self.fresh and not len(values)
        alarms = registry.feed(self.detector, values)
        if not alarms:
            return None
        for index in alarms:
            view.alarm(row_at(rows, index), self.source)
        self._reset()
        return f"alarm: {self.source}"


class OnDrop:
    """When a metric is worse by `by` than the best that the model in service has shown.

    metric: over the labels of the newest `ticks` ticks at which some arrived: accuracy, precision
        or recall (class 1, or macro) of a classification, which drop; mae, wape (absolute error
        over absolute labels) or bias (absolute mean error) of a regression, which rise.
    """

    memory = Memory.SINCE_RETRAINING

    def __init__(self, metric: str = "accuracy", by: float = 0.05, ticks: Ticks = 5):
        require(by > 0, f"by is {by}; the drop must be above 0")
        require_whole("ticks", ticks, 1)
        self.rate = monitors.rate(metric)
        self.metric, self.by, self.ticks = metric, by, ticks
        self.is_error = metric in monitors.ERRORS
        self.sums = monitors.error_sums if self.is_error else monitors.class_counts
        self._reset()

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a metric that streams of the task do not have."""
        others = monitors.RATES if self.is_error else monitors.ERRORS
        require(
            (task == "regression") == self.is_error,
            f"metric is {self.metric}, which a {task} does not have; use {', '.join(others)}, an "
            "alarm on the error, or the excess of loss",
        )

    def _reset(self) -> None:
        self.counts: deque[NDArray[Any]] = deque()
        self.sum: Any = 0
        self.best = -np.inf

    def describe(self) -> Clause:
        """Return what it waits for."""
        move = "rises" if self.is_error else "drops"
        drop = f"{self.metric} over {in_ticks(self.ticks)} {move} by {self.by:g}"
        return Clause("condition", f"when {drop}")

    def __call__(self, view: View) -> str | None:
        """Return the drop, if it is deep enough."""
        if view.pending or view.requested is not None:
            self._reset()
            return None
        rows = view.new_rows()
        if rows is not None:
            self.counts.append(self.sums(view, rows))
            self.sum = self.sum + self.counts[-1]
            if len(self.counts) > self.ticks:
                self.sum -= self.counts.popleft()
        if len(self.counts) < self.ticks:
            return None
        sign = -1 if self.is_error else 1
        now = sign * self.rate(self.sum)
        self.best = max(self.best, now) if not np.isnan(now) else self.best
        if not self.best - now >= self.by:
            return None
        view.alarm(-1, f"{self.metric} over {self.ticks} ticks")
        move = "rose" if self.is_error else "fell"
        reason = f"{self.metric} {move} from {sign * self.best:.3f} to {sign * now:.3f}"
        self._reset()
        return reason


class OnExcess:
    """When staleness has cost as much as a retraining: the loss above a reference adds up.

    loss: the excess, in units of loss, at which to retrain; prices.fit / prices.error is the rule
        of rent or buy (Karlin et al. 1988).
    reference: the mean loss a row that counts as none of staleness's making. `best`: the lowest
        that any deployed model has shown in its first `ticks` ticks; `own`: that of the model's own
        first `ticks` ticks, by which a model that was stale from the start excuses itself.
    """

    memory = Memory.SINCE_RETRAINING

    def __init__(self, loss: float, ticks: Ticks = 5, reference: str = "best"):
        require(loss > 0, f"loss is {loss}; the excess must be above 0")
        require_whole("ticks", ticks, 1)
        require(
            reference in REFERENCES,
            f"reference is {reference!r}; it must be one of {', '.join(REFERENCES)}",
        )
        self.loss, self.ticks, self.reference = loss, ticks, reference
        self._reset()

    def _reset(self) -> None:
        self.first: list[Floats] = []
        self.excess = 0.0

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when staleness has cost {self.loss:g} of loss")

    def __call__(self, view: View) -> str | None:
        """Return the excess, once it is large enough."""
        if view.pending or view.requested is not None:
            self._reset()
            return None
        rows = view.new_rows()
        if rows is not None:
            self._add(view, view.losses_of(rows))
        if self.excess < self.loss:
            return None
        view.alarm(-1, "excess loss")
        reason = f"{self.excess:.0f} lost above {REFERENCES[self.reference]}"
        self._reset()
        return reason

    def _add(self, view: View, losses: Floats) -> None:
        """Add the loss of a tick above the reference, where there is one already."""
        if self.reference == "best":
            usual = view.lowest_mean_loss(self.ticks)
        elif len(self.first) < self.ticks:
            self.first.append(losses)
            return
        else:
            usual = float(np.concatenate(self.first).mean())
        if math.isfinite(usual):
            self.excess = max(0.0, self.excess + float(losses.sum()) - usual * len(losses))


REFERENCES = {"best": "the best that a model has shown", "own": "the model's own first ticks"}
