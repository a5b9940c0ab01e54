"""A small deterministic study, written as the tables that a real one saves."""

import json
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.experiments.study.labels import parameter_words
from retrainlab.reports.results.manifest import SCHEMA, Manifest, ScenarioInfo
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.clause import Clause, in_ticks
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World

PRICES = {"error": 1.0, "fit": 20.0, "row": 0.001, "label": 0.0, "second": 0.0}
ROWS = 20


@dataclass(frozen=True)
class Cell:
    """A strategy of the fake study: how fast its model goes stale, and how often it is renewed."""

    label: str
    strategy: str
    interval: int = 0
    every: bool = True
    role: str = "strategy"
    level: float = 0.9
    parameters: dict[str, float] = field(default_factory=dict)
    never: bool = False

    @property
    def phase(self) -> int:
        """Ticks later that the schedule begins."""
        return int(self.parameters.get("when.phase", 0))


def schedule(strategy: str, ticks: int) -> Cell:
    """A strategy that retrains every so many ticks."""
    return Cell(
        f"{strategy} ticks={ticks}", strategy, ticks, parameters={"when.ticks": float(ticks)}
    )


def begun_later(cell: Cell, phase: int) -> Cell:
    """A probe: a schedule that begins so many ticks later."""
    parameters = {**cell.parameters, "when.phase": float(phase)}
    label = f"{cell.label} phase={phase}"
    return replace(cell, label=label, role="probe", parameters=parameters)


def on_the_last(cell: Cell, window: int) -> Cell:
    """A schedule that trains on a window."""
    parameters = {**cell.parameters, "what.ticks": float(window)}
    return replace(cell, label=f"{cell.label} last {window}", parameters=parameters)


NEVER = Cell("never", "never", never=True)
CELLS = (
    NEVER,
    *(schedule("periodic", ticks) for ticks in (5, 10, 20, 40, 80)),
    *(schedule("sliding_window", ticks) for ticks in (10, 20, 40)),
    Cell("trigger detector=ADWIN", "trigger", 35, every=False, level=0.895),
    Cell("full_replace detector=DDM", "full_replace", 50, every=False, level=0.88),
    Cell("no_change", "no_change", role="baseline", level=0.6),
)


@dataclass(frozen=True)
class Fake:
    """A scenario of the fake study. slope: accuracy lost a tick of age; 0 where nothing drifts."""

    name: str
    task: str = "classification"
    slope: float = 0.002
    seeds: int = 4
    cells: tuple[Cell, ...] = CELLS
    drifts: tuple[tuple[str, int, int, float, str], ...] = (("concept", 60, 100, 0.3, ""),)
    tick_name: str = "tick"
    truth_known: bool = True
    warmup: int = 20
    first_day: str = ""


TWO = (
    Fake("gradual"),
    Fake("shop", "regression", seeds=1, slope=0.001, tick_name="day", truth_known=False, drifts=()),
)


