"""Trial: what a gate may look at before a new model serves."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count, first, indices, last, since
from retrainlab.sim.stream import Floats

Losses = tuple[Floats, Floats]


@dataclass(frozen=True)
class Trial:
    """A new model that is ready, beside the one that serves.

    job, champion: the trainings of the two. has_holdout: whether rows were kept out of the new
    one's training. Everything is as it is known when tick `job.ready` begins.
    """

    fits: FitCache
    view: View
    job: Training
    champion: Training
    has_holdout: bool

    @property
    def tick(self) -> int:
        """The newest tick whose end has come."""
        return self.job.ready - 1

    @property
    def waited(self) -> int:
        """Ticks that the new model has been ready without serving."""
        return self.job.ready - self.view.serves(self.job.decided)

    @cached_property
    def losses(self) -> Losses:
        """(m,) losses of the new model and of the champion on rows that were held out of both."""
        offsets = self.fits.stream.offsets
        seen = int(np.searchsorted(offsets, last(self.champion.fit.rows), side="right"))
        return self.losses_on(since(self.job.holdout, int(offsets[seen])))

    def beats(self, accept: Callable[[Floats, Floats], bool]) -> bool:
        """Whether a comparison on held-out rows is won; without a holdout there is none to lose."""
        if not self.has_holdout:
            return True
        return len(self.losses[0]) > 0 and accept(*self.losses)

    def losses_on(self, rows: Rows) -> Losses:
        """(m,) losses of the new model and of the champion on rows whose labels are known."""
        if not count(rows):
            return np.empty(0), np.empty(0)
        self.view.buy(rows)
        new, old = (self.fits.seen_losses(t.fit, rows) for t in (self.job, self.champion))
        return new, old

    def shadow_rows(self) -> Rows:
        """Rows that came since the new model was ready first, whose labels are known by now."""
        return self.view.rows_by(self.view.serves(self.job.decided), self.job.ready, self.tick)

    def warmup_rows(self) -> Rows:
        """Rows of the warm-up with a label, which the first model was trained on."""
        return self.view.rows_by(0, self.view.warmup, self.view.warmup - 1)

    def best_stretch(self, ticks: int) -> float:
        """Lowest mean loss that the models in service have shown over so many ticks.

        Of ticks before those that were held out; nan where there are fewer. It needs a holdout.
        """
        view, offsets = self.view, self.fits.stream.offsets
        stop = int(np.searchsorted(offsets, first(self.job.holdout), side="right")) - 1
        rows = view.rows_by(view.warmup, stop, self.tick)
        if not count(rows):
            return np.nan
        losses = view.served_losses(rows)
        tick = np.searchsorted(offsets, indices(rows), side="right") - 1
        edges = np.searchsorted(tick, np.arange(view.warmup, stop + 1))
        sums = np.concatenate([[0.0], np.cumsum(losses)])[edges]
        totals, sizes = (c[ticks:] - c[:-ticks] for c in (sums, edges))
        means = totals[sizes > 0] / sizes[sizes > 0]
        return float(means.min()) if len(means) else np.nan


def verdict(gate: Any, trial: Trial) -> bool | None:
    """Return what a gate says of a new model: whether it serves, or None to ask again next tick."""
    answer = gate.judge(trial) if hasattr(gate, "judge") else trial.beats(gate.accept)
    return None if answer is None else bool(answer)
