"""Trend over runs: what a scenario's recommended setting costs, as a share of never's cost."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from retrainlab.reports.analysis.compared_runs import answer
from retrainlab.reports.results.decision import Comparison, Decision
from retrainlab.reports.results.manifest import Manifest
from retrainlab.sim.prices import amounts

CHANGES = ("drift", "damage")  # groups of the configuration that change every stream
FEWEST = 3  # comparable runs, from which on they are a trend


@dataclass(frozen=True)
class FinishedRun:
    """A run of a folder. name: of its folder. decisions: by scenario, at the prices of the run."""

    name: str
    manifest: Manifest
    decisions: dict[str, Decision]


@dataclass(frozen=True)
class TrendPoint:
    """A scenario in one run.

    series: number, from 0, of the runs that it is comparable with. before: the decision of the run
    before in this series; None in its first run.
    """

    run: str
    created: str
    series: int
    decision: Decision
    before: Decision | None

    @property
    def is_change(self) -> bool:
        """Whether another answer is recommended than in the comparable run before."""
        return self.before is not None and answer(self.before) != answer(self.decision)

    @property
    def share(self) -> float:
        """Cost of the recommended setting as a share of never's; nan where never's is unknown."""
        never = self.decision.against.never
        return never.cost / _whole(never) if never else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the 95 % interval of the share; nan where the saving was not tested."""
        never = self.decision.against.never
        if never is None:
            return math.nan, math.nan
        whole = _whole(never)
        return 1 - never.high / whole, 1 - never.low / whole


def _whole(never: Comparison) -> float:
    """Return never's cost; nan where it is nothing, and no share of it can be taken."""
    return never.reference_cost if never.reference_cost > 0 else math.nan


@dataclass(frozen=True)
class Trend:
    """A scenario over runs, oldest first."""

    scenario: str
    points: tuple[TrendPoint, ...]

    @property
    def series(self) -> list[list[int]]:
        """Places of the points of each series."""
        numbers = range(1 + max(point.series for point in self.points))
        return [[i for i, p in enumerate(self.points) if p.series == n] for n in numbers]

    @property
    def changes(self) -> list[TrendPoint]:
        """Points at which the recommendation changed."""
        return [point for point in self.points if point.is_change]


def trends(runs: Iterable[FinishedRun]) -> list[Trend]:
    """Return the trend of each scenario that has at least `FEWEST` comparable runs.

    Runs are comparable if scenario (or data of a file), loss and prices are the same.
    """
    ordered = sorted(runs, key=lambda run: (_moment(run.manifest.created), run.name))
    names = dict.fromkeys(name for run in ordered for name in run.decisions)
    every = [_trend(name, [run for run in ordered if name in run.decisions]) for name in names]
    return [one for one in every if max(map(len, one.series)) >= FEWEST]


def _trend(name: str, runs: Sequence[FinishedRun]) -> Trend:
    numbers: dict[str, int] = {}
    newest: dict[int, Decision] = {}
    points = []
    for run in runs:
        decision = run.decisions[name]
        number = numbers.setdefault(_conditions(run.manifest, decision), len(numbers))
        created = run.manifest.created
        points.append(TrendPoint(run.name, created, number, decision, newest.get(number)))
        newest[number] = decision
    return Trend(name, tuple(points))


def _moment(created: str) -> datetime:
    """Return when a run was made; one that does not say so comes first."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _conditions(manifest: Manifest, decision: Decision) -> str:
    """Return what two runs of a scenario must share for their costs to be comparable."""
    name, config = decision.scenario, manifest.config
    info = manifest.scenarios[name]
    fingerprint = dict(info.facts).get("fingerprint")
    nodes: dict[str, Any] = config.get("scenario") or {}
    node = nodes.get(name, nodes)
    if fingerprint:
        node = {key: value for key, value in node.items() if key != "path"}
    prices = amounts(decision.prices), decision.prices.currency
    loss = info.loss or manifest.loss.get(info.task)
    changes = [config.get(group) for group in CHANGES]
    shared = [node, changes, fingerprint, info.task, info.ticks, loss, prices]
    return json.dumps(shared, sort_keys=True, default=str)
