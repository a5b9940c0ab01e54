"""Any estimator as it is: seeds, encoders, vectors, missing classes, and next to no data."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import BayesianRidge, LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from streams import At, Level, Mirror, fits_of, run, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import FEW_ROWS, Constant, Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Gaussian, Log
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every

STREAM = turning(turns=())
THREE = turning(classes=3, turns=())


def test_a_class_with_fit_and_predict_is_enough():
    prototype = Mirror()
    learner = Learner(prototype, STREAM)
    model = learner.fit(np.array([[0.0], [1.0]]), np.array([1, 0]), seed=0)
    assert learner.predict(model, np.array([[1.0], [0.0]])).given.tolist() == [0, 1]
    assert vars(prototype) == {}
    with pytest.raises(InputError, match="learner object has no fit and predict"):
        Learner(object(), STREAM)


class Noise(BaseEstimator):
    """Its model is its random state."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, x, y):
        return self

    def predict(self, x):
        return np.full(len(x), self.random_state % 2)


class Plain:
    """The same without scikit-learn."""

    random_state = None
    fit, predict = Noise.fit, Noise.predict


NESTED = {
    "alone": (Noise(), lambda m: [m]),
    "plain": (Plain(), lambda m: [m]),
    "pipeline": (make_pipeline(StandardScaler(), Noise(3)), lambda m: [m[-1]]),
    "deep": (
        make_pipeline(make_pipeline(StandardScaler(), BaggingClassifier(DecisionTreeClassifier()))),
        lambda m: [m[0][-1], m[0][-1].estimator],
    ),
}


@pytest.mark.parametrize("name", NESTED)
def test_the_seed_drives_every_random_state(name):
    estimator, inner = NESTED[name]
    learner = Learner(estimator, STREAM)
    for seed in (0, 1, 2**32 - 1):
        model = learner.fit(STREAM.x[:60], STREAM.y[:60], seed)
        assert [m.random_state for m in inner(model)] == [seed] * len(inner(model))


def test_the_same_rows_are_the_same_model_and_other_rows_have_another_seed():
    fits = fits_of(STREAM, Noise(), memo_bytes=0)
    seeds = [fits.fit(rows).model.random_state for rows in (slice(0, 60), np.arange(60))]
    assert seeds[0] == seeds[1]
    others = {fits.fit(slice(0, stop)).model.random_state for stop in range(60, 100)}
    assert len(others) == 40
    other = FitCache(STREAM, fits.learner, fits.loss, seed=1)
    assert other.fit(slice(0, 60)).model.random_state != seeds[0]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, FEW_ROWS - 1])
@pytest.mark.parametrize(
    "estimator",
    [
        KNeighborsClassifier(60),
        LogisticRegression(),
        CalibratedClassifierCV(GaussianNB(), cv=30),
        SGDClassifier(early_stopping=True, validation_fraction=0.01),
    ],
    ids=lambda e: type(e).__name__,
)
def test_too_few_rows_leave_class_shares(estimator, rows):
    learner = Learner(estimator, STREAM)
    y = STREAM.y[:rows]
    model = learner.fit(STREAM.x[:rows], y, seed=0)
    given = learner.predict(model, STREAM.x[:5]).given
    assert len(given) == 5
    if isinstance(model, Constant):
        shares = np.bincount(y, minlength=2) / max(rows, 1)
        assert given.tolist() == [shares.tolist()] * 5
    assert rows > 2 or isinstance(model, Constant) or len(set(y)) == 2


def test_a_single_class_leaves_a_constant_and_the_ledger_says_so():
    """Rows 20 to 39 are all 1: the window of the training is one class, and the replay goes on."""
    y = np.repeat([0, 1, 0], [20, 20, 20])
    y[:20:2] = 1
    stream = stream_of(np.arange(60) % 7, y, [2] * 30)
    ledger = run(stream, LogisticRegression(), At(19), Last(5), warmup=10, loss=Log())
    table = ledger.retrainings()
    assert table["constant"].tolist() == [False, True]
    assert ledger.ticks["predicted_min"][10:].tolist() == [1.0] * 10
    assert ledger.ticks["loss"][10:].tolist() == pytest.approx([2 * np.log(1e6)] * 10)


