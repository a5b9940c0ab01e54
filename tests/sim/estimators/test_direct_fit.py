"""Pipelines that are fitted without each step's checks are what scikit-learn fits, to the byte."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import config_context
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from retrainlab.sim.estimators.direct_fit import DirectFit, _is_alike
from retrainlab.sim.estimators.direct_linear import is_direct
from retrainlab.sim.estimators.unfitted import fresh

CATEGORIES = [0, 3]
NUMBERS = [1, 2, 4]


def _by_columns(numbers, coder=None, **options):
    coder = coder or OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=5)
    parts = [("categories", coder, CATEGORIES), ("numbers", numbers, NUMBERS)]
    return ColumnTransformer(parts, **{"sparse_threshold": 0, **options})


DIRECT = {
    "a scaler": [StandardScaler()],
    "two scalers": [StandardScaler(), StandardScaler()],
    "an imputer and a scaler": [SimpleImputer(keep_empty_features=True), StandardScaler()],
    "categories and a scaler": [_by_columns(make_pipeline(StandardScaler()))],
    "frequent categories": [
        _by_columns(
            StandardScaler(), OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=9)
        )
    ],
    "ordinal categories": [_by_columns(StandardScaler(), OrdinalEncoder())],
}
LEFT = {
    "a scaler without mean": [StandardScaler(with_mean=False)],
    "a scaler without variance": [StandardScaler(with_std=False)],
    "categories and nothing": [_by_columns("passthrough")],
    "what is left over": [_by_columns(StandardScaler(), remainder="passthrough")],
    "weighted parts": [
        _by_columns(StandardScaler(), transformer_weights={"categories": 0.5, "numbers": 2.0})
    ],
    "sparse": [_by_columns(StandardScaler(), sparse_threshold=1.0)],
}
LAYOUTS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "columns of a wider table": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "rows of a longer table": lambda x: np.repeat(x, 2, axis=0)[::2],
}


def _rows(seed, count):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((count, 5)) * 10.0 ** rng.integers(-3, 4, 5) + rng.normal(0, 50, 5)
    x[:, CATEGORIES] = rng.integers(0, 9, (count, 2))
    x[:, 4] = x[0, 4] if seed % 3 == 0 else x[:, 4]
    y = (rng.random(count) < 0.4).astype(int)
    y[:2] = 0, 1
    return x, y


def _both(estimator, fits, x, y, **weights):
    """The model that the direct way fits, and scikit-learn's."""
    model = fresh(estimator)
    fits.fit(model, x, y, **weights)
    return model, fresh(estimator).fit(x, y, **weights)


@pytest.mark.parametrize("before", DIRECT | LEFT)
@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(2, 1500),
    layout=st.sampled_from(sorted(LAYOUTS)),
    is_weighted=st.booleans(),
    solver=st.sampled_from(["auto", "lsqr"]),  # the last step is fitted directly, or left
)
def test_every_part_is_that_of_scikit_learn(before, seed, rows, layout, is_weighted, solver):
    last, fits = Ridge(solver=solver), DirectFit()
    estimator = make_pipeline(*(DIRECT | LEFT)[before], last)
    fits.fit(fresh(estimator), *_rows(1, 200))
    x, y = _rows(seed, rows)
    weights = {"ridge__sample_weight": np.linspace(1, 2, rows)} if is_weighted else {}
    model, theirs = _both(estimator, fits, LAYOUTS[layout](x), y, **weights)
    assert fits._is_same is (True if before in DIRECT or is_direct(last) else None)
    assert _is_alike(model.steps, theirs.steps)
    new = _rows(seed + 1, 50)[0]
    new[:, CATEGORIES] = x[0, CATEGORIES]
    assert model.predict(new).tobytes() == theirs.predict(new).tobytes()


def test_columns_that_no_part_takes_are_left_to_scikit_learn():
    parts = ColumnTransformer([("some", StandardScaler(), [0, 1])], sparse_threshold=0)
    fits = DirectFit()
    for seed in range(2):
        model, theirs = _both(make_pipeline(parts, Ridge()), fits, *_rows(seed, 200))
        assert _is_alike(model.steps, theirs.steps)
    assert fits._is_same is False


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_is_not_finite_is_treated_as_by_scikit_learn(odd):
    fits = DirectFit()
    estimator = make_pipeline(StandardScaler(), LogisticRegression())
    x, y = _rows(1, 200)
    fits.fit(fresh(estimator), x, y)
    x[3, 1] = odd
    with pytest.raises(ValueError, match=r"Input (X )?contains"):
        fits.fit(fresh(estimator), x, y)


def test_a_wrong_parameter_is_refused_as_by_scikit_learn():
    estimator = make_pipeline(StandardScaler(with_mean="no"), Ridge())
    with pytest.raises(ValueError, match="with_mean"):
        DirectFit().fit(estimator, *_rows(1, 200))


def test_a_setting_of_scikit_learn_that_changes_what_a_step_gives_is_kept():
    fits = DirectFit()
    with config_context(transform_output="pandas"):
        model, theirs = _both(make_pipeline(StandardScaler(), Ridge()), fits, *_rows(1, 200))
    assert model[-1].feature_names_in_.tolist() == theirs[-1].feature_names_in_.tolist()
    assert fits._is_same is None


def test_where_the_first_fit_differs_scikit_learn_does_the_work(monkeypatch):
    from retrainlab.sim.estimators import direct_fit

    scaler = direct_fit._scaler
    monkeypatch.setattr(
        direct_fit, "_scaler", lambda step, x: scaler(step, x) and not step.mean_.fill(0)
    )
    fits = DirectFit()
    for seed in range(1, 3):
        model, theirs = _both(make_pipeline(StandardScaler(), Ridge()), fits, *_rows(seed, 200))
        assert _is_alike(model.steps, theirs.steps)
    assert fits._is_same is False


@pytest.mark.parametrize("changed", [{"copy": False}, {"n_samples_seen_": 200}, {"other": 1}])
def test_a_state_with_another_value_type_or_part_is_another(changed):
    one, other = (StandardScaler().fit(_rows(1, 200)[0]) for _ in range(2))
    assert _is_alike(one, other)
    vars(other).update(changed)
    assert not _is_alike(one, other)
