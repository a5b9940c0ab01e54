"""State of a replay and its one loop body, `step`, which `replay` and production share."""

import copy
import math
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.errors import require
from retrainlab.sim.replay.bank import Bank
from retrainlab.sim.replay.clause import moments
from retrainlab.sim.replay.derivation import derived
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.ledger import Ledger, Training, deployments, tick_columns
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.recipes import Recipe, as_recipe, trained_rows, trainings, with_rows
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.replay.snapshot import Snapshot
from retrainlab.sim.replay.strategy import Strategy, When, admits, as_reason
from retrainlab.sim.replay.trial import Trial, verdict
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, before, count
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World


class ReplayState:
    """State of a replay: the model in service, actions under way, labels bought.

    The strategy's parts are copied, so that each replay starts with fresh ones. reason: of the
    request that is open, or None. next: first tick that it has not lived through.
    """

    def __init__(
        self,
        stream: Stream,
        strategy: Strategy,
        world: World,
        fits: FitCache,
        price_ratio: float = math.nan,
    ):
        world.admits(stream)
        strategy.require_task(stream.task)
        self.strategy = copy.deepcopy(strategy)
        self.stream, self.world, self.fits = stream, world, fits
        self.gate = gate = self.strategy.gate
        self.next_tick = _schedule_of(self.strategy.when, world.warmup, stream.ticks)
        self.reason: str | None = None
        self.next = world.warmup
        self.record = ServedModels(fits, world.warmup)
        self.view = View(stream, world, self.record, price_ratio)
        self.view.holdout = gate.holdout
        warmup = world.warmup
        history = slice(0, int(stream.offsets[warmup]))
        fit = fits.fit(arrivals(stream, world).known(history, warmup - 1))
        self.champion = Training(0, "warm-up", -1, warmup, fit, accepted=True, deployed=warmup)
        self.record.deploy(fit, warmup)
        self.trainings = [self.champion]
        self.bank = self.view.bank = Bank(self.trainings, fits, self.view)
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
            self.reason, view.requested = as_reason(strategy.when, asked), view.new_since
        if self.reason is not None:
            recipe = as_recipe(strategy.what(view))
            # No rows (a window of empty ticks) waits for more, as None does; so does a refusal.
            known = recipe and with_rows(recipe, self._known)
            if known is not None and self.act(known, self.reason):
                self.reason = view.requested = None
        self.close(tick)

    def _known(self, rows: Rows) -> Rows:
        return self.view.known(rows) if count(rows) else rows

    def serve(self, tick: int) -> None:
        """Deploy the trainings that are ready by a tick, each at the tick at which it was ready."""
        while self.jobs and self.jobs[0].ready <= tick:
            self._finish(self.jobs.popleft())

    def _finish(self, job: Training) -> None:
        """Put a finished training to the gate; one that is to wait is asked again at next tick."""
        has_holdout = bool(self.gate.holdout)
        trial = Trial(self.view, self.record, self.world, job, self.champion, has_holdout)
        accepted = verdict(self.gate, trial)
        if accepted is None:
            job.ready += 1
            self._queue(job)
            return
        self.view.pending -= 1
        job.accepted = accepted
        if job.accepted:
            job.deployed = self.view.deployed = job.ready
            self.record.deploy(job.fit, job.ready)
            self.champion, self.bank.serving = job, job.number

    def act(self, recipe: Recipe, reason: str) -> bool:
        """Do what a recipe says, if the gate admits it; return whether the request is met.

        A recipe that makes the model that serves already is met at no cost, and in no ledger.
        """
        view = self.view
        cut = max(view.labelled - self.gate.holdout, 0)
        kept = self._without_holdout(recipe, cut)
        if kept is None:
            return False  # its labels may still arrive
        if not any(trainings(kept)) and self._made(kept)[0].key == self.champion.fit.key:
            return True
        rows = trained_rows(kept)
        if not admits(self.gate, view, rows):
            return False
        held_out = view.rows(cut, view.labelled)
        labels = view.buy(rows) + view.buy(held_out)
        fit, trained = self._made(kept)
        ready = self.world.serves(view.tick, bool(trained))
        number = len(self.trainings)
        job = Training(
            *(number, reason, view.tick, ready, fit, labels, held_out), recipe=kept, trained=trained
        )
        self._begin(job)
        if trained:
            view.last_decision, view.train_cutoff = view.tick, cut
        return True

    def _without_holdout(self, recipe: Recipe, cut: int) -> Recipe | None:
        """Return a recipe without the training rows of ticks from `cut` on.

        None if nothing is left and labels may still arrive; else that is an `InputError`.
        """
        may_arrive = self.stream.arrival is not None or self.stream.only_if is not None
        if not (self.gate.holdout or may_arrive):
            return recipe
        stop = int(self.stream.offsets[cut]) if self.gate.holdout else self.stream.rows
        kept = with_rows(recipe, lambda rows: before(rows, stop))
        require(
            kept is not None or may_arrive,
            f"nothing is left to train on at tick {self.view.tick}: the training rows end with "
            f"the newest {self.gate.holdout} ticks, which the gate holds out; use a longer window "
            "or less holdout",
        )
        return kept

    def _made(self, recipe: Recipe) -> tuple[Fit, tuple[Fit, ...]]:
        return derived(recipe, self.fits, self.bank.fit)

    def _begin(self, job: Training) -> None:
        """Enter an action; one that trains nothing may be ready before trainings under way."""
        view = self.view
        self.trainings.append(job)
        self._queue(job)
        view.pending += 1
        view.trainings += 1
        view.last_action = view.tick

    def _queue(self, job: Training) -> None:
        """Put an action among those under way, in the order in which they are ready."""
        self.jobs.append(job)
        if len(self.jobs) > 1:
            self.jobs = deque(sorted(self.jobs, key=lambda one: one.ready))

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
        self.trainings[:] = [_kept(training) for training in snapshot.trainings]
        for training in self.trainings[1:]:
            if training.accepted is None:
                training.ready = self.world.serves(training.decided, bool(training.work.rows))
                self._queue(training)
        for tick, training in deployments(self.trainings)[1:]:
            self.record.deploy(training.fit, tick)
            self.champion, view.deployed = training, tick
            self.bank.serving = training.number
        view.resume(snapshot, len(self.jobs))
        self.labels[: self.next] = snapshot.labels
        self.counted = view.bought
        self.record.since = view.labelled

    def ledger(self) -> Ledger:
        """Return the whole as a ledger, or what is left of it since it was resumed."""
        ticks, since = self.stream.ticks, self.record.since
        self.serve(ticks - 1)
        self.close(ticks - 1)
        served = deployments(self.trainings)
        ends = np.diff([*(tick for tick, _ in served), ticks])
        model = np.repeat([one.number for _, one in served], ends)[since - self.world.warmup :]
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
    known = moments(when, first, stop)
    if known is None:
        return lambda tick: tick
    ticks = [*known, stop]
    return lambda tick: ticks[bisect_left(ticks, tick)]
