"""Reuse: the model of the bank that is best on the newest labelled rows."""

import numpy as np

from retrainlab.sim.errors import require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.recipes import Reuse
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count


class BestRecent:
    """Put into service the model that lost least on the newest `ticks` labelled ticks.

    keep: how many of the newest models are compared, besides the one in service. What the gate
    holds out does not count; a model may have been trained on the rows it is compared on.
    """

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks = 2, keep: int = 10):
        require_whole("ticks", ticks, 1)
        require_whole("keep", keep, 1, "models")
        self.ticks, self.keep = ticks, keep

    def describe(self) -> Clause:
        """Return what it does."""
        window = f"the last {in_ticks(self.ticks)}"
        return Clause("action", f"serve the best of {self.keep} earlier models on {window}")

    def __call__(self, view: View) -> Reuse | None:
        """Return the best model, the one in service included; None while there is no label."""
        stop = view.labelled - view.holdout
        first = max(stop - self.ticks, view.warmup)
        rows = view.rows(first, stop) if first < stop else slice(0, 0)
        return Reuse(best(view, rows, self.keep)) if count(rows) else None


def best(view: View, rows: Rows, keep: int) -> int:
    """Return the number of the model that loses least on rows; of equal ones that in service."""
    bank = view.bank
    distinct = {bank.fit(number).key: number for number in bank.numbers}  # one put back is the same
    numbers = [bank.serving, *sorted(distinct.values(), reverse=True)[:keep]]
    losses = [float(bank.losses(number, rows).mean()) for number in numbers]
    return numbers[int(np.argmin(losses))]
