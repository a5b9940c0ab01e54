"""When not: gates that doubt the newest data, so that what is damaged does not serve."""

import numpy as np
from scipy.stats import norm

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.strategy import Gate
from retrainlab.sim.replay.trial import Trial
from retrainlab.sim.rows import count, newest
from retrainlab.sim.stream import Floats


class IfRecovers(Gate):
    """Deploy only what wins back a share of what the champion has lost.

    On the newest labelled ticks, which are held out, the champion has lost its mean loss there less
    the lowest mean loss that any deployed model has shown over as many ticks. After a true drift
    a new model wins much of that back. On wrong labels nobody does: challenger and champion are
    both bad, and the champion stays. The gain counts less `confidence` of its uncertainty.

    holdout: newest labelled ticks kept out of training. share: of the loss to be won back.
    """

    memory = Memory.NOTHING

    def __init__(self, holdout: int = 5, share: float = 0.25, confidence: float = 0.95):
        require_whole("holdout", holdout, 1)
        require(0 <= share <= 1, f"share is {share}; it must be a number from 0 to 1")
        _require_confidence(confidence)
        self.holdout, self.share, self.confidence = holdout, share, confidence

    def describe(self) -> Clause:
        """Return what a new model must show."""
        won = f"{100 * self.share:.3g} % of what the champion has lost"
        return Clause("test", f"if it wins back {won} on the last {in_ticks(self.holdout)}")

    def judge(self, trial: Trial) -> bool:
        """Whether the challenger gains enough."""
        challenger, champion = trial.losses
        if not len(challenger):
            return False
        best = trial.best_stretch(self.holdout)
        lost = max(float(champion.mean()) - best, 0.0) if np.isfinite(best) else 0.0
        return sure_gain(challenger, champion, self.confidence) > self.share * lost


class Canary(Gate):
    """Deploy only what is not much worse on rows that are known to be right.

    These are the newest `rows` labelled rows of the warm-up. A new rule is another one than theirs,
    so that the gate stops what learns it as well: it is for labels that may be wrong, and rules
    that do not change. by: how much higher the challenger's mean loss may be.
    """

    memory = Memory.NOTHING

    def __init__(self, rows: int = 500, by: float = 0.02):
        require_whole("rows", rows, 1, "rows")
        self.rows, self.by = rows, by

    def describe(self) -> Clause:
        """Return what a new model must show."""
        return Clause("test", f"if it is no worse than {self.by:g} on {self.rows:,} trusted rows")

    def judge(self, trial: Trial) -> bool:
        """Whether the trusted rows do not speak against the challenger."""
        challenger, champion = trial.losses_on(newest(trial.warmup_rows(), self.rows))
        return bool(challenger.mean() - champion.mean() <= self.by)


class Shadow(Gate):
    """Let a new model predict in the shadow first, and deploy it if it was better there.

    ticks: how long; its labels must have come. confidence: with which it must have been better.
    """

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks = 5, confidence: float = 0.5):
        require_whole("ticks", ticks, 1)
        _require_confidence(confidence)
        self.ticks, self.confidence = ticks, confidence

    def describe(self) -> Clause:
        """Return what a new model must show."""
        return Clause("test", f"if it is better after {in_ticks(self.ticks)} in the shadow")

    def judge(self, trial: Trial) -> bool | None:
        """Whether it was better in the shadow; None while that goes on."""
        rows = trial.shadow_rows()
        if trial.waited < self.ticks or not count(rows):
            return None
        return sure_gain(*trial.losses_on(rows), self.confidence) > 0


def sure_gain(challenger: Floats, champion: Floats, confidence: float) -> float:
    """Lower end of the one-sided interval of how much lower the challenger's mean loss is."""
    gain = champion - challenger
    if confidence == 0.5:
        return float(gain.mean())
    error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.inf
    return float(gain.mean() - norm.ppf(confidence) * error)


def _require_confidence(confidence: float) -> None:
    holds = 0.5 <= confidence < 1
    require(holds, f"confidence is {confidence}; it must be at least 0.5 and below 1")
