"""The test of savings on one stream: its parts by hand, its level by simulation, its edges."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binom, norm

from retrainlab.sim.errors import InputError
from retrainlab.sim.optimum import null_studies
from retrainlab.sim.optimum.null_studies import STUDIES
from retrainlab.sim.optimum.one_stream import (
    BASELINE_BLOCKS,
    BLOCKS,
    answer,
    blocks_of,
    is_long_enough,
    is_negligible,
    is_surely_not_negligible,
    proven_below,
    spread_evenly,
    stream_test,
)
from retrainlab.sim.seeds import generator

LOGS = 200


def noise(ticks: int, settings: int, *names: object) -> np.ndarray:
    return generator(0, "tests", "one stream", *names).standard_normal((ticks, settings))


def free(gains: np.ndarray) -> np.ndarray:
    """Retrainings that cost nothing."""
    return np.zeros_like(gains)


def test_money_is_spread_from_a_retraining_to_the_next_one():
    spent = np.zeros((10, 3))
    spent[2, 0], spent[6, 0], spent[9, 1] = 8.0, 2.0, 5.0
    even = spread_evenly(spent)
    assert even[:, 0].tolist() == [0, 0, 2, 2, 2, 2, 0.5, 0.5, 0.5, 0.5]
    assert even[:, 1].tolist() == [0] * 9 + [5.0]
    assert not even[:, 2].any()


def test_all_settings_are_spread_as_each_one_is():
    random = generator("tests", "spread")
    for ticks, settings in ((1, 1), (7, 0), (40, 5), (200, 12)):
        spent = random.standard_normal((ticks, settings))
        spent[random.random(spent.shape) < random.random()] = 0
        even = np.zeros_like(spent)
        for setting, column in enumerate(spent.T):
            for start, stop in pairwise([*np.flatnonzero(column), ticks]):
                even[start:stop, setting] = column[start] / (stop - start)
        assert spread_evenly(spent).tobytes() == even.tobytes()


def test_the_error_is_that_of_neighbouring_blocks():
    """The critical value of a single setting depends on nothing else, so widths are as errors."""
    length, number = blocks_of(160)
    assert (length, number) == (10, 16)
    gains = noise(160, 1, "error")
    means = np.convolve(gains[:, 0], np.ones(length) / length, mode="valid")
    steps = (means[length:] - means[:-length]) / math.sqrt(2)
    error = 160 * math.sqrt(np.mean(steps**2) / number)
    # Blocks of 1 and -1 in turn: the mean of the block k ticks on is 1 - k / 5, and half of the
    # square of a step is twice its square. Of the 141 blocks with a neighbour one k = 0 is over.
    zigzag = np.repeat(np.tile([1.0, -1.0], 8), 10)[:, None]
    squares = 14 * sum((1 - k / 5) ** 2 for k in range(10)) + 1
    by_hand = 160 * math.sqrt(2 * squares / 141 / 16)
    test, other = stream_test(gains, free(gains)), stream_test(zigzag, free(zigzag))
    assert other.below[0] / test.below[0] == pytest.approx(by_hand / error)
    assert test.saving[0] == pytest.approx(gains.sum())
    assert test.above[0] == pytest.approx(test.below[0], rel=0.15)


def test_the_luck_of_retrainings_is_that_of_the_money_they_cost():
    """With gains that never vary nothing else is uncertain: 3 and 4 spent are 5, normal."""
    gains, spent = np.ones((160, 1)), np.zeros((160, 1))
    spent[20], spent[90] = 3.0, 4.0
    test = stream_test(gains, spent)
    at = norm.ppf(0.975)
    error = math.sqrt(0.975 * 0.025 / STUDIES) / norm.pdf(at)  # of a simulated quantile
    assert test.below[0] == pytest.approx(5 * at, abs=5 * 3 * error)
    assert test.above[0] == 0
    assert stream_test(gains, 2 * spent).below[0] == pytest.approx(2 * test.below[0])
    spent[90] = -4.0  # the base spent it
    test = stream_test(gains, spent)
    assert test.below[0] == pytest.approx(3 * at, abs=3 * 3 * error)
    assert test.above[0] == pytest.approx(4 * at, abs=4 * 3 * error)


def test_what_one_saves_against_the_other_is_what_the_other_loses():
    gains, spent = noise(200, 4, "symmetry"), np.abs(noise(200, 4, "spent")).round()
    test, other = stream_test(gains, spent), stream_test(-gains, -spent)
    assert other.saving == pytest.approx(-test.saving)
    assert other.low == pytest.approx(-test.high)
    assert other.high == pytest.approx(-test.low)


def test_the_unit_of_money_does_not_matter():
    gains, spent = noise(200, 4, "unit") + 0.1, np.abs(noise(200, 4, "spent")).round()
    test, other = stream_test(gains, spent), stream_test(1000 * gains, 1000 * spent)
    for name in ("saving", "low", "high"):
        assert getattr(other, name) == pytest.approx(1000 * getattr(test, name))
    assert answer(gains, spent, np.ones(200))[0] == answer(7 * gains, 7 * spent, np.full(200, 7))[0]


def test_longer_blocks_show_more_of_a_noise_that_wanders():
    steps = noise(240, 40, "wandering")
    gains = np.zeros_like(steps)
    for tick in range(1, len(steps)):
        gains[tick] = 0.95 * gains[tick - 1] + steps[tick]
    widths = [
        np.concatenate(
            [stream_test(one[:, None], 0 * one[:, None], blocks=b).below for one in gains.T]
        )
        for b in (BLOCKS, BASELINE_BLOCKS)
    ]
    assert np.mean(widths[1]) > 1.1 * np.mean(widths[0])


def test_a_step_in_the_saving_is_a_signal_and_not_noise():
    gains = noise(240, 1, "step")
    flat = stream_test(gains, free(gains))
    gains[120:] += 1.5
    assert answer(gains, free(gains), np.full(240, 10.0))[0] == "retrain"
    # The plain spread of blocks of 15 ticks, 1 / 15 + 1.5^2 / 4, is 3 times as wide.
    assert stream_test(gains, free(gains)).below[0] < 1.5 * flat.below[0]


def heavy(*names: object) -> np.ndarray:
    return generator(0, "tests", "one stream", *names).standard_t(3, (240, 12))


def remembered(*names: object) -> np.ndarray:
    gains = noise(240, 12, *names)
    for tick in range(1, 240):
        gains[tick] += 0.5 * gains[tick - 1]
    return gains


@pytest.mark.parametrize("draw", [lambda *names: noise(240, 12, *names), remembered, heavy])
@pytest.mark.parametrize("settings", [1, 12])
def test_nothing_is_proven_where_nothing_is_saved(settings, draw):
    """Nominal is 2.5 %; 99.9 % of the tests that keep 3.5 % would stay below the bound."""
    wrong = 0
    for log in range(LOGS):
        gains = draw(log)[:, :settings] + noise(240, 1, "common", log)
        wrong += bool(stream_test(gains, free(gains), log).proven.any())
    assert wrong <= binom.ppf(0.999, LOGS, 0.035)


def test_the_level_is_neither_passed_nor_wasted():
    wrong = sum(
        bool(stream_test(gains, free(gains), log).proven.any())
        for log, gains in enumerate(noise(240, 1, "level", log) for log in range(LOGS))
    )
    low, high = binom.interval(0.99, LOGS, 0.025)
    assert low <= wrong <= high


def test_lucky_retrainings_are_no_proof():
    """Each of two retrainings brings by chance what it costs: without its luck one in three errs.

    What they bring is exponential, and lasts until the next one, so that no block shows it. The
    sum of two lies beyond 1.96 standard deviations in 5 % of the logs.
    """
    price, starts = 60.0, np.zeros((240, 1))
    starts[[20, 120]] = 1
    wrong = {"with": 0, "without": 0}
    for log in range(LOGS):
        brought = generator(log, "tests", "luck").exponential(price, 2)
        gains = noise(240, 1, "served", log)
        gains += spread_evenly((starts > 0) * np.where(np.arange(240) < 120, *brought)[:, None])
        gains -= spread_evenly(price * starts)
        for name, spent in {"with": price * starts, "without": free(gains)}.items():
            wrong[name] += bool(stream_test(gains, spent, log).proven.any())
    assert wrong["with"] <= binom.ppf(0.99, LOGS, 0.05)
    assert wrong["without"] > 0.2 * LOGS


def test_a_saving_that_is_there_is_proven_and_its_interval_holds_it():
    held = proven = 0
    for log in range(200):
        gains = noise(240, 3, "power", log) + np.array([0.0, 0.1, 0.5])
        test = stream_test(gains, free(gains), log)
        proven += bool(test.proven[2])
        held += bool(np.all((test.low <= [0, 24, 120]) & (test.high >= [0, 24, 120])))
    assert proven == 200
    assert held >= 200 * 0.9


@pytest.mark.parametrize("ticks", [0, 1, 64])
def test_a_short_stream_is_undecided(ticks):
    gains = np.ones((ticks, 1))
    assert not is_long_enough(ticks)
    assert answer(gains, gains, np.ones(ticks)) == ("undecided", None)
    with pytest.raises(InputError, match=f"the stream serves {ticks} ticks, and the test needs 65"):
        stream_test(gains, gains)


def test_who_never_retrained_is_kept_without_a_test():
    nothing = np.empty((200, 0))
    assert answer(nothing, nothing, np.ones(200)) == ("keep", None)


def test_keep_means_that_no_setting_can_save_much():
    costs = np.full(240, 10.0)
    small, wide = 0.1 * noise(240, 2, "keep") - 0.1, 5 * noise(240, 2, "wide")
    assert answer(small, free(small), costs)[0] == "keep"
    assert answer(wide, free(wide), costs)[0] == "undecided"
    late = 0.1 * noise(240, 1, "late") - 0.5
    late[200:] += 3.2  # it begins to pay, which the whole stream does not show
    said, test = answer(late, free(late), costs)
    assert test is not None
    assert test.high[0] < 0.05 * costs.sum()
    assert said == "undecided"


@pytest.mark.parametrize("settings", [1, 3, 40, 150])
def test_a_few_studies_say_nothing_else_than_the_whole_test(settings):
    gains = 0.3 * alike(settings) / 10.0 ** np.linspace(-3, 3, settings) - 0.1
    spent = np.abs(gains) * (noise(240, settings, "when") > 2) - 0.1
    above, told = stream_test(gains, spent).above, []
    for cost in np.geomspace(0.1, 300, 25):
        costs = np.full(240, cost)
        told.append(is_surely_not_negligible(gains, spent, costs))
        assert not (told[-1] and is_negligible(gains, costs, above))
        # Of what is far from negligible they do tell.
        assert told[-1] or is_negligible(gains, costs, above / 2)
    assert set(told) == {True, False}


def test_the_ticks_that_would_decide():
    gains = noise(240, 2, "needed") + np.array([0.05, -0.2])
    test = stream_test(gains, free(gains))
    needed = test.ticks_needed(0)
    assert needed == pytest.approx(240 * (test.below[0] / test.saving[0]) ** 2)
    assert math.isinf(test.ticks_needed(1))


def test_the_price_below_which_it_is_proven_is_that_of_a_search_of_all_prices():
    starts = np.zeros((240, 3))
    starts[::60, 0] = starts[40::80, 1] = starts[100, 2] = 1
    saved = noise(240, 3, "price") + np.array([0.4, 0.5, 0.6])

    def at(price: float) -> tuple[np.ndarray, np.ndarray]:
        return saved - spread_evenly(price * starts), price * starts

    prices = np.linspace(0, 100, 1001)
    proven = [bool(stream_test(*at(price)).proven.any()) for price in prices]
    highest = prices[np.flatnonzero(proven).max()]
    assert 5 < highest < 95
    for price in (99.0, 150.0, 1e4):
        assert proven_below(*at(price), starts, price) == pytest.approx(highest, abs=0.15)
    never_proven = noise(240, 3, "price") - 1
    assert math.isnan(proven_below(never_proven, free(never_proven), starts, 0.0))


@pytest.mark.filterwarnings("error")
def test_a_setting_that_never_retrained_has_no_price():
    starts = np.zeros((240, 2))
    starts[::60, 0] = 1
    saved = noise(240, 2, "price") + np.array([0.4, 0.5])
    both, one = (
        proven_below(saved[:, :n] - spread_evenly(starts[:, :n]), starts[:, :n], starts[:, :n], 1.0)
        for n in (2, 1)
    )
    breaks_even = saved[:, 0].sum() / 4
    assert 0 < one < breaks_even
    assert 0 < both < breaks_even


def alike(settings: int) -> np.ndarray:
    """Gains (240, settings) of settings that do much the same, of different sizes."""
    parts = noise(240, 10, "parts") @ noise(10, settings, "shares")
    sizes = 10.0 ** np.linspace(-3, 3, settings)
    return (parts + 0.02 * noise(240, settings, "own")) * sizes


def test_few_components_hold_the_variance_of_many_settings():
    steps = alike(300)
    covariance = steps.T @ steps / len(steps)
    root = null_studies.root_of(steps)
    assert len(root) < 60
    again = root.T @ root
    errors = np.sqrt(np.diag(covariance))
    assert np.diag(again) == pytest.approx(np.diag(covariance), rel=1e-9)
    largest = np.abs((again - covariance) / np.outer(errors, errors)).max()
    assert largest < 2 * null_studies.LEFT_OUT
    assert len(null_studies.root_of(steps[:, :100])) == 100  # as many as settings


def test_few_components_give_the_widths_of_all(monkeypatch):
    gains = alike(150)

    def width() -> float:
        spent = np.abs(gains) * (noise(240, 150, "when") > 2)
        tests = [stream_test(gains, spent, seed) for seed in range(12)]
        return float(np.mean([test.below / tests[0].below for test in tests]) * tests[0].below[0])

    few = width()
    monkeypatch.setattr(null_studies, "MANY", 150)
    assert few == pytest.approx(width(), rel=0.02)


def test_the_test_is_the_same_every_time_and_finite():
    gains = noise(100, 2, "same")
    first, again = (stream_test(gains, free(gains), 5) for _ in range(2))
    assert first.below.tolist() == again.below.tolist()
    for broken in (0, 1):
        tables = [gains.copy(), free(gains)]
        tables[broken][3, 1] = np.nan
        with pytest.raises(InputError, match="not finite"):
            stream_test(*tables)
