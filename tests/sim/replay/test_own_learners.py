"""A learner or a loss that does what none may do is named, in one sentence, whatever it is."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVR
from streams import At, fits_of, run, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay import baselines
from retrainlab.sim.replay.audit import Audit
from retrainlab.sim.replay.learners import Constant, Learner
from retrainlab.sim.replay.losses import Gaussian, ZeroOne
from retrainlab.sim.replay.predictions import Prediction, checked, differs
from retrainlab.sim.replay.row_loss import RowLoss
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything

STREAM, VALUES = turning(turns=()), turning(classes=0, turns=())
WARMUP = slice(0, 100)


class Learns:
    """A learner of a user's own; what it predicts is a function of the rows."""

    def __init__(self, answer: Callable[..., Any], proba: bool = False):
        self.answer = answer
        if proba:
            self.predict_proba = self.predict

    def fit(self, x, y):
        pass

    def predict(self, x):
        return self.answer(x)


def constant(value):
    """The same prediction for every row."""
    return lambda x: np.full((len(x), *np.shape(value)), value)


def second(x, value):
    """Zeros, and another value for the second row."""
    answer = np.zeros(len(x))
    answer[1:2] = value
    return answer


class PanicException(BaseException):
    """What a Rust extension raises: no `Exception`."""


def fail(error):
    """A function that raises."""

    def answer(x):
        raise error

    return answer


PREDICTIONS = {
    "nan": (lambda x: second(x, np.nan), "predicted nan; a prediction must be finite"),
    "inf": (lambda x: second(x, -np.inf), "predicted -inf; a prediction"),
    "a regressor": (constant(0.97), "predicted numbers that are no class; .* is it a regressor"),
    "half a class": (lambda x: second(x, 0.5), "predicted numbers that are no class"),
    "texts": (constant("yes"), "predicted text values; they must be numbers"),
    "objects": (constant(None), "predicted object values"),
    "nothing": (lambda x: None, "predicted object values"),
    "one number": (lambda x: 1, r"predicted shape \(\) for n rows"),
    "a row too few": (lambda x: np.zeros(len(x) - 1), r"shape \(599,\) for 600 rows; .* one a row"),
    "no row": (lambda x: np.zeros(0), r"shape \(0,\) for 600 rows"),
    "a class too many": (constant(2), "predicted classes 2 to 2; .* codes from 0 to 1"),
    "complex": (constant(1j), "predicted complex128 values"),
    "dates": (constant(np.datetime64("2020", "D")), "predicted datetime64"),
    "batch": (lambda x: (x[:, 0] > np.median(x[:, 0])).astype(int), "a look into the future"),
    "next row": (lambda x: np.roll(x[:, 0] > 0, -1).astype(int), "a look into the future"),
    "any time else": (
        lambda x: np.random.default_rng().integers(0, 2, len(x)),
        "each time that it is asked for the same rows",
    ),
    "changes x": (
        lambda x: np.multiply(x, 2, out=x)[:, 0] > 1,
        "changes the arrays that it is given",
    ),
}
PROBABILITIES = {
    "nan": (constant([np.nan, 1.0]), "predicted nan; a prediction"),
    "above 1": (constant([1.5, -0.5]), "predicted probabilities that do not lie between 0 and 1"),
    "not 1 together": (constant([0.3, 0.3]), "predicted probabilities of a row with the sum 0.6"),
    "a column of classes": (lambda x: np.zeros((len(x), 1)), r"shape \(n, 1\) .* one class a row"),
    "three of two": (constant([0.2, 0.3, 0.5]), r"shape \(n, 3\) .* 2 probabilities a row"),
    "a list of two": (lambda x: [np.zeros((len(x), 2))] * 2, r"shape \(2, 600, 2\) for 600 rows"),
    "in a batch": (
        lambda x: np.column_stack([s := 1 / (1 + np.exp(x[:, 0] - x[:, 0].mean())), 1 - s]),
        "a look into the future",
    ),
}
NUMBERS = {
    "nan": (lambda x: second(x, np.nan), "predicted nan; a prediction must be finite"),
    "inf": (lambda x: second(x, np.inf), "predicted inf; a prediction"),
    "a vector with nan": (constant([1.0, np.nan]), "predicted nan; a prediction"),
    "a matrix a row": (constant(np.ones((2, 2))), r"shape \(n, 2, 2\) for n rows"),
    "normalised": (lambda x: x[:, 0] - x[:, 0].mean(), "a look into the future"),
    "ranks": (lambda x: np.argsort(np.argsort(x[:, 0])), "a look into the future"),
}