def write(folder: Path, fakes: tuple[Fake, ...] = TWO, ticks: int = 120) -> Path:
    """Write the tables and the manifest of the fake scenarios into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[Any]] = {n: [] for n in ("runs", "ticks", "retrainings", "streams")}
    for fake in fakes:
        for seed in range(fake.seeds):
            tables["streams"].append(_stream(fake, seed, ticks))
            for cell in fake.cells:
                _replay(tables, fake, cell, seed, np.arange(fake.warmup, ticks))
    for name, parts in tables.items():
        pd.concat(parts, ignore_index=True).to_parquet(folder / f"{name}.parquet")
    columns = {"scenario": "str", "seed": "int64", "learner": "str", "label": "str"}
    alarms = pd.DataFrame({"scenario": [fakes[0].name], "seed": 0, "learner": "logistic"})
    alarms = alarms.assign(label="trigger detector=ADWIN", tick=63, row=-1, source="ADWIN on error")
    alarms.astype(columns).to_parquet(folder / "alarms.parquet")
    (folder / "manifest.json").write_text(json.dumps(_manifest(fakes, ticks)))
    return folder


def _stream(fake: Fake, seed: int, ticks: int) -> pd.DataFrame:
    is_class = fake.task == "classification"
    ceiling = math.nan if not fake.truth_known else 0.93 if is_class else -0.5
    return pd.DataFrame(
        {"scenario": fake.name, "seed": seed, "tick": np.arange(ticks), "rows": ROWS}
    ).assign(ceiling=ceiling, truth_mean=0.5, truth_abs=10.0 * ROWS, concept=0)


def _replay(
    tables: dict[str, list[Any]], fake: Fake, cell: Cell, seed: int, served: np.ndarray
) -> None:
    key = {"scenario": fake.name, "seed": seed, "learner": "logistic", "label": cell.label}
    rng = generator("fake", fake.name, seed, cell.strategy)
    jitter = 0 if cell.every else int(rng.integers(-3, 4))
    step = cell.interval + jitter
    first = served[0] + step + cell.phase
    starts = np.arange(first, served[-1], step) if cell.interval else np.array([], int)
    last = np.concatenate([[served[0]], starts])[np.searchsorted(starts, served, side="right")]
    is_level = cell.role in ("baseline", "incumbent")
    share = np.clip(cell.level - fake.slope * (served - last) * (not is_level), 0, 1)
    is_class = fake.task == "classification"
    luck = generator("luck", fake.name, seed)
    hits = luck.binomial(ROWS, share).astype(float) if is_class else np.full(len(served), np.nan)
    error = np.nan if is_class else (1 - share) * 10 * ROWS
    actual = np.nan if is_class else 10.0 * ROWS
    frame = pd.DataFrame({**key, "tick": served, "rows": ROWS}).assign(
        hit_0=np.floor(hits / 2),
        hit_1=np.ceil(hits / 2),
        **_monitored(hits, share, is_class),
        loss=ROWS - hits if is_class else error / 20,
        abs_error=error,
        abs_actual=actual,
    )
    tables["ticks"].append(frame)
    live = [served[0], *(starts + 1)]
    trainings = pd.DataFrame({**key, "number": range(len(starts) + 1)}).assign(
        decided=[-1, *starts],
        reason=["warm-up", *["due"] * len(starts)],
        rows=400,
        labels=400,
        seconds=0.01,
        ready=live,
        deployed=np.array(live, float),
        accepted=1.0,
        charged=[False, *[True] * len(starts)],
    )
    if cell.role != "baseline":
        tables["retrainings"].append(trainings)
    loss = float((ROWS - hits).sum()) if is_class else float(np.sum(error)) / 20
    score = 1 - (ROWS - hits).sum() / (ROWS * len(served)) if is_class else float(share.mean())
    known = (0.93 if is_class else 0.95) if fake.truth_known else math.nan
    tables["runs"].append(_run(key, cell, len(starts), len(served), loss, score, known, is_class))


def _monitored(hits: np.ndarray, share: np.ndarray, is_class: bool) -> dict[str, np.ndarray]:
    """What a monitor looks at: of each class as many rows and predictions, and their spread."""
    level = share if is_class else 10 * share
    half = hits * 0 + ROWS / 2
    counts = {f"{name}_{c}": half for name in ("actual", "predicted") for c in (0, 1)}
    names = ("min", "mean", "median", "max")
    spread = {
        f"predicted_{n}": level * size for n, size in zip(names, (0.1, 0.5, 0.4, 1), strict=True)
    }
    error = np.full(len(hits), np.nan) if is_class else (1 - share) * ROWS
    return {**counts, **spread, "error": error}


def _run(
    key: dict[str, Any],
    cell: Cell,
    fits: int,
    ticks: int,
    loss: float,
    score: float,
    known: float,
    is_class: bool,
) -> pd.DataFrame:
    rows = fits * 400
    costs = {"cost_error": loss * PRICES["error"], "cost_fit": fits * PRICES["fit"]}
    costs |= {"cost_rows": rows * PRICES["row"], "cost_labels": 0.0, "cost_seconds": 0.0}
    costs |= {"cost_updates": 0.0, "cost_switches": 0.0}
    retraining = costs["cost_fit"] + costs["cost_rows"]
    every = float(cell.interval) if cell.interval and cell.every else math.nan
    record = {
        **key,
        **{"strategy": cell.strategy, "role": cell.role, "never": cell.never},
        **{"interval": every, "ticks": ticks},
        **{f"p_{path}": value for path, value in cell.parameters.items()},
        **{"rows": ticks * ROWS, "loss": loss, "score": score},
        **{"ceiling": known, "no_change_row_by_row": 0.5},
        **dict.fromkeys(("precision", "recall", "f1"), score if is_class else math.nan),
        **dict.fromkeys(("mae", "bias"), math.nan if is_class else -0.5),
        **{
            "retrainings": fits,
            "updates": 0,
            "switches": 0,
            "unfinished": 0,
            "deployed": fits,
            "rejected": 0,
            "train_rows": rows,
        },
        **{
            "updates": 0,
            "switches": 0,
            "labels": rows,
            "fit_seconds": 0.01 * fits,
            "alarms": 0,
            **costs,
        },
        **{"cost_retraining": retraining, "cost": retraining + costs["cost_error"]},
    }
    return pd.DataFrame([record])


def _manifest(fakes: tuple[Fake, ...], ticks: int) -> dict[str, Any]:
    return {
        **{"schema": SCHEMA, "command": "retrainlab seeds=4", "created": "2026-11-23T12:00:00"},
        **{"seconds": 61.2, "prices": PRICES, "seeds": [0, 1, 2, 3], "learner": "logistic"},
        "world": {"label_delay": 2, "fit_delay": 1, "warmup": 20},
        "loss": {"classification": "ZeroOne()", "regression": "Absolute()"},
        **{"search": {}, "map": {}, "optimize": {"resamples": 500, "within": 0.05}},
        **{"versions": {"python": "3.11.2", "retrainlab": "0.1.0"}, "failures": []},
        "git": {"commit": "0123456789abcdef", "dirty": False},
        "config": {"seeds": 4, "prices": PRICES},
        "scenarios": {fake.name: _words(fake, ticks) for fake in fakes},
        "strategies": {c.label: _strategy(c) for f in fakes for c in f.cells},
    }


def _words(fake: Fake, ticks: int) -> dict[str, Any]:
    is_class = fake.task == "classification"
    names = ("kind", "start", "stop", "magnitude", "note")
    facts = [["noise", "7%"]]
    if fake.first_day:
        last = np.datetime64(fake.first_day) + ticks - 1
        facts.append(["time span", f"{fake.first_day} to {last}"])
    return {
        **{"task": fake.task, "metric": "accuracy" if is_class else "forecast accuracy"},
        **{"tick_name": fake.tick_name, "story": f"The rule of {fake.name} moves a little a tick."},
        "drifts": [dict(zip(names, drift, strict=True)) for drift in fake.drifts],
        "world": {"label_delay": 2, "fit_delay": 1, "warmup": fake.warmup},
        **{"features": ["a", "b"], "classes": ["no", "yes"] if is_class else []},
        **{
            "ticks": ticks,
            "rows": ticks * ROWS,
            "truth_known": fake.truth_known,
            "staleness": math.nan,
        },
        **{"facts": facts, "seeds": list(range(fake.seeds))},
    }


def _strategy(cell: Cell) -> dict[str, Any]:
    every = f"every {in_ticks(cell.interval)}" if cell.interval else "never"
    clauses = [Clause("schedule", every), Clause("data", "everything so far")]
    irregular = math.inf if cell.never else math.nan
    return {
        "strategy": cell.strategy,
        "clauses": [vars(clause) for clause in clauses[: 1 + bool(cell.interval)]],
        "parameters": cell.parameters,
        "words": parameter_words(cell.parameters),
        "interval": cell.interval if cell.interval and cell.every else irregular,
        "phase": cell.phase,
        "window": cell.parameters.get("what.ticks", math.inf),
        "overrides": [
            f"strategy={cell.strategy}",
            *(f"strategy.{cell.strategy}.{path}={v}" for path, v in cell.parameters.items()),
        ],
    }


def repriced(tables: Tables, **changed: float) -> Tables:
    """The same tables as a study with other prices writes them, cell by cell."""
    prices = tables.manifest.prices.with_amounts(changed)
    columns = {str(name): tables.runs[name] for name in tables.runs}
    runs = tables.runs.assign(**price(columns, prices))
    steps = tables.frontier.assign(reference="oracle", label="")
    steps["cost"] = prices.error * steps["loss"] + prices.fit * steps["retrainings"]
    oracle = steps.loc[steps.groupby("seed")["cost"].idxmin()] if len(steps) else steps
    return replace(
        tables, runs=runs, references=oracle, manifest=replace(tables.manifest, prices=prices)
    )


def scenario_info(**changes: Any) -> ScenarioInfo:
    """What a manifest says of a scenario in general, with these entries changed."""
    info = ScenarioInfo(
        task="classification", metric="accuracy", tick_name="tick", story="", drifts=(),
        features=("a",), classes=("no", "yes"), ticks=100, rows=1000, staleness=math.nan,
        truth_known=True, facts=(), world=World(), seeds=(0,),
    )  # fmt: skip
    return replace(info, **changes)


def study_manifest(**changes: Any) -> Manifest:
    """The manifest of a study in general, with these entries changed."""
    manifest = Manifest(
        command="retrainlab", created="", seeds=(0,), versions={}, git=None, config={}, schema=1,
        seconds=0.0, prices=Prices(), world=World(), learner="logistic", loss={}, scenarios={},
        strategies={}, failures=(), search={}, optimize={}, map=None,
    )  # fmt: skip
    return replace(manifest, **changes)
