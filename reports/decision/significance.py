"""Which settings differ: pairs of the leading ones, each with the interval that decides it."""

import itertools
from collections.abc import Sequence

from retrainlab.reports.decision.candidates import Candidates
from retrainlab.reports.results.decision import Comparison


def pairs(candidates: Candidates, labels: Sequence[str]) -> list[Comparison]:
    """Return what the cheaper saves against the more expensive one, for every pair.

    labels: in order of cost, the cheapest first.
    """
    return [candidates.compare(*pair) for pair in itertools.combinations(labels, 2)]


def leading(candidates: Candidates, strategy_of: dict[str, str], choice: str) -> list[str]:
    """Return the cheapest setting of each strategy, the best baseline and the choice, by cost."""
    first = {strategy_of[label]: label for label in reversed(candidates.strategies)}
    leaders = {choice, *first.values(), *candidates.baselines[:1]}
    return [label for label in candidates.order if label in leaders]
