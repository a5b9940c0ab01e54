"""One row a strategy: means over seeds, intervals, and the difference to never."""

import math

import pandas as pd

from retrainlab.reports.analysis.statistics import half_width, paired
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.metrics import METRICS
from retrainlab.sim.prices import cost_parts

COUNTS = ("retrainings", "unfinished", "rejected", "train_rows", "labels")


def by_seed(runs: pd.DataFrame, column: str = "cost") -> pd.DataFrame:
    """(seeds, labels) values of one column of the runs of one scenario."""
    return runs.pivot(index="seed", columns="label", values=column)


def never_of(runs: pd.DataFrame) -> str | None:
    """Return the label of the strategy that never retrains, if the runs of a scenario have one."""
    return first_never(runs.set_index("label")["never"])


def first_never(never: pd.Series) -> str | None:
    """Return the first label whose strategy never retrains; never: by label."""
    labels = never.index[never]
    return str(labels[0]) if len(labels) else None


def summary(tables: Tables) -> pd.DataFrame:
    """Return a row a scenario and label, by scenario, strategies before baselines, by cost.

    score, cost and their `_half` (half of the 95 % interval, nan for one seed), `gap` (ceiling
    minus score, nan where the ceiling is unknown), `no_change_row_by_row`, `saving` (never's cost
    minus this one's, seed by seed) and `saving_half`, the means of the other metrics, of
    retrainings, unfinished, rejected, train_rows, labels and of each part of the cost.
    """
    parts = [_of_scenario(tables.of(name).runs) for name in tables.scenarios]
    return pd.concat(parts, ignore_index=True)


def _of_scenario(runs: pd.DataFrame) -> pd.DataFrame:
    costs, never = by_seed(runs), never_of(runs)
    means = (*METRICS, *COUNTS, *(part.column for part in cost_parts()), "cost_retraining")
    records = []
    for (role, strategy, label), cell in runs.groupby(["role", "strategy", "label"]):
        gap = paired(costs[never], costs[label]) if never is not None else None
        records.append(
            {
                "scenario": cell["scenario"].iloc[0],
                "label": label,
                "strategy": strategy,
                "role": role,
                "never": bool(cell["never"].iloc[0]),
                "seeds": len(cell),
                "score": cell["score"].mean(),
                "score_half": half_width(cell["score"]),
                "gap": (cell["ceiling"] - cell["score"]).mean(),
                "no_change_row_by_row": cell["no_change_row_by_row"].mean(),
                **{name: cell[name].mean() for name in means},
                "cost_retraining_half": half_width(cell["cost_retraining"]),
                "cost": cell["cost"].mean(),
                "cost_half": half_width(cell["cost"]),
                "saving": gap.mean if gap else math.nan,
                "saving_half": gap.half if gap else math.nan,
            }
        )
    frame = pd.DataFrame.from_records(records)
    return frame.sort_values(["role", "cost", "label"], ascending=[False, True, True])
