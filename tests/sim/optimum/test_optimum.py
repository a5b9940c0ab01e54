"""The best interval, its interval, and what follows: against closed forms and by hand."""

from dataclasses import replace
from itertools import product
from math import exp, inf, isnan, nan, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import ttest_rel

from retrainlab.sim.errors import InputError
from retrainlab.sim.optimum.aliasing import aliasing
from retrainlab.sim.optimum.bootstrap import cheapest, circular_means, resample
from retrainlab.sim.optimum.grid import nested_grid
from retrainlab.sim.optimum.optimum import optimum, optimum_in_time
from retrainlab.sim.seeds import generator


def noisy(means, seeds, spread, *names, shared=0.0):
    """(seeds, V) costs around the means; `shared` noise is the same for all values of a seed."""
    rng = generator(0, "tests", "optimum", *names)
    common = shared * rng.standard_normal((seeds, 1))
    return np.array(means) + common + spread * rng.standard_normal((seeds, len(means)))


@pytest.mark.parametrize(
    ("fit", "error", "slope"), [(50, 1, 0.01), (2, 1, 0.01), (0.5, 4, 0.0025), (450, 1, 0.01)]
)
def test_law_2_square_root(fit, error, slope):
    """What varies from seed to seed but not from value to value leaves no doubt."""
    law = sqrt(2 * fit / (error * slope))
    tried = np.array(sorted({*nested_grid(1000), *np.arange(round(law) - 4, round(law) + 5)}))
    costs = [*(fit / tried + error * slope * tried / 2), 1e3]
    result = optimum([*tried, inf], noisy(costs, 5, 0, shared=10), resamples=200)
    assert result.value == result.low == result.high == pytest.approx(law)
    assert (result.pays, result.edge) == (True, None)
    # The band solves (x + 1/x) / 2 = 1.05 with x = T / T*.
    band = optimum([*tried, inf], np.tile(costs, (2, 1)), resamples=100)
    ratio = 1.05 + sqrt(1.05**2 - 1)
    inside = tried[(tried >= law / ratio) & (tried <= law * ratio)]
    assert (band.flat_low, band.flat_high) == (inside[0], inside[-1])
    assert len(inside) > 5


@pytest.mark.parametrize(("fit", "law"), [(0.5, 7.428), (10, 41.22), (40, 149.7), (50, inf)])
def test_law_3_exponential_staleness(fit, law):
    decay = 0.02
    values = np.append(np.geomspace(1, 400, 100), inf)
    tried = values[:-1]
    costs = [*(1 - (1 - np.exp(-decay * tried)) / (decay * tried) + fit / tried), 1.0]
    result = optimum(values, np.tile(costs, (2, 1)), resamples=100)
    if law < inf:
        due = lambda t: (1 - exp(-decay * t)) / decay - t * exp(-decay * t) - fit  # noqa: E731
        assert law == pytest.approx(brentq(due, 1, 1000), rel=2e-4)
        assert result.value == pytest.approx(law, rel=0.031)  # half a step
        assert result.pays
    else:
        assert (result.value, result.pays, result.edge) == (inf, False, None)
        assert result.saving < 0


def test_the_flat_band_by_hand():
    """5 % above 100 is 105; the last value is as cheap but lies beyond a gap."""
    costs = np.tile([130.0, 104, 100, 105, 106, 104], (2, 1))
    result = optimum([1, 2, 3, 4, 6, 8], costs, resamples=100)
    assert (result.value, result.cost) == (3, 100)
    assert (result.flat_low, result.flat_high) == (2, 4)
    wide = optimum([1, 2, 3, 4, 6, 8], costs, resamples=100, within=0.06)
    assert (wide.flat_low, wide.flat_high) == (2, 8)


