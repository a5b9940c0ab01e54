"""The rule for several seeds: one paired test against never, simultaneous over all settings."""

import numpy as np

from retrainlab.reports.decision.candidates import Candidates, Verdict
from retrainlab.reports.decision.negligible import least_that_matters
from retrainlab.reports.results.decision import Significance
from retrainlab.sim.optimum.several_seeds import FEWEST_SEEDS


def several_seeds_rule(candidates: Candidates) -> Verdict:
    """Decide on several seeds by one test against never, simultaneous over all settings.

    Retrain: the setting of the largest saving that is proven. Keep: none is, and at 95 % none saves
    a share of never's cost that matters. A baseline that costs least wins if that is proven against
    every strategy. Undecided: all else, fewer than 3 seeds, and a study without never.
    """
    never, best = candidates.never, candidates.best
    if never is None:
        return Verdict("undecided", best, None, None, "not tested")
    for baseline in candidates.baselines[:1]:
        if np.fmin.reduce(candidates.lead(baseline).saving) > 0:
            return _baseline(candidates, baseline)
    active = candidates.active
    if not active:
        return Verdict("keep", never, None, None, "not tested")
    savings = candidates.savings(never)
    at = savings.places(active)
    proven = savings.proven[at]
    if proven.any():
        choice = active[int(np.argmax(proven))]  # the first of them, which saves most
        evidence = candidates.compare(choice, never)
        return Verdict("retrain", choice, never, evidence, "significant")
    if candidates.is_negligible:
        evidence = candidates.compare(active[0], never)
        return Verdict("keep", never, active[0], evidence, "negligible")
    return _undecided(candidates, never)


def _baseline(candidates: Candidates, baseline: str) -> Verdict:
    """A baseline wins if it is proven to cost less than every strategy; else it is open."""
    best, lead = candidates.rival_of(baseline), candidates.lead(baseline)
    evidence = candidates.compare(baseline, best)
    if lead.proven.all():
        return Verdict("baseline", baseline, best, evidence, "significant")
    assert lead.test is not None
    return Verdict(
        kind="undecided",
        choice=baseline,
        rival=best,
        evidence=evidence,
        significance=_open(candidates),
        seeds_needed=float(lead.test.seeds_needed(lead.test.saving).max()),
    )


def _undecided(candidates: Candidates, never: str) -> Verdict:
    choice, rival = candidates.left_open(never)
    return Verdict(
        kind="undecided",
        choice=choice,
        rival=rival,
        evidence=candidates.compare(choice, rival),
        significance=_open(candidates),
        seeds_needed=_seeds_needed(candidates, never),
    )


def _open(candidates: Candidates) -> Significance:
    return "too few" if len(candidates.costs) < FEWEST_SEEDS else "not proven"


def _seeds_needed(candidates: Candidates, never: str) -> float:
    """Return how many seeds in all would prove the largest saving, or that none matters."""
    test = candidates.savings(never).test
    assert test is not None
    at = [candidates.strategies.index(label) for label in candidates.active]
    proven = test.seeds_needed(test.saving)[at]
    kept = test.seeds_needed(least_that_matters(candidates) - test.saving)[at]
    return float(np.fmin(proven[0], kept.max()))
