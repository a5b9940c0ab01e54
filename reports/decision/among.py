"""The decision among a part of the strategies: what a team can do that cannot use the others."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from retrainlab.reports.decision.decide import decide
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables

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
    # A strategy of the user's may have the name of one that never retrains.
    retrained = strategies.index[~strategies["never"]]
    optional = sorted(set(strategies.loc[retrained, "strategy"]))
    has_never = bool(strategies["never"].any())
    most = len(optional) if len(optional) <= ALL else FEW
    for size in range(1, most + 1):
        if size == len(optional) and not has_never:
            return
        for without in combinations(optional, size):
            is_left_out = rows["strategy"].isin(without) & rows.index.isin(retrained)
            priced = pricing.among(set(rows.loc[~is_left_out, "label"]))
            yield tuple(map(str, without)), decide(priced, scenario, tables.manifest)
