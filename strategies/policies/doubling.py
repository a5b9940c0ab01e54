"""Doubling: retrain when there is twice as much data as at the last retraining."""

from retrainlab.sim.errors import require
from retrainlab.sim.replay.clause import Clause
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.view import View


class Doubling:
    """When the ticks so far are twice those of the last retraining, the warm-up being the first.

    Without a drift, a model of m rows that loses 1 / m more than the best one loses k in 2^k - 1
    ticks of one row with k - 1 retrainings, where retraining at every tick loses 1 + 1/2 + 1/3 ..
    """

    memory = Memory.NOTHING

    def describe(self) -> Clause:
        """Return when."""
        return Clause("schedule", "whenever the data have doubled")

    def schedule(self, first: int, stop: int) -> list[int]:
        """Ticks at whose end the data have doubled; `first` is the first after the warm-up."""
        require(first > 0, "doubling needs a warm-up of at least one tick")
        ticks, size = [], 2 * first
        while size <= stop:
            ticks.append(size - 1)
            size *= 2
        return ticks

    def __call__(self, view: View) -> str | None:
        """Return the reason when the data have doubled."""
        times, rest = divmod(view.tick + 1, view.warmup)
        is_power = rest == 0 and times > 1 and times & (times - 1) == 0
        return "the data have doubled" if is_power else None
