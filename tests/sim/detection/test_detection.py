"""Metrics over matched alarms, by hand and as properties; their intervals, and the trade-off."""

from itertools import combinations_with_replacement
from math import inf, isnan, nan

import numpy as np
import pytest
from alarms import ROWS, matchings, problems, sudden
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson
from scipy.stats import t as student

from retrainlab.sim.detection.counts import resampled, tally
from retrainlab.sim.detection.matching import match
from retrainlab.sim.detection.metrics import (
    METRICS,
    false_per_1000,
    interval,
    mtfa,
    mtfa_lower,
    recall,
    summarise,
)
from retrainlab.sim.detection.trade_off import TradeOffPoint, at_sensitivity
from retrainlab.sim.errors import InputError
from retrainlab.sim.seeds import generator


def test_metrics_by_hand():
    """3 drifts, 2 found after 10 and 30 rows; 4 false alarms on 850 stationary rows."""
    summary = summarise([match([5, 50, 110, 120, 330, 400, 900], sudden(100, 300, 600), ROWS, 50)])
    expected = {
        "drifts": 3,
        "detected": 2,
        "false_alarms": 4,
        "repeats": 1,
        "ignored": 0,
        "stationary": 850,
        "precision": 2 / 6,
        "recall": 2 / 3,
        "f1": 4 / 9,
        "missed_rate": 1 / 3,
        "mean_delay": 20,
        "median_delay": 20,
        "restricted_delay": (10 + 30 + 50) / 3,
        "mtfa": 850 / 4,
        "mtfa_lower": 850 / 9.1535,  # the Poisson mean at which 4 or fewer have probability .05
        "false_per_1000": 4000 / 850,
        "surplus_per_1000": 5000 / 850,
        "mtr": 850 / 4 / 20 * 2 / 3,
    }
    assert summary == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("alarms", "drifts", "expected"),
    [
        # No drift: nothing can be found, and false alarms still have a rate.
        ([], [], {"precision": nan, "recall": nan, "f1": nan, "mtfa": inf, "false_per_1000": 0}),
        ([9, 99], [], {"precision": 0, "recall": nan, "f1": nan, "mtfa": 500, "mtr": nan}),
        # Silence: a miss is not a delay of 0, and not nothing.
        (
            [],
            sudden(100),
            {"precision": nan, "recall": 0, "f1": 0, "mean_delay": nan, "median_delay": nan}
            | {"restricted_delay": 50, "mtfa": inf, "mtr": nan},
        ),
        ([9], sudden(100), {"precision": 0, "f1": 0, "restricted_delay": 50, "mtr": nan}),
        # Found without a false alarm, and found at once.
        ([110], sudden(100), {"precision": 1, "f1": 1, "mtfa": inf, "mtr": inf}),
        ([9, 100], sudden(100), {"mean_delay": 0, "restricted_delay": 0, "mtfa": 950, "mtr": nan}),
        # Windows wherever one looks: no alarm could be false.
        (
            range(ROWS),
            sudden(*range(0, ROWS, 50)),
            {"precision": nan, "f1": nan, "recall": 1, "mtfa": nan, "mtfa_lower": 0}
            | {"false_per_1000": nan, "surplus_per_1000": nan, "mtr": nan},
        ),
    ],
)
def test_metrics_where_little_is_known(alarms, drifts, expected):
    with np.errstate(all="raise"):
        summary = summarise([match(list(alarms), drifts, ROWS, 50)])
    assert {name: summary[name] for name in expected} == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(("delays", "median"), [([3], 3), ([3, 4], 3.5), ([9, 3, 3, 40], 6)])
def test_median_delay_over_several_matchings(delays, median):
    matchings = [match([100 + delay], sudden(100), ROWS, 50) for delay in delays]
    assert summarise(matchings)["median_delay"] == median == np.median(delays)


