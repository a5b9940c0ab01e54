"""Baselines without a model, at no cost, in every result: majority or mean, and no change.

On some well-known streams no retrained model beats "as yesterday" (Bifet et al. 2013), and a
report must show that. Both see labels under the same clocks as the strategies.
"""

import numpy as np

from retrainlab.sim.replay.ledger import Ledger, tick_columns
from retrainlab.sim.replay.losses import Loss, decide, monitored_value
from retrainlab.sim.replay.summary import Span, tick_size
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import World


def baselines(stream: Stream, world: World, loss: Loss) -> dict[str, Ledger]:
    """Return the ledgers of `majority` (or `mean`) and of `no_change`.

    majority, mean: the class shares, or the mean, of all labels known at the start of the tick.
    no_change: the same of the newest tick whose labels are known then; where the stream has
        entities, the newest known label of the same entity.
    """
    world.admits(stream)
    sums, sizes = _cumulated(stream)
    ticks = np.arange(world.warmup, stream.ticks)
    known = np.array([world.labelled(int(t) - 1) for t in ticks])
    everything = _share(sums[known], sizes[known])
    if stream.entity is None:
        since = _start_of_newest(stream.offsets, known)
        newest = _share(sums[known] - sums[since], sizes[known] - sizes[since])
        latest = np.repeat(newest, np.diff(stream.offsets)[world.warmup :], axis=0)
    else:
        latest = _latest_of_entity(stream, world, everything)
    usual = np.repeat(everything, np.diff(stream.offsets)[world.warmup :], axis=0)
    name = "majority" if stream.task == "classification" else "mean"
    return {
        name: _ledger(stream, world, loss, usual),
        "no_change": _ledger(stream, world, loss, latest),
    }


def _cumulated(stream: Stream) -> tuple[Floats, Ints]:
    """(T + 1, k) class counts, or (T + 1, 1) sums of labels, before each tick; and row counts."""
    tick = stream.tick_of_row()
    if stream.task == "classification":
        k = len(stream.classes)
        sums = np.bincount(tick * k + stream.y, minlength=stream.ticks * k).reshape(-1, k)
    else:
        sums = np.bincount(tick, weights=stream.y, minlength=stream.ticks).reshape(-1, 1)
    start = np.zeros((1, sums.shape[1]))
    return np.concatenate([start, np.cumsum(sums, axis=0)]), stream.offsets


def _share(sums: Floats, sizes: Ints) -> Floats:
    return sums / np.maximum(sizes, 1)[:, None]


def _start_of_newest(offsets: Ints, known: Ints) -> Ints:
    """First tick of the newest non-empty one before each `known`."""
    filled = np.flatnonzero(np.diff(offsets) > 0)
    return filled[np.maximum(np.searchsorted(filled, known) - 1, 0)]


def _latest_of_entity(stream: Stream, world: World, fallback: Floats) -> Floats:
    """(m, k) the newest known label of each row's entity; the fallback where there is none."""
    assert stream.entity is not None
    rows = np.repeat(fallback, np.diff(stream.offsets)[world.warmup :], axis=0)
    newest = np.full(int(stream.entity.max()) + 1, -1, dtype=np.int64)
    seen, start = 0, int(stream.offsets[world.warmup])
    for tick in range(world.warmup, stream.ticks):
        until = int(stream.offsets[world.labelled(tick - 1)])
        newest[stream.entity[seen:until]] = np.arange(seen, until)
        seen = until
        current = slice(int(stream.offsets[tick]), int(stream.offsets[tick + 1]))
        source = newest[stream.entity[current]]
        is_known = source >= 0
        target = np.flatnonzero(is_known) + current.start - start
        labels = stream.y[source[is_known]]
        if stream.task == "classification":
            rows[target] = np.eye(rows.shape[1])[labels]
        else:
            rows[target, 0] = labels
    return rows


def _ledger(stream: Stream, world: World, loss: Loss, predictions: Floats) -> Ledger:
    """Score (m, k) predictions for the served rows."""
    if stream.task == "regression":
        predictions = predictions[:, 0]
    since = world.warmup
    span = Span(stream, since, stream.ticks, tick_size(stream, since))
    task = stream.task
    cost = np.asarray(loss(stream.truth[stream.offsets[since] :], predictions), dtype=np.float64)
    decisions, monitored = decide(predictions, task), monitored_value(predictions, task)
    sums = span.summarise(decisions, monitored, cost)
    nothing = np.zeros(sums.shape[1], dtype=np.int64)
    columns = tick_columns(stream, since, sums, nothing - 1, nothing, nothing)
    return Ledger(stream, columns, predictions=predictions)
