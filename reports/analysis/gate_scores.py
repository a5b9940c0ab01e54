"""Scores of gates: what damaged data they let serve, how long good models wait, at what cost.

A batch is the rows of one training. It is poisoned if more than a share of them is damaged, else
good. Scores are means over seeds with Student's t intervals; seeds are shared by all gates.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.decision.statistics import estimate
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.errors import require

COLUMNS = {
    "served": "share of poisoned batches whose model served",
    "waited": "ticks that a good model waited",
    "below": "share of seeds that end below never",
}
SEPARATOR = " with "


def stream_name(scenario: str, damage: str) -> str:
    """Name the stream of a scenario with a damage, or with none."""
    return f"{scenario}{SEPARATOR}{damage}" if damage else scenario


@dataclass(frozen=True)
class Limits:
    """poisoned: share of damaged rows above which a batch is poisoned. most: by `COLUMNS`."""

    poisoned: float = 0.05
    most: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Limits":
        """Return the limits of a configuration; `InputError` for what is none."""
        share, most = options["poisoned"], options["most"] or {}
        holds = isinstance(share, int | float) and 0 <= share < 1
        require(holds, f"gates.poisoned is {share!r}; it must be a share from 0 to below 1")
        unknown = [key for key in most if key not in COLUMNS]
        require(not unknown, f"gates.most has {unknown}; it may limit {', '.join(COLUMNS)}")
        return cls(float(share), {key: value for key, value in most.items() if value is not None})


def by_seed(study: Tables, poisoned: float) -> pd.DataFrame:
    """Return a row a stream, gate and seed: `served`, `waited`, `gain` over never, `loss`.

    Undefined ones are nan: a clean stream has no poisoned batch. `served` is a share of the gate's
    own batches, or of those that the most open gate let serve, if these are more: what is refused
    before it is trained on is in no table.
    """
    runs = study.runs[study.runs["role"].isin(["strategy", "reference"])]
    last = study.ticks.groupby("scenario", observed=True)["tick"].max()
    parts = []
    for stream, of_stream in runs.groupby("scenario", observed=True, sort=False):
        never = of_stream[of_stream["never"]].set_index("seed")["score"]
        here = study.retrainings[study.retrainings["scenario"] == stream]
        fit_delay = study.manifest.scenarios[str(stream)].world.fit_delay
        batches = _batches(here, poisoned, fit_delay, int(last[stream]))
        most_served = batches.groupby("seed")["served"].max()
        for label, of_gate in of_stream[~of_stream["never"]].groupby("label", observed=True):
            of = batches[batches["label"] == str(label)].set_index("seed")
            came = np.maximum(of["poisoned"], most_served)
            runs_of = of_gate.set_index("seed")
            figures = {
                "served": of["served"] / came[came > 0],
                "waited": of["waited"],
                "gain": runs_of["score"] - never,
                "loss": runs_of["loss"],
            }
            table = pd.DataFrame(figures, index=runs_of.index).reset_index(names="seed")
            parts.append(table.assign(stream=str(stream), label=str(label)))
    return pd.concat(parts, ignore_index=True)


def scores(study: Tables, poisoned: float) -> pd.DataFrame:
    """Return a row a stream and gate: means over seeds of `by_seed`, `below` and `seeds`.

    Each mean has half its interval beside it, as `served_half`; `below` counts the seeds that end
    below never.
    """
    rows = []
    table = by_seed(study, poisoned)
    for (stream, label), part in table.groupby(["stream", "label"], sort=False):
        row = {"stream": stream, "label": label, "seeds": len(part)}
        for name in ("served", "waited", "gain"):
            mean = estimate(part[name])
            row |= {name: mean.mean, f"{name}_half": mean.half}
        rows.append({**row, "below": int((part["gain"] < 0).sum())})
    return pd.DataFrame(rows)


def _batches(trainings: pd.DataFrame, poisoned: float, fit_delay: int, last: int) -> pd.DataFrame:
    """Return a row a gate and seed: poisoned batches, those that served, and the mean wait."""
    rows = []
    for (label, seed), part in trainings.groupby(["label", "seed"], observed=True):
        tried = part[part["number"] > 0]
        bad = _is_poisoned(tried, poisoned)
        rows.append(
            {
                "label": str(label),
                "seed": seed,
                "poisoned": int(bad.sum()),
                "served": int(tried.loc[bad, "deployed"].notna().sum()),
                "waited": _waited(tried, ~bad, fit_delay, last),
            }
        )
    return pd.DataFrame(rows)


def exceeded(table: pd.DataFrame, limits: Limits) -> tuple[list[str], bool]:
    """Return a sentence for each limit that a gate exceeds, and whether all could be judged.

    A mean exceeds its limit if the whole of its interval does; a count of seeds if it does.
    """
    sentences, is_judged = [], True
    for name, most in limits.most.items():
        for row in table.to_dict("records"):
            if name == "below":
                low, value = row["below"] / row["seeds"], row["below"] / row["seeds"]
            else:
                value, low = row[name], row[name] - row[f"{name}_half"]
            if math.isnan(value):
                continue  # of a clean stream
            is_judged &= not math.isnan(low)
            if low > most:
                what = f"{row['label']} on {row['stream']}: {COLUMNS[name]}"
                sentences.append(f"{what} is {value:.3g}, and gates.most.{name} is {most:g}")
    return sentences, is_judged


def _is_poisoned(trainings: pd.DataFrame, poisoned: float) -> pd.Series:
    """Whether each training is of a poisoned batch."""
    if "damaged" not in trainings:
        return pd.Series(False, index=trainings.index)
    return trainings["damaged"].fillna(0) > poisoned * trainings["rows"]


def _waited(tried: pd.DataFrame, good: pd.Series, fit_delay: int, last: int) -> float:
    """Mean ticks from when a good model could have served to when it, or a newer one, did.

    One that never served waits up to the end of the stream; nan without one.
    """
    if not good.any():
        return math.nan
    came = tried.loc[good, "decided"].to_numpy() + 1 + fit_delay
    deployed = np.sort(tried["deployed"].dropna().to_numpy())
    until = np.append(deployed, last + 1)[np.searchsorted(deployed, came)]
    return float(np.maximum(until - came, 0).mean())
