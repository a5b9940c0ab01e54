"""Actions: how much a setting does, retrainings and what takes their place together."""

from dataclasses import dataclass

import pandas as pd

RETRAININGS = "retrainings"
ACTIONS = (RETRAININGS, "updates", "switches")
REFIT = "refit"


def actions(rows: pd.DataFrame) -> pd.Series:
    """Return (n,) the number of actions in each row of runs, or of means of them.

    Tables of studies that were made before other actions were counted have retrainings alone.
    """
    return rows[[name for name in ACTIONS if name in rows]].sum(axis=1)


@dataclass(frozen=True)
class Kinds:
    """What no price changes of the labels of a scenario.

    roles: of each label. actions: the mean number of its actions of all kinds.
    """

    roles: dict[str, str]
    actions: dict[str, float]


def kinds_of(rows: pd.DataFrame) -> Kinds:
    """Return role and actions by label; rows: role and mean number of actions of each kind."""
    labels = list(map(str, rows.index))
    return Kinds(
        roles=dict(zip(labels, map(str, rows["role"]), strict=True)),
        actions=dict(zip(labels, map(float, actions(rows)), strict=True)),
    )


def kinds(trainings: pd.DataFrame) -> pd.Series:
    """Return (n,) what each action is: refit, update, reuse, recalibrate or blend.

    trainings: rows of `retrainings`, of an older study all refits.
    """
    usual = pd.Series(REFIT, index=trainings.index)
    return trainings["action"].astype(str) if "action" in trainings else usual
