"""The test of savings on one stream: its parts by hand, its level by simulation, its edges."""

import math

import numpy as np
import pytest

from retrainlab.sim.errors import InputError
from retrainlab.sim.optimum.one_stream import (
    answer,
    blocks_of,
    is_long_enough,
    spread_evenly,
    stream_test,
)
from retrainlab.sim.seeds import generator


def noise(ticks: int, settings: int, *names: object) -> np.ndarray:
    return generator(0, "tests", "one stream", *names).standard_normal((ticks, settings))


def test_money_is_spread_from_a_retraining_to_the_next_one():
    spent = np.zeros((10, 3))
    spent[2, 0], spent[6, 0], spent[9, 1] = 8.0, 2.0, 5.0
    even = spread_evenly(spent)
    assert even[:, 0].tolist() == [0, 0, 2, 2, 2, 2, 0.5, 0.5, 0.5, 0.5]
    assert even[:, 1].tolist() == [0] * 9 + [5.0]
    assert not even[:, 2].any()


def test_the_error_is_that_of_neighbouring_blocks():
    gains = noise(160, 1, "error")
    length, number = blocks_of(160)
    assert (length, number) == (10, 16)
    means = np.convolve(gains[:, 0], np.ones(length) / length, mode="valid")
    steps = (means[length:] - means[:-length]) / math.sqrt(2)
    test = stream_test(gains)
    assert test.error[0] == pytest.approx(160 * math.sqrt(np.mean(steps**2) / number))
    assert test.saving[0] == pytest.approx(gains.sum())


def test_a_step_in_the_saving_is_a_signal_and_not_noise():
    gains = noise(240, 1, "step")
    gains[120:] += 1.5
    assert answer(gains, np.full(240, 10.0))[0] == "retrain"
    plain = 240 * gains[:, 0].std() / math.sqrt(240)
    assert stream_test(gains).error[0] < 1.3 * plain


@pytest.mark.parametrize("settings", [1, 12])
@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_nothing_is_proven_where_nothing_is_saved(settings, memory):
    wrong = 0
    for log in range(300):
        gains = noise(240, settings, log, memory)
        gains += noise(240, 1, "common", log)  # what all settings have in common
        for tick in range(1, 240):
            gains[tick] += memory * gains[tick - 1]
        wrong += bool(stream_test(gains, log).proven.any())
    assert wrong <= 300 * 0.05  # nominal 2.5 %; three standard errors above


def test_a_saving_that_is_there_is_proven_and_its_interval_holds_it():
    held = proven = 0
    for log in range(200):
        gains = noise(240, 3, "power", log) + np.array([0.0, 0.1, 0.5])
        test = stream_test(gains, log)
        proven += bool(test.proven[2])
        held += bool(np.all((test.low <= [0, 24, 120]) & (test.high >= [0, 24, 120])))
    assert proven == 200
    assert held >= 200 * 0.9


@pytest.mark.parametrize("ticks", [0, 1, 64])
def test_a_short_stream_is_undecided(ticks):
    assert not is_long_enough(ticks)
    assert answer(np.ones((ticks, 1)), np.ones(ticks)) == ("undecided", None)
    with pytest.raises(InputError, match=f"the stream serves {ticks} ticks, and the test needs 65"):
        stream_test(np.ones((ticks, 1)))


def test_who_never_retrained_is_kept_without_a_test():
    assert answer(np.empty((200, 0)), np.ones(200)) == ("keep", None)


def test_keep_means_that_no_setting_can_save_much():
    costs = np.full(240, 10.0)
    assert answer(0.1 * noise(240, 2, "keep") - 0.1, costs)[0] == "keep"
    assert answer(5 * noise(240, 2, "wide"), costs)[0] == "undecided"
    late = 0.1 * noise(240, 1, "late") - 0.5
    late[200:] += 3.2  # it begins to pay, which the whole stream does not show
    said, test = answer(late, costs)
    assert test is not None
    assert test.high[0] < 0.05 * costs.sum()
    assert said == "undecided"


def test_the_ticks_that_would_decide():
    gains = noise(240, 2, "needed") + np.array([0.05, -0.2])
    test = stream_test(gains)
    needed = test.ticks_needed(0)
    assert needed == pytest.approx(240 * (test.critical * test.error[0] / test.saving[0]) ** 2)
    assert math.isinf(test.ticks_needed(1))


def test_the_test_is_the_same_every_time_and_finite():
    gains = noise(100, 2, "same")
    assert stream_test(gains, 5).critical == stream_test(gains, 5).critical
    gains[3, 1] = np.nan
    with pytest.raises(InputError, match="not finite"):
        stream_test(gains)
