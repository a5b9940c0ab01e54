"""What a prediction comes down to: classes from `predict`, probabilities from `predict_proba`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from streams import At, run, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.learners import Learner, _serves_most_probable
from retrainlab.sim.replay.losses import Log
from retrainlab.sim.replay.predictions import Prediction, decide, monitored_value
from retrainlab.strategies.what import Everything

STREAM, THREE = turning(turns=()), turning(classes=3, turns=())
KNOWN = [
    DecisionTreeClassifier(max_depth=3, random_state=0),
    HistGradientBoostingClassifier(max_iter=5, random_state=0),
    GaussianNB(),
    LogisticRegression(),
    RandomForestClassifier(5, random_state=0),
    make_pipeline(StandardScaler(), LogisticRegression()),
]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_most_probable_class_and_the_value_that_monitors_see(chances):
    """For two classes the decision is argmax, which gives ties to class 0; the score is P(1)."""
    chance = np.array(chances)
    pair = np.column_stack([1 - chance, chance])
    of_pair = Prediction.of(pair, "classification")
    assert of_pair.decision.tolist() == pair.argmax(axis=1).tolist()
    assert monitored_value(of_pair, "classification").tolist() == chance.tolist()
    triple = np.column_stack([pair / 2, np.full(len(chance), 0.4)])
    of_triple = Prediction.of(triple, "classification")
    assert monitored_value(of_triple, "classification").tolist() == triple.max(axis=1).tolist()
    value = Prediction.of(pair, "regression")
    assert value.decision.tolist() == monitored_value(value, "regression").tolist()
    codes = Prediction.of(np.array([2, 0]), "classification")
    assert monitored_value(codes, "classification").tolist() == [2.0, 0.0]


@pytest.mark.parametrize("threshold", [0.09, 0.5, 0.9])
def test_the_classes_are_those_of_the_estimator_and_the_probabilities_stay(threshold):
    fixed = FixedThresholdClassifier(
        LogisticRegression(), threshold=threshold, response_method="predict_proba"
    )
    ledger = run(STREAM, fixed, At(), Everything(), warmup=10)
    plain = LogisticRegression().fit(STREAM.x[:100], STREAM.y[:100])
    chance, truth = plain.predict_proba(STREAM.x[100:])[:, 1], STREAM.y[100:]
    served = chance >= threshold
    assert ledger.ticks["predicted_1"].sum() == served.sum()
    assert ledger.ticks["hit_1"].sum() == (served & (truth == 1)).sum()
    assert ledger.ticks["loss"].sum() == (served != truth).sum()
    assert ledger.ticks["predicted_mean"].mean() == pytest.approx(chance.mean())
    nats = [
        run(STREAM, e, At(), Everything(), warmup=10, loss=Log()).ticks
        for e in (fixed, LogisticRegression())
    ]
    assert nats[0]["loss"].tolist() == nats[1]["loss"].tolist()


@pytest.mark.parametrize("estimator", KNOWN, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("stream", [STREAM, THREE], ids=["two", "three"])
def test_the_kinds_that_are_not_asked_twice_serve_the_most_probable_class(estimator, stream):
    model = estimator.fit(stream.x, stream.y)
    assert _serves_most_probable(model)
    expected = decide(model.predict_proba(stream.x), "classification")
    assert model.predict(stream.x).tolist() == expected.tolist()


class Odd(LogisticRegression):
    """Its classes do not follow from its probabilities."""

    def predict(self, x):
        return self.answer(x, super().predict(x))

    def answer(self, x, usual):
        return 1 - usual


def test_a_subclass_with_a_predict_of_its_own_is_asked():
    learner = Learner(Odd(), STREAM)
    model = learner.fit(STREAM.x, STREAM.y, 0)
    given = learner.predict(model, STREAM.x)
    assert given.decision.tolist() == (1 - given.given.argmax(axis=1)).tolist()


BAD = {
    "no class": (lambda x, usual: usual + 0.5, "numbers that are no class"),
    "a class too many": (lambda x, usual: usual + 1, "they must be codes from 0 to 1"),
    "batch": (lambda x, usual: (x[:, 0] > np.median(x[:, 0])).astype(int), "into the future"),
}


@pytest.mark.parametrize("name", BAD)
def test_classes_are_checked_where_there_are_probabilities_too(name, monkeypatch):
    answer, sentence = BAD[name]
    monkeypatch.setattr(Odd, "answer", lambda self, x, usual: answer(x, usual))
    with pytest.raises(InputError, match=sentence):
        run(STREAM, Odd(), At(), Everything(), warmup=10)