@pytest.mark.parametrize("name", PREDICTIONS)
def test_a_bad_class_is_named(name):
    answer, sentence = PREDICTIONS[name]
    with pytest.raises(InputError, match=f"^learner Learns .*{sentence}"):
        run(STREAM, Learns(answer), At(), Everything(), warmup=10)


@pytest.mark.parametrize("name", PROBABILITIES)
def test_a_bad_probability_is_named(name):
    answer, sentence = PROBABILITIES[name]
    with pytest.raises(InputError, match=f"^learner Learns .*{sentence}"):
        run(STREAM, Learns(answer, proba=True), At(), Everything(), warmup=10)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_bad_number_is_named(name):
    answer, sentence = NUMBERS[name]
    with pytest.raises(InputError, match=f"^learner Learns .*{sentence}"):
        run(VALUES, Learns(answer), At(), Everything(), warmup=10)


@pytest.mark.slow
@given(
    value=st.one_of(
        st.floats(), st.integers(-5, 5), st.text(max_size=2), st.none(), st.binary(max_size=2)
    ),
    shape=st.lists(st.integers(0, 3), max_size=2).map(tuple),
    task=st.sampled_from(["classification", "regression"]),
)
def test_whatever_is_predicted_is_sound_or_refused(value, shape, task):
    """A fuzz: what passes is finite, one a row, and of a class that there is."""
    made = np.full((3, *shape), value)
    try:
        sound = checked(made, 3, task, 2, "Learns")
    except InputError:
        return
    assert len(sound) == 3
    assert np.isfinite(sound).all()
    if task == "classification" and sound.ndim == 1:
        assert set(sound) <= {0, 1}
    if task == "classification" and sound.ndim == 2:
        assert sound.shape == (3, 2)
        assert sound.min() >= -1e-6
        assert sound.max() <= 1 + 1e-6


@pytest.mark.parametrize("few", [True, False])
def test_an_error_in_a_fit_keeps_its_own_name(few):
    """But for a lack of rows, in place of which a constant serves."""

    class Fails(Learns):
        def fit(self, x, y):
            raise KeyError("column")

    with pytest.raises(KeyError, match="column"):
        Learner(Fails(constant(0)), STREAM).fit(
            *(a[: 20 if few else 100] for a in (STREAM.x, STREAM.y)), 0
        )


def test_a_panic_is_an_error():
    with pytest.raises(RuntimeError, match="learner Learns panicked: index out of bounds"):
        run(STREAM, Learns(fail(PanicException("index out of bounds"))), At(), Everything())


@pytest.mark.parametrize("rows", [WARMUP, np.arange(0, 200, 2), slice(0, 20)])
@pytest.mark.parametrize("what", ["x", "y"])
def test_a_fit_that_changes_its_input_is_named(what, rows):
    """On slices, on copies of single rows, and on few rows, where other errors are forgiven."""

    class Changes(Learns):
        def fit(self, x, y):
            (x if what == "x" else y)[0] = 0

    kept = STREAM.x.copy(), STREAM.y.copy()
    with pytest.raises(InputError, match="learner Changes changes the arrays that it is given"):
        fits_of(STREAM, Changes(constant(0))).fit(rows)
    assert np.array_equal(STREAM.x, kept[0])
    assert np.array_equal(STREAM.y, kept[1])


def test_a_loss_that_changes_its_input_is_named():
    def spoils(y, prediction):
        prediction[:] = 0
        return np.zeros(len(y))

    with pytest.raises(InputError, match="loss spoils changes the arrays that it is given"):
        run(STREAM, GaussianNB(), At(), Everything(), loss=spoils, warmup=10)


