"""Prices turn the quantities of a ledger into cost, afterwards: a new price needs no replay."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from retrainlab.sim.errors import require


@dataclass(frozen=True)
class Prices:
    """Price of a unit of loss, of a training, of a row trained on, of a label, of a second."""

    error: float = 1.0
    fit: float = 100.0
    row: float = 0.0
    label: float = 0.0
    second: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            require(
                isinstance(value, (int, float)) and isfinite(value) and value >= 0,
                f"{name} is {value}; a price must be a number of at least 0",
            )


def price(quantities: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """Return the cost, split by what it was spent on; linear in each price.

    quantities: loss, retrainings, train_rows, labels, fit_seconds - numbers, or columns of a
    table of runs. cost_retraining is all but the errors; cost is the total.
    """
    parts = {
        "cost_error": prices.error * quantities["loss"],
        "cost_fit": prices.fit * quantities["retrainings"],
        "cost_rows": prices.row * quantities["train_rows"],
        "cost_labels": prices.label * quantities["labels"],
        "cost_seconds": prices.second * quantities["fit_seconds"],
    }
    retraining = sum(list(parts.values())[1:])
    return {**parts, "cost_retraining": retraining, "cost": parts["cost_error"] + retraining}
