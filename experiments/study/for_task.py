"""Learner and loss of a configuration that suit a stream's task; strategies that do not."""

from collections.abc import Mapping
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines import fit_limit
from retrainlab.experiments.study.error_costs import MATRIX
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.learners import OPTIONS, Learner
from retrainlab.sim.replay.losses import Loss
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.stream import Stream, Task


def make_learner(node: Mapping[str, Any], stream: Stream) -> Learner:
    """Return the learner for the stream's task; `InputError` if it has none for it."""
    estimator = _for_task(node, stream, f"learner {node.get('name', '')}".strip(), "learner")
    options = {k: node[k] for k in OPTIONS if k in node}
    return fit_limit.learner(estimator, stream, **options)


def make_loss(node: Mapping[str, Any], stream: Stream) -> Loss:
    """Return the loss for the stream's task; `InputError` if there is none for it."""
    priced = node.get("classification") or {}
    require(
        stream.task == "classification" or priced.get("_target_") != MATRIX,
        "prices.errors prices wrong classes, and the target of this scenario is a number; leave "
        "prices.errors out, or set task=classification",
    )
    return _for_task(node, stream, "this loss", "loss")


def _for_task(node: Mapping[str, Any], stream: Stream, who: str, path: str) -> Any:
    if stream.task not in node:
        kinds = {"learner": "linear, tree, forest, boosting or sgd", "loss": "auto"}
        raise InputError(
            f"{who} has nothing for {stream.task}, which this scenario is; "
            f"choose {path}={kinds[path]}"
        )
    return build(node[stream.task], f"{path}.{stream.task}")


def refusal(strategy: Strategy, task: Task) -> str:
    """Say why a strategy is not for streams of a task; empty if it is."""
    try:
        strategy.require_task(task)
    except InputError as error:
        return str(error)
    return ""
