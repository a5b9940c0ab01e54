"""Baselines without a model, at no cost, in every result: majority or mean, and no change.

On some well-known streams no retrained model beats "as yesterday" (Bifet et al. 2013), and a
report must show that. All of them see labels under the same clocks as the strategies.
"""

import numpy as np

from retrainlab.sim.replay.cost_matrix import CostMatrix
from retrainlab.sim.replay.decision_rules import least_cost_of_history
from retrainlab.sim.replay.ledger import Ledger, tick_columns
from retrainlab.sim.replay.losses import Loss
from retrainlab.sim.replay.predictions import Prediction, monitored_value
from retrainlab.sim.replay.row_loss import RowLoss
from retrainlab.sim.replay.summary import Span, tick_size
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import World


def baselines(stream: Stream, world: World, loss: Loss) -> dict[str, Ledger]:
    """Return the ledgers of the three baselines, in the order of `forecasts`."""
    given = forecasts(stream, world)
    return {name: scored(stream, world, loss, given[name]) for name in given}


def forecasts(stream: Stream, world: World) -> dict[str, Floats]:
    """Return what the three baselines predict for the served rows, (m, k) each; k = 1 for numbers.

    The labels of a tick arrive together, at the end of the tick `label_delay` later, those of the
    warm-up when the first row is served; or each when the stream says (`Stream.arrival`). What has
    arrived when tick t begins is what a baseline knows for every row of tick t: even without a
    delay not the labels of t itself.

    majority, mean: the class shares, or the mean, of all labels that have arrived.
    newest_majority, newest_mean: the same of the labels that arrived last, at the end of one tick.
    no_change: row by row the newest label that has arrived, of the row's entity where the stream
        has entities; `majority` or `mean` for an entity without any. Its probability is 1.
    """
    world.admits(stream)
    ticks = np.arange(world.warmup, stream.ticks)
    if stream.arrival is None:
        sums, sizes = _cumulated(stream, stream.tick_of_row())
        known = np.array([world.labelled(t - 1) for t in ticks.tolist()])
    else:
        sums, sizes = _cumulated(stream, np.minimum(stream.arrival, stream.ticks))
        known = ticks
    since = _start_of_newest(sizes, known)
    everything = _share(sums[known], sizes[known])
    newest = _share(sums[known] - sums[since], sizes[known] - sizes[since])
    served = np.diff(stream.offsets)[world.warmup :]
    usual = np.repeat(everything, served, axis=0)
    rows = np.arange(stream.rows - len(usual), stream.rows)
    if stream.arrival is None:
        source = _newest_known(stream, rows, np.repeat(stream.offsets[known], served))
    else:
        source = _newest_arrived(stream, rows, np.repeat(ticks, served))
    name = "majority" if stream.task == "classification" else "mean"
    return {
        name: usual,
        f"newest_{name}": np.repeat(newest, served, axis=0),
        "no_change": _labels_of(stream, source, usual),
    }


def no_change_row_by_row(stream: Stream, first_tick: int) -> float:
    """Score of the label before, if every label came before the next row was served.

    Over the rows from a tick on, whatever the size of a tick and the delay of the labels: the label
    of the row before, of the same entity where the stream has entities and it is not its first row.
    It says how alike neighbouring rows are, and is no strategy under the clocks. The score is
    accuracy, or forecast accuracy 1 - WAPE; nan without rows or where the truth is 0 throughout.
    """
    rows = np.arange(stream.offsets[first_tick], stream.rows)
    before = _newest_known(stream, rows, rows)
    if stream.judged is not None:
        judged = stream.judged[rows] & (before >= 0)
        rows, before = rows[judged], before[judged]
    labels, truth = stream.y[np.where(before >= 0, before, rows - 1)], stream.truth[rows]
    if _is_class(stream):
        return float(np.mean(labels == truth)) if len(rows) else np.nan
    size = np.abs(truth).sum()
    return float(1 - np.abs(labels - truth).sum() / size) if size else np.nan


