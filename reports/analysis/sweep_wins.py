"""Which value of a swept key is cheapest, all else equal: by the test of several seeds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.decision.summary import by_seed
from retrainlab.sim.optimum.several_seeds import FEWEST_SEEDS, seeds_test

COLUMN = "s_"  # before the key that was swept around the strategies


@dataclass(frozen=True)
class Wins:
    """In how many combinations each value of a key costs least, and in how many that is proven.

    proven: None where no combination has the seeds for a test.
    """

    key: str
    combinations: int
    cheapest: dict[str, int]
    proven: int | None


def sweep_wins(runs: pd.DataFrame, chosen: Mapping[str, str]) -> list[Wins]:
    """Compare the values of each swept key, with all other keys equal.

    runs: of all scenarios. chosen: the label that is held against the others, by scenario. A key
    that changes the stream is left out: costs on other streams are not compared.
    """
    around = [str(name) for name in runs if str(name).startswith(COLUMN)]
    best = runs[runs["scenario"].map(chosen).eq(runs["label"])]
    compared = [name for name in around if not name.removeprefix(COLUMN).startswith("scenario")]
    wins = [_wins(name, around, best) for name in compared]
    return [one for one in wins if one.combinations]


def _wins(name: str, around: Sequence[str], best: pd.DataFrame) -> Wins:
    base = best["scenario"].str.split(" ").str[0].rename("base")
    others = [base, *(best[column].astype(str) for column in around if column != name)]
    parts = [
        by_seed(part.assign(label=part[name].astype(str)))
        for _, part in best.groupby(others, sort=False)
    ]
    tables = [costs for costs in parts if costs.shape[1] > 1]
    pairs = sum(costs.shape[1] - 1 for costs in tables)
    ranked = [costs[costs.mean().sort_values(kind="stable").index] for costs in tables]
    first = Counter(str(costs.columns[0]) for costs in ranked)
    is_tested = any(len(costs.dropna()) >= FEWEST_SEEDS for costs in ranked)
    proven = sum(_is_proven(costs, pairs) for costs in ranked) if is_tested else None
    return Wins(name.removeprefix(COLUMN), len(tables), dict(first.most_common()), proven)


def _is_proven(costs: pd.DataFrame, comparisons: int) -> bool:
    """Whether the first value costs less than every other; costs: (seeds, values), by mean.

    comparisons: of all combinations, whose intervals hold together.
    """
    gains = costs.iloc[:, 1:].sub(costs.iloc[:, 0], axis=0)
    return bool(seeds_test(gains.to_numpy(float), comparisons).proven.all())
