"""The rule for a single stream: one test over its ticks, simultaneous over all settings."""

from dataclasses import replace

import numpy as np

from retrainlab.reports.analysis.candidates import Candidates, Verdict
from retrainlab.reports.analysis.decision import Comparison, Significance
from retrainlab.reports.analysis.over_time import OverTime
from retrainlab.sim.optimum.one_stream import answer


def one_stream_rule(candidates: Candidates) -> Verdict:
    """Decide on a single stream by one test over its ticks, simultaneous over all settings.

    Retrain: the setting of the largest saving that is proven. Keep: none is, and none can save
    much. A baseline that costs least wins if that is proven against every strategy. Undecided: all
    else, and a stream that is too short for the test (`sim.optimum.one_stream`).
    """
    over_time, never, best = candidates.over_time, candidates.idle[0], candidates.best
    assert over_time is not None
    means = candidates.costs.mean()
    for baseline in candidates.baselines[:1]:
        if means[baseline] < means[best]:
            return _baseline_over_time(candidates, over_time, baseline)
    active = _tested(candidates, never)
    if not active:
        return Verdict("keep", never, None, None, "not tested")
    gains = over_time.gains(never, active)
    kind, test = answer(*gains, over_time.costs[never].to_numpy())
    if test is None:
        return _open(candidates, "too short")
    if kind == "retrain":
        choice = active[int(np.argmax(np.where(test.proven, test.saving, -np.inf)))]
        return Verdict("retrain", choice, never, compare(candidates, choice, never), "over time")
    if kind == "keep":
        evidence = replace(compare(candidates, active[0], never), half=float(test.above[0]))
        return Verdict("keep", never, active[0], evidence, "negligible")
    needed, below = test.ticks_needed(0), over_time.proven_below(never, active)
    return replace(_open(candidates, "not proven"), ticks_needed=needed, proven_below=below)


def compare(candidates: Candidates, label: str, reference: str) -> Comparison:
    """Return what a saves against b on one stream, with the interval of the test over its ticks.

    A pair has one interval, whichever of the two is named first. It holds together with those of
    all settings that are held against the same one: against the baseline in the pair, else against
    never, else against the reference. nan where the stream is too short, or both never retrained.
    """
    comparison, over_time = candidates.compare(label, reference), candidates.over_time
    is_idle = {label, reference} <= set(candidates.idle)
    if over_time is None or is_idle or label == reference or not over_time.is_long_enough:
        return comparison
    kinds = (candidates.baselines, candidates.idle, [reference])
    held = next(one for kind in kinds for one in (reference, label) if one in kind)
    other = label if held == reference else reference
    tested = _tested(candidates, held)
    test = over_time.savings(held, tested)
    return replace(comparison, half=float(test.half[tested.index(other)]))


def _tested(candidates: Candidates, reference: str) -> list[str]:
    """Settings that are tested together: all against a baseline, else all others that retrained."""
    if reference in candidates.baselines:
        return candidates.strategies
    left_out = {reference, *candidates.idle}
    return [label for label in candidates.strategies if label not in left_out]


def _open(candidates: Candidates, significance: Significance) -> Verdict:
    """Leave it open between never and the cheapest setting that retrains; the cheaper is named."""
    never = candidates.idle[0]
    active, means = _tested(candidates, never)[0], candidates.costs.mean()
    choice, rival = (active, never) if means[active] < means[never] else (never, active)
    evidence = compare(candidates, choice, rival)
    return Verdict("undecided", choice, rival, evidence, significance)


def _baseline_over_time(candidates: Candidates, over_time: OverTime, baseline: str) -> Verdict:
    """A baseline wins if it is proven to cost less than every strategy; else it is open."""
    best = candidates.best
    evidence = compare(candidates, baseline, best)
    if not over_time.is_long_enough:
        return Verdict("undecided", baseline, best, evidence, "too short")
    # That each strategy saves less than nothing against the baseline.
    test = over_time.savings(baseline, candidates.strategies)
    if (test.high < 0).all():
        return Verdict("baseline", baseline, best, evidence, "over time")
    needed = len(over_time.costs) * (evidence.half / evidence.saving) ** 2
    return Verdict("undecided", baseline, best, evidence, "not proven", (), needed)
