"""Which settings differ: pairs of the leading ones, each with the interval that decides it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from retrainlab.reports.analysis.candidates import Candidates
from retrainlab.reports.analysis.decision import Comparison


@dataclass(frozen=True)
class Pair:
    """What a costs more than b; differ: whether that is significant, all settings counted."""

    gap: Comparison
    differ: bool

    @property
    def labels(self) -> tuple[str, str]:
        """The more expensive setting and the other one."""
        return self.gap.reference, self.gap.label


def pairs(candidates: Candidates, labels: Sequence[str]) -> list[Pair]:
    """Return every pair of these labels, which are in order of cost, the cheapest first."""
    return [
        Pair(candidates.compare(cheap, expensive), candidates.differ(cheap, expensive))
        for cheap, expensive in itertools.combinations(labels, 2)
    ]


def leading(candidates: Candidates, strategy_of: dict[str, str], choice: str) -> list[str]:
    """Return the cheapest setting of each strategy, the best baseline and the choice, by cost."""
    first = {strategy_of[label]: label for label in reversed(candidates.strategies)}
    leaders = {choice, *first.values(), *candidates.baselines[:1]}
    return [label for label in candidates.order if label in leaders]
