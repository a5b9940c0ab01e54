import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from retrainlab.sim.estimators import direct

CATEGORIES = [0, 3]
NUMBERS = [1, 2, 4]


def _by_columns(numbers, estimator, **coding):
    coding = coding or {"handle_unknown": "infrequent_if_exist", "max_categories": 5}
    coder = OneHotEncoder(**coding)
    parts = [("categories", coder, CATEGORIES), ("numbers", numbers, NUMBERS)]
    return make_pipeline(ColumnTransformer(parts, sparse_threshold=0), estimator)


BEFORE = {
    "nothing": lambda estimator: estimator,
    "a scaler": lambda estimator: make_pipeline(StandardScaler(), estimator),
    "a scaler without mean": lambda e: make_pipeline(StandardScaler(with_mean=False), e),
    "a scaler without variance": lambda e: make_pipeline(StandardScaler(with_std=False), e),
    "an imputer": lambda e: make_pipeline(SimpleImputer(), StandardScaler(), e),
    "categories": lambda e: _by_columns("passthrough", e),
    "many categories": lambda e: _by_columns(
        make_pipeline(StandardScaler()), e, handle_unknown="infrequent_if_exist"
    ),
    "few of many categories": lambda e: _by_columns(
        make_pipeline(StandardScaler()), e, handle_unknown="infrequent_if_exist", min_frequency=20
    ),
    "unknown categories ignored": lambda e: _by_columns(
        make_pipeline(StandardScaler()), e, handle_unknown="ignore"
    ),
    "a category left out": lambda e: _by_columns(
        make_pipeline(StandardScaler()), e, drop="first", handle_unknown="ignore"
    ),
    "categories and a scaler": lambda e: _by_columns(make_pipeline(StandardScaler()), e),
}
LAST = {
    "logistic": (LogisticRegression(), "predict_proba"),
    "ridge": (Ridge(), "predict"),
    "least squares": (LinearRegression(), "predict"),
    "naive Bayes": (GaussianNB(), "predict_proba"),
}


def _rows(seed, count):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((count, 5)) * 10.0 ** rng.integers(-3, 4, 5)
    x[:, CATEGORIES] = rng.integers(0, 9, (count, 2))
    return x, (rng.random(count) < 0.4).astype(int)


@pytest.mark.filterwarnings("ignore:Found unknown categories")
@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("before", BEFORE)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 1500))
def test_every_byte_is_that_of_scikit_learn(before, last, seed, rows):
    estimator, method = LAST[last]
    x, y = _rows(seed, 200)
    y[:2] = 0, 1
    model = BEFORE[before](estimator).fit(x, y)
    new = _rows(seed + 1, rows)[0]
    new[:, CATEGORIES] += seed % 4  # some that were not seen
    assert direct.output(model, method)(new).tobytes() == getattr(model, method)(new).tobytes()
    steps = direct.steps_of(model)
    assert direct._same[(*map(type, steps), 5)]
    assert direct._output(steps, new).tobytes() == getattr(model, method)(new).tobytes()


def test_a_missing_code_is_coded_as_by_scikit_learn():
    x, y = _rows(0, 200)
    x[5, CATEGORIES[0]] = np.nan
    model = _by_columns(make_pipeline(StandardScaler()), LogisticRegression()).fit(x, y)
    assert direct.output(model, "predict_proba")(x).tobytes() == model.predict_proba(x).tobytes()


LAYOUTS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "columns of a wider table": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "columns of a wider table by columns": lambda x: np.asfortranarray(np.repeat(x, 2, 1))[:, ::2],
    "rows of a longer table": lambda x: np.repeat(x, 2, axis=0)[::2],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 1500),
    columns=st.one_of(st.integers(1, 40), st.integers(120, 140)),
    classes=st.integers(2, 11),
    is_tied=st.booleans(),
)
def test_naive_bayes_adds_in_the_order_of_numpy(layout, seed, rows, columns, classes, is_tied):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rows + 50, columns)) * 10.0 ** rng.uniform(0.5, 2)
    y = np.arange(len(x)) % classes
    x[:, 0] += 0 if is_tied else y
    x = np.round(x) if is_tied else x
    model = GaussianNB().fit(x[-50:], y[-50:])
    new = LAYOUTS[layout](x[:rows])
    given = direct._naive_bayes(model, new)
    assert given.tobytes() == model.predict_proba(new).tobytes()


def test_what_is_not_finite_is_refused_as_by_scikit_learn():
    x, y = _rows(0, 200)
    for last in (LogisticRegression(), GaussianNB()):
        model = make_pipeline(StandardScaler(), last).fit(x, y)
        for odd in (np.nan, np.inf):
            new = x.copy()
            new[3, 1] = odd
            with pytest.raises(ValueError, match=r"Input (X )?contains"):
                direct.output(model, "predict_proba")(new)


def test_a_row_far_from_every_class_has_the_probabilities_of_scikit_learn():
    x, y = _rows(0, 200)
    model = GaussianNB().fit(x, y)
    new = np.vstack([x * 1e6, np.zeros((1, 5)), x * 1e160])
    with np.errstate(all="ignore"):
        given, own = direct.output(model, "predict_proba")(new), model.predict_proba(new)
    assert given.tobytes() == own.tobytes()


def test_where_the_first_output_differs_scikit_learn_does_the_work(monkeypatch):
    class Other(Ridge):
        def predict(self, x):
            return super().predict(x) + 1

    monkeypatch.setattr(direct, "_same", {})
    monkeypatch.setitem(direct.METHODS, Other, "predict")
    x, y = _rows(0, 200)
    model = Other().fit(x, y)
    for _ in range(2):
        assert (direct.output(model, "predict")(x) == model.predict(x)).all()
    assert direct._same == {(Other, 5): False}


@pytest.mark.parametrize(
    "model",
    [
        type("Own", (Ridge,), {})(),
        make_pipeline(StandardScaler(), type("Own", (Ridge,), {})()),
    ],
)
def test_a_class_of_the_users_own_is_asked_itself(model):
    model.fit(*_rows(0, 200))
    assert direct.output(model, "predict") == model.predict


def test_three_classes_are_left_to_scikit_learn_but_those_of_naive_bayes():
    x, _ = _rows(0, 200)
    bayes = GaussianNB().fit(x, np.arange(200) % 3)
    quick = direct.output(bayes, "predict_proba")
    assert quick != bayes.predict_proba
    assert quick(x).tobytes() == bayes.predict_proba(x).tobytes()
    model = LogisticRegression().fit(x, np.arange(200) % 3)
    assert direct.output(model, "predict_proba") == model.predict_proba
