"""Refits on weighted rows: older ones count less, or those that look like the newest count more."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import TICKS, Clause, Ticks, in_ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.recipes import Refit
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import count, indices
from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors.discriminator import filled

LIGHTEST = 2.0**-10  # rows of less weight are left out, and cost nothing


class Decayed:
    """Every labelled row, at half the weight for each `half_life` ticks of age.

    Rows that are ten half-lives old are left out.
    """

    memory = Memory.NOTHING

    def __init__(self, half_life: float = 20):
        require(half_life > 0, f"half_life is {half_life}; it must be above 0 ticks")
        self.half_life = half_life

    def describe(self) -> Clause:
        """Return what it trains on."""
        half = f"{self.half_life:g} {TICKS}"
        return Clause("data", f"everything so far, at half the weight every {half}")

    def __call__(self, view: View) -> Refit | None:
        """Return the rows with their weights."""
        stop = view.labelled - view.holdout
        oldest = max(stop - int(np.ceil(self.half_life * -np.log2(LIGHTEST))), 0)
        parts = [view.rows(tick, tick + 1) for tick in range(oldest, stop)]
        sizes = [count(part) for part in parts]
        if not sum(sizes):
            return None
        ages = np.repeat(np.arange(stop - oldest)[::-1], sizes)
        weights = 2.0 ** (-ages / self.half_life)
        return Refit(view.rows(oldest, stop), weights)


class ImportanceWeighted:
    """Every labelled row, weighted by how much it looks like the rows of the newest `ticks` ticks.

    The weight is the ratio of the densities, by a logistic regression that tells new rows from old
    ones (Bickel, Brueckner, Scheffer 2009), and at most `most`. It helps under covariate shift with
    a rule that the model cannot represent everywhere.
    """

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks = 5, most: float = 10.0):
        require_whole("ticks", ticks, 1)
        require(most > 0, f"most is {most}; the largest weight must be above 0")
        self.ticks, self.most = ticks, most

    def describe(self) -> Clause:
        """Return what it trains on."""
        like = f"the more the more they look like the last {in_ticks(self.ticks)}"
        return Clause("data", f"everything so far, rows weighing {like}")

    def __call__(self, view: View) -> Refit | None:
        """Return the rows with their weights."""
        rows = view.rows(0, view.labelled - view.holdout)
        first = max(view.tick + 1 - self.ticks, view.warmup)
        new = view.x(first, view.tick + 1)
        if not count(rows) or not len(new):
            return None
        old = view.x(0, view.labelled - view.holdout)[indices(rows)]
        return Refit(rows, self._weights(old, new))

    def _weights(self, old: Floats, new: Floats) -> Floats:
        """(m,) of the old rows (m, d); new: (n, d)."""
        x = filled(np.concatenate([old, new]), len(old))
        is_new = np.repeat([0, 1], [len(old), len(new)])
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, is_new)
        odds = np.exp(model.decision_function(x[: len(old)]))
        weights: Floats = np.clip(odds * len(old) / len(new), 0, self.most)
        return weights