class Global:
    """Draws from a generator that no seed drives."""

    def fit(self, x, y):
        self.weights = np.random.default_rng().normal(size=x.shape[1])

    def predict(self, x):
        return (x @ self.weights > 0).astype(int)


class Counting:
    """Keeps the number of its fits."""

    fits = 0

    def fit(self, x, y):
        Counting.fits += 1
        self.number = Counting.fits

    def predict(self, x):
        return np.full(len(x), self.number % 2)


@pytest.mark.parametrize("kind", [Global, Counting])
def test_two_equal_fits_that_differ_are_named_for_good(kind):
    fits = fits_of(STREAM, kind(), is_first=True)
    for rows in (WARMUP, slice(0, 300)):
        with pytest.raises(InputError, match=f"learner {kind.__name__} gives another model when"):
            fits.fit(rows)


def test_one_fit_of_a_study_is_made_twice_and_no_other():
    class Counted(GaussianNB):
        fits = 0

        def fit(self, x, y):
            Counted.fits += 1
            return super().fit(x, y)

    for is_first, made in ((True, 3), (False, 2)):
        Counted.fits = 0
        fits = fits_of(STREAM, Counted(), is_first=is_first)
        fits.fit(WARMUP)
        fits.fit(slice(0, 200))
        assert Counted.fits == made


def test_a_learner_that_is_refused_is_refused_to_every_cell():
    fits = fits_of(VALUES, Learns(lambda x: x[:, 0] - x[:, 0].mean()))
    fit = fits.fit(WARMUP)
    for ask in (lambda: fits.serve(fit, 10), lambda: fits.fit(WARMUP)):
        with pytest.raises(InputError, match="look into the future"):
            ask()


SOUND = {
    "logistic": (LogisticRegression(), STREAM),
    "forest": (RandomForestClassifier(5), STREAM),
    "neighbours": (KNeighborsClassifier(3, algorithm="brute"), STREAM),
    "labels alone": (SGDClassifier(), STREAM),
    "network": (MLPClassifier((20, 20), max_iter=5), STREAM),
    "ridge": (Ridge(), VALUES),
    "boosting": (HistGradientBoostingRegressor(max_iter=5), VALUES),
    "kernel": (SVR(), VALUES),
    "large numbers": (Ridge(), stream_of(VALUES.x * 1e9 + 1e12, VALUES.y, [10] * 60, 0)),
    "single precision": (Learns(lambda x: x.astype(np.float32) @ np.ones(3, np.float32)), VALUES),
}


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.filterwarnings("ignore")
def test_a_sound_learner_passes_at_every_fit(name):
    estimator, stream = SOUND[name]
    fits = fits_of(stream, estimator, is_first=True)
    audit = fits.audit
    for stop in range(100, 600, 100):
        fit = fits.fit(slice(0, stop))
        given = fits.learner.predict(fit.model, stream.x)
        # Every fit as thoroughly as the first.
        Audit(fits.learner, False).require_rows_alone(fit.key, fit.model, stream.x, given)
        audit.require_rows_alone(fit.key, fit.model, stream.x, given)


def test_classes_differ_at_all_and_scores_by_more_than_rounding():
    def differ(one, other, task):
        return differs(Prediction.of(one, task), Prediction.of(other, task), task)

    codes = np.array([0, 1, 1])
    assert differ(codes, np.array([0, 1, 0]), "classification")
    assert not differ(codes, codes.astype(float), "classification")
    scores = np.array([1.0, -2.0])
    assert not differ(scores, scores * (1 + 1e-9), "regression")
    assert differ(scores, scores * (1 + 1e-7), "regression")
    assert differ(scores, scores[:1], "regression")
    single = scores.astype(np.float32)
    assert not differ(single, single * np.float32(1 + 1e-5), "regression")
    assert differ(single, single * np.float32(1.01), "regression")
    chances = np.array([[0.6, 0.4], [0.3, 0.7]])
    served = Prediction(chances, np.array([1, 1]))
    assert differs(served, Prediction.of(chances, "classification"), "classification")
    assert not differs(served, Prediction(chances, np.array([1, 1])), "classification")


