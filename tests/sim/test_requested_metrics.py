"""Metrics that are asked for: against scikit-learn itself, and undefined as nan."""

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from streams import At, fits_of, stream_of, turning

from retrainlab.experiments.study.chosen import columns_of, metrics_of
from retrainlab.reports.text.columns import IN_TERMINAL
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.baselines import baselines
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.run_metrics import run_metrics
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.requested_metrics import is_requestable, scorers
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything

TWO, THREE, VALUES = turning(), turning(classes=3), turning(classes=0)
WORLD = World(warmup=10)


def computed(stream, estimator, *names):
    """The metrics of a replay without a retraining, and what its model gives for these rows."""
    fits = fits_of(stream, estimator, probabilities=True)
    ledger = replay(stream, Strategy(At(), Everything(), Always()), WORLD, fits)
    model = ledger.trainings[0].fit.model
    return run_metrics(ledger, fits, names), model, stream.x[100:], stream.truth[100:]


@pytest.mark.parametrize(
    "name",
    [
        "average_precision",
        "neg_log_loss",
        "neg_brier_score",
        "matthews_corrcoef",
        "f1_weighted",
        "top_k_accuracy",
        "roc_auc_ovr",
    ],
)
@pytest.mark.parametrize("stream", [TWO, THREE], ids=["two", "three"])
@pytest.mark.filterwarnings("error::sklearn.exceptions.UndefinedMetricWarning")
def test_a_scorer_says_what_it_says_of_the_model(name, stream):
    values, model, x, y = computed(stream, GaussianNB(), name)
    try:
        expected = reference.get_scorer(name)(model, x, y)
    except (ValueError, UndefinedMetricWarning):
        expected = np.nan
    assert values[name] == pytest.approx(expected, nan_ok=True)


def test_a_regression_has_scorers_and_formulas():
    names = ("r2", "neg_median_absolute_error", "rmse", "mape", "pinball", "pinball_0.9")
    values, model, x, y = computed(VALUES, LinearRegression(), *names)
    given = model.predict(x)
    expected = {
        "r2": reference.r2_score(y, given),
        "neg_median_absolute_error": -reference.median_absolute_error(y, given),
        "rmse": reference.root_mean_squared_error(y, given),
        "mape": reference.mean_absolute_percentage_error(y, given),
        "pinball": reference.mean_pinball_loss(y, given),
        "pinball_0.9": reference.mean_pinball_loss(y, given, alpha=0.9),
    }
    assert {name: values[name] for name in names} == pytest.approx(expected)


def test_what_is_undefined_is_nan():
    values, *_ = computed(TWO, LinearSVC(), "average_precision", "neg_log_loss", "r2", "rmse")
    assert np.isnan([values[n] for n in ("average_precision", "neg_log_loss", "r2", "rmse")]).all()
    one = stream_of(np.arange(40.0), np.r_[0, 1, np.zeros(38)], [2] * 20)
    values, *_ = computed(one, GaussianNB(), "average_precision", "matthews_corrcoef")
    assert np.isnan(values["average_precision"])
    zero = stream_of(np.arange(60.0), np.arange(60) % 3, [2] * 30, 0)
    fits = fits_of(zero, LinearRegression(), probabilities=True)
    ledger = replay(zero, Strategy(At(), Everything(), Always()), WORLD, fits)
    assert np.isnan(run_metrics(ledger, fits, ["mape"])["mape"])


def test_rows_without_a_label_are_in_no_score():
    labelled = np.arange(600) % 3 > 0
    stream = stream_of(TWO.x, TWO.y, [10] * 60, labelled=labelled)
    values, model, x, y = computed(stream, GaussianNB(), "average_precision")
    kept = labelled[100:]
    expected = reference.average_precision_score(y[kept], model.predict_proba(x[kept])[:, 1])
    assert values["average_precision"] == pytest.approx(expected)


def test_baselines_are_scored_alike():
    fits = fits_of(TWO, GaussianNB(), probabilities=True)
    ledger = baselines(TWO, WORLD, ZeroOne())["no_change"]
    value = run_metrics(ledger, fits, ["balanced_accuracy", "matthews_corrcoef"])
    served = ledger.predictions.decision
    assert value["matthews_corrcoef"] == reference.matthews_corrcoef(TWO.y[100:], served)


def test_every_scorer_that_is_offered_is_a_number_or_nan():
    """On one classification and one regression; none raises."""
    names = [*scorers()]
    assert {"average_precision", "r2"} < {*names}
    assert "rand_score" not in names
    for stream, estimator in ((TWO, GaussianNB()), (VALUES, LinearRegression())):
        values = computed(stream, estimator, *names)[0]
        assert sum(np.isfinite(values[name]) for name in names) > 8


def test_names_are_checked():
    assert metrics_of({"metrics": ["r2", "log_loss", "roc_auc", "f1"]}) == (
        "roc_auc",
        "log_loss",
        "r2",
    )
    assert metrics_of({"metrics": "pinball_0.75"}) == ("pinball_0.75",)
    for bad in ("averge_precision", "pinball_1.5", "rand_score", 3):
        with pytest.raises(InputError, match=f"metrics names {bad!r}; .*[Tt]here is: "):
            metrics_of({"metrics": [bad]})
    assert not is_requestable("pinball_0.0")
    assert columns_of(None, ()) == IN_TERMINAL
    assert columns_of(["r2", "cost"], ["r2"]) == ("r2", "cost")
    with pytest.raises(InputError, match=r"only where it is asked for: add metrics=\[r2,rmse\]"):
        columns_of("rmse", ["r2"])
    with pytest.raises(InputError, match="columns names 'r3'"):
        columns_of("r3", ["r2"])
