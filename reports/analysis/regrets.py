"""Regret: the best setting of each strategy against the oracle and against a calendar."""

from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.analysis.how_often import spending
from retrainlab.reports.decision.references import oracle_of
from retrainlab.reports.decision.statistics import Difference, Estimate, estimate, paired
from retrainlab.reports.decision.summary import by_seed
from retrainlab.reports.results.tables import Tables


@dataclass(frozen=True)
class Regret:
    """The cheapest setting of a strategy: its cost, and what it costs above the oracle.

    evenly_spaced: its cost above that of as many retrainings, evenly spaced; None where it keeps a
    schedule. returned: on what retraining cost, against never.
    """

    label: str
    strategy: str
    cost: Estimate
    regret: Difference
    evenly_spaced: Difference | None
    returned: float


def regrets(tables: Tables, rows: pd.DataFrame) -> list[Regret]:
    """Return the regret of the cheapest setting of each strategy, by label.

    tables: of one scenario; rows: its part of `reports.summary`. Empty where there is no oracle.
    """
    oracle = oracle_of(tables)["cost"]
    if oracle.empty:
        return []
    costs, even = by_seed(tables.runs), _evenly_spaced(tables)
    best = rows[rows["role"] == "strategy"].drop_duplicates("strategy")
    strategy_of = dict(zip(best["label"], best["strategy"], strict=True))
    return [
        Regret(
            label=label,
            strategy=strategy_of[label],
            cost=estimate(costs[label]),
            regret=paired(costs[label], oracle),
            evenly_spaced=paired(costs[label], even[label]) if label in even else None,
            returned=spending(label, tables.runs).returned,
        )
        for label in sorted(strategy_of)
    ]


def _evenly_spaced(tables: Tables) -> dict[str, pd.Series]:
    """Costs by seed of as many retrainings as a label makes, evenly spaced."""
    references = tables.references
    even = references[references["reference"] == "evenly spaced"]
    return {str(label): part.set_index("seed")["cost"] for label, part in even.groupby("label")}
