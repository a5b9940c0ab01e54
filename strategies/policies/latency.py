"""Area under a regret that grows: how long data, or avoidable errors, have waited for a model.

After the cost triggers of Modyn (Böther et al. 2025): what arrives in a tick has waited half a tick
at its end, and all that came before a whole one more. Modyn weighs the area against a forecast of
the seconds of training, which are measured; here it is a parameter, so that a replay repeats.
"""

import math

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import count
from retrainlab.strategies.policies.watch import Watch


class Area:
    """Integral over time of an amount that grows tick by tick."""

    def __init__(self) -> None:
        self.amount = self.area = 0.0

    def add(self, amount: float) -> float:
        """Add what one tick brings; return the area."""
        self.area += self.amount + amount / 2
        self.amount += amount
        return self.area


class OnDataLatency(Watch):
    """When the rows that no model has seen have waited for long enough.

    waited: rows times ticks at which to retrain. With n rows a tick it retrains every
    sqrt(2 waited / n) ticks, whatever the labels are.
    """

    source = "data latency"

    def __init__(self, waited: float):
        require(waited > 0, f"waited is {waited}; the rows times ticks must be above 0")
        self.waited = waited
        self.reset()

    def reset(self) -> None:
        """Begin with no row that waits."""
        self.area = Area()

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when new rows have waited {self.waited:g} row-ticks")

    def observe(self, view: View) -> str | None:
        """Add the rows of the tick."""
        new = view.row_of(view.tick + 1) - view.row_of(view.tick)
        area = self.area.add(new)
        return f"new rows have waited {area:.0f} row-ticks" if area >= self.waited else None


class OnAvoidableErrors(Watch):
    """When the loss that a fresh model would have avoided has lasted for long enough.

    lasted: avoidable loss times ticks at which to retrain. expected: mean loss a row of a fresh
    model; null: the lowest that any deployed model has shown in its first `ticks` ticks.
    Where the loss of n rows rises by s a row and tick, it retrains at age (6 lasted / (s n))^(1/3).
    """

    source = "avoidable errors"

    def __init__(self, lasted: float, expected: float | None = None, ticks: Ticks = 5):
        require(lasted > 0, f"lasted is {lasted}; the loss times ticks must be above 0")
        require_whole("ticks", ticks, 1)
        self.lasted, self.expected, self.ticks = lasted, expected, ticks
        self.reset()

    def reset(self) -> None:
        """Begin with no loss."""
        self.area = Area()

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when avoidable loss has lasted {self.lasted:g} loss-ticks")

    def observe(self, view: View) -> str | None:
        """Add the avoidable loss of the labels that have just arrived."""
        rows = view.new_rows()
        if rows is None:
            return None
        losses = view.losses_of(rows)
        usual = view.lowest_mean_loss(self.ticks) if self.expected is None else self.expected
        avoidable = 0.0 if math.isinf(usual) else float(losses.sum()) - usual * count(rows)
        area = self.area.add(max(0.0, avoidable))
        return f"avoidable loss has lasted {area:.0f} loss-ticks" if area >= self.lasted else None
