"""Copies of prototypes: what scikit-learn's clone and set_params give, sooner."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import BaggingClassifier, HistGradientBoostingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from retrainlab.sim.estimators.direct_fit import _is_alike
from retrainlab.sim.estimators.unfitted import Prototype, fresh, plain_copy, seeded


class Own(ClassifierMixin, BaseEstimator):
    """A user's own estimator, with a parameter that is another one."""

    def __init__(self, inner=None, random_state=None):
        self.inner, self.random_state = inner, random_state


PARTS = ColumnTransformer(
    [("codes", OneHotEncoder(), [0]), ("numbers", make_pipeline(StandardScaler()), [1, 2])]
)
PLAIN = {
    "logistic": LogisticRegression(max_iter=300),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "parts": make_pipeline(PARTS, Ridge(solver="sag")),
    "boosting": HistGradientBoostingClassifier(max_iter=10),
}
OTHERS = {
    "an estimator in another": BaggingClassifier(LogisticRegression()),
    "calibrated": CalibratedClassifierCV(make_pipeline(StandardScaler(), Ridge())),
    "frozen": FrozenEstimator(Ridge()),
    "a list": HistGradientBoostingClassifier(categorical_features=[0]),
    "own": Own(LogisticRegression()),
    "own in a pipeline": make_pipeline(StandardScaler(), Own()),
    "a random state": Ridge(random_state=np.random.RandomState(3)),
}


@pytest.mark.parametrize("name", PLAIN | OTHERS)
def test_a_copy_has_the_parameters_and_the_seed_that_scikit_learn_gives(name):
    estimator = (PLAIN | OTHERS)[name]
    prototype = Prototype(estimator)
    for seed in (3, 4):
        made, theirs = prototype.copied(seed), seeded(fresh(estimator), seed)
        assert _is_alike(vars(made).keys(), vars(theirs).keys())
        assert str(made.get_params()) == str(theirs.get_params())
    assert (plain_copy(fresh(estimator)) is not None) == (name in PLAIN)


@pytest.mark.parametrize("name", PLAIN | OTHERS)
def test_no_copy_shares_a_part_with_another(name):
    prototype = Prototype((PLAIN | OTHERS)[name])
    one, other = (prototype.copied(3).get_params() for _ in range(2))
    parts = [key for key, value in one.items() if isinstance(value, BaseEstimator)]
    assert all(one[key] is not other[key] for key in parts if name != "frozen")


def test_a_fitted_prototype_gives_copies_that_are_not_fitted():
    estimator = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    assert not hasattr(Prototype(estimator).copied(3), "coef_")
