"""The policy in use today: a setting of the study, named by its label or by its interval."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from retrainlab.experiments.config.tick_options import tick_options
from retrainlab.experiments.study.cells import Cell, cell_at
from retrainlab.sim.errors import InputError


def with_current_policy(
    cells: Sequence[Cell], strategies: Mapping[str, Any], policy: Any
) -> tuple[tuple[Cell, ...], str | None]:
    """Return the cells with the policy in use among them, and its label; None where none is named.

    policy: the label of a cell, or the interval in ticks of a schedule that trains on everything
    so far, for which a cell is added if there is none. Raises `InputError` for anything else.
    """
    if policy is None:
        return tuple(cells), None
    if isinstance(policy, str):
        labels = [cell.label for cell in cells]
        if policy not in labels:
            raise InputError(f"current_policy is {policy!r}; choose from {', '.join(labels)}")
        return tuple(cells), policy
    if type(policy) is not int or policy < 1:
        raise InputError(
            f"current_policy is {policy!r}; it must be a number of ticks, at least 1, or a label"
        )
    same = next((cell for cell in cells if _is_schedule(cell, policy)), None)
    if same is None:
        same = _schedule(strategies, policy)
        cells = [*cells, same]
    return tuple(cells), same.label


def _is_schedule(cell: Cell, interval: int) -> bool:
    """Whether a cell retrains at this interval, on everything so far."""
    strategy = cell.build()
    return strategy.interval == interval and math.isinf(strategy.window)


def _schedule(strategies: Mapping[str, Any], interval: int) -> Cell:
    """Return a cell of the first strategy that can keep this interval."""
    for name, node in strategies.items():
        for option in sorted(tick_options(node.get("when"), f"strategy.{name}.when")):
            cell = cell_at(name, node, {f"when.{option}": interval})
            if _is_schedule(cell, interval):
                return cell
    raise InputError(
        "current_policy is an interval; that needs a strategy that retrains at a regular one, on "
        "everything so far, as strategy periodic does"
    )
