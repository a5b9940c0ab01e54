"""Savings of several settings against one reference: looked up by label, and turned round."""

import numpy as np
import pytest

from retrainlab.reports.decision.savings import over_seeds
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

LABELS = ["weekly", "monthly", "alarm"]
PLACES = ([0, 1, 2], [2, 0, 1])


def gains_of_each() -> Floats:
    """(8, 3) gains of a setting that saves, of one that does neither, and of one that loses."""
    noise = generator("tests", "savings").standard_normal((8, 3))
    return noise + np.array([5.0, 0.0, -5.0])


def test_ends_belong_to_the_label_whatever_its_place():
    gains = gains_of_each()
    savings, other = (over_seeds(gains[:, at], [LABELS[i] for i in at], 3) for at in PLACES)
    for label, gain in zip(LABELS, gains.T, strict=True):
        assert savings.ends(label) == pytest.approx(other.ends(label))
        low, high = savings.ends(label)
        assert low < gain.mean() < high
    assert savings.proven[savings.places(LABELS)].tolist() == [True, False, False]


def test_turned_savings_are_those_of_the_reference():
    gains = gains_of_each()
    savings, turned = over_seeds(gains, LABELS, 3), over_seeds(gains, LABELS, 3).turned
    for label in LABELS:
        low, high = savings.ends(label)
        assert turned.ends(label) == (-high, -low)


def test_without_an_interval_nothing_is_proven():
    savings = over_seeds(np.array([[3.0, 4.0, 5.0]]), LABELS, 3)
    assert not savings.proven.any()
    assert np.isnan(savings.low).all()
