"""Rate budget: retrain when the gain outweighs a queue of retrainings above a mean rate."""

import math

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import count


class RateBudget:
    """When the loss is high, or rises, for what retrainings have cost of late.

    After RCCDA (drift plus penalty): with the mean loss L a row of the newest labels, it retrains
    where v (kp (L - lowest) + kd (L - L before)) >= 1/2 + queue - rate. The queue grows by 1 with
    each retraining and drains by `rate` a tick, so that the mean rate is at most
    rate + (v g + 1/2) / T over T ticks, where g is the largest gain.

    lowest: the lowest mean loss that any deployed model has shown in its first `ticks` ticks.
    """

    memory = Memory.EVERYTHING

    def __init__(
        self,
        rate: float = 0.05,
        v: float = 2.0,
        kp: float = 1.0,
        kd: float = 0.5,
        ticks: Ticks = 5,
    ):
        require(0 < rate <= 1, f"rate is {rate}; the retrainings a tick must be within 0 and 1")
        for name, value in (("v", v), ("kp", kp), ("kd", kd)):
            require(value >= 0, f"{name} is {value}; a weight must be at least 0")
        require_whole("ticks", ticks, 1)
        self.rate, self.v, self.kp, self.kd, self.ticks = rate, v, kp, kd, ticks
        self.queue = 0.0
        self.before = math.nan

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when the loss is worth it, at a mean rate of {self.rate:g}")

    def __call__(self, view: View) -> str | None:
        """Return the reason where the gain outweighs the queue."""
        gain = self._gain(view)
        is_free = not view.pending and view.requested is None
        asks = is_free and self.v * gain >= 0.5 + self.queue - self.rate
        self.queue = max(0.0, self.queue + asks - self.rate)
        if not asks:
            return None
        view.alarm(-1, "rate budget")
        return f"a gain of {gain:.3f} a row outweighs the queue"

    def _gain(self, view: View) -> float:
        """Return what a retraining seems to gain a row; 0 without new labels or a reference."""
        rows, lowest = view.new_rows(), view.lowest_mean_loss(self.ticks)
        if rows is None or not count(rows) or math.isinf(lowest):
            return 0.0
        now = float(view.losses_of(rows).mean())
        rise = 0.0 if math.isnan(self.before) else now - self.before
        self.before = now
        return self.kp * (now - lowest) + self.kd * rise
