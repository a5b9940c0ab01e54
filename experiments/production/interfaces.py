"""Which classes a policy may name: those with the interface of their part, and nothing else.

A policy file travels, and a scheduler runs it; a command line is its user's own.
"""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from retrainlab.experiments.config.build import locate
from retrainlab.sim.errors import require
from retrainlab.sim.replay.row_loss import ASKED


def _takes(kind: type, arguments: int, named: Collection[str] = ()) -> bool:
    """Whether objects of a class are called with so many arguments, and no more but those named."""
    call = vars(kind).get("__call__") or getattr(kind, "__call__", None)  # noqa: B004
    if not inspect.isfunction(call):
        return False
    parameters = [p for p in inspect.signature(call).parameters.values() if p.name not in named]
    kinds = [parameter.kind for parameter in parameters]
    return kinds == [inspect.Parameter.POSITIONAL_OR_KEYWORD] * (arguments + 1)


def _has(*names: str) -> Callable[[type], bool]:
    return lambda kind: all(callable(getattr(kind, name, None)) for name in names)


INTERFACES: dict[str, tuple[str, Callable[[type], bool]]] = {
    "when": ("a class whose objects are called with a view", lambda kind: _takes(kind, 1)),
    "what": ("a class whose objects are called with a view", lambda kind: _takes(kind, 1)),
    "gate": ("a class with admit and accept", _has("admit", "accept")),
    "learner": ("a class with fit and predict", _has("fit", "predict")),
    "loss": (
        "a class whose objects are called with labels and predictions",
        lambda kind: _takes(kind, 2, ASKED),
    ),
    "inside": ("a class with update (a detector) or with fit (an estimator)", _has("update")),
}


def require_interface(node: Any, path: str, role: str) -> None:
    """Refuse a node that names anything but a class with the interface of its part."""
    require(isinstance(node, Mapping) and "_target_" in node, f"{path} names no _target_")
    _check(locate(node["_target_"], path), node["_target_"], path, role)
    for key, part in node.items():
        for inner in _inner(part):
            target = locate(inner["_target_"], f"{path}.{key}")
            # A part may be made of others: the rows of an update, the calendar of a rollback.
            is_part = inspect.isclass(target) and INTERFACES[role][1](target)
            _check(target, inner["_target_"], path, role if is_part else "inside")


def _check(target: Any, name: str, path: str, role: str) -> None:
    wanted, fits = INTERFACES[role]
    is_right = inspect.isclass(target) and (
        fits(target) or (role == "inside" and _has("fit")(target))
    )
    require(
        is_right or not hasattr(target, "learn_one"),
        f"{path}: a model of {name} cannot be stored without pickle, so that no policy with it is "
        "exported; learner=sgd and naive_bayes learn by updates too",
    )
    require(is_right, f"{path}._target_ is {name}; a policy builds only {wanted} there")


def _inner(node: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every node inside that names a class."""
    if isinstance(node, Mapping):
        if "_target_" in node:
            yield node
        for part in node.values():
            yield from _inner(part)
    elif isinstance(node, list):
        for part in node:
            yield from _inner(part)
