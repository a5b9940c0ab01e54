"""View: what a strategy may see at a tick; asking for a label that has not arrived raises."""

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.deployed import DeployedModels
from retrainlab.sim.replay.not_yet_known import NotYetKnown as NotYetKnown
from retrainlab.sim.replay.selective import selective
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.rows import Rows, count, first, last, normal, since, without
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World

if TYPE_CHECKING:
    from retrainlab.sim.replay.bank import Bank
    from retrainlab.sim.replay.snapshot import Snapshot


class Alarm(NamedTuple):
    """One alarm; row -1 stands for the tick as a whole."""

    tick: int
    row: int
    source: str


class View:
    """The past, as revealed at the end of `tick`.

    tick: the tick that has just been served.
    labelled: first tick whose labels are not yet known. Where each label arrives at a time of its
        own, the first tick after the newest one with a label that is known; those before it have
        gaps, and `rows` leaves out what has not arrived.
    first_new_label: what `labelled` was a tick ago. `new_rows` has the labels that just arrived.
    deployed: the tick from which the model that now serves has been serving.
    pending: actions that are under way (`sim.replay.recipes`). trainings: those begun after the
        warm-up. last_action: tick of the last one, or None; last_decision: of one that trains.
    bank: the models that are there, to be used again.
    train_cutoff: first tick beyond the rows that the last training could use: not labelled, or
        held out.
    holdout: newest labelled ticks that the gate keeps out of training.
    last_alarm: tick of the row that raised the newest alarm that names a row.
    requested: tick from which on data count as new for the request that is now open, or None;
        see `new_since`.

    A label that is read is bought: `bought` rows are owned, and the ledger counts them.
    """

    def __init__(
        self, stream: Stream, world: World, record: ServedModels, price_ratio: float = math.nan
    ):
        self._stream = stream
        self._world = world
        self._record, self._price_ratio = record, price_ratio
        self._deployed = DeployedModels(record, final=stream.arrival is None)
        self._offsets = stream.offsets.tolist()
        self._arrivals = selective(arrivals(stream, world), stream, record)
        self._owned = self._arrivals.free()
        self.task = stream.task
        self.classes = len(stream.classes)
        self.warmup = world.warmup
        self.tick = world.warmup - 1
        self.labelled = self.first_new_label = world.warmup
        self.deployed = world.warmup
        self.pending = self.holdout = 0
        self.trainings = 0
        self.last_decision: int | None = None
        self.last_action: int | None = None
        self.bank: Bank
        self.train_cutoff = world.warmup
        self.requested: int | None = None
        self.last_alarm = self.bought = 0
        self.alarms: list[Alarm] = []

    @property
    def price_ratio(self) -> float:
        """The loss that a retraining costs: its price over that of a unit of loss.

        inf where a loss costs nothing. Raises `InputError` where no prices were given.
        """
        require(
            not math.isnan(self._price_ratio),
            "this strategy asks what a retraining costs, and no prices were given; give the price "
            "ratio to the replay, or set the strategy's parameter",
        )
        return self._price_ratio

    def advance(self, tick: int) -> None:
        """Move on to the end of a tick: its predictions are out, and some labels have arrived."""
        self.tick = tick
        self.first_new_label = self._arrivals.stop(tick - 1)
        self.labelled = self._arrivals.stop(tick)

    def owned(self, stop: int) -> NDArray[np.bool_]:
        """(m,) whether the label of each row before tick `stop` is owned."""
        return self._owned[: self._offsets[stop]].copy()

    def resume(self, snapshot: "Snapshot", pending: int) -> None:
        """Show what was revealed at the end of an earlier tick. pending: trainings under way."""
        self._owned[: len(snapshot.owned)] = snapshot.owned
        self.advance(snapshot.tick)
        self.pending, self.trainings = pending, len(snapshot.trainings) - 1
        actions = snapshot.trainings[1:]
        self.last_action = max((one.decided for one in actions), default=None)
        self.last_decision = max((one.decided for one in actions if one.work.rows), default=None)
        self.train_cutoff, self.requested = snapshot.train_cutoff, snapshot.requested
        self.alarms, self.last_alarm = list(snapshot.alarms), snapshot.last_alarm
        self.bought = int(snapshot.labels.sum())

    def rows(self, first: int, stop: int) -> Rows:
        """Rows of ticks first..stop-1 whose labels are known."""
        if stop > self.labelled:
            delay = self._world.label_delay
            late = f"they come {delay} tick{'' if delay == 1 else 's'} late"
            if self._stream.arrival is not None:
                late = "none has arrived"
            raise NotYetKnown(
                f"labels of tick {stop - 1} at tick {self.tick}: {late}; "
                f"those up to {self.labelled - 1} are known"
            )
        return self._arrivals.known(self._between(first, stop), self.tick)

    def new_rows(self) -> Rows | None:
        """Rows of the model in service whose labels arrived at the end of this tick.

        None if no tick's labels did; there may be none in a tick without rows.
        """
        start = self._offsets[self.deployed]
        if self._stream.arrival is None:
            ticks = max(self.first_new_label, self.deployed), self.labelled
            return self.rows(*ticks) if ticks[0] < ticks[1] else None
        rows = since(self._arrivals.new(self.tick), start)
        return rows if count(rows) else None

    def rows_since_fit(self, stop: int) -> Rows:
        """Rows before tick `stop` with a label that the last training could not use."""
        if self._stream.arrival is None:
            return self.rows(self.train_cutoff, stop)
        decided = self.warmup - 1 if self.last_decision is None else self.last_decision
        used = self._arrivals.known(self._between(0, self.train_cutoff), decided)
        return without(self.rows(0, stop), used)

    @property
    def new_since(self) -> int:
        """The tick from which on data count as new for a request that is made now.

        The tick of the row that has just alarmed, else `first_new_label`.
        """
        newest = self.alarms[-1] if self.alarms else None
        if newest is not None and newest.tick == self.tick and newest.row >= 0:
            return self.last_alarm
        return max(self.first_new_label, self.last_alarm)

    def known(self, rows: Rows) -> Rows:
        """Return some rows (one or more) in normal form, without those that have no label yet.

        All of them must lie before the first tick whose labels are not yet known.
        """
        rows = normal(rows)
        until = self._offsets[self.labelled]
        if first(rows) < 0 or last(rows) >= until:
            raise NotYetKnown(
                f"rows {first(rows)} to {last(rows)} at tick {self.tick}: "
                f"labels of rows 0 to {until - 1} are known"
            )
        return self._arrivals.known(rows, self.tick)

    def _between(self, first: int, stop: int) -> slice:
        """Rows of ticks first..stop-1. A negative tick is 0, and never counts from the end."""
        stop = max(stop, 0)
        return slice(self._offsets[min(max(first, 0), stop)], self._offsets[stop])

    def served(self, first: int, stop: int) -> slice:
        """Rows of ticks first..stop-1, which were served by a model."""
        if stop > self.tick + 1 or first < self._world.warmup:
            raise NotYetKnown(
                f"ticks {first} to {stop - 1} at tick {self.tick}: "
                f"those from {self._world.warmup} to {self.tick} have been served"
            )
        return self._between(first, stop)

    def x(self, first: int, stop: int) -> Floats:
        """(m, d) features of ticks first..stop-1; they are seen when they are served."""
        if stop > self.tick + 1:
            raise NotYetKnown(f"features of tick {stop - 1} at tick {self.tick}")
        return self._stream.x[self._between(first, stop)]

    def y(self, first: int, stop: int) -> NDArray[Any]:
        """(m,) labels that are known of ticks first..stop-1."""
        return self.labels_of(self.rows(first, stop))

    def monitored_value(self, first: int, stop: int) -> Floats:
        """(m,) predictions that were served, one number each (`losses.monitored_value`)."""
        return self._record.monitored_value(self.served(first, stop), stop)

    def decision(self, first: int, stop: int) -> NDArray[Any]:
        """(m,) labels or values that were served, to the rows of ticks first..stop-1."""
        return self._record.decision(self.served(first, stop), stop)

    def judged(self, first: int, stop: int) -> NDArray[Any]:
        """(m,) labels or values that were served to the rows of `y`."""
        self.served(first, stop)
        return self.decisions_of(self.rows(first, stop))

    def loss(self, first: int, stop: int) -> Floats:
        """(m,) losses of what was served, against the labels that arrived, of the rows of `y`."""
        self.served(first, stop)
        return self.losses_of(self.rows(first, stop))

    def labels_of(self, rows: Rows) -> NDArray[Any]:
        """(m,) labels of rows; all are known."""
        self._require_known(rows)
        self.buy(rows)
        return self._stream.y[rows]

    def features_of(self, rows: Rows) -> Floats:
        """(m, d) features of rows, which are seen when they are served."""
        until = self._offsets[self.tick + 1]
        if count(rows) and not 0 <= first(rows) <= last(rows) < until:
            raise NotYetKnown(
                f"features of rows {first(rows)} to {last(rows)} at tick {self.tick}: "
                f"those of rows 0 to {until - 1} have been seen"
            )
        return self._stream.x[rows]

    def decisions_of(self, rows: Rows) -> NDArray[Any]:
        """(m,) labels or values that were served to rows."""
        return self._record.decision(rows, self._served_until(rows))

    def losses_of(self, rows: Rows) -> Floats:
        """(m,) losses of what was served to rows, against their labels; all are known."""
        self._require_known(rows)
        self.buy(rows)
        return self._record.seen(rows, self._served_until(rows))

    def lowest_mean_loss(self, ticks: int) -> float:
        """Return the lowest mean loss a row that any deployed model has shown.

        Each of them counts with its first ticks of service, once their labels are known; inf
        before that. It is a reference that a model cannot excuse itself with.
        """

        def known(first: int, stop: int) -> Rows:
            rows = self.rows(first, stop)
            self.buy(rows)
            return rows

        return self._deployed.lowest_mean_loss(ticks, self.labelled, known)

    def probabilities(self, first: int, stop: int) -> Floats:
        """(m, k) class probabilities that were served to ticks first..stop-1.

        Raises `InputError` where a model gave classes without probabilities, or values.
        """
        self.served(first, stop)
        given = self._record.probabilities(first, stop)
        if given is None:
            raise InputError(
                "this strategy watches class probabilities, and the learner gives none; choose one "
                "that does, as learner=linear"
            )
        return given

    def _served_until(self, rows: Rows) -> int:
        """First tick after rows that were served by a model."""
        if not count(rows):
            return self.warmup
        stop = bisect_right(self._offsets, last(rows))
        self.served(bisect_right(self._offsets, first(rows)) - 1, stop)
        return stop

    def _require_known(self, rows: Rows) -> None:
        if count(rows) and count(self.known(rows)) < count(rows):
            raise NotYetKnown(f"labels of some of these rows at tick {self.tick}")

    def buy(self, rows: Rows) -> int:
        """Own the labels of these rows; return how many had not been owned before."""
        owned = self._owned[rows]
        new = len(owned) - int(np.count_nonzero(owned))
        if new:
            self._owned[rows] = True
            self.bought += new
        return new

    def row_of(self, tick: int) -> int:
        """First row of a tick, up to the first that is yet to be served."""
        if not 0 <= tick <= self.tick + 1:
            raise NotYetKnown(f"rows of tick {tick} at tick {self.tick}")
        return self._offsets[tick]

    def alarm(self, row: int, source: str) -> None:
        """Record an alarm; it is in the ledger whether or not it leads to a training."""
        self.alarms.append(Alarm(self.tick, row, source))
        if row >= 0:
            self.last_alarm = bisect_right(self._offsets, row) - 1
