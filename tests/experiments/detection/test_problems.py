"""What detectors watch: the errors of a model on the rows that have a label."""

from dataclasses import replace

import numpy as np
import pytest

from retrainlab.experiments.detection.problems import _served
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError

LEARNER = {"name": "naive_bayes", "classification": {"_target_": "sklearn.naive_bayes.GaussianNB"}}
STREAM = Sudden(ticks=40, rows=50, at=20)(3)


def served(stream):
    return _served(stream, LEARNER, 5, 3, "scenario.sudden")


def test_rows_without_a_label_are_in_no_signal():
    labelled = np.arange(STREAM.rows) % 3 > 0
    offsets = np.concatenate([[0], np.cumsum(labelled)])[STREAM.offsets]
    rows = {name: getattr(STREAM, name)[labelled] for name in ("x", "y", "ceiling", "concept")}
    without = served(replace(STREAM, **rows, offsets=offsets))
    signals = served(replace(STREAM, labelled=labelled))
    assert signals.rows == offsets[-1] - offsets[5]
    assert (signals.digest, signals.drifts) == (without.digest, without.drifts)


def test_a_model_needs_labels():
    labelled = np.arange(STREAM.rows) >= STREAM.offsets[5]
    with pytest.raises(InputError, match="has 0 labels in the first 5 ticks"):
        served(replace(STREAM, labelled=labelled))
