"""One strategy over a stream, against a naive row-by-row loop."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement, quickest
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every

TICK_ROWS, EVERY_ROWS, WINDOW_ROWS = 100, 500, 2000


def run(rows: int = 100_000, repeats: int = 2) -> list[Measurement]:
    """Refit every 500 rows on the last 2,000, both ways, from the same warm-up of 2,000 rows."""
    ticks = rows // TICK_ROWS
    stream = Gradual(ticks, TICK_ROWS, start=ticks // 3, duration=ticks // 3)(0)
    return [
        figure
        for estimator in (LogisticRegression(), GaussianNB())
        for figure in _compare(stream, estimator, repeats)
    ]


def _compare(stream: Stream, estimator: Any, repeats: int) -> list[Measurement]:
    kept: dict[str, Any] = {}

    def ours() -> None:
        kept["ledger"] = _replayed(stream, estimator)

    def loop() -> None:
        kept["predictions"] = row_by_row(stream.x, stream.y, estimator)

    mine, theirs = quickest(repeats, ours, loop)
    name = type(estimator).__name__
    note = f"{mine:.2f} s against {theirs:.2f} s for {stream.rows:,} rows"
    return [
        Measurement(f"row-by-row loop / replay, {name}", theirs / mine, least=15, note=note),
        Measurement(
            f"ticks where both predict the same, {name}",
            _agreement(stream, **kept),
            "of 1",
            least=1,
            note="same rows predicted as class 1, same hits",
        ),
    ]


def _replayed(stream: Stream, estimator: Any) -> Ledger:
    strategy = Strategy(Every(EVERY_ROWS // TICK_ROWS), Last(WINDOW_ROWS // TICK_ROWS), Gate())
    fits = FitCache(stream, Learner(estimator, stream), ZeroOne())
    return replay(stream, strategy, World(warmup=WINDOW_ROWS // TICK_ROWS), fits)


def row_by_row(x: Floats, y: NDArray[Any], estimator: Any) -> NDArray[Any]:
    """(n - 2000,) predictions of the obvious loop: predict a row, append, refit now and then."""
    model = clone(estimator).fit(x[:WINDOW_ROWS], y[:WINDOW_ROWS])
    predictions = []
    for i in range(WINDOW_ROWS, len(x)):
        predictions.append(model.predict(x[i : i + 1])[0])
        seen = i + 1
        if seen % EVERY_ROWS == 0:
            model = clone(estimator).fit(x[seen - WINDOW_ROWS : seen], y[seen - WINDOW_ROWS : seen])
    return np.array(predictions)


def _agreement(stream: Stream, ledger: Ledger, predictions: NDArray[Any]) -> float:
    """Share of ticks in which predictions and hits of class 1 are as many."""
    given = predictions.reshape(-1, TICK_ROWS)
    hits = given & stream.y[WINDOW_ROWS:].reshape(given.shape)
    same = ledger.ticks["predicted_1"].to_numpy() == given.sum(axis=1)
    return float(np.mean(same & (ledger.ticks["hit_1"].to_numpy() == hits.sum(axis=1))))
