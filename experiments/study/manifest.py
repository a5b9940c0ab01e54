"""What a study is, and what its manifest says of it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage import files, parquet
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.study.cells import Cell, describe
from retrainlab.experiments.study.group import Group


@dataclass(frozen=True)
class Study:
    """A checked configuration: everything that can be refused without data has been.

    search: for each strategy the parameters, as paths, whose best values are looked for.
    map: what a map of strategies is drawn over (see `experiments.study.strategy_map`); empty where
    none is. sweep: the arguments and the number of points of a sweep, and its keys; empty where
    none is. skipped: points of a sweep that are impossible, with the reason. scenarios: names, in
    the order in which a report shows them. today: label of the policy that is in use, if one was
    named.
    """

    config: dict[str, Any]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    search: dict[str, list[str]] = field(default_factory=dict)
    map: dict[str, Any] = field(default_factory=dict)
    sweep: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[dict[str, Any], ...] = ()
    scenarios: tuple[str, ...] = ()
    today: str | None = None

    def keeping(self, memo_bytes: int) -> "Study":
        """Return the study with so many bytes for fits and predictions in each process."""
        groups = tuple(replace(group, memo_bytes=memo_bytes) for group in self.groups)
        return replace(self, groups=groups)


def header(study: Study, command: str) -> dict[str, Any]:
    """Return what a manifest says before anything has run."""
    config = study.config
    learners = dict.fromkeys(group.learner.get("name", "own") for group in study.groups)
    return {
        "schema": files.SCHEMA,
        "command": command,
        "prices": vars(study.groups[0].prices),
        "world": config["world"],
        "seeds": sorted({group.seed for group in study.groups}),
        "learner": ", ".join(learners),
        "loss": {task: describe(node) for task, node in config["loss"].items()},
        "versions": files.versions(),
        "git": files.git_state(),
        "config": config,
        "strategies": {
            cell.label: {
                "strategy": cell.strategy,
                **cell.words(),
                "parameters": cell.parameters,
                "overrides": list(cell.overrides),
            }
            for cell in study.cells
        },
        "search": study.search,
        "map": study.map,
        "sweep": study.sweep,
        "current_policy": study.today,
        "optimize": {k: config["optimize"][k] for k in ("resamples", "within")},
        "planned": len({(group.scenario, group.seed) for group in study.groups}),
        "order": list(study.scenarios),
        "impossible": list(study.skipped),
    }


def save(
    opened: Mapping[str, Any],
    finished: Sequence[tuple[Mapping[str, Any], Artifact]],
    folder: Path,
    missing: Iterable[dict[str, Any]] = (),
    seconds: float = 0.0,
) -> dict[str, Any]:
    """Write the tables of what is finished, then the manifest, and return it.

    finished: for each unit, in the order of the study, its scenario and seed, and its results.
    missing: what is said of groups that nothing is known of. Nothing is written where no cell
    has been replayed.
    """
    units = [packed for _, packed in finished]
    manifest = _manifest(opened, finished, list(missing), seconds)
    if any(packed.has_tables for packed in units):
        parquet.write(units, folder)
        files.write_json(manifest, folder / "manifest.json")
    return manifest


def _manifest(
    opened: Mapping[str, Any],
    finished: Sequence[tuple[Mapping[str, Any], Artifact]],
    missing: list[dict[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    scenarios: dict[str, Any] = {}
    for group, packed in finished:
        info = packed.about["info"]
        if info:
            entry = scenarios.setdefault(group["scenario"], {**info, "seeds": []})
            if group["seed"] not in entry["seeds"]:
                entry["seeds"].append(group["seed"])
    failures = [failure for _, packed in finished for failure in packed.about["failures"]]
    skipped = [cell for _, packed in finished for cell in packed.about["skipped"]]
    return {
        **{key: value for key, value in opened.items() if key not in ("order", "impossible")},
        "created": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "scenarios": {name: scenarios[name] for name in opened["order"] if name in scenarios},
        "finished": len({(group["scenario"], group["seed"]) for group, _ in finished}),
        "failures": [*failures, *missing],
        "skipped": [*opened["impossible"], *skipped],
    }


def lowest_cost(folder: Path) -> float:
    """Return the mean cost over streams of the cheapest strategy that may retrain.

    nan where none ran: of a job that failed there is no table.
    """
    import pandas as pd

    path = folder / "runs.parquet"
    if not path.exists():
        return math.nan
    runs = pd.read_parquet(path, columns=["kind", "strategy", "label", "cost"])
    own = runs[(runs["kind"] == "strategy") & (runs["strategy"] != "never")]
    return float(own.groupby("label")["cost"].mean().min())
