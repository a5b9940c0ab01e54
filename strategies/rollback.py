"""Rollback: a new model that proves worse than the one before it is taken back.

`OrRollBack` asks, and `RollBackFirst` answers; both look at the same rows, those that the model in
service has served, and come to the same result.
"""

from typing import Any

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, clauses, in_ticks
from retrainlab.sim.replay.for_task import require_task
from retrainlab.sim.replay.memory import Memory, memory_of
from retrainlab.sim.replay.recipes import Recipe, Reuse
from retrainlab.sim.replay.strategy import What, When
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.stream import Task
from retrainlab.strategies.doubt import sure_gain


class _Proof:
    """ticks: labelled ticks that the model must have served. confidence: that it is worse."""

    def __init__(self, ticks: Ticks, confidence: float):
        require_whole("ticks", ticks, 1)
        holds = 0.5 <= confidence < 1
        require(holds, f"confidence is {confidence}; it must be at least 0.5 and below 1")
        self.ticks, self.confidence = ticks, confidence

    def better(self, view: View) -> int | None:
        """Number of the model before, if it is surely better than the one in service; else None."""
        previous = view.bank.previous
        if previous is None or view.labelled - view.deployed < self.ticks:
            return None
        rows = view.rows(view.deployed, view.labelled)
        if not count(rows):
            return None
        old, new = (view.bank.losses(model, rows) for model in (previous, view.bank.serving))
        return previous if sure_gain(old, new, self.confidence) > 0 else None


class OrRollBack:
    """Ask when another part does, and when the model in service is worse than the one before.

    when: the other part. Others as in `_Proof`.
    """

    def __init__(self, when: When, ticks: Ticks = 3, confidence: float = 0.99):
        self.when, self.ticks, self.confidence = when, ticks, confidence
        self.proof = _Proof(ticks, confidence)
        self.memory = memory_of(when)

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a task that the other part is not for."""
        require_task(task, self.when)

    def describe(self) -> Clause:
        """Return when it asks."""
        asks = " and ".join(clause.text for clause in clauses(self.when))
        worse = f"when a new model is worse than the one before after {in_ticks(self.ticks)}"
        return Clause("condition", f"{asks}, and {worse}")

    def __call__(self, view: View) -> str | None:
        """Return the reason of the other part, or that the model is to be taken back."""
        asked = self.when(view)
        if asked or view.pending:
            return asked
        return None if self.proof.better(view) is None else "worse than before"


class RollBackFirst:
    """Put the model before into service if it is surely better; else do what another part says.

    what: the other part. ticks, confidence: as those of `OrRollBack`.
    """

    memory: Memory

    def __init__(self, what: What, ticks: Ticks = 3, confidence: float = 0.99):
        self.what, self.ticks, self.confidence = what, ticks, confidence
        self.proof = _Proof(ticks, confidence)
        self.memory = memory_of(what)

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a task that the other part is not for."""
        require_task(task, self.what)

    def describe(self) -> tuple[Any, ...]:
        """Return what it does."""
        return clauses(self.what)

    def __call__(self, view: View) -> Rows | Recipe | None:
        """Return the model before, or the answer of the other part."""
        previous = self.proof.better(view)
        return self.what(view) if previous is None else Reuse(previous)
