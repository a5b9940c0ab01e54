"""Strategies and metrics that suit no stream of a study, refused before anything is replayed.

One that suits some of several streams is skipped on the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from retrainlab.experiments.config.build import build_scenario
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.chosen import asked
from retrainlab.experiments.study.for_task import refusal
from retrainlab.experiments.study.group import Group
from retrainlab.reports.text.format import listed
from retrainlab.sim.errors import FAILURES, InputError
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.requested_metrics import task_of
from retrainlab.sim.stream import Task


def require_suited(
    config: Mapping[str, Any], groups: Sequence[Group], cells: Iterable[Cell]
) -> None:
    """Raise `InputError` for a cell, or a metric of the configuration, that suits no stream.

    Streams are made only where something is for one task alone.
    """
    scenarios = {group.scenario: group for group in groups}
    on, task = listed([*scenarios]), cache(lambda name: _task(scenarios[name]))
    for cell in cells:
        refused = _refused(cell.build())
        if refused and all(task(name) in refused for name in scenarios):
            why = refused[task(groups[0].scenario)]
            raise InputError(f"{cell.strategy} cannot be replayed on {on}: {why}")
    for metric in asked(config):
        wanted = task_of(metric)
        if all(task(name) not in (wanted, None) for name in scenarios):
            raise InputError(
                f"metrics names {metric}, which is of a {wanted}, and {on} is none; leave it out"
            )


def _refused(strategy: Strategy) -> dict[Task | None, str]:
    """Return the tasks that a strategy is not for, each with the reason."""
    reasons = {task: refusal(strategy, task) for task in get_args(Task)}
    return {task: why for task, why in reasons.items() if why}


def _task(group: Group) -> Task | None:
    """Return the task of a group's stream; None where none can be made, which the study tells."""
    try:
        return build_scenario(group.node, f"scenario.{group.scenario}")(group.seed).task
    except FAILURES:
        return None
