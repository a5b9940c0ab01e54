"""The decision among a part of the strategies: what a team can do that cannot use the others."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from retrainlab.reports.analysis.decide import decide
from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.repriced import Pricing
from retrainlab.reports.analysis.tables import Tables

ALL = 5  # strategies of which every part is looked at; of more, parts that leave out one or two
FEW = 2


def decisions_among(
    tables: Tables, rows: pd.DataFrame, pricing: Pricing
) -> Iterator[tuple[tuple[str, ...], Decision]]:
    """Yield the names of strategies that are left out, and the decision among the others.

    tables, pricing: of one scenario, at its own prices. rows: its part of `summary`. Never and the
    baselines are always among the others, and some strategy is.
    """
    (scenario,) = tables.scenarios
    strategies = rows[rows["role"] == "strategy"]
    optional = sorted(set(strategies.loc[~strategies["never"], "strategy"]))
    has_never = bool(strategies["never"].any())
    most = len(optional) if len(optional) <= ALL else FEW
    for size in range(1, most + 1):
        if size == len(optional) and not has_never:
            return
        for without in combinations(optional, size):
            is_left_out = rows["strategy"].isin(without) & (rows["role"] == "strategy")
            priced = pricing.among(set(rows.loc[~is_left_out, "label"]))
            yield tuple(map(str, without)), decide(priced, scenario, tables.manifest)
