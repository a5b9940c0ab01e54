"""What a study leaves behind: tables, and a manifest that says what they are."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import store
from experiments.cells import Cell, describe
from experiments.group import TABLES, Group, Outcome
from sim.summary import REGRESSION


@dataclass(frozen=True)
class Study:
    """A checked configuration: everything that can be refused without data has been.

    knobs: for each strategy the parameters, as paths, whose best values are looked for.
    map: what a map of strategies is drawn over (see `experiments.map`); empty where none is.
    today: label of the policy that is in use, if one was named.
    """

    config: dict[str, Any]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    jobs: int
    knobs: dict[str, list[str]] = field(default_factory=dict)
    map: dict[str, Any] = field(default_factory=dict)
    today: str | None = None


def save(study: Study, finished: list[Outcome], folder: Path, command: str, seconds: float) -> None:
    """Write the tables of what is finished, in the order of the study, then the manifest.

    Nothing is written if nothing was finished.
    """
    place = {(g.scenario, g.seed): i for i, g in enumerate(study.groups)}
    finished = sorted(finished, key=lambda o: place[o.group.scenario, o.group.seed])
    if not any(o.tables for o in finished):
        return
    for name in TABLES:
        parts = [o.tables[name] for o in finished if name in o.tables]
        if not parts:
            (folder / f"{name}.parquet").unlink(missing_ok=True)
            continue
        table = pd.concat(parts, ignore_index=True)
        for column in ("scenario", "learner", "label"):
            if column in table:
                table[column] = table[column].astype("category")
        if name == "ticks":
            table = table.assign(**{c: np.nan for c in REGRESSION if c not in table})
        store.write_table(table, folder / f"{name}.parquet")
    store.write_manifest(_manifest(study, finished, command, seconds), folder)


def _manifest(
    study: Study, finished: list[Outcome], command: str, seconds: float
) -> dict[str, Any]:
    scenarios: dict[str, Any] = {}
    for outcome in finished:
        if outcome.info:
            entry = scenarios.setdefault(outcome.group.scenario, {**outcome.info, "seeds": []})
            if outcome.group.seed not in entry["seeds"]:
                entry["seeds"].append(outcome.group.seed)
    config = study.config
    return {
        "schema": store.SCHEMA,
        "command": command,
        "created": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "prices": vars(study.groups[0].prices),
        "world": config["world"],
        "seeds": sorted({g.seed for g in study.groups}),
        "learner": config["learner"].get("name", "own"),
        "loss": {task: describe(node) for task, node in config["loss"].items()},
        "versions": store.versions(),
        "git": store.git_state(),
        "config": config,
        "scenarios": {n: scenarios[n] for n in config["scenario"] if n in scenarios},
        "strategies": {
            c.label: {
                "strategy": c.strategy,
                **c.words(),
                "parameters": c.parameters,
            }
            for c in study.cells
        },
        "knobs": study.knobs,
        "map": study.map,
        "current_policy": study.today,
        "optimize": {k: config["optimize"][k] for k in ("resamples", "within")},
        "planned": len(study.groups),
        "finished": len({(o.group.scenario, o.group.seed) for o in finished}),
        "failures": [f for o in finished for f in o.failures],
    }
