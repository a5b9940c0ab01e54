"""Metrics that only a study computes that asks for them: own formulas, and scikit-learn's scorers.

A scorer is called as scikit-learn would, with an estimator that gives what was served: classes,
and probabilities where there are any. What it cannot compute, or calls undefined, is nan.
"""

import re
import warnings
from functools import cache, partial
from typing import Any

import numpy as np

from retrainlab.sim.metrics import METRICS, Metric, ServedRows, Ticks, rmse, scored_rows, total
from retrainlab.sim.stream import Task

PINBALL = re.compile(r"pinball(?:_(0?\.\d+))?")
OWN = ("rmse", "mape", "pinball")


def mape(served: ServedRows) -> float:
    """Mean of the absolute error over the absolute truth; nan where a truth is 0, without rows."""
    truth = np.abs(served.truth)
    if not len(truth) or not truth.all():
        return np.nan
    return float(np.mean(np.abs(served.decision - served.truth) / truth))


def pinball(ticks: Ticks, quantile: float = 0.5) -> float:
    """Mean pinball loss, which follows from sums: half of |error| minus (quantile - .5) error.

    error is prediction minus truth. nan without rows.
    """
    loss = total(ticks, "abs_error") / 2 - (quantile - 0.5) * total(ticks, "error")
    rows = total(ticks, scored_rows(ticks))
    return float(loss / rows) if rows else np.nan


def requested(name: str) -> Metric | None:
    """Return the metric of this name that is no line of `METRICS`.

    Its names are not checked: scikit-learn is loaded only where a scorer computes. None for one
    that is there anyhow.
    """
    if name in METRICS:
        return None
    if name == "rmse":
        return Metric("regression", "root mean squared error", "target", -1, rmse, short="RMSE")
    if name == "mape":
        return Metric("regression", "MAPE", "share", -1, of_rows=mape)
    if match := PINBALL.fullmatch(name):
        of_quantile = partial(pinball, quantile=float(match[1] or 0.5))
        heading = f"pinball loss{' of ' + match[1] if match[1] else ''}"
        return Metric("regression", heading, "target", -1, of_quantile)
    of_rows = partial(_scored, name)
    return Metric(None, name.replace("_", " "), "", 1, of_rows=of_rows, decimals=3)


def task_of(name: str) -> Task:
    """Return the task of a metric that is there, or can be requested."""
    return (requested(name) or METRICS[name]).task or scorers()[name]


def is_requestable(name: str) -> bool:
    """Whether there is such a metric, besides those of `METRICS`."""
    match = PINBALL.fullmatch(name)
    if match:
        return 0 < float(match[1] or 0.5) < 1
    return name in OWN or name in scorers()


@cache
def scorers() -> dict[str, Task]:
    """Return the task of each scorer of scikit-learn, by name; those of clusters have none."""
    from sklearn.metrics import get_scorer, get_scorer_names

    modules = {name: get_scorer(name)._score_func.__module__ for name in get_scorer_names()}
    return {
        name: "regression" if "_regression" in module else "classification"
        for name, module in modules.items()
        if "cluster" not in module
    }


def _scored(name: str, served: ServedRows) -> float:
    """Return what a scorer says of the rows; nan for those of the other task."""
    from sklearn.exceptions import UndefinedMetricWarning
    from sklearn.metrics import get_scorer

    task = "regression" if served.truth.dtype.kind == "f" else "classification"
    if scorers().get(name) != task or not len(served.truth):
        return np.nan
    estimator, nothing = _estimator(served, task), np.zeros((len(served.truth), 1))
    # Without probabilities it misses a method of the estimator.
    undefined = (ValueError, UndefinedMetricWarning, UserWarning)
    missing = () if served.probabilities is not None else (AttributeError,)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", UndefinedMetricWarning)
        warnings.filterwarnings("error", "No positive class")
        try:
            return float(get_scorer(name)(estimator, nothing, served.truth))
        except (*undefined, *missing):
            return np.nan


def _estimator(served: ServedRows, task: Task) -> Any:
    """Return an estimator that gives what was served, whatever rows it is asked for."""
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    given = served.probabilities
    methods = {"fit": lambda self, x, y: self, "predict": lambda self, x: served.decision}
    if given is not None:
        methods["predict_proba"] = lambda self, x: given
    for name, method in methods.items():
        method.__name__ = name  # scikit-learn finds a method by it
    kind = ClassifierMixin if task == "classification" else RegressorMixin
    estimator = type("Served", (kind, BaseEstimator), methods)()
    estimator.is_fitted_ = True
    if task == "classification":
        estimator.classes_ = np.unique(served.truth) if given is None else np.arange(given.shape[1])
    return estimator
