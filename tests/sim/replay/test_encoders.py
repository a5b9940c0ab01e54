"""Categories, gaps and scales: what stands before an estimator learns from training rows alone."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from streams import stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.learners import Learner

STREAM = turning(turns=())
CODES = ("onehot", "ordinal")


def categorical(later=5):
    """Column 0: codes 0 to 29, from tick 40 on also unseen ones; both columns have gaps."""
    rng = np.random.default_rng(0)
    codes, values = rng.integers(0, 30, 600).astype(float), rng.normal(size=600)
    y = ((codes % 2 == 0) ^ (values > 1)).astype(int)
    codes[450:] += later
    codes[::17] = values[::13] = np.nan
    x = np.column_stack([codes, values])
    return stream_of(x, y, [10] * 60, categorical=(0,), missing=True)


@pytest.mark.parametrize("encode", CODES)
@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), GaussianNB(), HistGradientBoostingClassifier(max_iter=3)],
    ids=lambda e: type(e).__name__,
)
def test_categories_and_gaps_reach_every_estimator(estimator, encode, scale):
    """Training rows without a gap or a category that come later included."""
    stream = categorical()
    learner = Learner(estimator, stream, encode=encode, scale=scale)
    whole = ~np.isnan(stream.x).any(axis=1)
    for rows in (slice(0, 200), np.flatnonzero(whole)[:100], slice(440, 600)):
        model = learner.fit(stream.x[rows], stream.y[rows], 0)
        assert np.isfinite(learner.predict(model, stream.x).given).all()


@pytest.mark.parametrize("encode", CODES)
def test_encoders_are_fitted_on_the_training_rows_alone(encode):
    """Whatever categories and gaps come later, the model of the warm-up is the same."""
    predictions = []
    for later in (5, 0):
        stream = categorical(later)
        learner = Learner(LogisticRegression(), stream, encode=encode, scale=True)
        model = learner.fit(stream.x[:200], stream.y[:200], 0)
        predictions.append(learner.predict(model, stream.x[:450]).given.tobytes())
        numbers = model[0].named_transformers_["numbers"]
        mean = np.nanmean(stream.x[:200, 1])
        assert numbers[0].statistics_ == pytest.approx([mean])
        assert numbers[-1].mean_ == pytest.approx([mean])
    assert predictions[0] == predictions[1]


def test_categories_are_understood_one_by_one():
    stream = categorical()
    rows = slice(0, 440)
    scores = {}
    for encode in CODES:
        learner = Learner(LogisticRegression(), stream, encode=encode)
        model = learner.fit(stream.x[rows], stream.y[rows], 0)
        hits = learner.predict(model, stream.x[rows]).decision == stream.y[rows]
        scores[encode] = hits.mean()
    # Odd and even codes: one-hot can tell them, a line through the codes cannot.
    assert scores["onehot"] > 0.8 > scores["ordinal"]
    with pytest.raises(InputError, match="encode is 'hash'"):
        Learner(LogisticRegression(), stream, encode="hash")


def test_a_column_of_gaps_alone_and_columns_of_categories_alone():
    x = categorical().x.copy()
    x[:200, 1] = np.nan
    stream = replace(categorical(), x=x)
    learner = Learner(LogisticRegression(), stream)
    model = learner.fit(stream.x[:200], stream.y[:200], 0)
    assert np.isfinite(learner.predict(model, stream.x).given).all()
    codes = replace(stream, x=stream.x[:, :1], features=("code",))
    learner = Learner(LogisticRegression(), codes, scale=True)
    model = learner.fit(codes.x[:200], codes.y[:200], 0)
    assert np.isfinite(learner.predict(model, codes.x).given).all()


def test_scaling_goes_before_the_estimator():
    learner = Learner(LogisticRegression(), STREAM, scale=True)
    model = learner.fit(STREAM.x[:200] * 100 + 7, STREAM.y[:200], 0)
    same = learner.fit(STREAM.x[:200], STREAM.y[:200], 0)
    assert model.predict_proba(STREAM.x * 100 + 7) == pytest.approx(same.predict_proba(STREAM.x))
