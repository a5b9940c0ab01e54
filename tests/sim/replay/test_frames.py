"""Learners with named columns: frames, pipelines by name, and categories as they are."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from streams import At, run, stream_of

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.frames import ToFrame
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything

CITIES = ("ulm", "bonn", "kiel", "rome")


def table(rows=600, later=0, classes=2, **more):
    """Features city and size; every other city has class 1. Rome comes from row 450 on."""
    rng = np.random.default_rng(0)
    codes, size = rng.integers(0, 3, rows).astype(float), rng.normal(size=rows)
    codes[450:] = 3 if later else codes[450:]
    codes[::17] = np.nan
    y = (codes == 1).astype(int) if classes else size
    x = np.column_stack([codes, size])
    ticks = [10] * (rows // 10)
    made = stream_of(x, y, ticks, classes, categorical=(0,), missing=True, levels=(CITIES,), **more)
    object.__setattr__(made, "features", ("city", "size"))
    return made


class Watches(LogisticRegression):
    """Remembers the frame that it was trained on."""

    def fit(self, x, y):
        self.seen_ = x
        return super().fit(x[["size"]], y)

    def predict_proba(self, x):
        return super().predict_proba(x[["size"]])

    def predict(self, x):
        return super().predict(x[["size"]])


def test_a_frame_has_names_and_the_categories_of_its_training_rows():
    stream = table(later=1)
    learner = Learner(Watches(), stream, frame=True)
    model = learner.fit(stream.x[:400], stream.y[:400], 0)
    seen = model[-1].seen_
    assert list(seen) == ["city", "size"]
    assert seen["size"].tolist() == stream.x[:400, 1].tolist()
    assert list(seen["city"].cat.categories) == ["ulm", "bonn", "kiel"]
    names = [None if np.isnan(code) else CITIES[int(code)] for code in stream.x[:400, 0]]
    assert seen["city"].astype(object).where(seen["city"].notna(), None).tolist() == names
    later = model[0].transform(stream.x[450:])
    assert later["city"].isna().all()
    assert list(later["city"].cat.categories) == ["ulm", "bonn", "kiel"]


def test_a_category_without_names_is_its_code():
    frame = ToFrame(("a",), (0,)).fit(np.array([[2.0], [5.0]])).transform(np.array([[5.0], [7.0]]))
    assert frame["a"].cat.categories.tolist() == [2, 5]
    assert frame["a"].astype(object).where(frame["a"].notna(), None).tolist() == [5, None]


def by_name():
    """A pipeline that names its columns, and chooses others by their type."""
    encode = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer(
        [
            ("city", encode, make_column_selector(dtype_include="category")),
            ("size", StandardScaler(), ["size"]),
        ]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=500))


@pytest.mark.parametrize(
    "make", [by_name, lambda: HistGradientBoostingClassifier(max_iter=10)], ids=["name", "boosting"]
)
def test_a_pipeline_by_name_is_replayed(make):
    """City decides the class, but where it is missing: nearly all rows are right."""
    stream = table(later=1)
    learner = Learner(make(), stream, frame=True)
    fits = FitCache(stream, learner, ZeroOne())
    ledger = replay(stream, Strategy(At(30, 50), Everything(), Always()), World(warmup=10), fits)
    assert ledger.ticks["hit_0"].sum() + ledger.ticks["hit_1"].sum() > 480


def test_native_categories_are_told_to_histogram_boosting():
    stream = table(later=1)
    learner = Learner(HistGradientBoostingClassifier(max_iter=10), stream, encode="native")
    model = learner.fit(stream.x[:400], stream.y[:400], 0)
    assert model[-1].is_categorical_.tolist() == [True, False]
    assert (learner.predict(model, stream.x[:400]).decision == stream.y[:400]).mean() > 0.95
    assert len(learner.predict(model, stream.x)) == 600


def test_more_categories_than_histogram_boosting_can_take():
    codes = np.arange(3000.0) % 400
    stream = stream_of(codes, codes % 2, [100] * 30, categorical=(0,))
    learner = Learner(HistGradientBoostingClassifier(max_iter=2), stream, encode="native")
    model = learner.fit(stream.x, stream.y, 0)
    assert learner.predict(model, stream.x).given.shape == (3000, 2)


def test_a_regression_has_both_as_well():
    stream = table(classes=0)
    for options in ({"frame": True}, {"encode": "native"}):
        learner = Learner(HistGradientBoostingRegressor(max_iter=20), stream, **options)
        model = learner.fit(stream.x, stream.y, 0)
        assert np.abs(learner.predict(model, stream.x).decision - stream.y).mean() < 0.5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"encode": "native"}, "LogisticRegression has no parameter categorical_features"),
        ({"encode": "hash"}, "encode is 'hash'; it must be onehot, ordinal, native"),
        ({"frame": True, "scale": True}, "scale and frame are both true"),
    ],
)
def test_what_does_not_go_together_is_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        Learner(LogisticRegression(), table(), **options)


class Told(DecisionTreeClassifier):
    """An estimator that must be told which columns are categories."""

    def fit(self, x, y):
        self.seen_ = x
        return super().fit(x[["size"]].fillna(0), y)

    def predict_proba(self, x):
        return super().predict_proba(x[["size"]].fillna(0))

    def predict(self, x):
        return self.predict_proba(x).argmax(axis=1)


class LikeXGBoost(Told):
    def __init__(self, enable_categorical=False, random_state=None):
        super().__init__(random_state=random_state)
        self.enable_categorical = enable_categorical


class LikeCatBoost(Told):
    def __init__(self, cat_features=None, random_state=None):
        super().__init__(random_state=random_state)
        self.cat_features = cat_features


@pytest.mark.parametrize(
    ("estimator", "gaps"), [(LikeXGBoost(), True), (LikeCatBoost(), False), (Told(), True)]
)
def test_an_estimator_is_told_which_columns_are_categories(estimator, gaps):
    stream = table()
    learner = Learner(estimator, stream, frame=True)
    model = learner.fit(stream.x, stream.y, 0)[-1]
    assert getattr(model, "enable_categorical", True) is True
    assert getattr(model, "cat_features", ["city"]) == ["city"]
    assert estimator.get_params() == type(estimator)().get_params()
    assert model.seen_["city"].isna().any() == gaps
    assert ("" in model.seen_["city"].cat.categories) != gaps


@pytest.mark.parametrize("library", ["xgboost", "catboost"])
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_other_libraries_of_boosting(library, classes):
    module = pytest.importorskip(library)
    kind = "Classifier" if classes else "Regressor"
    estimators = {
        "xgboost": ("XGB", {"n_estimators": 10}),
        "catboost": ("CatBoost", {"iterations": 10}),
    }
    name, options = estimators[library]
    stream = table(classes=classes)
    learner = Learner(getattr(module, name + kind)(**options), stream, frame=True)
    threads = learner.fit(stream.x, stream.y, 0)[-1].get_params()
    assert threads.get("n_jobs", threads.get("thread_count")) == 1
    loss = ZeroOne() if classes else Absolute()
    fits = FitCache(stream, learner, loss, is_first=True)
    ledger = replay(stream, Strategy(At(30, 50), Everything(), Always()), World(warmup=10), fits)
    assert ledger.ticks["loss"].sum() < 0.2 * ledger.ticks["rows"].sum()


@pytest.fixture
def lightgbm():
    try:
        return pytest.importorskip("lightgbm")
    except OSError as error:  # its library of threads is not on this machine
        pytest.skip(str(error))


def test_lightgbm_is_silent_on_one_thread_unless_something_else_is_chosen(lightgbm, capfd):
    stream = table()
    asked = lightgbm.LGBMClassifier(n_estimators=3)
    pipeline = make_pipeline(FunctionTransformer(), asked)
    for estimator in (asked, pipeline):
        own = Learner(estimator, stream, frame=True).fit(stream.x, stream.y, 0)[-1]
        model = own if estimator is asked else own[-1]
        assert (model.n_jobs, model.get_params()["verbosity"]) == (1, -1)
    assert asked.n_jobs is None
    assert capfd.readouterr().out == ""
    chosen = lightgbm.LGBMClassifier(n_estimators=3, n_jobs=2, verbose=0)
    model = Learner(chosen, stream, frame=True).fit(stream.x, stream.y, 0)[-1]
    assert (model.n_jobs, model.get_params()["verbose"]) == (2, 0)


def test_lightgbm_works_as_it_is(lightgbm):
    stream = table(later=1)
    estimator = lightgbm.LGBMClassifier(n_estimators=10)
    fits = FitCache(stream, Learner(estimator, stream, frame=True), ZeroOne(), is_first=True)
    ledger = replay(stream, Strategy(At(30, 50), Everything(), Always()), World(warmup=10), fits)
    assert ledger.ticks["hit_0"].sum() + ledger.ticks["hit_1"].sum() > 480
    frame = pd.DataFrame({"city": stream.x[:100, 0], "size": stream.x[:100, 1]})
    names = [None if np.isnan(code) else CITIES[int(code)] for code in frame["city"]]
    frame["city"] = pd.Categorical(names, categories=["ulm", "bonn", "kiel"])
    fit = fits.fit(slice(0, 100))
    same = lightgbm.LGBMClassifier(
        n_estimators=10, n_jobs=1, verbose=-1, random_state=fit.model[-1].random_state
    ).fit(frame, stream.y[:100])
    expected = same.predict_proba(frame)
    assert fits.learner.predict(fit.model, stream.x[:100]).given.tolist() == expected.tolist()
    values = table(classes=0)
    regressor = lightgbm.LGBMRegressor(n_estimators=10, n_jobs=1, verbose=-1)
    assert run(values, regressor, At(), Everything(), warmup=10).ticks["loss"].sum() > 0