def _newest_known(stream: Stream, rows: Ints, known: Ints) -> Ints:
    """(m,) the newest row with a label before `known[i]`, of the entity of `rows[i]`, or -1."""
    n = stream.rows
    entity = np.zeros(n, dtype=np.int64) if stream.entity is None else stream.entity
    ordered = entity * n + np.arange(n)  # by entity, then by row
    ordered = np.sort(ordered if stream.labelled is None else ordered[stream.labelled])
    places = np.searchsorted(ordered, entity[rows] * n + known) - 1
    is_same = (places >= 0) & (ordered[places] // n == entity[rows])
    return np.where(is_same, ordered[places] % n, -1)


def _newest_arrived(stream: Stream, rows: Ints, ticks: Ints) -> Ints:
    """(m,) the newest row whose label arrived before tick `ticks[i]`, of its entity, or -1."""
    assert stream.arrival is not None
    n, late = stream.rows, stream.ticks + 1
    entity = np.zeros(n, dtype=np.int64) if stream.entity is None else stream.entity
    known = stream.by_arrival
    known = known[np.argsort(entity[known], kind="stable")]  # by entity, then by arrival
    newest = np.maximum.accumulate(entity[known] * n + known)
    moments = entity[known] * late + stream.arrival[known]
    places = np.searchsorted(moments, entity[rows] * late + ticks) - 1
    is_same = (places >= 0) & (newest[places] // n == entity[rows])
    return np.where(is_same, newest[places] % n, -1)


def _labels_of(stream: Stream, source: Ints, fallback: Floats) -> Floats:
    """(m, k) the labels of rows, and a fallback where the row is -1."""
    is_known, labels = source >= 0, stream.y[source]
    given = np.eye(fallback.shape[1])[labels] if _is_class(stream) else labels[:, None]
    return np.where(is_known[:, None], given, fallback)


def _is_class(stream: Stream) -> bool:
    return stream.task == "classification"


def _cumulated(stream: Stream, tick: Ints) -> tuple[Floats, Ints]:
    """(T + 1, k) class counts, or (T + 1, 1) sums of labels, before each tick; and label counts.

    tick: (n,) that the label of each row belongs to, T where it comes later.
    """
    y, is_counted = stream.y, tick < stream.ticks
    if stream.labelled is not None:
        is_counted &= stream.labelled
    if not is_counted.all():
        tick, y = tick[is_counted], y[is_counted]
    if _is_class(stream):
        k = len(stream.classes)
        sums = np.bincount(tick * k + y, minlength=stream.ticks * k).reshape(-1, k)
    else:
        sums = np.bincount(tick, weights=y, minlength=stream.ticks).reshape(-1, 1)
    start = np.zeros((1, sums.shape[1]))
    counts = np.concatenate([[0], np.cumsum(np.bincount(tick, minlength=stream.ticks))])
    return np.concatenate([start, np.cumsum(sums, axis=0)]), counts


def _share(sums: Floats, sizes: Ints) -> Floats:
    return sums / np.maximum(sizes, 1)[:, None]


def _start_of_newest(offsets: Ints, known: Ints) -> Ints:
    """First tick of the newest non-empty one before each `known`."""
    filled = np.flatnonzero(np.diff(offsets) > 0)
    return filled[np.maximum(np.searchsorted(filled, known) - 1, 0)]


def scored(stream: Stream, world: World, loss: Loss, predictions: Floats) -> Ledger:
    """Return the ledger of a baseline's (m, k) predictions for the served rows.

    By a cost matrix it serves the class of the least expected cost, where the shares of the classes
    are its probabilities. In a regression the loss is given (m,) numbers; one that needs a vector,
    such as a mean and a scale, may refuse them by any exception.
    """
    given = Prediction.of(predictions if _is_class(stream) else predictions[:, 0], stream.task)
    if isinstance(loss, CostMatrix):
        first = int(stream.offsets[world.warmup])
        rule = least_cost_of_history(loss, stream, first)
        given = Prediction(predictions, rule(predictions, stream.x[first:]))
    return ledger_of(stream, world, loss, given)


def ledger_of(stream: Stream, world: World, loss: Loss, given: Prediction) -> Ledger:
    """Return the ledger of what was served in the m served rows, without trainings."""
    since = world.warmup
    span = Span(stream, since, stream.ticks, tick_size(stream, since))
    first = int(stream.offsets[since])
    cost = RowLoss(loss, stream).counted(stream.truth[first:], given, slice(first, stream.rows))
    sums = span.summarise(given.decision, monitored_value(given, stream.task), cost)
    nothing = np.zeros(sums.shape[1], dtype=np.int64)
    columns = tick_columns(stream, since, sums, nothing - 1, nothing, nothing)
    return Ledger(stream, columns, predictions=given)
