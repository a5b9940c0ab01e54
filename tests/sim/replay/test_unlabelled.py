"""Rows without a label: served and counted, never scored or trained on."""

import dataclasses

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from streams import stream_of, turning

from retrainlab.sim.replay.baselines import baselines, no_change_row_by_row
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.replay.run_metrics import run_metrics
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World
from retrainlab.strategies import gate, what, when

WORLD = World(label_delay=2, fit_delay=1, warmup=10)
STRATEGIES = {
    "periodic": Strategy(when.Every(7), what.Everything(), gate.Always()),
    "window": Strategy(when.Every(7), what.Last(9), gate.Always()),
    "drop": Strategy(when.OnDrop(by=0.1), what.SinceAlarm(20), gate.Always()),
    "loss": Strategy(when.OnExcess(loss=5), what.SinceFit(), gate.Always()),
    "mixed": Strategy(when.Every(7), what.Mixed(9, share=0.0), gate.Always()),
}


def with_gaps(classes, share=0.4):
    """A stream of which some rows have no label, and the same without these rows."""
    whole = turning(classes=classes)
    labelled = generator(1, "tests", "labels").random(whole.rows) > share
    labelled[whole.offsets[40] : whole.offsets[42]] = False
    sizes = np.add.reduceat(labelled, whole.offsets[:-1])
    bare = stream_of(whole.x[labelled], whole.y[labelled], sizes, classes)
    return dataclasses.replace(whole, labelled=labelled), bare


def ledger_of(stream, strategy):
    estimator = LogisticRegression() if stream.classes else Ridge()
    learner = Learner(estimator, stream)
    fits = FitCache(
        stream, learner, ZeroOne() if stream.classes else Absolute(), probabilities=True
    )
    ledger = replay(stream, strategy, WORLD, fits)
    return ledger, run_metrics(ledger, fits, ("log_loss", "roc_auc"))


@pytest.mark.parametrize(
    ("name", "classes"),
    [(name, k) for name in STRATEGIES for k in (2, 0) if (name, k) != ("drop", 0)],
)
def test_it_is_as_if_these_rows_were_served_by_nobody(name, classes):
    gaps, bare = with_gaps(classes)
    (one, metrics), (other, others) = (ledger_of(s, STRATEGIES[name]) for s in (gaps, bare))
    assert one.quantities()["retrainings"] > 0
    for column, values in other.columns.items():
        if column != "rows" and not column.startswith("predicted_m"):
            np.testing.assert_allclose(one.columns[column], values, rtol=1e-9, err_msg=column)
    np.testing.assert_array_equal(one.columns["rows"], 10)
    np.testing.assert_array_equal(one.columns["scored"], other.columns["rows"])
    assert metrics == pytest.approx(others, nan_ok=True)
    for key in ("train_rows", "labels"):
        assert one.quantities()[key] == other.quantities()[key]


@pytest.mark.parametrize("classes", [2, 0])
def test_baselines_see_labels_only(classes):
    gaps, bare = with_gaps(classes)
    loss = ZeroOne() if classes else Absolute()
    ones, others = (baselines(stream, WORLD, loss) for stream in (gaps, bare))
    for name, ledger in ones.items():
        np.testing.assert_allclose(ledger.columns["loss"], others[name].columns["loss"], rtol=1e-9)
    assert no_change_row_by_row(gaps, 10) == pytest.approx(no_change_row_by_row(bare, 10))


def test_what_stands_where_a_label_is_missing_changes_nothing():
    gaps, _ = with_gaps(2)
    scrambled = dataclasses.replace(gaps, y=np.where(gaps.labelled, gaps.y, 1 - gaps.y))
    one, other = (ledger_of(s, STRATEGIES["drop"])[0] for s in (gaps, scrambled))
    for column, values in one.columns.items():
        np.testing.assert_array_equal(values, other.columns[column])
