"""Checks of the values and costs of a search, before statistics are computed."""

from collections.abc import Sequence

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.stream import Floats


def check_costs(
    values: Sequence[float] | Floats, costs: Floats, name: str, unit: str
) -> tuple[Floats, Floats]:
    """Return values (V,) and costs (n, V) as arrays of floats; n units, each a `unit`.

    Raises `InputError` unless there are values, ascending and each once, finite but for a last
    inf (never), and a finite cost for each value and unit, of at least one unit.
    """
    values, costs = np.asarray(values, dtype=np.float64), np.asarray(costs, dtype=np.float64)
    require(values.ndim == 1 and len(values) > 0, "no value was tried; give at least one")
    odd = values[~np.isfinite(values) & (values != np.inf)]
    require(len(odd) == 0, f"values holds {odd[:1].sum()}; only a last one may be infinite")
    down = np.flatnonzero(values[1:] <= values[:-1])
    where = "".join(f"{values[i + 1]:g} follows {values[i]:g}" for i in down[:1])
    require(len(down) == 0, f"the values do not ascend: {where}; sort them and give each once")
    require(
        costs.ndim == 2 and len(costs) > 0 and costs.shape[1] == len(values),
        f"{name} has shape {costs.shape} for {len(values)} values; it must have a row a {unit} "
        "and a column a value",
    )
    wrong = np.argwhere(~np.isfinite(costs))
    where = "".join(f"{costs[i, j]} for {values[j]:g} in {unit} {i}" for i, j in wrong[:1])
    require(len(wrong) == 0, f"{name} holds {where}; every one must be a finite number")
    return values, costs


def check_options(resamples: int, within: float, level: float = 0.95) -> None:
    """Raise `InputError` unless there are enough resamples, and both shares make sense."""
    require(resamples >= 100, f"resamples is {resamples}; it must be 100 or more")
    require(within >= 0, f"within is {within}; it must be a share of at least 0, as 0.05")
    require(0 < level < 1, f"level is {level}; it must lie between 0 and 1, as 0.95")
