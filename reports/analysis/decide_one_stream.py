"""The rule for a single stream: one test over its ticks, simultaneous over all settings."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.candidates import Candidates, Verdict
from retrainlab.reports.analysis.decision import Significance
from retrainlab.sim.optimum.one_stream import answer, is_long_enough, stream_test


def one_stream_rule(candidates: Candidates) -> Verdict:
    """Decide on a single stream by one test over its ticks, simultaneous over all settings.

    Retrain: the setting of the largest saving that is proven. Keep: none is, and none can save
    much. A baseline that costs least wins if that is proven against every strategy. Undecided: all
    else, and a stream that is too short for the test (`sim.optimum.one_stream`).
    """
    ticks, never, best = candidates.over_time, candidates.idle[0], candidates.best
    assert ticks is not None
    means = candidates.costs.mean()
    for baseline in candidates.baselines[:1]:
        if means[baseline] < means[best]:
            return _baseline_over_time(candidates, ticks, baseline)
    active = [label for label in candidates.strategies if label not in candidates.idle]
    if not active:
        return Verdict("keep", never, None, None, "not tested")
    gains = ticks[[never]].to_numpy() - ticks[active].to_numpy()
    said, test = answer(gains, ticks[never].to_numpy())
    if test is None:
        return _open(candidates, "too short", math.nan, math.nan)
    at = int(np.argmax(np.where(test.proven, test.saving, -np.inf))) if said == "retrain" else 0
    half = test.critical * float(test.error[at])
    evidence = replace(candidates.compare(active[at], never), half=half)
    if said == "retrain":
        return Verdict("retrain", active[at], never, evidence, "over time")
    if said == "keep":
        return Verdict("keep", never, active[0], evidence, "negligible")
    return _open(candidates, "not proven", half, test.ticks_needed(0))


def _open(
    candidates: Candidates, significance: Significance, half: float, ticks_needed: float
) -> Verdict:
    """Leave it open between never and the cheapest setting that retrains; the cheaper is named."""
    never = candidates.idle[0]
    active = next(label for label in candidates.strategies if label not in candidates.idle)
    means = candidates.costs.mean()
    choice, rival = (active, never) if means[active] < means[never] else (never, active)
    evidence = replace(candidates.compare(choice, rival), half=half)
    return Verdict("undecided", choice, rival, evidence, significance, (), ticks_needed)


def _baseline_over_time(candidates: Candidates, ticks: pd.DataFrame, baseline: str) -> Verdict:
    """A baseline wins if it is proven to cost less than every strategy; else it is open."""
    best, strategies = candidates.best, candidates.strategies
    evidence = candidates.compare(baseline, best)
    if not is_long_enough(len(ticks)):
        return Verdict("undecided", baseline, best, evidence, "too short")
    test = stream_test(ticks[strategies].to_numpy() - ticks[[baseline]].to_numpy())
    evidence = replace(evidence, half=test.critical * float(test.error[strategies.index(best)]))
    if test.proven.all():
        return Verdict("baseline", baseline, best, evidence, "over time")
    needed = test.ticks_needed(strategies.index(best))
    return Verdict("undecided", baseline, best, evidence, "not proven", (), needed)
