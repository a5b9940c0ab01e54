"""The rule: from the costs of one scenario at one price to the decision."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.analysis.decision import (
    Comparison,
    Decision,
    Kind,
    References,
    Setting,
    Significance,
)
from retrainlab.reports.analysis.manifest import Manifest, StrategyInfo
from retrainlab.reports.analysis.repriced import Priced
from retrainlab.reports.analysis.statistics import half_width, paired
from retrainlab.sim.multiple_comparisons import bonferroni
from retrainlab.sim.prices import Prices

ORACLE = "oracle"


@dataclass(frozen=True, eq=False)
class Candidates:
    """The strategies and baselines of one scenario side by side.

    costs: (seeds, labels). strategies, baselines: labels by mean cost. idle: strategies that never
    retrained on any seed, `never` first. confidence: of each comparison, so that all of them hold
    together at 95 %. single: why there is no interval, None where there is one.
    """

    costs: pd.DataFrame
    strategies: list[str]
    baselines: list[str]
    idle: list[str]
    confidence: float
    single: Significance | None

    @property
    def best(self) -> str:
        """The strategy with the lowest mean cost."""
        return self.strategies[0]

    def differ(self, a: str, b: str) -> bool:
        """Whether the costs of a and b differ significantly, all comparisons counted."""
        return paired(self.costs[a], self.costs[b], self.confidence).clear

    def significance(self, a: str, b: str) -> Significance:
        """Say how sure it is that the costs of a and b differ."""
        if self.single:
            return self.single
        if self.differ(a, b):
            return "significant"
        return "likely" if paired(self.costs[a], self.costs[b]).clear else "not significant"

    def compare(self, a: str, b: str) -> Comparison:
        """Return what a saves against b."""
        return comparison(a, self.costs[a], b, self.costs[b])


@dataclass(frozen=True)
class _Verdict:
    """What the rule comes to, before it is put beside the references."""

    kind: Kind
    choice: str
    rival: str | None
    evidence: Comparison | None
    significance: Significance
    ties: tuple[str, ...] = ()


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


def decide(priced: Priced, scenario: str, manifest: Manifest) -> Decision:
    """Decide between the settings of one scenario at one price, by total cost."""
    candidates = _candidates(priced, manifest.scenarios[scenario].truth_known)
    verdict = _rule(candidates)
    return Decision(
        scenario=scenario,
        **vars(verdict),
        overrides=_overrides(verdict.choice, manifest.strategies),
        best=candidates.best,
        seeds=len(priced.costs),
        prices=Prices(**{name: float(value) for name, value in vars(priced.prices).items()}),
        price_range=None,
        against=_against(priced, verdict.choice, manifest.current_policy),
        better_baselines=_better_baselines(priced.rows["score"], candidates, verdict),
        settings=_settings(priced),
    )


def _candidates(priced: Priced, truth_known: bool) -> Candidates:
    costs, rows = priced.costs, priced.rows
    rank = [str(label) for label in costs.mean().sort_values(kind="stable").index]
    strategies = [label for label in rank if rows["role"][label] == "strategy"]
    idle = [label for label in strategies if rows["retrainings"][label] == 0]
    single: Significance = "one seed" if truth_known else "one stream"
    return Candidates(
        costs=costs,
        strategies=strategies,
        baselines=[label for label in rank if label not in strategies],
        idle=sorted(idle, key=lambda label: label != priced.never),
        confidence=bonferroni(len(costs.columns) - 1),
        single=single if len(costs) < 2 else None,
    )


def _rule(candidates: Candidates) -> _Verdict:
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


def _baseline(candidates: Candidates, baseline: str) -> _Verdict:
    best = candidates.best
    return _Verdict(
        kind="baseline",
        choice=baseline,
        rival=best,
        evidence=candidates.compare(baseline, best),
        significance=candidates.significance(baseline, best),
    )


def _keep(candidates: Candidates, idle: str) -> _Verdict:
    active = [label for label in candidates.strategies if label not in candidates.idle]
    if not active:
        return _Verdict("keep", idle, None, None, candidates.single or "not tested")
    rival = active[0]
    return _Verdict(
        kind="keep",
        choice=idle,
        rival=rival,
        evidence=candidates.compare(rival, idle),
        significance=candidates.significance(rival, idle),
    )


def _retrain(candidates: Candidates) -> _Verdict:
    best, idle = candidates.best, candidates.idle
    ties = () if candidates.single else _ties(candidates)
    if not idle:
        return _Verdict("retrain", best, None, None, "not tested", ties)
    significance = candidates.significance(best, idle[0])
    return _Verdict(
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


def _against(priced: Priced, choice: str, current: str | None) -> References:
    costs = priced.costs

    def against(reference: str | None, others: pd.Series | None) -> Comparison | None:
        if reference is None or others is None or others.empty:
            return None
        return comparison(choice, costs[choice], reference, others)

    return References(
        never=against(priced.never, costs.get(priced.never)),
        current_policy=against(current, costs.get(current)),
        oracle=against(ORACLE, priced.oracle),
    )


def _better_baselines(
    scores: pd.Series, candidates: Candidates, verdict: _Verdict
) -> tuple[str, ...]:
    """Baselines that score higher than every strategy, where none of them is chosen."""
    if verdict.kind == "baseline":
        return ()
    top = scores[candidates.strategies].max()
    return tuple(label for label in candidates.baselines if scores[label] > top)


def _settings(priced: Priced) -> tuple[Setting, ...]:
    """Return strategies by cost, then baselines by cost; equal costs by label."""
    rows = {str(label): row for label, row in priced.rows.to_dict("index").items()}
    settings = [
        Setting(
            label=label,
            strategy=row["strategy"],
            role=row["role"],
            score=float(row["score"]),
            score_half=float(row["score_half"]),
            gap=float(row["gap"]),
            retrainings=float(row["retrainings"]),
            cost=float(priced.costs[label].mean()),
            cost_half=half_width(priced.costs[label]),
            errors=float(priced.errors[label]),
            retraining=float(priced.retraining[label]),
        )
        for label, row in rows.items()
    ]
    return tuple(sorted(settings, key=lambda s: (s.role == "baseline", s.cost, s.label)))
