"""Actions: how much a setting does, retrainings and what takes their place together."""

import pandas as pd

ACTIONS = ("retrainings", "updates", "switches")
REFIT = "refit"


def actions(rows: pd.DataFrame) -> pd.Series:
    """Return (n,) the number of actions in each row of runs, or of means of them.

    Tables of studies that were made before other actions were counted have retrainings alone.
    """
    return rows[[name for name in ACTIONS if name in rows]].sum(axis=1)


def kinds(trainings: pd.DataFrame) -> pd.Series:
    """Return (n,) what each action is: refit, update, reuse, recalibrate or blend.

    trainings: rows of `retrainings`, of an older study all refits.
    """
    usual = pd.Series(REFIT, index=trainings.index)
    return trainings["action"].astype(str) if "action" in trainings else usual
