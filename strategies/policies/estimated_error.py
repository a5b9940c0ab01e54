"""Error that the model itself expects, from its probabilities: a trigger that needs no label."""

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks
from retrainlab.sim.replay.view import View
from retrainlab.sim.stream import Floats, Task
from retrainlab.strategies.policies.watch import Watch, require_classes


def expected_errors(view: View) -> Floats:
    """(m,) chance that each row just served got a wrong class, by the probabilities served."""
    ticks = view.tick, view.tick + 1
    given, served = view.probabilities(*ticks), view.decision(*ticks)
    chances: Floats = 1 - given[np.arange(len(given)), served.astype(np.int64)]
    return chances


class OnExpectedError(Watch):
    """When the model expects more errors than in its first ticks of service.

    After confidence-based performance estimation (NannyML), with the learner's probabilities as
    they are: it is as right as they are calibrated. It sees inputs that become more difficult
    before any label comes, and is blind to a rule that changes.

    ticks: the first ones of a model, whose mean and standard deviation are the reference.
    sigmas: standard deviations above the mean at which to retrain.
    """

    source = "expected error"

    def __init__(self, ticks: Ticks = 10, sigmas: float = 3.0):
        require_whole("ticks", ticks, 2)
        require(sigmas > 0, f"sigmas is {sigmas}; it must be above 0")
        self.ticks, self.sigmas = ticks, sigmas
        self.reset()

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a regression."""
        require_classes(task, "the expected error")

    def reset(self) -> None:
        """Forget the reference."""
        self.first: list[float] = []

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", "when the model expects more errors than at first")

    def observe(self, view: View) -> str | None:
        """Compare the error that is expected of the tick just served with the first ones."""
        chances = expected_errors(view)
        if not len(chances):
            return None
        now = float(chances.mean())
        if len(self.first) < self.ticks:
            self.first.append(now)
            return None
        mean, spread = float(np.mean(self.first)), float(np.std(self.first, ddof=1))
        if not now > mean + self.sigmas * spread:
            return None
        return f"{now:.1%} of errors expected, {mean:.1%} at first"
