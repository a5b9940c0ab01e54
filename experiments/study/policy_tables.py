"""The tables of the forecast: what the policies of the catalogue cost on a log, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.sim.forecast.backtest import Backtest
from retrainlab.sim.forecast.own_past import OwnPast, exam, whole
from retrainlab.sim.forecast.policies import CATALOGUE, PAST
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.world import World

TABLES = ("policy_logs", "policy_costs")


def policy_tables(
    fits: FitCache, world: World, prices: Prices, where: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Return `policy_logs` and `policy_costs` of a log (docs/tables.md); none if it is too short.

    where: coordinates that all rows share.
    """
    log = whole(fits, world, prices)
    if log is None:
        return {}
    parts, costs = [_log("log", log)], [_costs("log", log.tests)]
    halves = exam(fits, world, prices)
    if halves is not None:
        parts.append(_log("first half", halves.first))
        costs += [_costs("first half", halves.first.tests), _costs("second half", halves.second)]
    return {
        "policy_logs": pd.DataFrame(parts).assign(**where),
        "policy_costs": pd.concat(costs, ignore_index=True).assign(**where),
    }


def _log(span: str, log: OwnPast) -> dict[str, Any]:
    """Return what a prediction needs to know of a past besides the costs."""
    row_share, label_price, label_lag, fit_delay = map(float, log.past.traits)
    return {
        "span": span,
        "fresh": log.past.fresh,
        "price": log.past.price,
        "row_share": row_share,
        "label_price": label_price,
        "label_lag": label_lag,
        "fit_delay": fit_delay,
        "unrest": log.past.unrest,
    }


def _costs(span: str, tests: Sequence[Backtest]) -> pd.DataFrame:
    """Return a row a policy and step."""
    return pd.DataFrame(
        {
            "span": span,
            "policy": np.repeat([policy.name for policy in CATALOGUE], PAST),
            "step": np.tile(np.arange(PAST), len(tests)),
            "cost": np.concatenate([test.cost[0] for test in tests]),
            "retrainings": np.concatenate([test.retrainings[0] for test in tests]),
        }
    )
