"""One stream on many cores: the fits that are planned, and what is left for one process.

Parts are measured in seconds of the processor, one after the other. What so many workers would take
is worked out from these: tasks go to the worker that is free first, in the order of the engine. The
time to start workers, and what they do to each other's memory, is in `sweep` and not in here.
"""

import heapq
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.cells import group_of
from benchmarks.measure import Measurement
from retrainlab.experiments.storage.work_unit import Postponed
from retrainlab.experiments.study.context import References
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import GroupUnit

LEARNERS: dict[str, dict[str, Any]] = {
    "a forest": {
        "_target_": "sklearn.ensemble.RandomForestClassifier",
        "n_estimators": 50,
        "n_jobs": 1,
    },
    "boosting": {
        "_target_": "sklearn.ensemble.HistGradientBoostingClassifier",
        "max_iter": 50,
    },
    "logistic regression": {"_target_": "sklearn.linear_model.LogisticRegression"},
}
TIMES = {"logistic regression": 10}  # as many rows: a group of less than a second gains nothing
LEAST = {"a forest": 1.8, "boosting": 1.8, "logistic regression": 1.6}


@dataclass
class Parts:
    """Seconds of a group: whole, in one process; alone: planning and looking up; passes: tasks."""

    whole: float
    alone: float = 0.0
    passes: list[list[float]] = field(default_factory=list)

    def speedup(self, workers: int) -> float:
        """How many times as fast so many workers are as one process."""
        return self.whole / (self.alone + sum(_makespan(one, workers) for one in self.passes))


def run(
    cells: int = 20, ticks: int = 300, rows: int = 30, learners: Sequence[str] = (*LEARNERS,)
) -> list[Measurement]:
    """Measure the parts of a group with references, for each learner."""
    figures = []
    for name in learners:
        group = replace(
            group_of(cells, ticks, rows * TIMES.get(name, 1)),
            learner={"classification": LEARNERS[name]},
            references=References(),
        )
        for workers in (2, 8, 64):
            parts = measured(group, workers)
            tasks = [seconds for one in parts.passes for seconds in one]
            note = f"{parts.whole:.1f} s; {len(tasks)} tasks, {max(tasks):.2f} s the longest; "
            note += f"{parts.alone:.2f} s in one process"
            least = LEAST[name] if workers == 2 else None
            what = f"one process / {workers} workers, one stream, {name}"
            figures.append(Measurement(what, parts.speedup(workers), least=least, note=note))
    return figures


def measured(group: Group, workers: int) -> Parts:
    """Return the parts of a group, whose tasks are dealt for so many workers."""
    parts = Parts(_spent(GroupUnit(group).run)[0])
    with tempfile.TemporaryDirectory() as folder:
        unit: Any = GroupUnit(group).sharing(folder, workers)
        while True:
            seconds, result = _spent(unit.run)
            parts.alone += seconds
            if not isinstance(result, Postponed):
                return parts
            parts.passes += [[_spent(task.run)[0] for task in tasks] for tasks in result.passes]
            unit = result.unit


def _spent(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _makespan(seconds: Sequence[float], workers: int) -> float:
    """Seconds until the last of the tasks is done, the longest first."""
    busy = [0.0] * workers
    for task in sorted(seconds, reverse=True):
        heapq.heapreplace(busy, busy[0] + task)
    return max(busy)
