"""State of a replay and its one loop body, `step`, which `replay` and production share."""

import copy
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.errors import require
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger, Training, tick_columns
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.replay.snapshot import Snapshot
from retrainlab.sim.replay.strategy import Strategy, When
from retrainlab.sim.replay.trial import Trial, verdict
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, before, count
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World


class ReplayState:
    """State of a replay: the model in service, trainings under way, labels bought.

    The strategy's parts are copied, so that each replay starts with fresh ones. reason: of the
    request that is open, or None. next: first tick that it has not lived through.
    """

    def __init__(self, stream: Stream, strategy: Strategy, world: World, fits: FitCache):
        world.admits(stream)
        self.strategy = copy.deepcopy(strategy)
        self.stream, self.world, self.fits = stream, world, fits
        self.gate = gate = self.strategy.gate
        self.next_tick = _schedule_of(self.strategy.when, world.warmup, stream.ticks)
        self.reason: str | None = None
        self.next = world.warmup
        self.record = ServedModels(fits, world.warmup)
        self.view = View(stream, world, self.record)
        self.view.holdout = gate.holdout
        warmup = world.warmup
        history = slice(0, int(stream.offsets[warmup]))
        fit = fits.fit(arrivals(stream, world).known(history, warmup - 1))
        self.champion = Training(0, "warm-up", -1, warmup, fit, accepted=True, deployed=warmup)
        self.record.deploy(fit, warmup)
        self.trainings = [self.champion]
        self.jobs: deque[Training] = deque()
        self.labels = np.zeros(stream.ticks, dtype=np.int64)
        self.counted = 0

    def run(self, stop: int) -> None:
        """Step through the ticks up to `stop - 1` that it has not lived through.

        Those at which `when` does not ask are passed over, unless a request is open.
        """
        while (tick := self._asking()) < stop:
            self.step(tick)
            self.next = tick + 1
        self.next = max(self.next, stop)

    def _asking(self) -> int:
        """Return the next tick at which the strategy is asked."""
        return self.next_tick(self.next) if self.reason is None else self.next

    def step(self, tick: int) -> None:
        """Live through one tick: deploy, predict, see labels arrive, ask the strategy, train."""
        view, strategy = self.view, self.strategy
        self.serve(tick)
        view.advance(tick)
        asked = strategy.when(view)
        if self.reason is None and asked:
            self.reason, view.requested = asked, view.new_since
        if self.reason is not None:
            rows = strategy.what(view)
            # No rows (a window of empty ticks) waits for more, as None does; so does a refusal.
            known = view.known(rows) if rows is not None and count(rows) else None
            if known is not None and count(known) and self.train(known, self.reason):
                self.reason = view.requested = None
        self.close(tick)

    def serve(self, tick: int) -> None:
        """Deploy the trainings that are ready by a tick, each at the tick at which it was ready."""
        while self.jobs and self.jobs[0].ready <= tick:
            self._finish(self.jobs.popleft())

    def _finish(self, job: Training) -> None:
        """Put a finished training to the gate; one that is to wait is asked again at next tick."""
        has_holdout = bool(self.gate.holdout)
        trial = Trial(self.fits, self.view, job, self.champion, has_holdout)
        accepted = verdict(self.gate, trial)
        if accepted is None:
            job.ready += 1
            self.jobs = deque(sorted((job, *self.jobs), key=lambda one: one.ready))
            return
        self.view.pending -= 1
        job.accepted = accepted
        if job.accepted:
            job.deployed = self.view.deployed = job.ready
            self.record.deploy(job.fit, job.ready)
            self.champion = job

    def train(self, rows: Rows, reason: str) -> bool:
        """Start a training on these rows, if the gate admits it; return whether it did."""
        view = self.view
        holdout = self.gate.holdout
        cut = max(view.labelled - holdout, 0)
        kept = before(rows, int(self.stream.offsets[cut])) if holdout else rows
        if (self.stream.arrival is not None or self.stream.only_if is not None) and not count(kept):
            return False  # its labels may still arrive
        require(
            count(kept) > 0,
            f"nothing is left to train on at tick {view.tick}: the training rows end with "
            f"the newest {holdout} ticks, which the gate holds out; use a longer window or "
            "less holdout",
        )
        if not self.gate.admit(view, kept):
            return False
        held_out = view.rows(cut, view.labelled)
        labels = view.buy(kept) + view.buy(held_out)
        ready = self.world.serves(view.tick)
        number, fit = len(self.trainings), self.fits.fit(kept)
        job = Training(number, reason, view.tick, ready, fit, labels, held_out)
        self.trainings.append(job)
        self.jobs.append(job)
        view.pending += 1
        view.trainings += 1
        view.last_decision = view.tick
        view.train_cutoff = cut
        return True

    def close(self, tick: int) -> None:
        """Enter the labels bought at this tick."""
        self.labels[tick] += self.view.bought - self.counted
        self.counted = self.view.bought

    @property
    def can_resume(self) -> bool:
        """Whether new parts would go on from the last tick as those of this replay would."""
        memory = self.strategy.memory
        if memory is Memory.SINCE_RETRAINING:
            asked = self.view.tick == self.next - 1
            return asked and (self.reason is not None or self.view.pending > 0)
        return memory is Memory.NOTHING

    def snapshot(self) -> Snapshot:
        """Return what has been done up to the end of the last tick."""
        view, tick = self.view, self.next - 1
        self.serve(tick)
        return Snapshot(
            tick,
            self.reason,
            view.requested,
            view.train_cutoff,
            view.last_alarm,
            tuple(_kept(training) for training in self.trainings),
            tuple(view.alarms),
            self.labels[: self.next].copy(),
            view.owned(self.next),
        )

    def resume(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot of an earlier replay, whose stream was the beginning of this one.

        Ticks whose labels had arrived by then are in no ledger of this one.
        """
        view, self.next, self.reason = self.view, snapshot.tick + 1, snapshot.reason
        self.trainings = [_kept(training) for training in snapshot.trainings]
        for training in self.trainings[1:]:
            if training.accepted is None:
                training.ready = self.world.serves(training.decided)
                self.jobs.append(training)
            elif training.deployed is not None:
                self.record.deploy(training.fit, training.deployed)
                self.champion, view.deployed = training, training.deployed
        view.resume(snapshot, len(self.jobs))
        self.labels[: self.next] = snapshot.labels
        self.counted = view.bought
        self.record.since = view.labelled

    def ledger(self) -> Ledger:
        """Return the whole as a ledger, or what is left of it since it was resumed."""
        ticks, since = self.stream.ticks, self.record.since
        self.serve(ticks - 1)
        self.close(ticks - 1)
        served = [t for t in self.trainings if t.deployed is not None]
        ends = np.diff([*(t.deployed for t in served), ticks])
        model = np.repeat([t.number for t in served], ends)[since - self.world.warmup :]
        alarms = np.array([a.tick for a in self.view.alarms], dtype=np.int64)
        columns = tick_columns(
            self.stream,
            since,
            self.record.summary(),
            model,
            self.labels[since:],
            np.bincount(alarms, minlength=ticks)[since:],
        )
        return Ledger(self.stream, columns, self.trainings, list(self.view.alarms))


def _kept(training: Training) -> Training:
    """Return a training that no replay changes: a copy of one that is under way."""
    return training if training.accepted is not None else replace(training)


def _schedule_of(when: When, first: int, stop: int) -> Callable[[int], int]:
    """Return the function from a tick to the next one, itself included, at which `when` may ask.

    That is the same tick, unless `when` has a schedule; `stop` if there is none left.
    """
    if not hasattr(when, "schedule"):
        return lambda tick: tick
    moments = [*when.schedule(first, stop), stop]
    return lambda tick: moments[bisect_left(moments, tick)]
