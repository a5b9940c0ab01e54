"""Losses against scikit-learn, scipy and closed forms."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn import metrics

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.losses import (
    Absolute,
    Gaussian,
    Log,
    Pinball,
    Squared,
    ZeroOne,
)

RNG = np.random.default_rng(7)
CLASSES = RNG.integers(0, 3, 500)
SHARES = RNG.dirichlet(np.ones(3), 500)
TRUTH, GIVEN = RNG.normal(size=(2, 500))
SCALE = RNG.uniform(0.1, 3, 500)


def test_classification_losses_are_those_of_scikit_learn():
    wrong = ZeroOne()(CLASSES, SHARES)
    assert set(wrong) == {0.0, 1.0}
    assert wrong.mean() == pytest.approx(metrics.zero_one_loss(CLASSES, SHARES.argmax(axis=1)))
    assert ZeroOne()(CLASSES, SHARES.argmax(axis=1)).tolist() == wrong.tolist()
    assert Log()(CLASSES, SHARES).mean() == pytest.approx(metrics.log_loss(CLASSES, SHARES))


def test_log_loss_is_bounded_by_its_floor():
    y = np.array([0, 0, 1])
    certain = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    assert Log(floor=0.01)(y, certain) == pytest.approx([0, np.log(100), np.log(2)])
    # Labels alone are taken for certainty.
    assert Log(floor=0.01)(y, np.array([0, 1, 1])) == pytest.approx([0, np.log(100), 0])


def test_regression_losses_are_those_of_scikit_learn():
    assert Absolute()(TRUTH, GIVEN).mean() == pytest.approx(
        metrics.mean_absolute_error(TRUTH, GIVEN)
    )
    assert Squared()(TRUTH, GIVEN).mean() == pytest.approx(metrics.mean_squared_error(TRUTH, GIVEN))
    spread = np.column_stack([GIVEN, SCALE])
    assert np.array_equal(Squared()(TRUTH, spread), Squared()(TRUTH, GIVEN))


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.75])
def test_pinball_is_that_of_scikit_learn_and_finds_its_quantile(quantile):
    loss = Pinball(quantile)
    assert loss(TRUTH, GIVEN).mean() == pytest.approx(
        metrics.mean_pinball_loss(TRUTH, GIVEN, alpha=quantile)
    )
    cost = [loss(TRUTH, np.full(500, value)).sum() for value in np.sort(TRUTH)]
    assert np.argmin(cost) in (500 * quantile - 1, 500 * quantile)


@pytest.mark.parametrize("quantile", [0, 1, 1.2, float("nan")])
def test_a_quantile_lies_between_0_and_1(quantile):
    with pytest.raises(InputError, match="quantile is"):
        Pinball(quantile)


def test_gaussian_is_minus_the_log_density():
    spread = np.column_stack([GIVEN, SCALE])
    assert Gaussian()(TRUTH, spread) == pytest.approx(-norm.logpdf(TRUTH, GIVEN, SCALE))
    assert Gaussian()(TRUTH, GIVEN) == pytest.approx(-norm.logpdf(TRUTH, GIVEN))
    none = np.column_stack([TRUTH, np.zeros(500)])
    assert Gaussian(floor=0.1)(TRUTH, none) == pytest.approx(-norm.logpdf(0, 0, 0.1))
