"""Models with a threshold or named columns, and predictions with their own classes, on disk."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.naive_bayes import GaussianNB
from streams import stream_of, turning

from retrainlab.experiments.production import model_file
from retrainlab.experiments.production.store import packed, unpacked
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.predictions import Prediction

STREAM = turning(turns=())
COSTS = {"missed": 50, "false_alarm": 2}
NAMED = stream_of(
    np.column_stack([np.arange(600.0) % 3, STREAM.x[:, 0]]),
    STREAM.y,
    [10] * 60,
    categorical=(0,),
    levels=(("ulm", "bonn", "kiel"),),
)
BOOSTING = HistGradientBoostingClassifier(max_iter=3)
LEARNERS = {
    "tuned": (STREAM, GaussianNB(), {"threshold": "tuned", "errors": COSTS}),
    "frame": (NAMED, BOOSTING, {"frame": True}),
    "native": (NAMED, BOOSTING, {"encode": "native"}),
}


@pytest.mark.parametrize("name", LEARNERS)
def test_a_stored_model_predicts_the_same(name):
    stream, estimator, options = LEARNERS[name]
    learner = Learner(estimator, stream, **options)
    model = learner.fit(stream.x[:300], stream.y[:300], 0)
    data = model_file.dumps(model)
    stored = model_file.loads(data, (), Path("model.skops"))
    first, again = learner.predict(model, stream.x), learner.predict(stored, stream.x)
    assert first.given.tolist() == again.given.tolist()
    assert first.decision.tolist() == again.decision.tolist()
    assert model_file.dumps(stored) == data


CHANCES = np.array([[0.9, 0.1], [0.4, 0.6]])


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        (Prediction.of(CHANCES, "classification"), (2, 2)),
        (Prediction(CHANCES, np.array([1, 1])), (2, 3)),
        (Prediction.of(np.array([1, 0]), "classification"), (2,)),
    ],
    ids=["most probable", "by a threshold", "classes"],
)
def test_a_prediction_is_kept_as_one_array(given, shape):
    array = packed(given, "classification")
    assert array.shape == shape
    back = unpacked(array, STREAM)
    assert back.given.tolist() == given.given.tolist()
    assert back.decision.tolist() == given.decision.tolist()


def test_numbers_are_kept_as_they_are():
    values = turning(classes=0)
    for given in (np.array([1.5, 2.5]), np.array([[1.5, 0.1, 0.2], [2.5, 0.3, 0.4]])):
        back = unpacked(packed(Prediction.of(given, "regression"), "regression"), values)
        assert back.given.tolist() == given.tolist()
