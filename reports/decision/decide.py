"""The rule: from the costs of one scenario at one price to the decision."""

import math
import shlex
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from retrainlab.reports.decision.candidates import INCUMBENT, Candidates, Verdict
from retrainlab.reports.decision.decide_one_stream import one_stream_rule
from retrainlab.reports.decision.decide_several_seeds import several_seeds_rule
from retrainlab.reports.decision.equal_costs import larger_first
from retrainlab.reports.decision.grid_edges import grid_edges
from retrainlab.reports.decision.near_ties import prefer_simpler, simplest
from retrainlab.reports.decision.repriced import Priced
from retrainlab.reports.decision.statistics import estimates, paired
from retrainlab.reports.results.decision import (
    Comparison,
    Decision,
    GridEdge,
    Kind,
    References,
    Setting,
)
from retrainlab.reports.results.manifest import Manifest, StrategyInfo

ORACLE = "oracle"
ROLES = ("strategy", INCUMBENT, "baseline")
FEW = 3  # retrainings, below which a verdict that rests on alarms says so


def decide(priced: Priced, scenario: str, manifest: Manifest) -> Decision:
    """Decide between the settings of one scenario at one price, by total cost."""
    candidates, strategies = priced.candidates, manifest.strategies
    verdict = verdict_at(priced, manifest)
    return Decision(
        scenario=scenario,
        **vars(verdict),
        overrides=_overrides(verdict.choice, strategies),
        best=candidates.best,
        seeds=len(priced.costs),
        prices=priced.prices.as_floats(),
        sensitivity=(),
        against=_against(candidates, priced.oracle, verdict.choice, manifest.current_policy),
        better_baselines=_better_baselines(priced, verdict),
        no_change_row_by_row=float(next(iter(priced.records.values()))["no_change_row_by_row"]),
        rests_on=_rests_on(priced, verdict.choice, strategies),
        edges=_edges(priced, verdict.choice, strategies),
        drift=priced.drift,
        settings=_settings(priced),
    )


def verdict_at(priced: Priced, manifest: Manifest) -> Verdict:
    """Return what the rule comes to at one price, without what a page says of it beside."""
    candidates, actions = priced.candidates, priced.kinds.actions
    verdict = prefer_simpler(_by_rule(candidates), candidates, actions, manifest.strategies)
    never = candidates.never
    if verdict.kind != "undecided" or never is None or verdict.choice in candidates.baselines:
        return verdict
    return replace(verdict, proven_below=candidates.proven_below(never))


def answer_at(priced: Priced, manifest: Manifest) -> tuple[Kind, str]:
    """Return kind and choice of the verdict at one price, without the tests of what is beside."""
    candidates, actions = priced.candidates, priced.kinds.actions
    verdict = _by_rule(candidates)
    return verdict.kind, simplest(verdict, candidates, actions, manifest.strategies)


def _by_rule(candidates: Candidates) -> Verdict:
    rule = one_stream_rule if candidates.is_one_stream else several_seeds_rule
    return rule(candidates)


def _edges(
    priced: Priced, choice: str, strategies: Mapping[str, StrategyInfo]
) -> tuple[GridEdge, ...]:
    """Return the ends of the grid at which a choice lies; no price changes them."""
    if choice not in priced.edges:
        priced.edges[choice] = grid_edges(choice, priced.candidates.strategies, strategies)
    return priced.edges[choice]


def _rests_on(priced: Priced, choice: str, strategies: Mapping[str, StrategyInfo]) -> int | None:
    """Return how many retrainings a choice that waits for alarms rests on, where they are few."""
    count = float(priced.records[choice]["retrainings"])
    is_irregular = choice in strategies and math.isnan(strategies[choice].interval)
    return int(count) if priced.over_time is not None and is_irregular and 0 < count < FEW else None


def _overrides(label: str, strategies: Mapping[str, StrategyInfo]) -> str:
    return shlex.join(strategies[label].overrides) if label in strategies else ""


def _against(
    candidates: Candidates, oracle: pd.Series, choice: str, current: str | None
) -> References:
    """Compare the choice with each reference that there is."""

    def against(reference: str | None) -> Comparison | None:
        is_there = reference in candidates.strategies
        return candidates.compare(choice, str(reference)) if is_there else None

    incumbent = candidates.incumbent
    return References(
        never=against(candidates.never),
        current_policy=against(current),
        oracle=_regret(candidates, oracle, choice) if len(oracle) else None,
        incumbent=candidates.compare(choice, incumbent) if incumbent is not None else None,
    )


def _regret(candidates: Candidates, oracle: pd.Series, choice: str) -> Comparison:
    """Compare the choice with the oracle; the interval is that of this one comparison."""
    gap = paired(candidates.costs[choice], oracle)
    return Comparison(
        label=choice,
        reference=ORACLE,
        cost=float(candidates.costs[choice].mean()),
        reference_cost=float(oracle.mean()),
        saving=-gap.mean,
        low=-gap.mean - gap.half,
        high=-gap.mean + gap.half,
        seeds=gap.seeds,
        cheaper=gap.below,
    )


def _better_baselines(priced: Priced, verdict: Verdict) -> tuple[str, ...]:
    """Baselines that score higher than every strategy, where none of them is chosen."""
    if verdict.kind == "baseline":
        return ()
    candidates, records = priced.candidates, priced.records
    top = np.fmax.reduce([float(records[label]["score"]) for label in candidates.strategies])
    return tuple(label for label in candidates.baselines if records[label]["score"] > top)


def _settings(priced: Priced) -> tuple[Setting, ...]:
    """Return strategies, what was really done, then baselines, each by cost.

    Of equal costs `never` is first, then the larger value, as in the summary.
    """
    labels = map(str, priced.costs)
    means, halves = (column.tolist() for column in estimates(priced.costs.to_numpy(float).T))
    cost = dict(zip(labels, zip(means, halves, strict=True), strict=True))
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
            cost=cost[label][0],
            cost_half=cost[label][1],
            errors=priced.errors[label],
            retraining=priced.retraining[label],
        )
        for label in larger_first(priced.records)
        for row in (priced.records[label],)
    ]
    never = {label for label, row in priced.records.items() if row["never"]}
    return tuple(
        sorted(settings, key=lambda s: (ROLES.index(s.role), s.cost, s.label not in never))
    )