def test_alarms_that_are_repeated_cost_as_much_as_false_ones():
    """Nine surplus alarms after the drift at row 100: none is false, and each would be paid for."""
    first, often = (match(list(range(110, 110 + n)), sudden(100), ROWS, 50) for n in (1, 10))
    once, again = (summarise([matching]) for matching in (first, often))
    assert once["false_per_1000"] == again["false_per_1000"] == once["surplus_per_1000"] == 0
    assert again["surplus_per_1000"] == 9000 / 950


def test_pooling_is_a_ratio_of_sums():
    short, long = match([10, 90], sudden(80), 100, 20), match([10, 20, 30], [], 900, 20)
    pooled = summarise([short, long])
    assert pooled["false_per_1000"] == 1000 * 4 / (80 + 900)
    assert pooled["precision"] == 1 / 5
    assert pooled["mtfa"] == 980 / 4


@given(matchings, st.randoms(use_true_random=False))
def test_the_order_of_seeds_changes_nothing(matchings, random):
    shuffled = random.sample(matchings, len(matchings))
    assert summarise(shuffled) == pytest.approx(summarise(matchings), nan_ok=True, rel=0, abs=0)
    for metric in METRICS.values():
        one, other = (interval(m, metric, resamples=100) for m in (matchings, shuffled))
        assert one == pytest.approx(other, nan_ok=True, rel=0, abs=0)


@given(problems())
def test_a_false_alarm_more_never_raises_precision_or_f1(problem):
    alarms, *rest = problem
    before = match(*problem)
    every = match(range(problem[2]), *rest)
    known = summarise([before])
    for row in set(every.false_alarms) - set(alarms):
        after = summarise([match(sorted([*alarms, int(row)]), *rest)])
        assert after["false_alarms"] == known["false_alarms"] + 1
        for name in ("precision", "f1", "mtfa", "mtfa_lower"):
            # Without an alarm precision is undefined, so that nothing can be raised.
            assert isnan(known[name]) or after[name] <= known[name]
        assert after["false_per_1000"] > known["false_per_1000"]


@given(problems(gap=40), st.data())
def test_a_detector_that_alarms_later_has_no_shorter_delay(problem, data):
    """One alarm a drift, in its window; then each as much later as the window admits."""
    _, drifts, rows, window, _, _ = problem
    limits = match([], drifts, rows, window).limits
    first = [data.draw(st.integers(0, int(limit) - 1)) for limit in limits]
    slack = min((int(limit) - 1 - d for d, limit in zip(first, limits, strict=True)), default=0)
    shift = data.draw(st.integers(0, slack))
    starts = [start for start, _ in drifts]
    early, late = (
        summarise([match([s + d + by for s, d in zip(starts, first, strict=True)], *problem[1:4])])
        for by in (0, shift)
    )
    for name in ("mean_delay", "median_delay", "restricted_delay"):
        assert late[name] == pytest.approx(early[name] + shift, nan_ok=True)


@given(problems())
def test_to_give_up_a_drift_never_pays(problem):
    """Without the alarms in the window of a drift that was found."""
    alarms, drifts, rows, window, _, _ = problem
    matching = match(alarms, drifts, rows, window)
    for number in np.flatnonzero(np.isfinite(matching.delays)):
        start, limit = drifts[number][0], matching.limits[number]
        rest = [row for row in alarms if not start <= row < start + limit]
        fewer = summarise([match(rest, drifts, rows, window)])
        assert fewer["detected"] == matching.detected - 1
        assert fewer["restricted_delay"] > summarise([matching])["restricted_delay"]


@pytest.mark.parametrize("false", [0, 1, 7])
@pytest.mark.parametrize("level", [0.95, 0.5])
def test_the_lower_bound_of_mtfa_is_exact_for_a_poisson_process(false, level):
    pooled = tally([match(range(false), [], ROWS, 50)])
    bound = float(mtfa_lower(pooled, level))
    assert poisson.cdf(false, ROWS / bound) == pytest.approx(1 - level)
    assert bound < float(mtfa(pooled))


SOME = [
    match([107, 110], sudden(100), ROWS, 50),
    match([3, 120, 800], sudden(100, 300), ROWS, 50),
    match([5], sudden(100), 400, 50),
]


