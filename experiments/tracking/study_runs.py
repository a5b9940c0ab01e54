"""tracking=mlflow: a finished study in MLflow, where its users look for it.

A parent run is the study, with its parameters, decision, page and tables; a child run is one
setting of one scenario, with the means of its metrics over the seeds. All of it is written from
the saved tables, by this process alone, when the study has ended.
"""

import math
from pathlib import Path
from typing import Any

from retrainlab import reports
from retrainlab.experiments.tracking.connection import FOLDER, one_sentence
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import amounts

ARTIFACTS = ("report.html", "decision.json", "manifest.json", "runs.parquet")
LONGEST = 6000  # characters of a parameter, which MLflow takes


def log(folder: Path, home: str) -> None:
    """Write the study of a folder into an experiment; its earlier runs there are replaced."""
    study = reports.load(folder)
    with one_sentence(f"the study itself is in {folder}; run the same command to log it again"):
        _replace(study, folder, home)


def _replace(study: Tables, folder: Path, home: str) -> None:
    from mlflow import MlflowClient

    client, place = MlflowClient(), str(folder.resolve())
    clause = place.replace("\\", "\\\\").replace("'", "\\'")
    for old in _all(client, home, f"tags.`{FOLDER}` = '{clause}'"):
        client.delete_run(old.info.run_id)
    tags = {FOLDER: place}
    parent = client.create_run(home, run_name=folder.name, tags=tags).info.run_id
    _fill(client, parent, _parameters(study), {"seconds": study.manifest.seconds})
    for name in ARTIFACTS:
        if (folder / name).exists():
            client.log_artifact(parent, str(folder / name))
    client.set_terminated(parent, "FAILED" if study.manifest.failures else "FINISHED")
    for record in reports.summary(study).to_dict("records"):
        row = {str(key): value for key, value in record.items()}
        name = f"{row['scenario']}: {row['label']}"
        child_tags = {**tags, "mlflow.parentRunId": parent}
        child = client.create_run(home, run_name=name, tags=child_tags).info.run_id
        numbers = {key: float(n) for key, n in row.items() if isinstance(n, int | float)}
        _fill(client, child, _setting(study, row), numbers)
        client.set_terminated(child)


def _all(client: Any, home: str, query: str) -> list[Any]:
    """Return all runs that a query finds, page by page."""
    page = client.search_runs([home], query)
    runs = list(page)
    while page.token:
        page = client.search_runs([home], query, page_token=page.token)
        runs += page
    return runs


def _fill(client: Any, run: str, parameters: dict[str, Any], numbers: dict[str, float]) -> None:
    """Write parameters, and those numbers that are defined."""
    from mlflow.entities import Metric, Param

    shown = [Param(key, str(value)[:LONGEST]) for key, value in parameters.items()]
    defined = [Metric(key, n, 0, 0) for key, n in numbers.items() if math.isfinite(n)]
    client.log_batch(run, metrics=defined, params=shown)


def _parameters(study: Tables) -> dict[str, Any]:
    one = study.manifest
    return {
        "command": one.command,
        "learner": one.learner,
        "scenarios": ", ".join(one.scenarios),
        "seeds": len(one.seeds),
        "label_delay": one.world.label_delay,
        "fit_delay": one.world.fit_delay,
        "warmup": one.world.warmup,
        **{f"price_{name}": price for name, price in amounts(one.prices).items()},
    }


def _setting(study: Tables, row: dict[str, Any]) -> dict[str, Any]:
    texts = {key: row[key] for key in ("scenario", "strategy", "label", "role")}
    info = study.manifest.strategies.get(row["label"])
    return {**texts, **(info.parameters if info else {})}