@pytest.mark.parametrize(
    ("values", "means", "edge", "pays"),
    [
        ([5, 10, 20, inf], [1, 2, 3, 9], "lowest", True),
        ([5, 10, 20, inf], [3, 2, 1, 9], "highest", True),
        ([5, 10, 20, inf], [3, 1, 2, 9], None, True),
        ([5, 10, 20, inf], [3, 3, 3, 1], None, False),
        ([5, 10, 20], [1, 2, 3], "lowest", None),
        ([5, 10, 20], [3, 2, 1], "highest", None),
        ([5, inf], [1, 2], None, True),
        ([inf], [1], None, None),
    ],
)
def test_edges_and_savings(values, means, edge, pays):
    result = optimum(values, noisy(means, 10, 0.05, len(values)), resamples=1000)
    assert (result.edge, result.pays) == (edge, pays)
    finite = [m for v, m in zip(values, means, strict=True) if v < inf]
    if inf in values and finite:
        assert result.saving == pytest.approx(means[-1] - min(finite), abs=0.1)
        assert (result.high == inf) is (not result.pays)
    else:
        assert isnan(result.saving)


def test_a_saving_that_is_not_significant_means_never():
    result = optimum([5, 10, inf], noisy([9.9, 9.8, 10], 10, 3, "within"), resamples=1000)
    assert result.value < inf
    assert result.saving_low < 0 < result.saving < result.saving_high
    assert (result.pays, result.high) == (False, inf)
    tested = result.with_saving(0.2, 0.1)
    assert (tested.pays, tested.high) == (True, 10)
    assert (tested.saving_low, tested.saving_high) == pytest.approx((0.1, 0.3))
    assert tested.with_saving(0.2, float("nan")).high == inf


@pytest.mark.parametrize("seeds", [3, 5, 30, 300])
def test_one_value_against_never_is_the_paired_t_test(seeds):
    """At a level at which 2,000 simulated studies give the half width to within 9 %."""
    costs = noisy([90, 100], seeds, 5, "pair", seeds, shared=50)
    result = optimum([20, inf], costs, level=0.8)
    interval = ttest_rel(costs[:, 1], costs[:, 0]).confidence_interval(0.8)
    assert result.saving == pytest.approx((interval.low + interval.high) / 2)
    half = (interval.high - interval.low) / 2
    assert result.saving_high - result.saving == pytest.approx(half, rel=0.09)
    assert result.saving - result.saving_low == pytest.approx(half, rel=0.09)


@pytest.mark.parametrize(("t", "pays"), [(1.8, False), (2.45, False), (3.3, True)])
def test_never_stays_unless_retraining_pays(t, pays):
    """With 5 seeds the one-sided bound is 2.13 and the two-sided one, which decides, 2.78."""
    gap = np.array([-1.0, -1, 0, 1, 1])
    never = 100 + gap + t * gap.std(ddof=1) / sqrt(5)
    result = optimum([5, inf], np.column_stack([np.full(5, 100.0), never]))
    assert (result.value, result.low, result.pays) == (5, 5, pays)
    assert result.high == (5 if pays else inf)


def test_few_resamples_show_little():
    """Beyond all of 100 is not yet beyond 199 of 200."""
    costs = noisy([1, 2, 3], 9, 0.01, "few")
    for level, high in ((0.95, 1), (0.995, 3)):
        assert optimum([1, 2, 3], costs, resamples=100, level=level).high == high


def test_shares_are_those_of_all_resamples():
    """Three seeds have 27 resamples; 4 standard errors of a share are allowed."""
    costs = noisy([1, 1.1, 1.2, 3], 3, 0.5, "shares", shared=5)
    picks = [costs[list(sample)].mean(axis=0).argmin() for sample in product(range(3), repeat=3)]
    exact = np.bincount(picks, minlength=4) / 27
    result = optimum([1, 2, 3, 4], costs)
    assert sum(result.shares) == pytest.approx(1)
    assert np.abs(result.shares - exact).max() < 4 * 0.5 / sqrt(10_000)
    assert 0 < exact.max() < 1


