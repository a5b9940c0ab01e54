"""The decision among a part of the strategies: what a team can do that cannot use the others."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pandas as pd

from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.sensitivity import own_decision
from retrainlab.reports.analysis.tables import Tables

ALL = 5  # strategies of which every part is looked at; of more, parts that leave out one or two
FEW = 2


def decisions_among(
    tables: Tables, rows: pd.DataFrame
) -> Iterator[tuple[tuple[str, ...], Decision]]:
    """Yield the names of strategies that are left out, and the decision among the others.

    tables: of one scenario, at its own prices. rows: its part of `summary`. Never and the
    baselines are always among the others, and some strategy is.
    """
    strategies = rows[rows["role"] == "strategy"]
    optional = sorted(set(strategies.loc[~strategies["never"], "strategy"]))
    has_never = bool(strategies["never"].any())
    most = len(optional) if len(optional) <= ALL else FEW
    for size in range(1, most + 1):
        if size == len(optional) and not has_never:
            return
        for without in combinations(optional, size):
            yield tuple(map(str, without)), _decision(tables, rows, without)


def _decision(tables: Tables, rows: pd.DataFrame, without: tuple[str, ...]) -> Decision:
    kept = rows[~(rows["strategy"].isin(without) & (rows["role"] == "strategy"))]
    labels = set(kept["label"])

    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["label"].isin(labels)]

    part = replace(
        tables,
        runs=of(tables.runs),
        probes=of(tables.probes),
        ticks=of(tables.ticks),
        retrainings=of(tables.retrainings),
        alarms=of(tables.alarms),
    )
    return own_decision(part, kept)
