"""Total cost at the interval of each setting: what the figure of the interval shows."""

from functools import lru_cache

import pandas as pd

from retrainlab.reports.decision.statistics import half_width
from retrainlab.reports.results.parameters import without_interval
from retrainlab.reports.results.tables import Tables

COLUMNS = ("strategy", "label", "group", "interval", "scheduled", "cost", "half")


@lru_cache(maxsize=1)  # figures and page ask for the same scenario's one after another
def cost_points(tables: Tables) -> pd.DataFrame:
    """Return a row a label that retrains: strategy, group, interval, scheduled, cost, half.

    tables: of one scenario. interval: the schedule's own; for others the served ticks per
    retraining over all seeds, at most the whole run. group: what the setting is called but for
    its interval; settings of one group make one line. The table is shared: do not change it.
    """
    cells = tables.runs[tables.runs["role"] == "strategy"]
    records = []
    for strategy, runs in cells.groupby("strategy"):
        groups = without_interval(tables.manifest.infos(str(strategy), runs["label"]))
        for label, cell in runs.groupby("label"):
            is_scheduled = bool(cell["interval"].notna().all())
            trainings = cell["retrainings"].sum()
            if trainings == 0 and not is_scheduled:
                continue
            mean = cell["ticks"].sum() / max(len(cell), trainings)
            records.append(
                {
                    "strategy": strategy,
                    "label": label,
                    "group": groups[str(label)] if is_scheduled else strategy,
                    "interval": float(cell["interval"].iloc[0] if is_scheduled else mean),
                    "scheduled": is_scheduled,
                    "cost": cell["cost"].mean(),
                    "half": half_width(cell["cost"]),
                }
            )
    points = pd.DataFrame.from_records(records, columns=[*COLUMNS])
    return points.sort_values(["group", "interval"])
