"""Recalibration of a regression by what the newest labelled rows say of its level."""

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.corrections import Bias, Ratio
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.predictions import decide
from retrainlab.sim.replay.recipes import Recalibrate
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import count
from retrainlab.sim.stream import Task

KINDS = ("bias", "ratio")


class Residuals:
    """Correct the model in service by its residuals on the newest `ticks` labelled ticks.

    kind: `bias` adds their mean; `ratio` multiplies by the sum of the labels over that of the
    predictions, for numbers that grow or shrink as a whole. What the gate holds out does not count.
    """

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks = 5, kind: str = "bias"):
        require_whole("ticks", ticks, 1)
        require(kind in KINDS, f"kind is {kind!r}; it must be {' or '.join(KINDS)}")
        self.ticks, self.kind = ticks, kind

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a classification."""
        require(
            task == "regression",
            "Residuals corrects numbers, and a classification has none; use LabelShift",
        )

    def describe(self) -> Clause:
        """Return what it does."""
        what = {"bias": "mean residual", "ratio": "ratio of labels to predictions"}[self.kind]
        return Clause(
            "action", f"correct the outputs by the {what} of the last {in_ticks(self.ticks)}"
        )

    def __call__(self, view: View) -> Recalibrate | None:
        """Return the corrected model; None while there is no label."""
        stop = view.labelled - view.holdout
        rows = view.rows(max(stop - self.ticks, 0), stop)
        if not count(rows):
            return None
        base = view.bank.base(view.bank.serving)
        truth, given = view.labels_of(rows), decide(view.bank.given(base, rows), "regression")
        if self.kind == "bias":
            return Recalibrate(base, Bias(float(np.mean(truth - given))))
        total = float(given.sum())
        return Recalibrate(base, Ratio(float(truth.sum()) / total if total else 1.0))
