"""Updates: a trained model learns further rows, by partial_fit or by a warm start."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.decision_rules import Thresholded
from retrainlab.sim.stream import Floats

# Parameters that say how many trees an ensemble has: a warm start adds as many as it began with.
GROWING = ("n_estimators", "max_iter")


def require_updates(estimator: Any, name: str) -> None:
    """Raise `InputError` unless a model of this estimator can learn further rows."""
    last = estimator[-1] if hasattr(estimator, "steps") else estimator
    require(
        hasattr(last, "partial_fit") or _warm(last),
        f"learner {name} cannot be updated: it has no partial_fit and no warm_start=true; choose "
        "learner=sgd, naive_bayes, hoeffding_tree or online_logistic, or retrain it by a refit",
    )


def further(
    model: Any, prototype: Any, x: Floats, y: NDArray[Any], name: str, **options: Any
) -> Any:
    """Have a model learn further rows x (m, d) and y (m,); return it.

    What stands before the estimator in a pipeline (encoders, scalers) stays as it was fitted.
    prototype: of the model, never fitted. options: of its partial_fit or fit, such as weights.
    """
    inner = model.model if isinstance(model, Thresholded) else model
    if hasattr(inner, "steps"):
        x, inner, prototype = inner[:-1].transform(x), inner[-1], prototype[-1]
    options = {key.rpartition("__")[2]: value for key, value in options.items()}
    _require_known(inner, y, name)
    if hasattr(inner, "partial_fit"):
        inner.partial_fit(x, y, **options)
        return model
    _grow(inner, prototype)
    inner.fit(x, y, **options)
    return model


def _warm(estimator: Any) -> bool:
    return bool(getattr(estimator, "warm_start", False))


def _grow(model: Any, prototype: Any) -> None:
    """Have an ensemble add as many members as it began with; others go on from where they are."""
    for name in GROWING:
        is_ensemble = hasattr(model, "estimators_") or hasattr(model, "_predictors")
        if is_ensemble and hasattr(model, name):
            setattr(model, name, getattr(model, name) + getattr(prototype, name))
            return


def _require_known(model: Any, y: NDArray[Any], name: str) -> None:
    """Refuse labels of classes that the model was not trained with, which it cannot learn."""
    if not hasattr(model, "classes_") or getattr(model, "learns_new_classes", False):
        return
    new = sorted({*np.unique(y).tolist()} - {*np.asarray(model.classes_).tolist()})
    if new:
        raise InputError(
            f"learner {name} cannot be updated with class code {new[0]}, which was not among the "
            "rows that it was first trained on; use a longer world.warmup, or a refit"
        )
