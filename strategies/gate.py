"""When not: gates that stop a training before it costs, or a model before it serves."""

import numpy as np

from retrainlab.sim.errors import require_whole
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
    """No training within `ticks` ticks of the last one."""

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks):
        require_whole("ticks", ticks, 1)
        self.ticks = ticks

    def describe(self) -> Clause:
        """Return how often at most."""
        return Clause("limit", f"at most once in {in_ticks(self.ticks)}")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether the last training is long enough ago."""
        return view.last_decision is None or view.tick - view.last_decision >= self.ticks


class Budget(Gate):
    """At most `trainings` trainings in all."""

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


class EnoughRows(Gate):
    """No training on fewer than `rows` rows: poor new data are worse than an old model."""

    memory = Memory.NOTHING

    def __init__(self, rows: int):
        require_whole("rows", rows, 1, "rows")
        self.rows = rows

    def describe(self) -> Clause:
        """Return how many rows it takes."""
        return Clause("limit", f"with at least {self.rows:,} rows")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether there are enough rows."""
        return count(rows) >= self.rows