LOSSES = {
    "nan": (lambda y, p: np.full(len(y), np.nan), "gave nan; a loss must be finite"),
    "inf": (lambda y, p: -np.log(np.zeros(len(y))), "gave inf; a loss must be"),
    "one number": (lambda y, p: 0.5, r"gave float64 values of shape \(\) for n rows"),
    "a row too few": (lambda y, p: np.zeros(len(y) - 1), r".*shape \(599,\) for 600 rows"),
    "a vector a row": (lambda y, p: np.zeros((len(y), 2)), r".*shape \(n, 2\) for n rows"),
    "texts": (lambda y, p: np.full(len(y), "a"), "gave text values"),
    "nothing": (lambda y, p: None, "gave object values"),
    "share of the batch": (
        lambda y, p: p[:, 0] / p[:, 0].sum(),
        "gives a row another cost alone than among other rows",
    ),
    "chance": (
        lambda y, p: np.random.default_rng().random(len(y)),
        "gives a row another cost alone than among other rows",
    ),
    "one argument": (lambda y: y, "cannot be called with y and prediction, in this order: too"),
    "by name": (lambda *, y, p: y, "cannot be called with y and prediction"),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_bad_loss_is_named(name):
    loss, sentence = LOSSES[name]
    with pytest.raises(InputError, match=f"^loss <lambda> {sentence}"):
        run(STREAM, GaussianNB(), At(), Everything(), loss=loss, warmup=10)


def test_a_loss_is_nan_only_where_no_label_has_arrived():
    y, zeros = np.array([1.0, np.nan]), Prediction.of(np.zeros(2), "regression")
    assert np.isnan(RowLoss(lambda y, p: np.abs(y - p), VALUES)(y, zeros, slice(0, 2))[1])
    with pytest.raises(InputError, match="must be finite"):
        RowLoss(lambda y, p: np.array([np.nan, 0.0]), VALUES)(y, zeros, slice(0, 2))


def test_a_vector_goes_to_a_loss_of_vectors():
    """Quantiles .5, .1 and .9 of the labels, and the mean pinball loss over them."""
    levels = np.array([0.5, 0.1, 0.9])

    class Quantiles:
        def fit(self, x, y):
            self.values = np.quantile(y, levels)

        def predict(self, x):
            return np.tile(self.values, (len(x), 1))

    def pinball(y, prediction):
        short = y[:, None] - prediction[:, :3]
        return np.maximum(levels * short, (levels - 1) * short).mean(axis=1)

    ledger = run(VALUES, Quantiles(), At(), Everything(), loss=pinball, warmup=10)
    given = np.tile(np.quantile(VALUES.y[:100], levels), (500, 1))
    assert ledger.columns["loss"].sum() == pytest.approx(pinball(VALUES.y[100:], given).sum())
    points = baselines.forecasts(VALUES, World(warmup=10))
    with pytest.raises(IndexError):
        baselines.scored(VALUES, World(warmup=10), pinball, points["mean"])
    assert baselines.scored(VALUES, World(warmup=10), Gaussian(), points["mean"]).columns


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (["no", "yes"], r"classes_ \['no', 'yes'\]; they must be among the codes 0 to 1"),
        ([1, 2], ""),
    ],
)
def test_foreign_classes_are_named(classes, sentence):
    learner = Learns(constant([0.5, 0.5]), proba=True)
    learner.classes_ = np.array(classes)
    with pytest.raises(InputError, match=f"learner Learns has {sentence}"):
        run(STREAM, learner, At(), Everything(), warmup=10)


def test_classes_in_another_order_are_put_in_order():
    learner = Learns(constant([1.0, 0.0]), proba=True)
    learner.classes_ = np.array([1, 0])
    fits = fits_of(STREAM, learner)
    assert fits.serve(fits.fit(WARMUP), 10).decision.tolist() == [1] * 600


def test_a_constant_needs_no_audit():
    fits = fits_of(STREAM, Learns(fail(AssertionError)), ZeroOne(), is_first=True)
    assert isinstance(fits.fit(slice(0, 1)).model, Constant)
