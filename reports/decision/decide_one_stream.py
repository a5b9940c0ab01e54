"""The rule for a single stream: one test over its ticks, simultaneous over all settings."""

from dataclasses import replace

import numpy as np

from retrainlab.reports.decision.candidates import Candidates, Verdict
from retrainlab.reports.results.decision import Significance
from retrainlab.reports.results.over_time import OverTime


def one_stream_rule(candidates: Candidates) -> Verdict:
    """Decide on a single stream by one test over its ticks, simultaneous over all settings.

    Retrain: the setting of the largest saving that is proven. Keep: none is, and none can save
    much. A baseline that costs least wins if that is proven against every strategy. Undecided: all
    else, and a stream that is too short for the test (`sim.optimum.one_stream`).
    """
    over_time, never, best = candidates.over_time, candidates.never, candidates.best
    assert over_time is not None
    assert never is not None
    costs = candidates.by_label
    for baseline in candidates.baselines[:1]:
        if costs[baseline][0] < costs[best][0]:
            return _baseline_over_time(candidates, over_time, baseline)
    active = candidates.active
    if not active:
        return Verdict("keep", never, None, None, "not tested")
    if not over_time.is_long_enough:
        return _open(candidates, "too short")
    test = over_time.savings(never, active)
    if test.proven.any():
        choice = active[int(np.argmax(np.where(test.proven, test.saving, -np.inf)))]
        return Verdict("retrain", choice, never, candidates.compare(choice, never), "over time")
    if candidates.is_negligible:
        evidence = candidates.compare(active[0], never)
        return Verdict("keep", never, active[0], evidence, "negligible")
    return replace(_open(candidates, "not proven"), ticks_needed=test.ticks_needed(0))


def _open(candidates: Candidates, significance: Significance) -> Verdict:
    never = candidates.never
    assert never is not None
    choice, rival = candidates.left_open(never)
    evidence = candidates.compare(choice, rival)
    return Verdict("undecided", choice, rival, evidence, significance)


def _baseline_over_time(candidates: Candidates, over_time: OverTime, baseline: str) -> Verdict:
    """A baseline wins if it is proven to cost less than every strategy; else it is open."""
    best = candidates.rival_of(baseline)
    evidence = candidates.compare(baseline, best)
    if not over_time.is_long_enough:
        return Verdict("undecided", baseline, best, evidence, "too short")
    lead = candidates.lead(baseline)
    if lead.proven.all():
        return Verdict("baseline", baseline, best, evidence, "over time")
    needed = len(over_time.costs) * float(np.max(lead.below / lead.saving)) ** 2
    return Verdict("undecided", baseline, best, evidence, "not proven", (), needed)
