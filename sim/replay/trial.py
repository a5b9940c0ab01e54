"""Trial: what a gate may look at before a new model serves."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.errors import require
from retrainlab.sim.printable import shown
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.selective import selective
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count, first, indices, since, span
from retrainlab.sim.stream import Floats, Ints
from retrainlab.sim.world import World

Losses = tuple[Floats, Floats]


@dataclass(frozen=True)
class Trial:
    """A new model that is ready, beside the one that serves.

    record: what the models in service gave. job, champion: the trainings of the two. has_holdout:
    whether rows were kept out of the new one's training. Everything is as it is known when tick
    `job.ready` begins.
    """

    view: View
    record: ServedModels
    world: World
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
        return self.job.ready - self._first_ready

    @cached_property
    def losses(self) -> Losses:
        """(m,) losses of the new model and of the champion on rows that were held out of both."""
        newest = max(self.job.fit.newest_row, self.champion.fit.newest_row)
        seen = int(np.searchsorted(self._offsets, newest, side="right"))
        return self.losses_on(since(self.job.holdout, int(self._offsets[seen])))

    def beats(self, accept: Callable[[Floats, Floats], bool]) -> bool:
        """Whether a comparison on held-out rows is won; without a holdout there is none to lose."""
        if not self.has_holdout:
            return True
        return len(self.losses[0]) > 0 and yes_or_no(accept, accept(*self.losses))

    def losses_on(self, rows: Rows) -> Losses:
        """(m,) losses of the new model and of the champion on rows whose labels are known."""
        if not count(rows):
            return np.empty(0), np.empty(0)
        self.view.buy(rows)
        fits = self.record.fits
        new, old = (fits.seen_losses(one.fit, rows) for one in (self.job, self.champion))
        return new, old

    def shadow_rows(self) -> Rows:
        """Rows that came since the new model was ready first, whose labels are known by now."""
        return self._known(self._first_ready, self.job.ready, self.tick)

    def warmup_rows(self) -> Rows:
        """Rows of the warm-up with a label, which the first model was trained on."""
        return self._known(0, self.world.warmup, self.world.warmup - 1)

    def best_stretch(self, ticks: int) -> float:
        """Lowest mean loss that the models in service have shown over so many ticks.

        Of ticks before those that were held out; nan where there are fewer. It needs a holdout.
        """
        offsets, warmup = self._offsets, self.world.warmup
        stop = int(np.searchsorted(offsets, first(self.job.holdout), side="right")) - 1
        rows = self._known(warmup, stop, self.tick)
        if not count(rows):
            return np.nan
        self.view.buy(rows)
        losses = self.record.seen(rows, stop)
        tick = np.searchsorted(offsets, indices(rows), side="right") - 1
        edges = np.searchsorted(tick, np.arange(warmup, stop + 1))
        sums = np.concatenate([[0.0], np.cumsum(losses)])[edges]
        totals, sizes = (c[ticks:] - c[:-ticks] for c in (sums, edges))
        means = totals[sizes > 0] / sizes[sizes > 0]
        return float(means.min()) if len(means) else np.nan

    def _known(self, first: int, stop: int, tick: int) -> Rows:
        """Rows of ticks first..stop-1 whose labels are known at the end of a tick."""
        stream = self.record.fits.stream
        known = selective(arrivals(stream, self.world), stream, self.record)
        until = max(min(stop, known.stop(tick)), first)
        return known.known(span(self._offsets[first], self._offsets[until]), tick)

    @property
    def _first_ready(self) -> int:
        """The tick at which the new model was put to the gate first."""
        return self.world.serves(self.job.decided, bool(self.job.work.rows))

    @property
    def _offsets(self) -> Ints:
        return self.record.fits.stream.offsets


def verdict(gate: Any, trial: Trial) -> bool | None:
    """Return what a gate says of a new model: whether it serves, or None to ask again next tick."""
    if not hasattr(gate, "judge"):
        return trial.beats(gate.accept)
    answer = gate.judge(trial)
    return None if answer is None else yes_or_no(gate.judge, answer)


def yes_or_no(asked: Callable[..., Any], answer: Any) -> bool:
    """Return the answer of a gate's method; `InputError` unless it is True or False."""
    require(
        isinstance(answer, bool | np.bool_),
        f"{getattr(asked, '__qualname__', asked)} of a gate returns {shown(answer)}; it must "
        "return True or False",
    )
    return bool(answer)
