"""A detector that alarms when a classifier can tell new rows from old ones."""

from functools import lru_cache
from typing import Any

import numpy as np
from scipy import stats
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.estimators.direct import output
from retrainlab.sim.estimators.direct_fit import DirectFit
from retrainlab.sim.estimators.unfitted import copied
from retrainlab.sim.stream import Floats, Ints
from retrainlab.strategies.detectors import ranges
from retrainlab.strategies.detectors.two_sample import TwoSample

FOLDS = 5
ROUNDING = 1e-9  # an area that is as near to its bound is computed as scikit-learn does
CLASSIFIERS = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
    "tree": DecisionTreeClassifier(max_depth=3, min_samples_leaf=20, random_state=0),
}


class Discriminator(TwoSample):
    """Out-of-fold AUC of a classifier that tells window from reference, above `auc`.

    The classifier two-sample test (Hido et al. 2008, "Unsupervised change analysis using
    supervised learning"; Lopez-Paz and Oquab 2017), which sees changes of several features
    together. Missing values are set to the median of the reference.

    auc: .5 is guessing. Without any change the AUC strays from it by about sqrt((1/reference +
        1/window) / 12) (Mann and Whitney 1947), and a little more as the folds share rows: .03
        by default.
    classifier: logistic (shifts of means, of many features together), tree (shifts of any kind,
        of few features), or a scikit-learn classifier with `predict_proba`.
    seed: of the folds.
    """

    def __init__(
        self,
        reference: int = 500,
        window: int = 200,
        every: int = 100,
        auc: float = 0.6,
        classifier: Any = "logistic",
        seed: int = 0,
    ):
        super().__init__(reference, window, every)
        for name, rows in (("reference", reference), ("window", window)):
            require(rows >= FOLDS, f"{name} is {rows}; {FOLDS} folds need {FOLDS} rows or more")
        ranges.between(0.5, 1).check("auc", auc)
        ranges.SEED.check("seed", seed)
        self.auc, self.seed = auc, seed
        self.classifier, self._direct = _classifier(classifier), DirectFit()

    def differs(self, reference: Floats, window: Floats) -> bool:
        """Whether the rows can be told apart."""
        x = filled(np.concatenate([reference, window]), len(reference))
        sizes = len(reference), len(window)
        new = np.repeat([0, 1], sizes)
        chance = np.empty(len(x))
        with config_context(assume_finite=True, skip_parameter_validation=True):
            for train, test in _folds(*sizes, self.seed):
                model = copied(self.classifier)
                self._direct.fit(model, x[train], new[train])
                chance[test] = output(model, "predict_proba")(x[test])[:, 1]
        return _area_above(new, chance, self.auc)


@lru_cache(8)
def _folds(reference: int, window: int, seed: int) -> list[tuple[Ints, Ints]]:
    """Rows to train on and to test, of each fold: the same for all looks."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    new = np.repeat([0, 1], [reference, window])
    return [*folds.split(new, new)]


def _area_above(new: Ints, chance: Floats, least: float) -> bool:
    """Whether the area under the ROC curve is above `least`."""
    ones = int(new.sum())
    ranks = float(stats.rankdata(chance)[new == 1].sum()) - ones * (ones + 1) / 2
    area = ranks / (ones * (len(new) - ones))
    if abs(area - least) < ROUNDING:
        area = float(roc_auc_score(new, chance))
    return area > least


def _classifier(classifier: Any) -> Any:
    """Return a copy of the named classifier, or the classifier given."""
    if isinstance(classifier, str) and classifier in CLASSIFIERS:
        return clone(CLASSIFIERS[classifier])
    if not hasattr(classifier, "predict_proba"):
        raise InputError(
            f"classifier is {classifier!r}; it must be {', '.join(CLASSIFIERS)}, "
            "or a scikit-learn classifier with predict_proba"
        )
    return classifier


def filled(x: Floats, reference: int) -> Floats:
    """(n, d) rows with the median of the first `reference` in place of what is missing."""
    missing = ~np.isfinite(x)
    if not missing.any():
        return x
    known = np.ma.masked_array(x, missing)
    middle = np.ma.median(known[:reference], axis=0).filled(0.0)
    return np.where(missing, middle, x)
