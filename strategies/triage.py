"""Triage: the cheapest remedy first; the newest labelled rows decide which one will do."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.printable import shown
from retrainlab.sim.replay.clause import Clause, clauses
from retrainlab.sim.replay.for_task import require_task
from retrainlab.sim.replay.memory import Memory, memory_of
from retrainlab.sim.replay.recipes import Recipe, Reuse, as_recipe, trainings
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.stream import Task


class Triage:
    """Do the first of several remedies that takes back enough of the loss since the alarm.

    A remedy that trains nothing is tried on the labelled rows since the request was made, once
    there are `rows` of them: it must take back at least `share` of what the model in service loses
    more there than it lost before. One that trains cannot be tried beforehand: it is done when its
    turn comes, and the next one follows if there is a new alarm within `patience` ticks. If the
    model in service loses no more than before, the alarm was false and nothing is done.

    remedies: parts of `what`, from the cheapest to the most expensive.
    """

    def __init__(
        self, remedies: Sequence[Any], rows: int = 100, share: float = 0.5, patience: int = 10
    ):
        require(len(remedies) > 0, "remedies is empty; name at least one part of what")
        for remedy in remedies:
            require(callable(remedy), f"a remedy is {shown(remedy)}; it must be a part of what")
        require_whole("rows", rows, 1, "rows")
        require_whole("patience", patience, 0)
        require(0 < share <= 1, f"share is {share}; it must be above 0 and at most 1")
        self.remedies, self.rows, self.share, self.patience = remedies, rows, share, patience
        self.last: tuple[int, int] | None = None  # the training done last, and its tick

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a task that one of the remedies is not for."""
        require_task(task, *self.remedies)

    @property
    def memory(self) -> Memory:
        """It remembers which training it has done."""
        return max(Memory.EVERYTHING, memory_of(*self.remedies))

    def describe(self) -> Clause:
        """Return what it does."""
        deeds = [clause.deed for remedy in self.remedies for clause in clauses(remedy)]
        return Clause("action", f"do the first that helps: {'; '.join(deeds)}")

    def __call__(self, view: View) -> Rows | Recipe | None:
        """Return the remedy, or None while too few rows tell."""
        assert view.requested is not None
        start, stop = max(view.requested, view.deployed), view.labelled - view.holdout
        rows = view.rows(start, stop) if start < stop else slice(0, 0)
        if count(rows) < self.rows:
            return None
        now, excess = self._excess(view, rows)
        if excess <= 0:
            return Reuse(view.bank.serving)
        for place, remedy in enumerate(self.remedies):
            recipe = as_recipe(remedy(view))
            if recipe is None:
                if place == len(self.remedies) - 1:
                    return None
                continue
            if any(trainings(recipe)):
                if self._is_next(place, view.tick):
                    self.last = place, view.tick
                    return recipe
                continue
            lost = float(view.bank.losses(view.bank.made(recipe), rows).mean())
            if now - lost >= self.share * excess:
                return recipe
        return None

    def _is_next(self, place: int, tick: int) -> bool:
        """Whether a training has its turn: none that has just been tried, unless it is the last."""
        if self.last is None or place == len(self.remedies) - 1:
            return True
        tried, when = self.last
        return place > tried or tick - when > self.patience

    def _excess(self, view: View, rows: Rows) -> tuple[float, float]:
        """Mean loss of the model in service on rows, and by how much it is above what it was.

        What it was: from its deployment to the request; where it had not served before, all that
        was served before the request.
        """
        assert view.requested is not None
        now = float(view.losses_of(rows).mean())
        for first in (view.deployed, view.warmup):
            before = view.rows(first, view.requested) if first < view.requested else slice(0, 0)
            if count(before):
                return now, now - float(np.mean(view.losses_of(before)))
        return now, np.inf
