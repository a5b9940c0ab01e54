"""The rule: from the costs of one scenario at one price to the decision."""

import math
import shlex
from collections.abc import Mapping

import pandas as pd

from retrainlab.reports.analysis.candidates import Candidates, Verdict, comparison
from retrainlab.reports.analysis.decide_one_stream import compare, one_stream_rule
from retrainlab.reports.analysis.decision import (
    Comparison,
    Decision,
    References,
    Setting,
)
from retrainlab.reports.analysis.manifest import Manifest, StrategyInfo
from retrainlab.reports.analysis.repriced import Priced
from retrainlab.reports.analysis.statistics import half_width
from retrainlab.sim.multiple_comparisons import bonferroni

ORACLE = "oracle"
FEW = 3  # retrainings, below which a verdict that rests on alarms says so


def decide(priced: Priced, scenario: str, manifest: Manifest) -> Decision:
    """Decide between the settings of one scenario at one price, by total cost."""
    candidates = _candidates(priced)
    verdict = one_stream_rule(candidates) if candidates.is_one_stream else _rule(candidates)
    return Decision(
        scenario=scenario,
        **vars(verdict),
        overrides=_overrides(verdict.choice, manifest.strategies),
        best=candidates.best,
        seeds=len(priced.costs),
        prices=priced.prices.as_floats(),
        sensitivity=(),
        against=_against(priced, candidates, verdict, manifest.current_policy),
        better_baselines=_better_baselines(priced.rows["score"], candidates, verdict),
        no_change_row_by_row=float(priced.rows["no_change_row_by_row"].iloc[0]),
        rests_on=_rests_on(priced, verdict.choice, manifest.strategies),
        settings=_settings(priced),
    )


def _rests_on(priced: Priced, choice: str, strategies: Mapping[str, StrategyInfo]) -> int | None:
    """Return how many retrainings a choice that waits for alarms rests on, where they are few."""
    count = float(priced.rows["retrainings"][choice])
    is_irregular = choice in strategies and math.isnan(strategies[choice].interval)
    return int(count) if priced.over_time is not None and is_irregular and 0 < count < FEW else None


def _candidates(priced: Priced) -> Candidates:
    costs, rows = priced.costs, priced.rows
    rank = [str(label) for label in costs.mean().sort_values(kind="stable").index]
    strategies = [label for label in rank if rows["role"][label] == "strategy"]
    idle = [label for label in strategies if rows["retrainings"][label] == 0]
    return Candidates(
        costs=costs,
        strategies=strategies,
        baselines=[label for label in rank if label not in strategies],
        idle=sorted(idle, key=lambda label: label != priced.never),
        confidence=bonferroni(len(costs.columns) - 1),
        over_time=priced.over_time,
    )


def _rule(candidates: Candidates) -> Verdict:
    """A baseline that is cheaper than all strategies comes first.

    Then never, unless some strategy is cheaper and that is significant, or likely; then the
    cheapest strategy.
    """
    means, best = candidates.costs.mean(), candidates.best
    for baseline in candidates.baselines[:1]:
        if means[baseline] < means[best]:
            return _baseline(candidates, baseline)
    if best in candidates.idle:
        return _keep(candidates, candidates.idle[0])
    for idle in candidates.idle[:1]:
        if candidates.significance(best, idle) == "not significant":
            return _keep(candidates, idle)
    return _retrain(candidates)


def _baseline(candidates: Candidates, baseline: str) -> Verdict:
    best = candidates.best
    return Verdict(
        kind="baseline",
        choice=baseline,
        rival=best,
        evidence=candidates.compare(baseline, best),
        significance=candidates.significance(baseline, best),
    )


def _keep(candidates: Candidates, idle: str) -> Verdict:
    active = [label for label in candidates.strategies if label not in candidates.idle]
    if not active:
        return Verdict("keep", idle, None, None, "not tested")
    rival = active[0]
    return Verdict(
        kind="keep",
        choice=idle,
        rival=rival,
        evidence=candidates.compare(rival, idle),
        significance=candidates.significance(rival, idle),
    )


def _retrain(candidates: Candidates) -> Verdict:
    best, idle = candidates.best, candidates.idle
    ties = _ties(candidates)
    if not idle:
        return Verdict("retrain", best, None, None, "not tested", ties)
    significance = candidates.significance(best, idle[0])
    return Verdict(
        kind="retrain",
        choice=best,
        rival=idle[0],
        evidence=candidates.compare(best, idle[0]),
        significance="ties" if ties and significance == "significant" else significance,
        ties=ties,
    )


def _ties(candidates: Candidates) -> tuple[str, ...]:
    """Settings that retrain and do not differ significantly from the best."""
    best = candidates.best
    others = [c for c in candidates.strategies if c != best and c not in candidates.idle]
    return tuple(label for label in others if not candidates.differ(label, best))


def _overrides(label: str, strategies: Mapping[str, StrategyInfo]) -> str:
    return shlex.join(strategies[label].overrides) if label in strategies else ""


def _against(
    priced: Priced, candidates: Candidates, verdict: Verdict, current: str | None
) -> References:
    """Compare the choice; what the evidence says already is not said again another way."""
    costs, choice, evidence = priced.costs, verdict.choice, verdict.evidence

    def against(reference: str | None) -> Comparison | None:
        if reference not in costs or reference is None:
            return None
        if evidence and (evidence.label, evidence.reference) == (choice, reference):
            return evidence
        if candidates.over_time is not None:
            return compare(candidates, choice, reference)
        return candidates.compare(choice, reference)

    oracle = comparison(choice, costs[choice], ORACLE, priced.oracle)
    return References(
        never=against(priced.never),
        current_policy=against(current),
        oracle=None if priced.oracle.empty else oracle,
    )


def _better_baselines(
    scores: pd.Series, candidates: Candidates, verdict: Verdict
) -> tuple[str, ...]:
    """Baselines that score higher than every strategy, where none of them is chosen."""
    if verdict.kind == "baseline":
        return ()
    top = scores[candidates.strategies].max()
    return tuple(label for label in candidates.baselines if scores[label] > top)


def _settings(priced: Priced) -> tuple[Setting, ...]:
    """Return strategies by cost, then baselines by cost; equal costs by label."""
    settings = [
        Setting(
            label=label,
            strategy=row["strategy"],
            role=row["role"],
            score=float(row["score"]),
            score_half=float(row["score_half"]),
            balanced_accuracy=float(row["balanced_accuracy"]),
            gap=float(row["gap"]),
            retrainings=float(row["retrainings"]),
            cost=float(priced.costs[label].mean()),
            cost_half=half_width(priced.costs[label]),
            errors=float(priced.errors[label]),
            retraining=float(priced.retraining[label]),
        )
        for label, row in priced.records.items()
    ]
    return tuple(sorted(settings, key=lambda s: (s.role == "baseline", s.cost, s.label)))
