"""The course of a setting on one stream: errors and money so far, what each retraining saved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrainlab.reports.decision.actions import kinds
from retrainlab.reports.decision.summary import never_of
from retrainlab.reports.results.over_time import retraining_amounts
from retrainlab.reports.results.tables import Tables, first_seed
from retrainlab.sim.stream import Floats, Ints


@dataclass(frozen=True, eq=False)
class Course:
    """One setting on one seed.

    ticks: (T,) that were served. errors, money: (T,) sums up to the end of each. alarms: ticks.
    retrainings: a row an action that is charged, in order: `decided`, `ready`, `deployed` (nan: it
    never served), `action`, `reason`, `rows`, its `cost`, and what it `saved` against never from
    its first tick to the next model's, its cost taken off; nan where there is no never, or it
    never served.
    """

    ticks: Ints
    errors: Floats
    money: Floats
    alarms: Ints
    retrainings: pd.DataFrame


def courses(tables: Tables, labels: Sequence[str]) -> dict[str, Course]:
    """Return the course of each label on the first seed that all have; tables: of one scenario.

    One that failed on that seed, as there is none that all have, is left out.
    """
    seed = first_seed(tables.runs, labels)
    runs, ticks, trainings, alarms = (
        table[table["seed"] == seed]
        for table in (tables.runs, tables.ticks, tables.retrainings, tables.alarms)
    )
    losses = ticks.pivot(index="tick", columns="label", values="loss")
    never = never_of(runs)
    costs = runs.set_index("label")["cost"]
    return {
        label: _course(
            tables,
            losses[label],
            None if never is None else losses[never],
            trainings[(trainings["label"] == label) & trainings["charged"].astype(bool)],
            alarms.loc[alarms["label"] == label, "tick"].to_numpy(np.int64),
            float(costs[label]),
        )
        for label in labels
        if label in losses
    }


def _course(
    tables: Tables,
    loss: pd.Series,
    never: pd.Series | None,
    trainings: pd.DataFrame,
    alarms: Ints,
    cost: float,
) -> Course:
    """Return the course of a setting; loss, never: (T,) its losses, and those of never.

    What was spent without a retraining, as on labels that a monitor read, is spread over all ticks.
    """
    prices = tables.manifest.prices
    trainings = trainings.sort_values("decided", ignore_index=True)
    amounts = retraining_amounts(trainings, prices)
    ticks = loss.index.to_numpy(np.int64)
    spent = np.zeros(len(ticks))
    np.add.at(spent, np.searchsorted(ticks, trainings["decided"].clip(lower=ticks[0])), amounts)
    paid = prices.error * loss.to_numpy(float) + spent
    paid += (cost - paid.sum()) / len(ticks)
    gains = np.full(len(ticks), np.nan) if never is None else (never - loss).to_numpy(float)
    saved = _saved(trainings["deployed"].to_numpy(float), ticks, prices.error * gains) - amounts
    table = trainings[["decided", "ready", "deployed", "reason", "rows"]]
    return Course(
        ticks,
        np.cumsum(loss.to_numpy(float)),
        np.cumsum(paid),
        np.sort(alarms),
        table.assign(action=kinds(trainings), cost=amounts, saved=saved),
    )


def _saved(deployed: Floats, ticks: Ints, gains: Floats) -> Floats:
    """(R,) gains (T,) from the tick that each model first served to the one before the next's.

    deployed: (R,) first ticks by the decisions, nan of a model that never served. An action that
    trains nothing may serve before a training that was decided earlier.
    """
    so_far = np.concatenate([[0.0], np.cumsum(gains)])
    served = np.flatnonzero(~np.isnan(deployed))
    in_order = served[np.argsort(deployed[served], kind="stable")]
    ends = np.searchsorted(ticks, [*deployed[in_order], np.inf])
    saved = np.full(len(deployed), np.nan)
    saved[in_order] = np.diff(so_far[ends])
    return saved
