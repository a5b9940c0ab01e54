"""Worse, better, equal: from two sets of alarms on the same streams."""

from math import inf

import numpy as np
import pytest
from alarms import sudden

from retrainlab.sim.comparison import Comparison, judged
from retrainlab.sim.detection.matching import match
from retrainlab.sim.detection.regression import compare
from retrainlab.sim.errors import InputError
from retrainlab.sim.seeds import generator

ROWS, WINDOW, SEEDS = 2000, 500, range(30)


def matchings(delay, false=0, spread=40, name="tests"):
    """Matchings by seed: one drift at row 1,000 found after some rows, and alarms before it."""
    by_seed = {}
    for seed in SEEDS:
        rng = generator(name, seed)
        late = delay + int(rng.integers(spread))
        before = np.sort(rng.choice(900, rng.poisson(false), replace=False))
        alarms = [*before.tolist(), *([1000 + late] if late < WINDOW else [])]
        by_seed[seed] = match(alarms, sudden(1000), ROWS, WINDOW)
    return by_seed


def verdicts(old, new, factor=1.2, level=0.99):
    judged_ = judged(compare("d", "step", old, new), factor, level)
    return {c.figure: c.verdict for c in judged_}


@pytest.mark.parametrize(
    ("new", "delay", "false"),
    [
        (matchings(100), "equal", "equal"),
        (matchings(200), "worse", "equal"),
        (matchings(20), "better", "equal"),
        (matchings(WINDOW), "worse", "equal"),  # misses everything
        (matchings(100, false=3), "equal", "worse"),
        (matchings(20, false=3), "better", "worse"),
        (matchings(100, name="other seeds"), "equal", "equal"),
    ],
)
def test_what_is_worse_is_so_by_a_factor_and_significantly(new, delay, false):
    expected = {"restricted_delay": delay, "false_per_1000": false}
    assert verdicts(matchings(100), new) == expected


def test_a_change_within_the_factor_is_equal_however_sure():
    old, new = matchings(200), matchings(220)
    [comparison, _] = compare("d", "step", old, new)
    assert comparison.p < 1e-4
    assert verdicts(old, new)["restricted_delay"] == "equal"
    assert verdicts(old, new, factor=1.05)["restricted_delay"] == "worse"


def test_a_change_beyond_the_factor_is_equal_where_seeds_are_few():
    """Three seeds that all became worse have p = 1/4."""
    old, new = ({s: by_seed[s] for s in range(3)} for by_seed in (matchings(100), matchings(300)))
    [comparison, _] = compare("d", "step", old, new)
    assert comparison.ratio > 2
    assert comparison.p == 0.25
    assert verdicts(old, new)["restricted_delay"] == "equal"


def test_means_are_over_seeds_and_a_miss_costs_its_window():
    old = {0: match([1100], sudden(1000), ROWS, WINDOW), 1: match([], sudden(1000), ROWS, WINDOW)}
    new = {0: match([5, 9], sudden(1000), ROWS, WINDOW), 1: match([], sudden(1000), ROWS, WINDOW)}
    delay, false = compare("d", "step", old, new)
    assert (delay.before, delay.after) == (300, 500)
    assert (false.before, false.after) == (0, pytest.approx(1000 * 1 / 1500))
    assert false.ratio == inf


def test_what_is_not_defined_is_not_compared():
    still = {s: match([], [], ROWS, WINDOW) for s in SEEDS}
    assert [c.figure for c in compare("d", "still", still, still)] == ["false_per_1000"]
    all_drift = {s: match([], sudden(0), 400, WINDOW) for s in SEEDS}
    assert [c.figure for c in compare("d", "x", all_drift, all_drift)] == ["restricted_delay"]


def test_no_difference_has_p_1_and_ratio_1():
    still = {s: match([], [], ROWS, WINDOW) for s in SEEDS}
    [comparison] = compare("d", "still", still, still)
    assert (comparison.p, comparison.ratio) == (1, 1)


def test_more_comparisons_ask_for_more_evidence():
    weak = Comparison("d", "s", "restricted_delay", 100, 200, p=0.005)
    others = [Comparison("d", str(i), "restricted_delay", 1, 1, p=1.0) for i in range(9)]
    assert [c.verdict for c in judged([weak], 1.2, 0.99)] == ["worse"]
    found_ = judged([weak, *others], 1.2, 0.99)
    assert found_[0].verdict == "equal"
    assert found_[0].adjusted == pytest.approx(0.05)


def test_bad_options_and_unequal_seeds_are_refused():
    with pytest.raises(InputError, match=r"check\.factor is 1; it must be above 1"):
        judged([], 1, 0.99)
    with pytest.raises(InputError, match=r"check\.level is 99; it must lie between"):
        judged([], 1.2, 99)
    with pytest.raises(InputError, match="d on step has 30 seeds before and 1 after"):
        compare("d", "step", matchings(1), {0: matchings(1)[0]})
