"""Shiryaev-Roberts and Wald's sequential test: closed forms, and what they do on streams."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression
from streams import Mean, Mirror, run, stream_of

from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError
from retrainlab.sim.seeds import generator
from retrainlab.strategies.policies.likelihood_ratio import ShiryaevRoberts, Sprt
from retrainlab.strategies.what import Everything, Last


def likelihood_ratio(errors, rows, p0, p1):
    """That of binomial errors, by the definition."""
    return binom.pmf(errors, rows, p1) / binom.pmf(errors, rows, p0)


def first_crossings(part, p0, chance, rows, seeds, lower=0.0):
    """(S,) ticks and (S,) wealth at which each stream leaves (lower, threshold), errors at chance.

    The wealth is followed until all have left.
    """
    rng, wealth = generator("crossings", chance, rows), part.begin(np.full(seeds, p0))
    ticks, ends = np.zeros(seeds), np.full(seeds, np.nan)
    for tick in itertools.count(1):
        now = wealth.bet(rng.binomial(rows, chance, seeds), rows)
        is_out = np.isnan(ends) & ((now >= part.threshold) | (now <= lower))
        ticks[is_out], ends[is_out] = tick, now[is_out]
        if not np.isnan(ends).any():
            return ticks, ends


def close(sample, expected):
    """Whether the mean of a sample is what is expected, to 4 standard errors."""
    return abs(sample.mean() - expected) <= 4 * sample.std(ddof=1) / math.sqrt(len(sample))


errors_of_ticks = st.lists(st.integers(0, 9), min_size=1, max_size=8)
rates = st.tuples(st.floats(0.02, 0.9), st.floats(0.01, 0.9)).filter(lambda r: sum(r) < 0.98)


@given(errors_of_ticks, rates)
def test_shiryaev_roberts_is_the_sum_of_the_likelihood_ratios_since_every_tick(errors, rate):
    """Against the definition, and against the recursion R(n) = (1 + R(n - 1)) times the ratio."""
    p0, delta = rate
    ratios = likelihood_ratio(np.array(errors), 9, p0, p0 + delta)
    wealth = ShiryaevRoberts(p0, delta).begin(p0)
    recursion = 0.0
    for n in range(len(errors)):
        value = wealth.bet(errors[n], 9)
        recursion = (1 + recursion) * ratios[n]
        by_definition = sum(np.prod(ratios[k : n + 1]) for k in range(n + 1))
        assert value == pytest.approx(by_definition, rel=1e-6)
        assert value == pytest.approx(recursion, rel=1e-6)


@given(rates, st.integers(1, 3), st.integers(1, 5))
def test_shiryaev_roberts_less_the_ticks_is_a_martingale_at_p0(rate, rows, ticks):
    """Exact: E[R(n)] = n over all outcomes; below n where errors are fewer than p0."""
    p0, delta = rate
    outcomes = np.array(list(itertools.product(range(rows + 1), repeat=ticks)))
    wealth = ShiryaevRoberts(p0, delta).begin(np.full(len(outcomes), p0))
    for n in range(ticks):
        values = wealth.bet(outcomes[:, n], rows)
        for chance, is_equal in ((p0, True), (p0 / 2, False)):
            mean = binom.pmf(outcomes, rows, chance).prod(axis=1) @ values
            assert mean == pytest.approx(n + 1) if is_equal else mean < n + 1


@pytest.mark.parametrize("between", [20, 100])
@pytest.mark.parametrize(("p0", "delta", "rows"), [(0.1, 0.05, 20), (0.3, 0.3, 1)])
def test_the_mean_time_to_a_false_alarm_is_the_mean_of_shiryaev_roberts_there(
    p0, delta, rows, between
):
    """R(N) - N has mean 0, so that the mean time is threshold x mean overshoot, never below it."""
    part = ShiryaevRoberts(p0, delta, between)
    ticks, ends = first_crossings(part, p0, p0, rows, 4000)
    assert part.threshold == between
    assert close(ticks - ends, 0)
    assert ticks.mean() >= between - 4 * ticks.std() / math.sqrt(len(ticks))
    assert (ends >= between).all()


# Rates a and 1 - a: each row moves the logarithm of the ratio a step up or down, and it leaves
# on a boundary, where Wald's approximations are exact.
STEP = 1.5  # likelihood ratio of a row at p0 = .4 against .6
UP, DOWN = 5, 3  # steps to the boundaries


def on_steps():
    """A test with its boundaries half a step before the last step to each."""
    high, low = STEP ** (UP - 0.5), STEP ** (0.5 - DOWN)
    alpha = (1 - low) / (high - low)
    return Sprt(0.4, 0.2, alpha=alpha, beta=1 - high * alpha)


def wald(p, p0, p1, high, low):
    """Chance that a test with errors at p decides for p1, and the mean number of rows it takes.

    The power h solves p (p1 / p0)^h + (1 - p) ((1 - p1) / (1 - p0))^h = 1; h is 0 in between.
    """
    up, down = math.log(p1 / p0), math.log((1 - p1) / (1 - p0))
    drift = p * up + (1 - p) * down
    if abs(drift) < 1e-12:
        chance = -low / (high - low)
        return chance, -high * low / (p * up**2 + (1 - p) * down**2)

    def excess(h):
        return p * math.exp(h * up) + (1 - p) * math.exp(h * down) - 1

    h = brentq(excess, -9, -1 / 9) if drift > 0 else brentq(excess, 1 / 9, 9)
    chance = math.expm1(h * low) / (math.exp(h * low) - math.exp(h * high))
    return chance, (chance * high + (1 - chance) * low) / drift


@pytest.mark.parametrize("p", [0.3, 0.4, 0.5, 0.6, 0.7])
def test_a_sequential_test_has_walds_operating_characteristic_and_sample_number(p):
    part, high, low = on_steps(), UP * math.log(STEP), -DOWN * math.log(STEP)
    ticks, ends = first_crossings(part, 0.4, p, 1, 20_000, part.lower)
    chance, rows = wald(p, 0.4, 0.6, high, low)
    assert close((ends > 1).astype(float), chance)
    assert close(ticks, rows)


@pytest.mark.parametrize(("p0", "delta", "rows"), [(0.1, 0.05, 1), (0.1, 0.1, 20), (0.3, 0.2, 5)])
def test_a_sequential_test_keeps_walds_bounds_where_it_overshoots(p0, delta, rows):
    alpha, beta = 0.05, 0.1
    part = Sprt(p0, delta, alpha, beta)
    assert part.threshold == pytest.approx(0.9 / 0.05)
    assert part.lower == pytest.approx(0.1 / 0.95)
    for chance, bound in ((p0, alpha / (1 - beta)), (p0 + delta, beta / (1 - alpha))):
        ends = first_crossings(part, p0, chance, rows, 4000, part.lower)[1]
        wrong = (ends > 1) == (chance == p0)
        assert wrong.mean() <= bound + 4 * math.sqrt(bound / 4000)


def test_a_sequential_test_begins_anew_when_it_has_decided_for_the_lower_rate():
    part = Sprt(0.1, 0.1, alpha=0.01, beta=0.2)
    wealth = part.begin(0.1)
    first = [float(wealth.bet(0, 1)) for _ in range(20)]
    ended = next(i for i, value in enumerate(first) if value <= part.lower)
    assert first[ended + 1] == pytest.approx(first[0])
    assert first[0] == pytest.approx(0.8 / 0.9)


JUMPS = Sudden(ticks=160, rows=50, at=80, magnitude=0.5)


@pytest.mark.parametrize(
    "when", [ShiryaevRoberts(None, 0.1, 100, ticks=10), Sprt(None, 0.1, alpha=0.01, ticks=10)]
)
def test_a_jump_is_found_soon_and_hardly_ever_without_one(when):
    waits, false = [], 0
    for seed in range(5):
        ledger = run(JUMPS(seed), LogisticRegression(), when, Last(10), warmup=20)
        moments = np.array([training.decided for training in ledger.trainings[1:]])
        waits.append(moments[moments >= 80][0] - 80)
        false += int((moments < 80).sum())
    assert max(waits) <= 5
    assert false <= 1
    assert "of the fresh model" in ledger.trainings[-1].reason


def drifting(share, at=4000):
    """Rows of x and mostly y = x, wrong in a tenth and from a row on in a share of them."""
    rng = generator("likelihood ratio", share)
    right = rng.random(8000) > np.where(np.arange(8000) < at, 0.1, share)
    x = rng.integers(0, 2, 8000)
    return stream_of(x, np.where(right, x, 1 - x), [50] * 160)


@pytest.mark.parametrize("kind", [ShiryaevRoberts, Sprt])
def test_a_stated_rate_is_a_reference_that_a_stale_model_cannot_move(kind):
    """Errors of .2 from the first served tick on: nothing rises, and it is above a stated .1."""
    stream = drifting(0.2, at=1000)
    reasons = {}
    for p0 in (0.1, None):
        ledger = run(stream, Mirror(), kind(p0, 0.1), Everything(), warmup=20)
        reasons[p0] = [training.reason for training in ledger.trainings[1:]]
    assert len(reasons[0.1]) > 10
    assert reasons[0.1][0].endswith("against 10.0% as stated")
    assert reasons[None] == []


BAD = [
    (lambda: ShiryaevRoberts(p0=0), "p0 is 0; an error rate must lie between 0 and 1"),
    (lambda: ShiryaevRoberts(p0=1.2), "p0 is 1.2"),
    (lambda: ShiryaevRoberts(delta=0), "delta is 0; it must lie between 0 and 1"),
    (lambda: ShiryaevRoberts(0.4, 0.6), "delta is 1; the higher error rate must be below 1"),
    (lambda: ShiryaevRoberts(between=1), "between is 1; it must be above 1 tick"),
    (lambda: ShiryaevRoberts(ticks=0), "ticks is 0"),
    (lambda: Sprt(0.97, 0.05), "delta is 1.02; the higher error rate must be below 1"),
    (lambda: Sprt(alpha=0), "alpha is 0; it must lie between 0 and 1"),
    (lambda: Sprt(beta=1), "beta is 1"),
    (lambda: Sprt(alpha=0.6, beta=0.5), r"alpha \+ beta is 1.1; it must be below 1"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD)
def test_a_bad_argument_is_named(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()


@pytest.mark.parametrize("when", [ShiryaevRoberts(), Sprt()])
def test_a_likelihood_ratio_refuses_numbers(when):
    stream = stream_of(np.zeros(80), np.zeros(80), [4] * 20, classes=0)
    with pytest.raises(InputError, match="which a regression does not have; use the excess"):
        run(stream, Mean(), when, Everything(), warmup=4)


@pytest.mark.parametrize("kind", [ShiryaevRoberts, Sprt])
def test_a_model_that_was_wrong_at_first_throughout_is_watched_without_a_warning(kind):
    """Its bound is 1, above which there is no rate."""
    stream = drifting(1.0, at=1000)
    ledger = run(stream, Mirror(), kind(None, 0.05, ticks=2), Everything(), warmup=20)
    assert len(ledger.trainings) == 1