def test_of_equal_costs_the_rarest_retraining_wins():
    """An interval as long as the stream is never, under another name."""
    costs = noisy([3, 1, 1, 1], 8, 0.3, "ties")
    costs[:, 3] = costs[:, 2] = costs[:, 1]
    result = optimum([10, 20, 500, inf], costs, resamples=500)
    assert (result.value, result.finite) == (inf, 500)
    assert (result.low, result.high, result.pays) == (20, inf, False)
    assert result.shares == (0, 0, 0, 1)
    assert (result.saving_low, result.saving_high) == (0, 0)


def test_the_same_arguments_give_the_same_optimum():
    costs = noisy([3, 1, 1, 2], 8, 1, "same")
    first = optimum([1, 2, 3, inf], costs)
    assert optimum([1, 2, 3, inf], costs.copy()) == first
    assert optimum([1, 2, 3, inf], costs, seed=1) != first


def test_equal_means_equal_but_for_rounding():
    assert cheapest(np.array([[0.3, 0.1 + 0.2, 1], [0.1 + 0.2, 0.3, 1]])).tolist() == [1, 1]


def test_the_studies_do_not_depend_on_how_the_covariance_is_factored():
    units = noisy([1, 2, 3], 6, 1, "factor")
    one, other = (resample(x, 6, 100, generator(0, "tests", "factor")) for x in (units, -units))
    np.testing.assert_allclose(one.above, other.above)
    np.testing.assert_allclose(one.noise, -other.noise)


@pytest.mark.parametrize("seeds", [5, 30])
def test_among_equals_each_stays_with_the_stated_probability(seeds):
    """The hardest case, where nothing is wasted. 10 values, 600 studies: 4 standard errors."""
    rng = generator(0, "tests", "equals", seeds)
    kept = [
        resample(rng.standard_normal((seeds, 10)), seeds, 300, rng).could_be_best(0.95)
        for _ in range(600)
    ]
    share = np.mean(kept, axis=0)
    # One point of bias: the standard errors of a study are not independent of each other.
    assert np.abs(share - 0.95).max() < 0.01 + 4 * sqrt(0.95 * 0.05 / 600)


def test_blocks_of_one_tick_are_seeds():
    ticks = noisy([3, 1, 1.2, 2], 200, 1, "ticks")
    spent = np.array([5.0, 4, 3, 0])
    values = [1, 2, 3, inf]
    alone = optimum_in_time(values, ticks, spent, block=1, resamples=500)
    seeds = optimum(values, ticks * 200 + spent, resamples=500)
    np.testing.assert_allclose(alone.excess, seeds.excess, rtol=1e-6, atol=1e-9)
    for name, value in vars(replace(seeds, excess=())).items():
        assert name == "excess" or getattr(alone, name) == pytest.approx(value), name


def test_a_slow_wave_widens_the_interval_in_time():
    """The same variation, once from tick to tick and once over 40 ticks at a time."""
    rng = generator(0, "tests", "waves")
    wave = np.repeat(rng.standard_normal(50), 40)
    ticks = np.column_stack([1 + wave, np.full(2000, 1.05), np.full(2000, 3.0)])
    shaken = ticks[rng.permutation(2000)]
    slow, fast = (optimum_in_time([4, 8, inf], x, np.zeros(3), 50) for x in (ticks, shaken))
    widths = [result.saving_high - result.saving_low for result in (slow, fast)]
    assert slow.saving == pytest.approx(fast.saving)
    assert widths[0] > 3 * widths[1]


@pytest.mark.parametrize(
    ("ticks", "best", "block", "draws"),
    [(400, 4, None, 20), (401, 4, None, 19), (400, 100, None, 4), (400, 4, 7, 57), (9, 2, None, 3)],
)
def test_the_block_is_stated(ticks, best, block, draws):
    losses = noisy([1, 2, 3], ticks, 0.1, "block")
    result = optimum_in_time([best, 200, inf], losses, np.zeros(3), block, resamples=100)
    assert (result.draws, result.value) == (draws, best)
    assert result.high < inf


