"""Conformal test: exact p-values, bets that gain nothing on what stays as it was, and alarms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest
from streams import Mean, run, stream_of

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.losses import Squared
from retrainlab.sim.seeds import generator
from retrainlab.strategies.policies.conformal import CHANGED, TOGETHER, Conformal, Jumper, Ranks
from retrainlab.strategies.what import Last

SHARES = st.floats(0, 1, allow_subnormal=False)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), max_size=40), st.integers(1, 7), SHARES)
def test_a_p_value_is_the_rank_among_all_values_so_far(values, size, tie):
    values, ranks = np.array(values), Ranks()
    parts = np.split(values, range(size, len(values), size))
    found = np.concatenate([ranks.p_values(part, np.full(len(part), tie)) for part in parts])
    expected = []
    for i, value in enumerate(values):
        so_far = values[: i + 1]
        expected.append(((so_far > value).sum() + tie * (so_far == value).sum()) / (i + 1))
    assert found == pytest.approx(np.array(expected))
    assert sorted(np.concatenate([*ranks.runs, []])) == sorted(values)


def test_many_values_at_once_are_as_one_after_the_other():
    values = generator("many", 0).integers(0, 50, 3 * TOGETHER + 7).astype(float)
    ties = generator("many", 1).random(len(values))
    at_once, single = Ranks().p_values(values, ties), Ranks()
    each = [single.p_values(values[[i]], ties[[i]])[0] for i in range(len(values))]
    assert at_once.tolist() == each


@pytest.mark.parametrize("kind", ["wrong or right", "counts", "numbers"])
def test_p_values_of_exchangeable_values_are_uniform(kind):
    rng = generator("uniform", kind)
    draws = {
        "wrong or right": lambda: (rng.random(4_000) < 0.1).astype(float),
        "counts": lambda: rng.poisson(2.0, 4_000).astype(float),
        "numbers": lambda: rng.standard_cauchy(4_000),
    }
    p_values = Ranks().p_values(draws[kind](), rng.random(4_000))
    assert kstest(p_values, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(p_values[1:], p_values[:-1])[0, 1]) < 4 / math.sqrt(4_000)


@given(st.lists(SHARES, max_size=30), SHARES)
def test_a_bet_gains_nothing_on_average(before, jump):
    """The gain of a step is linear in p, so that its mean is that of 0 and 1."""
    jumpers = [Jumper(CHANGED, jump) for _ in range(2)]
    for jumper in jumpers:
        jumper.log_gain(before)
    gains = [math.exp(jumper.log_gain([p])) for jumper, p in zip(jumpers, (0, 1), strict=True)]
    assert np.mean(gains) == pytest.approx(1)


def test_false_alarms_are_as_far_apart_as_is_promised():
    alpha, longest, rng = 0.05, 200, generator("false alarms", "sr")
    times = []
    for _ in range(200):
        when = Conformal(alpha, "sr")
        ticks = range(1, longest + 1)
        alarms = (t for t in ticks if when.bet(rng.exponential(size=8), rng.random(8)))
        times.append(next(alarms, longest))
    spread = np.std(times) / math.sqrt(len(times))
    assert np.mean(times) + 4 * spread >= 1 / alpha


def test_cusum_never_alarms_before_shiryaev_roberts_whose_promise_it_shares():
    rng = generator("joined", 0)
    sums, best = Conformal(1e-9, "sr"), Conformal(1e-9, "cusum")
    for size in np.repeat([1.0, 3.0], 60):
        values, ties = size * rng.exponential(size=8), rng.random(8)
        for when in (sums, best):
            when.bet(values, ties)
        assert best.wealth[0] <= sums.wealth[0]
    assert best.wealth[0] > 1_000


@pytest.mark.parametrize("signal", ["loss", "error", "prediction"])
@pytest.mark.parametrize("kind", ["sr", "cusum"])
def test_it_finds_what_changed_and_only_that(kind, signal):
    """Labels whose spread is 1 and later 3; a mean that predicts them is the same throughout."""
    rng = generator("spread", 0)
    spread = np.repeat([1.0, 3.0], 600)
    stream = stream_of(np.zeros(1_200), rng.normal(size=1_200) * spread, [10] * 120, classes=0)
    ledger = run(stream, Mean(), Conformal(0.001, kind, signal), Last(5), loss=Squared(), warmup=10)
    decided = [training.decided for training in ledger.trainings[1:]]
    if signal == "prediction":
        assert not decided
    else:
        assert 60 <= decided[0] < 75
        assert "is not as before" in ledger.trainings[1].reason


def test_smaller_losses_are_no_reason():
    rng = generator("smaller", 0)
    spread = np.repeat([3.0, 1.0], 600)
    stream = stream_of(np.zeros(1_200), rng.normal(size=1_200) * spread, [10] * 120, classes=0)
    ledger = run(stream, Mean(), Conformal(), Last(5), loss=Squared(), warmup=10)
    assert len(ledger.trainings) == 1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"alpha": 0}, "alpha is 0; it must lie between 0 and 1"),
        ({"kind": "ville"}, "kind is 'ville'; it must be one of sr, cusum"),
        ({"signal": "inputs"}, "signal is 'inputs'; it must be one of loss, error, prediction"),
        ({"jump": 2}, "jump is 2; a share must be within 0 and 1"),
    ],
)
def test_a_wrong_parameter_is_refused(parameters, words):
    with pytest.raises(InputError, match=words):
        Conformal(**parameters)
