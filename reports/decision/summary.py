"""One row a strategy: means over seeds, intervals, and the difference to never."""

import math

import pandas as pd

from retrainlab.reports.decision.actions import ACTIONS, kinds_of
from retrainlab.reports.decision.candidates import Candidates, candidates_of
from retrainlab.reports.decision.equal_costs import larger_first
from retrainlab.reports.decision.negligible import Lower
from retrainlab.reports.decision.statistics import half_width
from retrainlab.reports.results.label_index import label_index
from retrainlab.reports.results.over_time import costs_over_time
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.metrics import METRICS
from retrainlab.sim.prices import Prices, cost_parts, price

FITS = next(part.quantity for part in cost_parts() if part.name == "fit")
SAVINGS = ("saving", "saving_low", "saving_high")
COUNTS = (*ACTIONS, "unfinished", "rejected", "train_rows", "labels")


def by_seed(runs: pd.DataFrame, column: str = "cost") -> pd.DataFrame:
    """(seeds, labels) values of one column of the runs of one scenario."""
    table = runs.pivot(index="seed", columns="label", values=column)
    return table.set_axis(label_index(table.columns), axis="columns")


def never_of(runs: pd.DataFrame) -> str | None:
    """Return the label of the strategy that never retrains, if the runs of a scenario have one."""
    return first_never(runs.set_index("label")["never"].sort_index())


def first_never(never: pd.Series) -> str | None:
    """Return the first label whose strategy never retrains; never: by label."""
    labels = never.index[never]
    return str(labels[0]) if len(labels) else None


def paid_parts(runs: pd.DataFrame) -> list[str]:
    """Names of the prices, other than of errors and fits, that somebody would pay; at any price."""
    return [
        part.name
        for part in cost_parts()
        if part.name not in ("error", "fit")
        and not (part.optional and _never_done(part.quantity, runs))
    ]


def _never_done(quantity: str, runs: pd.DataFrame) -> bool:
    return quantity not in runs or not runs[quantity].any()


def summary(tables: Tables) -> pd.DataFrame:
    """Return a row a scenario and label, by scenario, strategies before baselines, by cost.

    score, cost and their `_half` (half of the 95 % interval, nan for one seed), `gap` (ceiling
    minus score, nan where the ceiling is unknown), `no_change_row_by_row`, `saving` (never's cost
    minus this one's, over the seeds that both have), `saving_low` and `saving_high`, of the
    interval that decides, the means of the other metrics, of retrainings, unfinished, rejected,
    train_rows, labels and of each part of the cost.
    """
    parts = [_of_scenario(tables.of(name)) for name in tables.scenarios]
    return pd.concat(parts, ignore_index=True)


def candidates(tables: Tables, prices: Prices | None = None) -> Candidates:
    """Return the strategies and baselines of one scenario, with their tests.

    prices: the tables' own unless they are given.
    """
    runs, prices = tables.runs, prices or tables.manifest.prices
    cells = runs.groupby("label")
    counts = cells[[name for name in ACTIONS if name in runs]].mean()
    rows = counts.assign(role=cells["role"].first())
    quantities = {
        part.quantity: by_seed(runs, part.quantity)
        for part in cost_parts(prices)
        if part.quantity in runs
    }
    kinds, never, costs_at = kinds_of(rows), never_of(runs), costs_over_time(tables)
    paid = ("fit", *paid_parts(runs))

    def at(prices: Prices) -> Candidates:
        parts = price(quantities, prices)
        over_time = costs_at and costs_at(prices, parts["cost_retraining"].iloc[0])
        fits, fit = quantities[FITS], float(prices.fit)
        return candidates_of(
            parts["cost"],
            fits,
            fit,
            kinds,
            never,
            over_time,
            Lower(prices, paid, at),
        )

    return at(prices)


def savings(competitors: Candidates, labels: list[str]) -> dict[str, tuple[float, ...]]:
    """Return what each label saves against never, then the ends of its interval; nan without it."""
    never = competitors.never
    if never is None:
        return dict.fromkeys(labels, (math.nan,) * len(SAVINGS))
    tested = competitors.savings(never)
    columns = (tested.saving.tolist(), tested.low.tolist(), tested.high.tolist())
    saved = dict(zip(tested.labels, zip(*columns, strict=True), strict=True))
    for label in set(labels) - set(saved):
        gap = competitors.compare(label, never)
        saved[label] = (gap.saving, gap.low, gap.high)
    return {label: saved[label] for label in labels}


def _of_scenario(one: Tables) -> pd.DataFrame:
    runs = one.runs
    saved = savings(candidates(one), runs["label"].drop_duplicates().astype(str).tolist())
    asked = [name for name in one.asked_metrics if name not in METRICS]
    means = (*METRICS, *asked, *COUNTS, *(part.column for part in cost_parts()), "cost_retraining")
    records = []
    for (role, strategy, label), cell in runs.groupby(["role", "strategy", "label"]):
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
            }
        )
    frame = pd.DataFrame.from_records(records)
    frame[[*SAVINGS]] = [saved[label] for label in frame["label"]]
    frame = frame.set_index("label", drop=False).loc[larger_first(frame["label"])]
    order, ascending = ["role", "cost", "never"], [False, True, False]
    return frame.sort_values(order, ascending=ascending, kind="stable", ignore_index=True)
