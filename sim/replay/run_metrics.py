"""Metrics of a whole run: from the ledger's sums, and from every served row where asked for.

Log loss is a mean and the area under the ROC curve is not: it needs the ranks of all scores of a
span. Both are computed once a run, from the probabilities that were served, so that they are exact
and one mechanism serves every metric of rows. The fits give these again, block by block, from
their cache; to sort 100,000 scores takes longer than everything else that a cell costs, hence only
on request. A histogram of scores a tick would be cheaper and serve any span, but is not exact. The
log loss of every tick is what the ledger's `loss` is with `loss=log`.
"""

from collections.abc import Iterable

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.metrics import METRICS, summary
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.stream import Floats


def run_metrics(ledger: Ledger, fits: FitCache, asked: Iterable[str] = ()) -> dict[str, float]:
    """Return the score, every metric of ticks, and those metrics of rows that are asked for.

    Metrics of rows are nan for the other task and where some row was served a label only. fits:
    those of the replay, made with `probabilities=True` if any metric is asked for.
    """
    stream = ledger.stream
    values = summary(ledger.columns, stream.task)
    formulas = {name: METRICS[name].of_rows for name in asked if METRICS[name].of_rows}
    values |= dict.fromkeys(formulas, np.nan)
    probabilities = served_probabilities(ledger, fits) if formulas else None
    if probabilities is None:
        return values
    first = int(stream.offsets[ledger.columns["tick"][0]])
    truth = stream.truth[first:]
    if stream.labelled is not None:
        truth, probabilities = (
            truth[stream.labelled[first:]],
            probabilities[stream.labelled[first:]],
        )
    of_task = {n: f for n, f in formulas.items() if f and METRICS[n].task == stream.task}
    return values | {name: formula(truth, probabilities) for name, formula in of_task.items()}


def served_probabilities(ledger: Ledger, fits: FitCache) -> Floats | None:
    """(n, k) class probabilities of all served rows; None where some row was served none."""
    if ledger.stream.task == "regression":
        return None
    if ledger.predictions is not None:
        return ledger.predictions if ledger.predictions.ndim == 2 else None
    require(fits.keeps_probabilities, "metrics of rows need fits made with probabilities=True")
    models = ServedModels(fits, int(ledger.columns["tick"][0]))
    for training in ledger.trainings:
        if training.deployed is not None:
            models.deploy(training.fit, training.deployed)
    return models.probabilities()