@pytest.mark.parametrize(
    ("ticks", "best", "block"), [(8, 2, None), (400, 150, None), (400, 4, 134)]
)
def test_fewer_than_3_blocks_give_no_interval(ticks, best, block):
    losses = noisy([1, 2, 3], ticks, 0.1, "short")
    result = optimum_in_time([best, 200, inf], losses, np.zeros(3), block)
    assert (result.value, result.pays) == (best, None)
    assert result.saving > 0
    assert np.isnan([result.low, result.high, result.saving_low, result.saving_high]).all()
    assert result.shares == ()
    best_is_never = optimum_in_time([best, 200, inf], losses[:, ::-1], np.zeros(3), block)
    assert best_is_never.value == inf


def test_circular_means_are_means_of_runs():
    series = noisy([0, 0], 7, 1, "circle")
    for block in (1, 3, 7):
        runs = [np.take(series, range(t, t + block), axis=0, mode="wrap") for t in range(7)]
        np.testing.assert_allclose(circular_means(series, block), [r.mean(axis=0) for r in runs])


def test_aliasing_needs_size_and_evidence():
    in_step = noisy([100, 101, 130, 100], 8, 3, "phases", shared=20)
    result = aliasing(in_step)
    assert (result.worst, result.significant) == (2, True)
    assert result.spread == pytest.approx(np.ptp(in_step.mean(axis=0)))
    assert not aliasing(in_step, within=0.5).significant
    assert not aliasing(noisy([100, 101, 130, 100], 8, 60, "phases")).significant


def test_equal_phases_are_seldom_called_different():
    rng = generator(0, "tests", "phases")
    result = [aliasing(1 + rng.standard_normal((6, 6)), 300, within=0) for _ in range(500)]
    assert 0 < np.mean([f.significant for f in result]) < 0.05 + 4 * sqrt(0.05 * 0.95 / 500)


GOOD = {"values": [1, 2, inf], "costs": np.ones((3, 3))}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"values": []}, "no value was tried"),
        ({"values": [2, 1, inf]}, "do not ascend: 1 follows 2"),
        ({"values": [1, inf, inf]}, "do not ascend: inf follows inf"),
        ({"values": [1, nan, inf]}, "values holds nan"),
        ({"values": [-inf, 1, 2]}, "values holds -inf"),
        ({"values": [1, 2]}, r"costs has shape \(3, 3\) for 2 values"),
        ({"costs": np.ones(3)}, r"costs has shape \(3,\)"),
        ({"costs": np.ones((0, 3))}, r"costs has shape \(0, 3\)"),
        ({"costs": np.ones((1, 3))}, "there is 1 seed.*optimum_in_time"),
        ({"costs": np.array([[1, 1, 1], [1, 1, nan]])}, "costs holds nan for inf in seed 1"),
        ({"resamples": 99}, "resamples is 99"),
        ({"within": -0.1}, "within is -0.1"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(change, sentence):
    with pytest.raises(InputError, match=sentence):
        optimum(**GOOD | change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"spent": np.zeros(2)}, r"spent has shape \(1, 2\) for 3 values"),
        ({"spent": np.array([1, 2, inf])}, "spent holds inf for inf in stream 0"),
        ({"losses": np.full((9, 3), nan)}, "losses holds nan for 1 in tick 0"),
        ({"block": 0}, "block is 0"),
    ],
)
def test_bad_input_in_time_is_refused(change, sentence):
    good = {"values": [1, 2, inf], "losses": np.ones((9, 3)), "spent": np.zeros(3)}
    with pytest.raises(InputError, match=sentence):
        optimum_in_time(**good | change)


def test_one_seed_shows_no_phases():
    with pytest.raises(InputError, match="there is 1 seed"):
        aliasing(np.ones((1, 4)))


def test_an_optimum_is_frozen():
    result = optimum(**GOOD)
    assert replace(result, low=0).low == 0
    with pytest.raises(AttributeError):
        result.low = 0
