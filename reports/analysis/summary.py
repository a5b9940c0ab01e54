"""One row a strategy: means over seeds, intervals, and the difference to never."""

import math
import re

import pandas as pd

from retrainlab.reports.analysis.statistics import half_width, paired
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.metrics import METRICS
from retrainlab.sim.prices import cost_parts

COUNTS = ("retrainings", "rejected", "train_rows", "labels")


def by_seed(runs: pd.DataFrame, column: str = "cost") -> pd.DataFrame:
    """(seeds, labels) values of one column of the runs of one scenario."""
    return runs.pivot(index="seed", columns="label", values=column)


def never_of(runs: pd.DataFrame) -> str | None:
    """Return the label of the strategy `never` among the runs of one scenario, if it is there."""
    return first_never(runs.set_index("label")["strategy"])


def first_never(strategies: pd.Series) -> str | None:
    """Return the first label of the strategy `never`, if it is there; strategies: by label."""
    labels = strategies.index[strategies == "never"]
    return str(labels[0]) if len(labels) else None


def labels_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Return by label of one scenario: kind, strategy, mean score, retrainings on all seeds."""
    return runs.groupby("label", sort=False).agg(
        kind=("kind", "first"),
        strategy=("strategy", "first"),
        score=("score", "mean"),
        retrainings=("retrainings", "sum"),
    )


def summary(tables: Tables) -> pd.DataFrame:
    """Return a row a scenario and label, by scenario, strategies before baselines, by cost.

    score, cost and their `_half` (half of the 95 % interval, nan for one seed), `gap` (ceiling
    minus score, nan where the ceiling is unknown), `saving` (never's cost minus this one's, seed
    by seed) and `saving_half`, the means of the other metrics, of retrainings, rejected,
    train_rows, labels and of each part of the cost.
    """
    parts = [_of_scenario(tables.of(name).runs) for name in tables.scenarios]
    return pd.concat(parts, ignore_index=True)


def _of_scenario(runs: pd.DataFrame) -> pd.DataFrame:
    costs, never = by_seed(runs), never_of(runs)
    means = (*METRICS, *COUNTS, *(part.column for part in cost_parts()), "cost_retraining")
    records = []
    for (kind, strategy, label), cell in runs.groupby(["kind", "strategy", "label"]):
        gap = paired(costs[never], costs[label]) if never is not None else None
        records.append(
            {
                "scenario": cell["scenario"].iloc[0],
                "label": label,
                "strategy": strategy,
                "kind": kind,
                "seeds": len(cell),
                "score": cell["score"].mean(),
                "score_half": half_width(cell["score"]),
                "gap": (cell["ceiling"] - cell["score"]).mean(),
                **{name: cell[name].mean() for name in means},
                "cost_retraining_half": half_width(cell["cost_retraining"]),
                "cost": cell["cost"].mean(),
                "cost_half": half_width(cell["cost"]),
                "saving": gap.mean if gap else math.nan,
                "saving_half": gap.half if gap else math.nan,
            }
        )
    frame = pd.DataFrame.from_records(records)
    return frame.sort_values(["kind", "cost", "label"], ascending=[False, True, True])


def cost_points(runs: pd.DataFrame) -> pd.DataFrame:
    """Return a row a label that retrains: strategy, group, interval, scheduled, cost, half.

    interval: the schedule's own; for others the served ticks per retraining over all seeds, at
    most the whole run. group: the label without the interval; cells of one group make one line.
    """
    records = []
    for (strategy, label), cell in runs[runs["kind"] == "strategy"].groupby(["strategy", "label"]):
        scheduled, trained = bool(cell["interval"].notna().all()), cell["retrainings"].sum()
        if trained == 0 and not scheduled:
            continue
        mean = cell["ticks"].sum() / max(len(cell), trained)
        interval = float(cell["interval"].iloc[0]) if scheduled else float(mean)
        records.append(
            {
                "strategy": strategy,
                "label": label,
                "group": _without(interval, str(label)) if scheduled else strategy,
                "interval": interval,
                "scheduled": scheduled,
                "cost": cell["cost"].mean(),
                "half": half_width(cell["cost"]),
            }
        )
    columns = ["strategy", "label", "group", "interval", "scheduled", "cost", "half"]
    return pd.DataFrame.from_records(records, columns=columns).sort_values(["group", "interval"])


def _without(interval: float, label: str) -> str:
    """Make "sliding_window last 20" of "sliding_window every 5 last 20"."""
    for said in (rf" every {interval:.10g}(?= |$)", rf" \S+={interval:.10g}(?= |$)"):
        if re.search(said, label):
            return re.sub(said, "", label, count=1)
    return label
