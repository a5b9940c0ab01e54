"""When not: gates that stop a training before it costs, or a model before it serves."""

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.strategy import Gate
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.stream import Floats


class Always(Gate):
    """Train whenever there is a reason, and deploy every new model."""

    memory = Memory.NOTHING

    def describe(self) -> tuple[Clause, ...]:
        """Return nothing: it stops nothing."""
        return ()


class IfBetter(Gate):
    """Deploy the challenger only if it beats the champion on rows neither was trained on.

    holdout: newest labelled ticks kept out of training. by: how much lower the challenger's
    mean loss must be. Without held-out rows the champion stays.
    """

    memory = Memory.NOTHING

    def __init__(self, holdout: Ticks = 5, by: float = 0.0):
        require_whole("holdout", holdout, 1)
        self.holdout, self.by = holdout, by

    def describe(self) -> Clause:
        """Return what a new model must show."""
        return Clause("test", f"if it beats the champion on the last {in_ticks(self.holdout)}")

    def accept(self, challenger: Floats, champion: Floats) -> bool:
        """Whether the challenger's mean loss is lower by more than `by`."""
        return len(challenger) > 0 and bool(np.mean(champion) - np.mean(challenger) > self.by)


class Cooldown(Gate):
    """No action within `ticks` ticks of the last one: no training, and no other model."""

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks):
        require_whole("ticks", ticks, 1)
        self.ticks = ticks

    def describe(self) -> Clause:
        """Return how often at most."""
        return Clause("limit", f"at most once in {in_ticks(self.ticks)}")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether the last action is long enough ago."""
        return view.last_action is None or view.tick - view.last_action >= self.ticks


class Budget(Gate):
    """At most `trainings` actions in all: trainings, and models put back or corrected."""

    memory = Memory.NOTHING

    def __init__(self, trainings: int):
        require_whole("trainings", trainings, 0, "trainings")
        self.trainings = trainings

    def describe(self) -> Clause:
        """Return how many times at most."""
        return Clause("limit", f"at most {self.trainings} times")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether the budget is not used up."""
        return view.trainings < self.trainings


class TokenBucket(Gate):
    """An action costs a token; `rate` tokens arrive a tick, and at most `depth` are kept.

    At most depth + rate T trainings, and models put back or corrected, in T ticks.
    """

    memory = Memory.EVERYTHING

    def __init__(self, rate: float = 0.05, depth: float = 2.0):
        require(rate > 0, f"rate is {rate}; the tokens a tick must be above 0")
        require(depth >= 1, f"depth is {depth}; a bucket must hold a token at least")
        self.rate, self.depth = rate, depth
        self.tokens, self.trainings, self.tick = depth, 0, -1

    def describe(self) -> Clause:
        """Return how often at most."""
        often = in_ticks(max(1, round(1 / self.rate)))
        return Clause("limit", f"once in {often} on average, at most {self.depth:g} times in a row")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether there is a token; it is taken once the action has begun."""
        if view.trainings > self.trainings and view.last_action is not None:
            self.tokens = self._at(view.last_action) - 1
            self.trainings, self.tick = view.trainings, view.last_action
        return self._at(view.tick) >= 1

    def _at(self, tick: int) -> float:
        """Return the tokens at a tick, if none was taken since the last action."""
        since = tick - self.tick if self.trainings else 0
        return min(self.depth, self.tokens + self.rate * since)


class EnoughRows(Gate):
    """No training on fewer than `rows` rows: poor new data are worse than an old model.

    An action that trains on nothing is admitted.
    """

    memory = Memory.NOTHING

    def __init__(self, rows: int):
        require_whole("rows", rows, 1, "rows")
        self.rows = rows

    def describe(self) -> Clause:
        """Return how many rows it takes."""
        return Clause("limit", f"with at least {self.rows:,} rows")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether there are enough rows."""
        return count(rows) >= self.rows or not count(rows)