def test_too_few_rows_do_not_break_a_replay():
    stream = turning(sizes=(1,) * 40)
    ledger = run(stream, KNeighborsClassifier(5), Every(1), Last(3), warmup=10)
    assert ledger.retrainings()["constant"].tolist() == [False] + [True] * 30
    values = turning(sizes=(1,) * 40, classes=0)
    ledger = run(values, WantsFive(), Every(1), Last(3), warmup=10)
    assert ledger.ticks["predicted_mean"][1:].tolist() == pytest.approx(
        [values.y[t - 3 : t].mean() for t in range(11, 40)]
    )


class WantsFive(Ridge):
    """Wants five rows."""

    def fit(self, x, y):
        if len(y) < 5:
            raise ValueError("too few")
        return super().fit(x, y)


def test_an_error_on_enough_rows_is_a_defect_and_is_raised():
    class Broken(WantsFive):
        def fit(self, x, y):
            raise ValueError("broken")

    learner = Learner(Broken(), turning(classes=0))
    with pytest.raises(ValueError, match="broken"):
        learner.fit(np.zeros((FEW_ROWS, 1)), np.zeros(FEW_ROWS), 0)


@pytest.mark.parametrize("estimator", [GaussianNB(), make_pipeline(StandardScaler(), GaussianNB())])
def test_a_class_that_training_missed_gets_probability_0(estimator):
    learner = Learner(estimator, THREE)
    rows = THREE.y != 1
    model = learner.fit(THREE.x[rows], THREE.y[rows], 0)
    given = learner.predict(model, THREE.x).given
    assert given.shape == (THREE.rows, 3)
    assert np.all(given[:, 1] == 0)
    assert given.sum(axis=1) == pytest.approx(1)
    expected = clone(estimator).fit(THREE.x[rows], THREE.y[rows]).predict(THREE.x)
    assert given.argmax(axis=1).tolist() == expected.tolist()


def test_a_classifier_without_probabilities_gives_labels():
    learner = Learner(SGDClassifier(), THREE)
    model = learner.fit(THREE.x, THREE.y, 0)
    assert (
        learner.predict(model, THREE.x[:9]).decision.tolist() == model.predict(THREE.x[:9]).tolist()
    )
    ledger = run(THREE, SGDClassifier(), Every(20), Everything(), warmup=10, loss=Log())
    hits = ledger.ticks[["hit_0", "hit_1", "hit_2"]].to_numpy().sum()
    assert ledger.ticks["loss"].sum() == pytest.approx((500 - hits) * np.log(1e6))


def test_a_prediction_may_be_a_mean_and_a_scale():
    stream = turning(classes=0, turns=())
    fits = FitCache(stream, Learner(BayesianRidge(), stream, spread=True), Gaussian())
    ledger = replay(stream, Strategy(Every(30), Everything(), Always()), World(warmup=10), fits)
    model = BayesianRidge().fit(stream.x[:100], stream.y[:100])
    mean, scale = model.predict(stream.x[100:110], return_std=True)
    nats = 0.5 * np.log(2 * np.pi) + np.log(scale) + 0.5 * ((stream.y[100:110] - mean) / scale) ** 2
    assert ledger.ticks["loss"][0] == pytest.approx(nats.sum())
    assert ledger.ticks["abs_error"][0] == pytest.approx(np.abs(mean - stream.y[100:110]).sum())


def test_probabilities_are_scored_as_probabilities():
    ledger = run(STREAM, GaussianNB(), At(99), Everything(), warmup=10, loss=Log())
    given = GaussianNB().fit(STREAM.x[:100], STREAM.y[:100]).predict_proba(STREAM.x[100:])
    nats = -np.log(np.clip(given[np.arange(500), STREAM.y[100:]], 1e-6, 1))
    assert ledger.ticks["loss"].sum() == pytest.approx(nats.sum())
    assert ledger.ticks["predicted_mean"].mean() == pytest.approx(given[:, 1].mean())


class Wrong(Level):
    """Gives what it is told to, whatever is asked."""

    def __init__(self, given):
        self.given = given

    def predict(self, x):
        return np.broadcast_to(self.given, (len(x), *np.shape(self.given)))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (2, "predicted classes 2 to 2; they must be codes from 0 to 1"),
        (-1, "predicted classes -1 to -1"),
        ([0.2, 0.3, 0.5], r"shape \(n, 3\) for n rows; its predict must give one class"),
        ([1], r"shape \(n, 1\) for n rows"),
        ([[1, 0]], r"shape \(n, 1, 2\) for n rows; it must give one a row"),
    ],
)
def test_a_prediction_that_cannot_be_counted_is_refused(given, sentence):
    with pytest.raises(InputError, match=sentence):
        run(STREAM, Wrong(given), At(), Everything(), warmup=10)
