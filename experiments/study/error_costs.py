"""`prices.errors`: the cost of each kind of error, as a loss and as what a threshold weighs."""

from collections.abc import Mapping
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.sim.errors import require
from retrainlab.sim.prices import Prices, amounts, cost_parts
from retrainlab.sim.replay.cost_matrix import CostMatrix

MATRIX = "retrainlab.sim.replay.cost_matrix.CostMatrix"
USUAL = "retrainlab.sim.replay.losses.ZeroOne"


def prices_of(config: Mapping[str, Any]) -> Prices:
    """Return the prices of a configuration; those that follow from another one may be null.

    Raises `InputError` for prices that are wrong, or all 0.
    """
    derived = {part.name for part in cost_parts() if part.divisor}
    node = {
        name: value
        for name, value in config["prices"].items()
        if name != "errors" and not (value is None and name in derived)
    }
    prices: Prices = build({"_target_": "retrainlab.sim.prices.Prices", **node}, "prices")
    require(
        any(amounts(prices).values()),
        "all prices are 0, so that nothing costs anything; set prices.error, prices.fit or both",
    )
    return prices


def loss_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the loss of each task: `prices.errors` makes that of a classification a cost matrix.

    Raises `InputError` for costs that are wrong whatever the classes, and beside another loss.
    """
    errors, loss = config["prices"].get("errors"), dict(config["loss"])
    if errors is None:
        return loss
    usual = loss.get("classification")
    require(
        usual is None or usual.get("_target_") == USUAL,
        "prices.errors prices each wrong class, and loss names another loss for a classification; "
        "leave one of them out",
    )
    CostMatrix(errors)
    return {**loss, "classification": {"_target_": MATRIX, "errors": errors}}


def may_refuse(config: Mapping[str, Any]) -> bool:
    """Whether `prices.errors` prices a prediction that is refused."""
    errors = config.get("prices", {}).get("errors")
    return isinstance(errors, Mapping) and CostMatrix(errors).refusal is not None


def learner_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the learner, with the costs that its threshold weighs."""
    learner = dict(config["learner"])
    if learner.get("threshold") in ("bayes", "tuned"):
        learner["errors"] = config["prices"].get("errors")
    return learner
