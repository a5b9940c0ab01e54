"""Linear models that are fitted without scikit-learn's checks are what it fits, to the byte."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from retrainlab.sim.estimators import direct_linear
from retrainlab.sim.estimators.direct_fit import DirectFit, _is_alike
from retrainlab.sim.estimators.unfitted import fresh

LAYOUTS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "columns of a wider table": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "rows of a longer table": lambda x: np.repeat(x, 2, axis=0)[::2],
}
LEFT = {
    "an L1 penalty": LogisticRegression(solver="saga", l1_ratio=1, max_iter=3),
    "no penalty": LogisticRegression(C=np.inf),
    "balanced classes": LogisticRegression(class_weight="balanced"),
    "no intercept": LogisticRegression(fit_intercept=False),
    "another solver": LogisticRegression(solver="newton-cg"),
    "a warm start": LogisticRegression(warm_start=True),
    "a ridge without intercept": Ridge(fit_intercept=False),
    "a ridge of positive weights": Ridge(positive=True),
    "a ridge by another solver": Ridge(solver="svd"),
    "a ridge without penalty": Ridge(alpha=0),
    "a ridge with a penalty a target": Ridge(alpha=np.array([1.0])),
}


def _rows(seed, count, classes, columns=5):
    """x, y of a classification with so many classes, or of a regression for 0."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((count, columns)) * 10.0 ** rng.integers(-2, 2, columns)
    if not classes:
        return x, x[:, 0] + rng.standard_normal(count) + 100
    y = rng.integers(0, classes, count)
    y[:classes] = range(classes)
    return x, y * 3 - 1


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(10, 800),
    classes=st.sampled_from([0, 0, 2, 2, 3, 7]),
    strength=st.sampled_from([1e-3, 0.5, 1, 1000.0]),
    layout=st.sampled_from(sorted(LAYOUTS)),
    is_weighted=st.booleans(),
)
def test_the_state_is_that_of_scikit_learn(seed, count, classes, strength, layout, is_weighted):
    model = LogisticRegression(C=strength) if classes else Ridge(alpha=strength)
    x, y = _rows(seed, count, classes)
    x = LAYOUTS[layout](x)
    weight = np.linspace(0, 2, count) if is_weighted else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs = fresh(model).fit(x, y, sample_weight=weight)
        assert direct_linear.fit(model, x, y, sample_weight=weight)
    assert _is_alike(model, theirs)
    assert vars(model).keys() == vars(theirs).keys()
    assert model.coef_.strides == theirs.coef_.strides
    new = _rows(seed + 1, 50, classes)[0]
    assert model.predict(new).tobytes() == theirs.predict(new).tobytes()
    if classes:
        assert model.predict_proba(new).tobytes() == theirs.predict_proba(new).tobytes()


@pytest.mark.parametrize("what", LEFT)
def test_other_options_are_left_to_scikit_learn(what):
    model = fresh(LEFT[what])
    assert not direct_linear.is_direct(model)
    assert not direct_linear.fit(model, *_rows(1, 100, 2 if "C" in vars(model) else 0))
    assert not hasattr(model, "coef_")


@pytest.mark.parametrize("model", [LogisticRegression(), Ridge()], ids=["logistic", "ridge"])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_left_to_scikit_learn(model, odd):
    x, y = _rows(1, 100, 2)
    y = y if isinstance(model, LogisticRegression) else y.astype(float)
    x[7, 2] = odd
    assert not direct_linear.fit(fresh(model), x, y)
    with pytest.raises(ValueError, match="contains"):
        DirectFit().fit(fresh(model), x, y)


@pytest.mark.parametrize(
    "rows",
    [
        (np.ones((20, 3)), np.zeros(20, int)),  # one class
        (np.ones((20, 3)), np.linspace(0, 1, 20)),  # values in place of classes
        (np.ones((20, 3), np.float32), np.arange(20) % 2),
        (np.ones((20, 3)), np.arange(19) % 2),
        (np.ones((0, 3)), np.zeros(0, int)),
        (np.ones((20, 3)), np.arange(20) % 2, np.zeros(20)),  # no row has a weight
        (np.ones((20, 3)), np.arange(20) % 2, np.full(20, np.nan)),
    ],
)
def test_odd_rows_of_a_classifier_are_left_to_scikit_learn(rows):
    model = LogisticRegression()
    assert not direct_linear.fit(model, *rows)
    assert vars(model) == vars(LogisticRegression())


def test_a_ridge_with_more_columns_than_rows_is_left_to_scikit_learn():
    model = Ridge()
    assert not direct_linear.fit(model, *_rows(1, 10, 0, columns=20))
    assert vars(model) == vars(Ridge())


def test_a_fit_that_does_not_converge_warns_as_that_of_scikit_learn():
    x, y = _rows(1, 300, 2)
    said = []
    for fit in (lambda model: model.fit(x, y), lambda model: direct_linear.fit(model, x, y)):
        with pytest.warns(ConvergenceWarning) as caught:
            fit(LogisticRegression(max_iter=2))
        said.append([str(warning.message) for warning in caught])
    assert said[0] == said[1]


@pytest.mark.parametrize("model", [LogisticRegression(), Ridge()], ids=["logistic", "ridge"])
def test_a_model_without_pipeline_is_fitted_directly_too(model):
    fits, classes = DirectFit(), 2 if isinstance(model, LogisticRegression) else 0
    for seed in range(3):
        x, y = _rows(seed, 200, classes)
        weight = np.linspace(1, 2, 200)
        mine, theirs = fresh(model), fresh(model).fit(x, y, sample_weight=weight)
        fits.fit(mine, x, y, sample_weight=weight)
        assert _is_alike(mine, theirs)
        assert len(pickle.dumps(mine)) == len(pickle.dumps(theirs))
    assert fits._is_same is True


def test_where_the_state_is_another_one_scikit_learn_fits(monkeypatch):
    monkeypatch.setattr(direct_linear, "TOLERANCE", 1e-2)
    fits = DirectFit()
    for seed in range(2):
        x, y = _rows(seed, 200, 2)
        mine = LogisticRegression()
        fits.fit(mine, x, y)
        assert _is_alike(mine, LogisticRegression().fit(x, y))
    assert fits._is_same is False
