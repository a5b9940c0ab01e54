"""Fits from moments of blocks: the parameters and predictions of scikit-learn's own fits."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from streams import fits_of, stream_of, turning

from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import FEW_ROWS, Learner
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.seeds import generator

ROWS = 3000
CLASSIFIERS = (GaussianNB(), GaussianNB(var_smoothing=1e-3), DummyClassifier())
REGRESSORS = (
    Ridge(),
    Ridge(alpha=0.01, solver="cholesky"),
    LinearRegression(),
    DummyRegressor(),
    make_pipeline(StandardScaler(), Ridge()),
    make_pipeline(StandardScaler(), LinearRegression()),
)
ESTIMATORS = [(e, 3) for e in CLASSIFIERS] + [(e, 0) for e in REGRESSORS]
SEEDS = range(8)


def random_stream(seed, classes):
    """Rows whose means move far from their spread, with columns of very different scales."""
    rng = generator(seed, "tests", "moments")
    width = int(rng.integers(1, 8))
    scale = 10.0 ** rng.uniform(-3, 3, width)
    path = np.cumsum(rng.standard_normal((ROWS, width)), axis=0) * rng.choice([0, 1, 30])
    x = (rng.standard_normal((ROWS, width)) + path) * scale
    value = (x / scale) @ rng.standard_normal(width) + rng.standard_normal(ROWS)
    if classes:
        value = rng.integers(0, classes, ROWS)  # labels that the columns do not settle
        x += 0.3 * value[:, None] * scale
    return stream_of(x, value, (100,) * (ROWS // 100), classes)


def random_windows(seed):
    """Windows within a block, over many, and with ends on the edges of blocks."""
    rng = generator(seed, "tests", "windows")
    for _ in range(8):
        start, stop = sorted(rng.integers(0, ROWS, 2).tolist())
        yield slice(start, max(stop, start + FEW_ROWS))
    yield from (slice(0, ROWS), slice(256, 1024), slice(255, 1025), slice(300, 360))


def parameters(model):
    """What a fitted model has learned, by step and name."""
    steps = model if hasattr(model, "steps") else [model]
    return {
        (place, name): value
        for place, step in enumerate(steps)
        for name, value in vars(step).items()
        if name != "random_state"
    }


def assert_same(value, other, scale=0.0):
    """Equal, to 1e-9 of the largest of them or of the scale if they are numbers."""
    if isinstance(value, np.ndarray | float | np.number):
        assert np.shape(value) == np.shape(other)
        assert np.asarray(value).dtype == np.asarray(other).dtype
        scale = max(scale, np.abs(np.asarray(other)).max())
        assert np.abs(np.subtract(value, other)).max() <= 1e-9 * scale
    else:
        assert value == other


def scale_of(name, y):
    """Of what an intercept is the difference of: the labels."""
    return np.abs(y).max() if name == "intercept_" else 0.0


@pytest.mark.parametrize(("estimator", "classes"), ESTIMATORS, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_any_window_has_the_fit_of_scikit_learn(estimator, classes, seed):
    stream = random_stream(seed, classes)
    fits = fits_of(stream, estimator)
    for rows in random_windows(seed):
        model = fits.fit(rows).model
        other = clone(estimator).fit(stream.x[rows], stream.y[rows])
        ours, theirs = parameters(model), parameters(other)
        assert ours.keys() == theirs.keys()
        for name, value in theirs.items():
            assert_same(ours[name], value, scale_of(name[1], stream.y[rows]))
        ask = other.predict_proba if classes else other.predict
        assert_same(fits.learner.predict(model, stream.x).given, ask(stream.x))


@pytest.mark.parametrize(("estimator", "classes"), ESTIMATORS, ids=str)
def test_the_estimator_itself_is_fitted_on_few_windows_only(estimator, classes, monkeypatch):
    stream, calls = turning(sizes=(100,) * 30, classes=classes), []
    fits = fits_of(stream, estimator)
    monkeypatch.setattr(fits.learner, "fit", lambda *_: calls.append(_))
    for stop in range(FEW_ROWS, 3000, 250):
        fits.fit(slice(0, stop))
    assert not calls
    fits.fit(slice(0, FEW_ROWS - 1))
    fits.fit(np.array([*range(100), *range(200, 300)]))
    assert len(calls) == 2


def test_a_fit_depends_on_its_rows_alone():
    """Not on what was asked for before, nor on rows that come later."""
    stream = random_stream(1, 3)
    other = stream.x.copy()
    other[1500:] *= 7
    changed = stream_of(other, stream.y, [ROWS], 3)
    rows = slice(130, 1500)
    alone, later = fits_of(stream, GaussianNB()), fits_of(changed, GaussianNB())
    busy = fits_of(stream, GaussianNB())
    for earlier in random_windows(2):
        busy.fit(earlier)
    models = [fits.fit(rows).model for fits in (alone, later, busy)]
    for model in models[1:]:
        assert np.array_equal(model.theta_, models[0].theta_)
        assert np.array_equal(model.var_, models[0].var_)


class Derived(GaussianNB):
    """Predicts and fits in its own way, for all that is known."""


NOT_KNOWN = [
    (DecisionTreeClassifier(), 2, {}),
    (Derived(), 2, {}),
    (GaussianNB(priors=[0.3, 0.7]), 2, {}),
    (GaussianNB(), 2, {"threshold": "tuned", "errors": {"false_alarm": 1, "missed": 5}}),
    (GaussianNB(), 2, {"scale": True}),
    (DummyClassifier(strategy="stratified"), 2, {}),
    (Ridge(solver="svd"), 0, {}),
    (Ridge(positive=True), 0, {}),
    (Ridge(fit_intercept=False), 0, {}),
    (make_pipeline(StandardScaler(with_std=False), Ridge()), 0, {}),
    (make_pipeline(StandardScaler(), StandardScaler(), Ridge()), 0, {}),
    (DummyRegressor(strategy="median"), 0, {}),
]


@pytest.mark.parametrize(("estimator", "classes", "options"), NOT_KNOWN)
def test_another_learner_is_fitted_as_it_is(estimator, classes, options):
    stream = turning(classes=classes)
    loss = ZeroOne() if classes else Absolute()
    fits = FitCache(stream, Learner(estimator, stream, **options), loss)
    assert fits.windows is None


def test_rows_with_weights_are_fitted_by_the_estimator():
    rng = generator(0, "tests", "weights")
    plain = turning(classes=2)
    weight = rng.uniform(0.5, 2, plain.rows)
    stream = stream_of(plain.x, plain.y, (10,) * 60, 2, weight=weight)
    model = fits_of(stream, GaussianNB()).fit(slice(0, 600)).model
    assert np.array_equal(model.theta_, GaussianNB().fit(plain.x, plain.y, weight).theta_)


@pytest.mark.parametrize("kind", ["constant", "collinear", "rounding"])
@pytest.mark.parametrize("estimator", [e for e in REGRESSORS if "Dummy" not in str(e)], ids=str)
def test_where_digits_are_lost_the_estimator_is_fitted(estimator, kind, monkeypatch):
    rng = generator(0, "tests", kind)
    x = rng.standard_normal((600, 3))
    x[:, 2] = {
        "constant": np.full(600, 0.1),
        "collinear": x[:, 0] - x[:, 1] + 1e-9 * x[:, 2],
        "rounding": 1e9 + 1e-3 * x[:, 2],
    }[kind]
    is_held_by_alpha = kind == "collinear" and "Ridge()" in str(estimator)
    stream, calls = stream_of(x, x[:, 0] + x[:, 1], (10,) * 60, 0), []
    fits = fits_of(stream, estimator)
    monkeypatch.setattr(fits.learner, "fit", lambda *_: calls.append(_))
    fits.fit(slice(0, 600))
    assert len(calls) == (not is_held_by_alpha)


def test_one_class_is_served_by_a_constant():
    stream = stream_of(np.arange(600.0), np.repeat([0, 1], 300), (10,) * 60)
    fits = fits_of(stream, GaussianNB())
    assert fits.fit(slice(0, 280)).constant
    assert not fits.fit(slice(0, 320)).constant
