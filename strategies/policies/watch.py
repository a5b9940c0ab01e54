"""Watch: a part that watches the model in service, and forgets what it saw with each retraining."""

from abc import ABC, abstractmethod

from retrainlab.sim.errors import require
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.view import View
from retrainlab.sim.stream import Task


class Watch(ABC):
    """Asks for a retraining when `observe` gives a reason.

    While a retraining is requested or under way it falls silent and is as new: the remedy is on
    its way, and what arrives is still the old model's. source: of its alarms.
    """

    memory = Memory.SINCE_RETRAINING
    source: str

    def __call__(self, view: View) -> str | None:
        """Return the reason to retrain now, which is an alarm too, or None."""
        if view.pending or view.requested is not None:
            self.reset()
            return None
        reason = self.observe(view)
        if reason is not None:
            view.alarm(-1, self.source)
            self.reset()
        return reason

    @abstractmethod
    def reset(self) -> None:
        """Forget everything that was observed."""

    @abstractmethod
    def observe(self, view: View) -> str | None:
        """Take in what has become visible at the end of a tick; return a reason, or None."""


def require_classes(task: Task, what: str) -> None:
    """Refuse a policy of wrong and right rows on a stream of numbers."""
    require(
        task == "classification",
        f"{what} watches the share of wrong rows, which a {task} does not have; use the "
        "excess of loss, or a calendar",
    )
