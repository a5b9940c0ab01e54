"""Production folders over small tables: days of flights, of shops, of a recurrent rule."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import yaml
from configuration import CONF

from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production import steps
from retrainlab.experiments.production.data import DataPlace
from retrainlab.experiments.production.folder import opened
from retrainlab.experiments.production.policy import Policy
from retrainlab.experiments.study.cells import cell_at
from retrainlab.scenarios.file import File
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.tabular.paths import locate
from retrainlab.scenarios.tabular.read import read_table, sampled
from retrainlab.scenarios.toilet_paper import ToiletPaper
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.world import World

WARMUP, SERVED = 6, 9
FLIGHTS = "package:retrainlab.scenarios/data/flights.parquet"
# The shipped strategies, with parameters for a few small days.
PAGE_HINKLEY = {"name": "PageHinkley", "min_instances": 8, "threshold": 0.5}
STRATEGIES: dict[str, dict[str, Any]] = {
    "never": {},
    "periodic": {"when.ticks": 3},
    "sliding_window": {"when.ticks": 2, "what.ticks": 4},
    "trigger": {"when.detector": PAGE_HINKLEY},
    "full_replace": {"when.detector": PAGE_HINKLEY, "what.min_rows": 20},
    "drop": {"when.by": 0.01, "when.ticks": 2, "what.ticks": 6, "gate.holdout": 2},
    "excess": {"when.loss": 0.5, "when.ticks": 1, "what.ticks": 5},
    "inputs": {
        "when.detector": {"name": "KS", "alpha": 0.5, "reference": 16, "window": 8, "every": 8},
        "what.ticks": 5,
    },
    "predictions": {
        "when.detector": {"name": "ControlBand", "reference": 24, "window": 6, "sigmas": 0.3},
        "what.ticks": 5,
    },
}

# Policies of the literature (retrainlab.strategies.policies), and a gate.
POLICIES: dict[str, dict[str, Any]] = {
    "doubling": {},
    "data_latency": {"when.waited": 100.0, "what.ticks": 5},
    "avoidable_errors": {"when.lasted": 3.0, "when.ticks": 1, "what.ticks": 5},
    "rate_budget": {"when.rate": 0.3, "when.ticks": 1, "what.ticks": 5},
    "challenger": {"when.h": 0.05, "what.ticks": 5},
    "learning_debt": {"when.h": 0.5, "what.ticks": 5},
    "e_detector": {"when.alpha": 0.8, "when.ticks": 1, "what.ticks": 5},
    "conformal": {"when.alpha": 0.8, "what.ticks": 5},
    "expected_error": {"when.ticks": 3, "when.sigmas": 0.1, "what.ticks": 5},
    "token_bucket": {"when.detector": PAGE_HINKLEY, "gate.rate": 0.3, "what.ticks": 5},
}

# Those that prove a rise in errors: on a rule that turns after the reference was taken.
PROOFS: dict[str, dict[str, Any]] = {
    "harm": {"when.chance": 0.3, "when.ticks": 2, "what.ticks": 5},
    "shiryaev_roberts": {"when.between": 20, "when.ticks": 2, "what.ticks": 5},
    "sprt": {"when.p0": 0.1, "when.alpha": 0.05, "what.ticks": 5},
}


@cache
def table(name: str) -> pd.DataFrame:
    """Some days of a scenario, as a table with the column `day`; the target is `label`."""
    if name == "flights":
        frame = sampled(read_table(locate(FLIGHTS)), 0.02).rename(columns={"delayed": "label"})
        frame["day"] = pd.to_datetime(frame[["year", "month", "day"]])
        frame = frame.drop(columns=["year", "month", "dow"])
    else:
        stream = {
            "toilet_paper": ToiletPaper(shops=6, start="2020-02-25", ticks=WARMUP + SERVED),
            "recurrent": Recurrent(ticks=WARMUP + SERVED, rows=16, period=5, magnitude=0.9),
            "turned": Recurrent(ticks=WARMUP + SERVED, rows=16, period=WARMUP + 2, magnitude=0.9),
        }[name](0)
        frame = pd.DataFrame(stream.x, columns=list(stream.features))
        for j in stream.categorical:
            frame[stream.features[j]] = [f"c{value:.0f}" for value in stream.x[:, j]]
        first = np.datetime64("2020-02-25")
        frame = frame.assign(label=stream.y, day=first + stream.tick_of_row())
    days = frame["day"].drop_duplicates().iloc[: WARMUP + SERVED]
    return frame[frame["day"].isin(days)].reset_index(drop=True)


@cache
def days(name: str) -> Mapping[str, pd.DataFrame]:
    """The rows of each day."""
    parts = table(name).groupby("day", sort=False)
    return MappingProxyType({str(day.date()): part for day, part in parts})


def write(folder: Path, date: str, rows: pd.DataFrame) -> None:
    """The file of a day."""
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_csv(folder / f"{date}.csv", index=False)


def file_of(name: str, folder: Path) -> File:
    """The scenario that reads all days as one file."""
    path = folder / f"{name}.csv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        table(name).to_csv(path, index=False)
    return File(path=str(path), target="label", time="day")


@cache
def conf(group: str, name: str) -> dict[str, Any]:
    """A committed choice of a group, as it stands in its file."""
    plain: dict[str, Any] = yaml.safe_load((CONF / group / f"{name}.yaml").read_text())
    return plain


def policy_of(file: File, data: Path, strategy: str, world: World, learner: str = "") -> Policy:
    """A policy that the command line would export from a run on this file."""
    columns = file.schema()
    fast = {"classification": "naive_bayes", "regression": "ridge"}[columns.task]
    node = conf("learner", learner or fast)
    cell = cell_at(
        strategy, conf("strategy", strategy)[strategy], (STRATEGIES | POLICIES | PROOFS)[strategy]
    )
    kept = {key: node[key] for key in ("encode", "scale", "spread") if key in node}
    return Policy(
        schema=1,
        label=cell.label,
        when=cell.node["when"],
        what=cell.node["what"],
        gate=cell.node["gate"],
        learner={"name": node["name"], "estimator": node[columns.task], **kept},
        loss=conf("loss", "auto")[columns.task],
        world=world,
        seed=0,
        start="1970-01-01",
        data=DataPlace(path=str(data)),
        columns=columns,
    )


def simulated(policy: Policy, file: File):
    """The ledger of the simulator, by its own fits, for the whole file."""
    stream = file(0)
    fits = FitCache(stream, policy.make_learner(stream), policy.make_loss(), policy.seed)
    return replay(stream, policy.strategy(), policy.world, fits)


def made(folder: Path, name="recurrent", strategy="drop", clocks=(1, 1), **options):
    """A production folder whose days all lie there; the folder, and the policy."""
    data = folder / "days"
    for date, rows in days(name).items():
        write(data, date, rows)
    world = World(*clocks, WARMUP)
    policy = policy_of(file_of(name, folder / "file"), data, strategy, world, **options)
    policies.save(policy, folder / "production")
    return folder / "production", policy


def copied(place: Path, to: Path) -> Path:
    """A copy of what `made` has left in a place, which reads its own days; the folder."""
    shutil.copytree(place, to)
    path = to / "production"
    policy = policies.load(path)
    policies.save(replace(policy, data=DataPlace(path=str(to / "days"))), path)
    return path


def at(path: Path, step, *words):
    """The outcome of a step on a folder that is opened anew."""
    with opened(path, wait=10) as folder:
        return step(folder, *words)


def dates(name="recurrent"):
    """The dates that are served."""
    return list(days(name))[WARMUP:]


def everything(path: Path) -> dict[str, bytes]:
    """The bytes of all files of a folder."""
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


__all__ = ["steps"]
