"""Strategies and baselines of one scenario side by side, and what a rule says of them."""

import math
from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.analysis.decision import Comparison, Kind, Significance
from retrainlab.reports.analysis.over_time import OverTime
from retrainlab.reports.analysis.statistics import paired


@dataclass(frozen=True, eq=False)
class Candidates:
    """The strategies and baselines of one scenario side by side.

    costs: (seeds, labels). strategies, baselines: labels by mean cost. idle: strategies that never
    retrained on any seed, `never` first. confidence: of each comparison, so that all of them hold
    together at 95 %. over_time: the costs of each tick, where there is a single stream.
    """

    costs: pd.DataFrame
    strategies: list[str]
    baselines: list[str]
    idle: list[str]
    confidence: float
    over_time: OverTime | None

    @property
    def is_one_stream(self) -> bool:
        """Whether the ticks of a single stream decide, against a strategy that never retrains."""
        return self.over_time is not None and bool(self.idle)

    @property
    def best(self) -> str:
        """The strategy with the lowest mean cost."""
        return self.strategies[0]

    def differ(self, a: str, b: str) -> bool:
        """Whether the costs of a and b differ significantly, all comparisons counted."""
        return paired(self.costs[a], self.costs[b], self.confidence).clear

    def significance(self, a: str, b: str) -> Significance:
        """Say how sure it is that the costs of a and b differ."""
        if self.differ(a, b):
            return "significant"
        return "likely" if paired(self.costs[a], self.costs[b]).clear else "not significant"

    def compare(self, a: str, b: str) -> Comparison:
        """Return what a saves against b."""
        return comparison(a, self.costs[a], b, self.costs[b])


@dataclass(frozen=True)
class Verdict:
    """What the rule comes to, before it is put beside the references."""

    kind: Kind
    choice: str
    rival: str | None
    evidence: Comparison | None
    significance: Significance
    ties: tuple[str, ...] = ()
    ticks_needed: float = math.nan
    proven_below: float = math.nan


def comparison(label: str, costs: pd.Series, reference: str, others: pd.Series) -> Comparison:
    """Return what a setting saves; costs, others: by seed, of the setting and its reference."""
    gap = paired(costs, others)
    return Comparison(
        label=label,
        reference=reference,
        cost=float(costs.mean()),
        reference_cost=float(others.mean()),
        saving=-gap.mean,
        half=gap.half,
        seeds=gap.seeds,
        cheaper=gap.below,
    )
