"""Metrics of a whole run: from the ledger's sums, and from every served row where asked for.

Log loss is a mean and the area under the ROC curve is not: it needs the ranks of all scores of a
span. Both are computed once a run, from the probabilities that were served, so that they are exact
and one mechanism serves every metric of rows. The fits give these again, block by block, from
their cache; to sort 100,000 scores takes longer than everything else that a cell costs, hence only
on request. A histogram of scores a tick would be cheaper and serve any span, but is not exact. The
log loss of every tick is what the ledger's `loss` is with `loss=log`.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.metrics import METRICS, Metric, ServedRows, summary
from retrainlab.sim.replay.cost_matrix import CostMatrix
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger, deployments
from retrainlab.sim.replay.row_loss import Columns, RowLoss
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.requested_metrics import requested
from retrainlab.sim.stream import Floats


def run_metrics(ledger: Ledger, fits: FitCache, asked: Iterable[str] = ()) -> dict[str, float]:
    """Return the score, every metric of ticks, and those that are asked for besides.

    These are nan for the other task; those of probabilities also where some row was served a class
    only. fits: those of the replay, made with `probabilities=True` if any metric is asked for.
    """
    task = ledger.stream.task
    values = summary(ledger.columns, task)
    metrics = {name: requested(name) or METRICS[name] for name in asked}
    further = {name: metric for name, metric in metrics.items() if name not in values}
    of_task = {name: m for name, m in further.items() if m.task in (None, task)}
    served = served_rows(ledger, fits) if any(m.of_rows for m in of_task.values()) else None
    computed = {name: _value(metric, ledger, served) for name, metric in of_task.items()}
    return values | dict.fromkeys(further, np.nan) | computed


def _value(metric: Metric, ledger: Ledger, served: ServedRows | None) -> float:
    if metric.of_ticks:
        return metric.of_ticks(ledger.columns)
    return metric.of_rows(served) if metric.of_rows and served is not None else np.nan


def served_rows(ledger: Ledger, fits: FitCache) -> ServedRows:
    """Return all rows that were served and are scored."""
    stream = ledger.stream
    first = int(stream.offsets[ledger.columns["tick"][0]])
    decision, probabilities = _served(ledger, fits, first)
    kept = slice(None) if stream.judged is None else stream.judged[first:]
    given = None if probabilities is None else probabilities[kept]
    refused = _refused(fits.row_loss, decision, probabilities, slice(first, stream.rows))
    return ServedRows(
        stream.truth[first:][kept],
        decision[kept],
        given,
        None if refused is None else refused[kept],
    )


def _refused(
    loss: RowLoss, decision: NDArray[Any], probabilities: Floats | None, rows: slice
) -> NDArray[np.bool_] | None:
    """(n,) rows that are served no class; None where the loss prices no refusal."""
    matrix, stream = loss.loss, loss.stream
    if not isinstance(matrix, CostMatrix) or matrix.refusal is None:
        return None
    given = decision if probabilities is None else probabilities
    return matrix.refuses(given, decision, stream.classes, Columns(stream, rows))


def _served(ledger: Ledger, fits: FitCache, first: int) -> tuple[NDArray[Any], Floats | None]:
    """(n,) classes or values that were served from a row on, and (n, k) probabilities."""
    is_class = ledger.stream.task == "classification"
    if ledger.predictions is not None:
        given = ledger.predictions
        return given.decision, given.given if is_class and given.given.ndim == 2 else None
    require(
        fits.keeps_probabilities or not is_class,
        "metrics of rows need fits made with probabilities=True",
    )
    since, stop = int(ledger.columns["tick"][0]), ledger.stream.ticks
    models = ServedModels(fits, since)
    for tick, training in deployments(ledger.trainings):
        models.deploy(training.fit, tick)
    decision = models.decision(slice(first, ledger.stream.rows), stop)
    return decision, models.probabilities(since, stop) if is_class else None
