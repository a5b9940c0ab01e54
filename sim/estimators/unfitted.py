"""Estimators that are not fitted: copies of a prototype, with a seed."""

import copy
from typing import Any

# Parameters of these kinds are shared between copies.
_SHARED = (type(None), bool, int, float, str, type)


def fresh(estimator: Any) -> Any:
    """Return an estimator with the same parameters, not fitted."""
    from sklearn.base import clone

    if not hasattr(estimator, "get_params"):
        return copy.deepcopy(estimator)
    try:
        return clone(estimator)
    except RuntimeError:  # CatBoost gives copies of its parameters, which clone takes for changed
        return copy.deepcopy(estimator)


def seeded(model: Any, seed: int) -> Any:
    """Give every random state of the model the seed, nested ones included."""
    if hasattr(model, "get_params"):
        states = [k for k in model.get_params() if k.split("__")[-1] == "random_state"]
        return model.set_params(**dict.fromkeys(states, seed)) if states else model
    if hasattr(model, "random_state"):
        model.random_state = seed
    return model


class Prototype:
    """An estimator of which each fit gets a copy of its own."""

    def __init__(self, estimator: Any):
        self._template = fresh(estimator)

    def copied(self, seed: int) -> Any:
        """Return an estimator that is not fitted, every random state of it with the seed."""
        return copied(self._template, seed)


def copied(estimator: Any, seed: int | None = None) -> Any:
    """Return a copy of an estimator that is not fitted.

    seed: of every random state; None: as it is.
    """
    quick = plain_copy(estimator, seed)
    if quick is not None:
        return quick
    return fresh(estimator) if seed is None else seeded(fresh(estimator), seed)


def plain_copy(estimator: Any, seed: int | None = None) -> Any:
    """Return a copy of an estimator that is not fitted; None where that is left to `fresh`.

    `fresh` looks up the signature of every step, which takes longer than some fits. Estimators of
    scikit-learn with plain parameters, and what is made of them, are copied attribute by attribute.
    """
    from sklearn.base import BaseEstimator
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    kind = type(estimator)
    is_known = kind.__module__.startswith("sklearn.") and issubclass(kind, BaseEstimator)
    if not is_known or kind.__sklearn_clone__ is not BaseEstimator.__sklearn_clone__:
        return None
    state = dict(vars(estimator))
    composed = {Pipeline: "steps", ColumnTransformer: "transformers"}.get(kind)
    plain = {key: value for key, value in state.items() if key != composed}
    if not all(isinstance(value, _SHARED) for value in plain.values()):
        return None
    if composed is not None:
        copies = [plain_copy(part, seed) for _, part, *_ in state[composed]]
        if any(part is None for part in copies):
            return None
        named = zip(state[composed], copies, strict=True)
        state[composed] = [(name, part, *places) for (name, _, *places), part in named]
    if "random_state" in state and seed is not None:
        state["random_state"] = seed
    made = object.__new__(kind)
    made.__dict__.update(state)
    return made
