"""Near ties: of settings that cost nearly the same, the simpler one is recommended."""

from collections.abc import Mapping
from dataclasses import replace

from retrainlab.reports.decision.candidates import Candidates, Verdict
from retrainlab.reports.results.manifest import StrategyInfo

NEAR = 0.02  # of never's cost: what a simpler setting may cost more


def prefer_simpler(
    verdict: Verdict,
    candidates: Candidates,
    retrainings: Mapping[str, float],
    strategies: Mapping[str, StrategyInfo],
) -> Verdict:
    """Recommend the simplest of the proven settings that cost nearly as little as the cheapest.

    Nearly: not significantly more, and by no more than 2 % of never's cost. Simpler: fewer
    retrainings; of as many, a calendar rather than an alarm; then the cheaper one. The cheapest is
    kept beside it, and all settings that do not differ significantly from the choice are named.
    retrainings: mean number, by label, other actions among them.
    """
    never, cheapest = candidates.never, verdict.choice
    if verdict.kind != "retrain" or never is None:
        return verdict
    choice = simplest(verdict, candidates, retrainings, strategies)
    others = [label for label in candidates.active if label != choice]
    return replace(
        verdict,
        choice=choice,
        evidence=candidates.compare(choice, never),
        ties=tuple(label for label in others if not candidates.differ(label, choice)),
        cheaper=candidates.compare(cheapest, choice) if choice != cheapest else None,
    )


def simplest(
    verdict: Verdict,
    candidates: Candidates,
    retrainings: Mapping[str, float],
    strategies: Mapping[str, StrategyInfo],
) -> str:
    """Return the choice of `prefer_simpler` alone."""
    never, cheapest = candidates.never, verdict.choice
    if verdict.kind != "retrain" or never is None:
        return cheapest
    savings = candidates.savings(never)
    least = savings.saving[savings.place[cheapest]]
    least -= NEAR * abs(float(candidates.costs[never].mean()))
    is_near = savings.proven & (savings.saving >= least)
    near = [x for x in candidates.active if is_near[savings.place[x]]]
    near.sort(key=lambda x: (retrainings[x], not is_calendar(x, strategies)))
    # Each test takes time, and the first that is passed decides.
    return next(x for x in near if x == cheapest or not candidates.differ(x, cheapest))


def is_calendar(label: str, strategies: Mapping[str, StrategyInfo]) -> bool:
    """Whether the setting keeps a schedule and waits for nothing."""
    kinds = {clause.kind for clause in strategies[label].clauses} if label in strategies else set()
    return "schedule" in kinds and "condition" not in kinds