def values(pooled):
    """(B, metrics) each metric of each resample, -1 where it is undefined."""
    columns = [np.atleast_1d(metric(pooled)) for metric in METRICS.values()]
    return np.nan_to_num(np.column_stack(columns), nan=-1, posinf=inf)


def test_resamples_are_the_seeds_drawn_again():
    """Of 3 seeds there are 10 choices with replacement; all come, and nothing else does."""
    choices = [values(tally(c)) for c in combinations_with_replacement(SOME, 3)]
    expected = np.unique(np.concatenate(choices), axis=0)
    np.testing.assert_array_equal(np.unique(values(resampled(SOME, 2000, 0)), axis=0), expected)
    assert len(expected) == 10


@pytest.mark.slow
def test_interval_holds_the_truth_as_often_as_it_should():
    """False alarms with a rate of 5 in 1,000 rows; 40 seeds, 600 studies, 4 standard errors.

    A percentile interval takes its spread from n seeds without n / (n - 1) and its quantile from
    the normal law, so that of 40 seeds it holds the truth in 93.6 % and not in 95 %.
    """
    rng = generator(0, "tests", "coverage")
    covered = 0
    for seed in range(600):
        alarms = [np.flatnonzero(rng.random(500) < 0.005) for _ in range(40)]
        low, high = interval(
            [match(a, [], 500, 50) for a in alarms], false_per_1000, 0.95, 300, seed
        )
        covered += low <= 5 <= high
    expected = 1 - 2 * student.sf(1.96 * np.sqrt(39 / 40), 39)
    assert abs(covered / 600 - expected) < 4 * np.sqrt(expected * (1 - expected) / 600)


def test_interval_where_little_is_known():
    assert np.isnan(interval(SOME[:1], recall)).all()
    # The third seed found nothing: drawn three times, as in 1 of 27 resamples, there is no delay.
    assert np.isnan(interval(SOME, METRICS["mean_delay"])).all()
    assert interval(SOME, METRICS["mean_delay"], level=0.9) == (7, 20)
    low, high = interval(SOME, mtfa)
    assert low < summarise(SOME)["mtfa"] < high == inf
    assert interval([SOME[0]] * 5, recall) == (1, 1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"level": 95}, "level is 95"), ({"resamples": 99}, "resamples is 99")],
)
def test_bad_options_of_an_interval_are_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        interval(SOME, recall, **options)


def test_no_matching_is_refused():
    with pytest.raises(InputError, match="there is no matching"):
        summarise([])


def test_the_curve_is_sorted_and_marks_what_nothing_beats():
    def run(delay, false):
        return [match([*range(false), 100 + delay], sudden(100), ROWS, 50)]

    runs = {"slow": run(40, 0), "quick": run(5, 9), "bad": run(40, 3), "worse": run(45, 3)}
    runs |= {"silent": [match([], sudden(100), ROWS, 50)], "fair": run(20, 3), "same": run(20, 3)}
    points = at_sensitivity(runs.items())
    assert [p.parameter for p in points] == [
        *("slow", "silent", "fair", "same", "bad", "worse", "quick")
    ]
    assert [p.parameter for p in points if p.efficient] == ["slow", "fair", "same", "quick"]
    assert points[0] == TradeOffPoint("slow", 0.0, 40.0, True)
    assert points[-1] == TradeOffPoint("quick", 9000 / 950, 5.0, True)
    assert at_sensitivity([]) == []


@pytest.mark.parametrize(
    ("matching", "sentence"),
    [
        (match([5], [], ROWS, 50), "at 3 hold 0 drifts and 1000 stationary rows"),
        (match([], sudden(0), 40, 50), "at 3 hold 1 drifts and 0 stationary rows"),
    ],
)
def test_what_has_no_place_on_the_curve_is_refused(matching, sentence):
    with pytest.raises(InputError, match=sentence):
        at_sensitivity([(3, [matching])])
