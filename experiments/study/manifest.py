"""What a study is, and the manifest and tables that it leaves."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from retrainlab.experiments.storage import files, git, parquet
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.plan import Job
from retrainlab.experiments.storage.result_store import PlannedUnit
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.error_costs import loss_of
from retrainlab.experiments.study.extension import Grid
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import LAYOUT, GroupUnit
from retrainlab.experiments.study.labels import code
from retrainlab.reports.results.manifest import (
    SCHEMA,
    Failure,
    Manifest,
    MapInfo,
    ScenarioInfo,
    Skipped,
    Sweep,
)
from retrainlab.reports.results.typed_json import from_plain, to_plain
from retrainlab.sim.stream import Drift
from retrainlab.sim.world import World

OF_ORACLE = ("frontier", "schedule")  # tables of the oracle alone


@dataclass(frozen=True)
class Study:
    """A checked configuration: everything that can be refused without data has been.

    search: for each strategy the parameters, as paths, whose best values are looked for. map,
    sweep: None where the study is none. skipped: points of a sweep that are impossible. scenarios:
    names, in the order in which a report shows them. current_policy: label of the policy in use,
    if one was named. grids: those that are extended where the best value lies at an end.
    is_price_unset: whether nobody has said what a retraining costs (`study.own_tables`).
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
    grids: tuple[Grid, ...] = ()
    is_price_unset: bool = False

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
        git=git.state(),
        config=config,
        schema=SCHEMA,
        seconds=0.0,
        prices=study.groups[0].prices,
        world=World(**config["world"]),
        learner=", ".join(learners),
        loss={task: code(node) for task, node in loss_of(config).items()},
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
        is_price_unset=study.is_price_unset,
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
    written where no cell has been replayed (see `save_failures`).
    """
    artifacts = _latest_oracles(finished)
    manifest = _completed(opened, finished, missing, seconds)
    if any(map(has_strategies, artifacts)):
        parquet.save(artifacts, folder, LAYOUT, to_plain(manifest))
    return manifest


def save_failures(manifest: Manifest, folder: Path) -> None:
    """Write the manifest of a study of which every cell failed; it has no tables."""
    parquet.save([], folder, LAYOUT, to_plain(manifest))


class _WithoutOracle(Artifact):
    """Results of a unit whose oracle was found anew by a later unit of its stream."""

    def table(self, name: str) -> pa.Table | None:
        """Return a table without what is of the oracle."""
        if name in OF_ORACLE:
            return None
        table = super().table(name)
        if name != "references" or table is None:
            return table
        return table.filter(pc.not_equal(table["reference"], "oracle"))

    def schema(self, name: str) -> pa.Schema | None:
        """Return the columns of a table."""
        return None if name in OF_ORACLE else super().schema(name)


def _latest_oracles(finished: Sequence[tuple[PlannedUnit, Artifact]]) -> list[Artifact]:
    """Return the results of the units, with one oracle a stream: that of the last unit with one."""
    last = {
        (unit.name, unit.seed): i
        for i, (unit, artifact) in enumerate(finished)
        if artifact.schema(OF_ORACLE[0]) is not None
    }
    return [
        artifact if i >= last.get((unit.name, unit.seed), 0) else _WithoutOracle(artifact.source)
        for i, (unit, artifact) in enumerate(finished)
    ]


def has_strategies(artifact: Artifact) -> bool:
    """Whether a strategy that was asked for has been replayed."""
    runs = artifact.table("runs")
    return runs is not None and "strategy" in pc.unique(runs["role"]).to_pylist()


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
    """Return what the finished units say of each scenario."""
    info: dict[str, dict[int, dict[str, Any]]] = {}
    for unit, artifact in finished:
        if artifact.info:
            info.setdefault(unit.name, {}).setdefault(unit.seed, artifact.info)
    return {name: _scenario(name, by_seed) for name, by_seed in info.items()}


def _scenario(name: str, by_seed: Mapping[int, dict[str, Any]]) -> ScenarioInfo:
    """Return what its first seed says of a scenario, and the drifts of all; by_seed: plain data."""
    infos = [from_plain(ScenarioInfo, {**i, "seeds": [*by_seed]}, name) for i in by_seed.values()]
    drifts, of = _drifts([info.drifts for info in infos], f"seed {next(iter(by_seed))}")
    return replace(infos[0], drifts=drifts, drifts_of=of)


def _drifts(by_seed: Sequence[tuple[Drift, ...]], first: str) -> tuple[tuple[Drift, ...], str]:
    """Return the drifts to be shown, and whose they are (`ScenarioInfo.drifts_of`).

    Drifts that differ in their ticks alone become the range over the seeds.
    """
    if len({repr(drifts) for drifts in by_seed}) == 1:
        return by_seed[0], ""
    if len({tuple((drift.kind, drift.note) for drift in drifts) for drifts in by_seed}) > 1:
        return by_seed[0], first
    return tuple(map(_over_seeds, zip(*by_seed, strict=True))), "all seeds"


def _over_seeds(drifts: Sequence[Drift]) -> Drift:
    """Return the range of ticks that the same drift touches on any seed."""
    start, stop = min(drift.start for drift in drifts), max(drift.stop for drift in drifts)
    harms = [drift.harm for drift in drifts if drift.harm is not None]
    return replace(drifts[0], start=start, stop=stop, harm=fmean(harms) if harms else None)


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
