"""What a study is, and the manifest and tables that it leaves."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage import files, parquet
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.plan import Job
from retrainlab.experiments.storage.result_store import PlannedUnit
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import LAYOUT, GroupUnit
from retrainlab.experiments.study.labels import code
from retrainlab.reports.analysis.manifest import (
    SCHEMA,
    Failure,
    Manifest,
    MapInfo,
    ScenarioInfo,
    Skipped,
    Sweep,
)
from retrainlab.reports.analysis.typed_json import from_plain, to_plain
from retrainlab.sim.world import World


@dataclass(frozen=True)
class Study:
    """A checked configuration: everything that can be refused without data has been.

    search: for each strategy the parameters, as paths, whose best values are looked for. map,
    sweep: None where the study is none. skipped: points of a sweep that are impossible. scenarios:
    names, in the order in which a report shows them. current_policy: label of the policy in use,
    if one was named.
    """

    config: dict[str, Any]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    search: dict[str, list[str]] = field(default_factory=dict)
    map: MapInfo | None = None
    sweep: Sweep | None = None
    skipped: tuple[Skipped, ...] = ()
    scenarios: tuple[str, ...] = ()
    current_policy: str | None = None

    def keeping(self, memo_bytes: int) -> "Study":
        """Return the study with so many bytes for fits and predictions in each process."""
        groups = tuple(replace(group, memo_bytes=memo_bytes) for group in self.groups)
        return replace(self, groups=groups)

    def job(self, kind: str, command: str) -> Job:
        """Return what is to be run. kind: run, map or optimize. command: the command line."""
        return Job(
            kind,
            self.config,
            tuple(map(GroupUnit, self.groups)),
            to_plain(header(self, command)),
            self.sweep.arguments if self.sweep else (),
        )


def header(study: Study, command: str) -> Manifest:
    """Return the manifest of a study before anything has run."""
    config = study.config
    learners = dict.fromkeys(group.learner.get("name", "own") for group in study.groups)
    return Manifest(
        command=command,
        created="",
        seeds=tuple(sorted({group.seed for group in study.groups})),
        versions=files.versions(),
        git=files.git_state(),
        config=config,
        schema=SCHEMA,
        seconds=0.0,
        prices=study.groups[0].prices,
        world=World(**config["world"]),
        learner=", ".join(learners),
        loss={task: code(node) for task, node in config["loss"].items()},
        scenarios={},
        strategies={cell.label: cell.info() for cell in study.cells},
        failures=(),
        search=study.search,
        optimize={key: config["optimize"][key] for key in ("resamples", "within")},
        map=study.map,
        sweep=study.sweep,
        current_policy=study.current_policy,
        order=study.scenarios,
        planned=len({(group.scenario, group.seed) for group in study.groups}),
        skipped=study.skipped,
    )


def save(
    opened: Manifest,
    finished: Sequence[tuple[PlannedUnit, Artifact]],
    folder: Path,
    missing: Iterable[Failure] = (),
    seconds: float = 0.0,
) -> Manifest:
    """Write the tables of what is finished, then the manifest, and return it.

    finished: the units with results, in the order of the study. missing: those without. Nothing is
    written where no cell has been replayed.
    """
    artifacts = [artifact for _, artifact in finished]
    manifest = _completed(opened, finished, missing, seconds)
    if any(artifact.has_runs for artifact in artifacts):
        parquet.save(artifacts, folder, LAYOUT, to_plain(manifest))
    return manifest


def _completed(
    opened: Manifest,
    finished: Sequence[tuple[PlannedUnit, Artifact]],
    missing: Iterable[Failure],
    seconds: float,
) -> Manifest:
    scenarios = _scenarios(finished)
    failures = [from_plain(Failure, f) for _, artifact in finished for f in artifact.failures]
    skipped = [from_plain(Skipped, s) for _, artifact in finished for s in artifact.skipped]
    return replace(
        opened,
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        scenarios={name: scenarios[name] for name in opened.order if name in scenarios},
        finished=len({(unit.name, unit.seed) for unit, _ in finished}),
        failures=(*failures, *missing),
        skipped=(*opened.skipped, *skipped),
    )


def _scenarios(finished: Sequence[tuple[PlannedUnit, Artifact]]) -> dict[str, ScenarioInfo]:
    """Return what the first finished unit of each scenario says of it, with the seeds of all."""
    info: dict[str, dict[str, Any]] = {}
    seeds: dict[str, dict[int, None]] = {}
    for unit, artifact in finished:
        if artifact.info:
            info.setdefault(unit.name, artifact.info)
            seeds.setdefault(unit.name, {})[unit.seed] = None
    return {
        name: from_plain(ScenarioInfo, {**node, "seeds": [*seeds[name]]}, name)
        for name, node in info.items()
    }


def lowest_cost(folder: Path) -> float:
    """Return the mean cost over streams of the cheapest strategy that may retrain.

    nan where none ran: of a job that failed there is no table.
    """
    import pandas as pd

    path = folder / "runs.parquet"
    if not path.exists():
        return math.nan
    runs = pd.read_parquet(path, columns=["role", "never", "label", "cost"])
    retraining = runs[(runs["role"] == "strategy") & ~runs["never"]]
    return float(retraining.groupby("label")["cost"].mean().min())
