"""The replay: one visible loop over the ticks of a stream, under four clocks."""

import copy
from collections import deque

import numpy as np

from sim.errors import require
from sim.fits import Fits
from sim.ledger import Ledger, Training, tick_table
from sim.rows import Rows, before, count, last
from sim.strategy import Strategy
from sim.stream import Stream
from sim.view import View
from sim.world import World


def replay(stream: Stream, strategy: Strategy, world: World, fits: Fits) -> Ledger:
    """Replay a stream against a strategy; return what happened, in quantities.

    At each tick: finished trainings are put to the gate and deployed, the model in service
    predicts, labels arrive, and the strategy is asked. The strategy's parts are copied first, so
    that each replay starts with fresh ones.

    Raises `InputError` if the stream is shorter than the warm-up, or if nothing is left to
    train on once the gate's holdout is taken away.
    """
    world.admits(stream)
    strategy = copy.deepcopy(strategy)
    bench = _Bench(stream, world, fits)
    view, reason = bench.view, None
    view.holdout = strategy.gate.holdout
    for tick in range(world.warmup, stream.ticks):
        bench.serve(tick, strategy)
        view.advance(tick)
        asked = strategy.when(view)
        if reason is None and asked:
            reason, view.requested = asked, max(view.news, view.alarmed)
        if reason is not None:
            rows = strategy.what(view)
            # No rows (a window of empty ticks) waits for more, as None does; so does a refusal.
            if rows is not None and count(rows) and bench.train(view.known(rows), reason, strategy):
                reason = view.requested = None
        bench.close(tick)
    return bench.ledger()


class _Bench:
    """What a replay has in hand: who serves, what is in training, what was served."""

    def __init__(self, stream: Stream, world: World, fits: Fits):
        self.stream, self.world, self.fits = stream, world, fits
        self.view = View(stream, world)
        warmup = world.warmup
        fit = fits.fit(slice(0, int(stream.offsets[warmup])))
        self.champion = Training(0, "warm-up", -1, warmup, fit, accepted=True, deployed=warmup)
        self.trainings = [self.champion]
        self.jobs: deque[Training] = deque()
        self.filled = warmup
        self.loss = self.view._seen if stream.scored is None else np.full(stream.rows, np.nan)
        self.model = np.zeros(stream.ticks, dtype=np.int64)
        self.labels = np.zeros(stream.ticks, dtype=np.int64)
        self.counted = 0

    def serve(self, tick: int, strategy: Strategy) -> None:
        """Deploy what is ready, then have the tick's rows predicted."""
        while self.jobs and self.jobs[0].ready <= tick:
            self._finish(self.jobs.popleft(), tick, strategy)
        if tick >= self.filled:
            self._fill(tick)

    def _finish(self, job: Training, tick: int, strategy: Strategy) -> None:
        """Put a finished training to the gate."""
        self.view.pending -= 1
        job.accepted = not strategy.gate.holdout or self._beats_champion(job, strategy)
        if job.accepted:
            job.deployed = self.view.deployed = self.filled = tick
            self.champion = job

    def _beats_champion(self, job: Training, strategy: Strategy) -> bool:
        """Compare on held-out rows that the champion was not trained on either."""
        first, stop = job.holdout
        seen = last(self.champion.fit.rows)
        while first < stop and self.stream.offsets[first] <= seen:
            first += 1
        if first == stop:
            return False
        losses = (self.fits.seen_losses(t.fit, first, stop) for t in (job, self.champion))
        return strategy.gate.accept(*losses)

    def _fill(self, tick: int) -> None:
        """Write the champion's predictions down to the end of the tick's block.

        They are computed ahead, and revealed tick by tick; a later model overwrites the rest.
        """
        start, stop = self.fits.block(tick)
        view, offsets = self.view, self.view._offsets
        given = self.fits.serve(self.champion.fit, tick)
        rows, cut = slice(offsets[tick], offsets[stop]), offsets[tick] - offsets[start]
        view._decision[rows] = given.decision[cut:]
        view._score[rows] = given.score[cut:]
        view._seen[rows] = given.seen[cut:]
        if self.loss is not view._seen:
            self.loss[rows] = given.loss[cut:]
        self.model[tick:stop] = self.champion.number
        self.filled = stop

    def train(self, rows: Rows, reason: str, strategy: Strategy) -> bool:
        """Start a training on these rows, if the gate admits it; return whether it did."""
        view = self.view
        held = strategy.gate.holdout
        cut = max(view.labelled - held, 0)
        kept = before(rows, int(self.stream.offsets[cut])) if held else rows
        require(
            count(kept) > 0,
            f"nothing is left to train on at tick {view.tick}: the training rows end with the "
            f"newest {held} ticks, which the gate holds out; use a longer window or less holdout",
        )
        if not strategy.gate.admit(view, kept):
            return False
        labels = view.buy(kept)
        if held:
            labels += view.buy(view.rows(cut, view.labelled))
        ready = view.tick + 1 + self.world.fit_delay
        job = Training(
            len(self.trainings),
            reason,
            view.tick,
            ready,
            self.fits.fit(kept),
            labels,
            (cut, view.labelled),
        )
        self.trainings.append(job)
        self.jobs.append(job)
        view.pending += 1
        view.trainings += 1
        view.decided = view.tick
        view.trained = cut
        return True

    def close(self, tick: int) -> None:
        """Enter the labels bought at this tick."""
        self.labels[tick] = self.view.bought - self.counted
        self.counted = self.view.bought

    def ledger(self) -> Ledger:
        """Return the whole as a ledger."""
        view, warmup = self.view, self.world.warmup
        table = tick_table(self.stream, warmup, view._decision, view._score, self.loss)
        table.insert(3, "model", self.model[warmup:])
        table["labels"] = self.labels[warmup:]
        ticks = np.array([a[0] for a in view.alarms], dtype=np.int64)
        table["alarms"] = np.bincount(ticks, minlength=self.stream.ticks)[warmup:]
        return Ledger(self.stream, table, self.trainings, list(view.alarms))
