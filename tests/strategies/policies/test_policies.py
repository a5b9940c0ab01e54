"""Policies of the literature: closed forms, promises and published numbers that they must hit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import binom, invgamma, multivariate_normal
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from streams import At, Mean, Mirror, Watching, fits_of, run, stream_of, turning

from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Squared
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always, TokenBucket
from retrainlab.strategies.policies.bayes_linear import Posterior
from retrainlab.strategies.policies.challenger import AgeCurve, ChallengerCusum, LearningDebt
from retrainlab.strategies.policies.doubling import Doubling
from retrainlab.strategies.policies.estimated_error import OnExpectedError, expected_errors
from retrainlab.strategies.policies.evidence import (
    EDetector,
    OnHarm,
    e_detector,
    log_e_values,
    upper_bound,
)
from retrainlab.strategies.policies.latency import OnAvoidableErrors, OnDataLatency
from retrainlab.strategies.policies.rate_budget import RateBudget
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, OnExcess


def decided(ledger):
    """The ticks at whose ends trainings were decided."""
    return [training.decided for training in ledger.trainings[1:]]


def falling(ticks, rows=4, slope=0.01, warmup=4):
    """Labels that rise by `slope` a tick: a model of the last tick errs by slope x age a row."""
    y = np.repeat(slope * np.arange(ticks), rows)
    return stream_of(np.zeros(ticks * rows), y, [rows] * ticks, classes=0)


@pytest.mark.parametrize(("rows", "waited"), [(4, 32.0), (10, 500.0), (1, 60.0)])
def test_data_latency_retrains_at_the_root_of_twice_the_wait_over_the_rows(rows, waited):
    stream = falling(60, rows)
    ledger = run(stream, Mean(), OnDataLatency(waited), Last(2), warmup=4)
    period = math.ceil(math.sqrt(2 * waited / rows) - 1e-9)
    assert decided(ledger) == [*range(3 + period, 60, period)]


@pytest.mark.parametrize("lasted", [5.0, 20.0, 60.0])
def test_avoidable_errors_retrain_at_the_cube_root_of_linear_staleness(lasted):
    """Absolute errors of .01 a tick of age in 4 rows: s n = .04."""
    stream = falling(200)
    ledger = run(stream, Mean(), OnAvoidableErrors(lasted, expected=0.0), Last(1), warmup=4)
    gaps = np.diff(decided(ledger))
    assert len(gaps) > 2
    assert {*gaps} == {gaps[0]}
    # In whole ticks: loss adds up to s n a (a + 1) / 2, and its area to about s n (a + 1)^3 / 6.
    assert gaps[0] == pytest.approx((6 * lasted / 0.04) ** (1 / 3), abs=1)


def test_avoidable_errors_are_those_above_the_best_that_a_model_has_shown():
    """Losses 1 a row at first and 3 from tick 10 on: 2 x 2 rows are avoidable a tick."""
    y = np.where(np.arange(40) < 20, np.tile([1.0, -1.0], 20), np.tile([3.0, -3.0], 20))
    stream = stream_of(np.zeros(40), y, [2] * 20, classes=0)
    when = OnAvoidableErrors(17.0, ticks=2)
    ledger = run(stream, Mean(), when, Last(2), warmup=4)
    # The area of 4, 8, 12 .. is 2, 8, 18.
    assert decided(ledger)[:1] == [12]
    assert ledger.trainings[1].reason == "avoidable loss has lasted 18 loss-ticks"


def test_doubling_retrains_when_the_data_have_doubled():
    stream = turning(sizes=(4,) * 60)
    ledger = run(stream, GaussianNB(), Doubling(), Everything(), warmup=5)
    assert decided(ledger) == [9, 19, 39]
    asked = []
    when = Doubling()
    run(stream, GaussianNB(), Watching(lambda view: asked.append(when(view))), Last(3), warmup=5)
    assert [t + 5 for t, reason in enumerate(asked) if reason] == [9, 19, 39]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.5), st.floats(0, 4))
def test_a_rate_budget_is_kept_on_every_stream(seed, rate, v):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 240)
    stream = stream_of(rng.integers(0, 2, 240), y, [4] * 60)
    ledger = run(stream, Mirror(), RateBudget(rate, v, ticks=1), Last(3), warmup=6)
    # Of losses within 0 and 1 the largest gain is 1 + .5.
    assert len(decided(ledger)) <= rate * 54 + v * 1.5 + 0.5 + 1e-9


def test_a_rate_budget_is_spent_where_it_pays():
    ledger = run(
        turning(turns=(30,)), GaussianNB(), RateBudget(0.05, v=1, ticks=3), Last(5), warmup=6
    )
    assert 30 <= decided(ledger)[0] <= 33


@given(st.data(), st.floats(0.01, 1.5), st.floats(1, 5))
def test_a_bucket_admits_at_most_its_depth_and_its_rate(data, rate, depth):
    asks = data.draw(st.lists(st.integers(4, 49), unique=True, max_size=46).map(sorted))
    stream = turning(sizes=(4,) * 50)
    ledger = run(stream, GaussianNB(), At(*asks), Last(3), TokenBucket(rate, depth), warmup=4)
    moments = np.array(decided(ledger))
    for first in range(len(moments)):
        for last in range(first, len(moments)):
            assert last - first + 1 <= depth + rate * (moments[last] - moments[first]) + 1e-9


def test_a_bucket_that_is_full_lets_a_burst_through_and_then_one_at_its_rate():
    stream = turning(sizes=(4,) * 50)
    ledger = run(stream, GaussianNB(), Every(1), Last(3), TokenBucket(0.25, 2), warmup=4)
    assert decided(ledger)[:5] == [4, 5, 8, 12, 16]


@given(st.floats(0.01, 0.9), st.floats(0, 1), st.integers(1, 30))
def test_a_bet_gains_nothing_on_average_while_errors_stay_within_the_bound(bound, share, rows):
    """The mean over binomial errors of every e-value, at a chance up to the bound, is at most 1."""
    chance = share * bound
    errors = np.arange(rows + 1)
    values = np.exp(log_e_values(errors, rows, bound))
    assert (binom.pmf(errors, rows, chance) @ values <= 1 + 1e-9).all()
    assert binom.pmf(errors, rows, bound) @ values == pytest.approx(np.ones(5))


def test_the_bound_of_the_fresh_error_is_too_low_with_its_chance_at_most():
    rng = generator("bound")
    for chance, error in ((0.05, 0.1), (0.2, 0.03)):
        wrong = rng.binomial(100, error, 20_000)
        too_low = np.mean(upper_bound(wrong, 100, chance) < error)
        assert too_low <= chance + 4 * math.sqrt(chance / 20_000)
    assert upper_bound(100, 100, 0.05) == 1


def test_e_sr_is_the_sum_of_the_bets_begun_at_every_tick_and_e_cusum_their_best():
    errors, rows, bound = [3, 1, 5, 0], 10, 0.2
    gains = np.exp(log_e_values(np.array(errors), rows, bound))
    begun = [gains[i:].prod(axis=0) for i in range(4)]
    sr, best = e_detector(bound, "sr"), e_detector(bound, "cusum")
    wealth = [(sr.bet(k, rows), best.bet(k, rows)) for k in errors][-1]
    assert wealth[0] == pytest.approx(np.sum(begun, axis=0).mean())
    assert wealth[1] == pytest.approx(np.max(begun, axis=0).mean())


JUMPS = Sudden(ticks=160, rows=50, at=80, magnitude=0.5)


@pytest.mark.parametrize("kind", ["sr", "cusum"])
def test_an_e_detector_finds_a_jump_soon_and_hardly_ever_alarms_without_one(kind):
    world, waits, false = World(warmup=20), [], 0
    for seed in range(5):
        fits = fits_of(JUMPS(seed), LogisticRegression())
        when = EDetector(0.01, kind, ticks=10)
        ledger = replay(fits.stream, Strategy(when, Last(10), Always()), world, fits)
        moments = np.array(decided(ledger))
        waits.append(moments[moments >= 80][0] - 80)
        false += int((moments < 80).sum())
    assert max(waits) <= 5
    assert false <= 1
    reason = ledger.trainings[-1].reason
    assert "of the fresh model" in reason


def test_harm_within_the_tolerance_is_no_harm():
    """Errors rise from .1 to .2: harm above .02, and none above .3."""
    rng = generator("harm")
    right = rng.random(8000) > np.where(np.arange(8000) < 4000, 0.1, 0.2)
    x = rng.integers(0, 2, 8000)
    stream = stream_of(x, np.where(right, x, 1 - x), [50] * 160)
    for tolerance, is_found in ((0.02, True), (0.3, False)):
        ledger = run(stream, Mirror(), OnHarm(0.05, tolerance, ticks=20), Last(5), warmup=20)
        moments = decided(ledger)
        assert bool(moments) == is_found
        assert all(80 <= moment <= 115 for moment in moments)


def test_the_expected_error_is_that_of_the_ceiling_where_the_model_holds_the_rule():
    """`covariate` with the linear rule: no label is asked, and the model is as right as it says."""
    stream = Covariate(ticks=200, rows=200, rule="linear", start=80, duration=40)(0)
    expected = []
    watch = Watching(lambda view: expected.append(expected_errors(view)))
    ledger = run(stream, LogisticRegression(), watch, Everything(), warmup=60)
    assert ledger.quantities()["labels"] == 0
    since = stream.offsets[60]
    best = 1 - stream.ceiling[since:]
    gap = np.concatenate(expected) - best
    for part in (slice(0, 4000), slice(-8000, None)):
        # Of a fit of 12,000 rows, and of none besides: the ceiling is known row by row.
        assert abs(gap[part].mean()) < 0.004
    assert best[-8000:].mean() < best[:4000].mean() - 0.01


def test_the_expected_error_sees_difficult_inputs_and_is_blind_to_a_rule_that_turns():
    rng = generator("difficult")
    x = rng.standard_normal((9000, 1)) * 3
    x[6000:] *= 0.2
    y = (rng.random(9000) < expit(2 * x[:, 0])).astype(np.int64)
    when = OnExpectedError(ticks=10)
    difficult = run(stream_of(x, y, [50] * 180), LogisticRegression(), when, Last(20), warmup=20)
    assert decided(difficult)[0] == 120
    x[6000:] *= 5
    turned = np.where(np.arange(9000) < 6000, rng.random(9000) < expit(2 * x[:, 0]), x[:, 0] < 0)
    stream = stream_of(x, turned, [50] * 180)
    blind = run(stream, LogisticRegression(), OnExpectedError(10, 4), Last(20), warmup=20)
    assert decided(blind) == []
    assert blind.ticks["loss"][-60:].mean() > 40


def test_a_posterior_is_that_of_conjugate_algebra():
    """Against numerical integration of the definition, and sequential updates in one."""
    rng = generator("posterior")
    x, y = rng.standard_normal((6, 2)), rng.standard_normal(6)
    prior = Posterior.prior(2)
    whole = prior.updated(x, y)
    parts = prior.updated(x[:2], y[:2]).updated(x[2:], y[2:])
    for name in ("mean", "precision", "shape", "rate"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-10)
    # Chain rule: the evidence of both rows is that of the first and of the second after it.
    density = np.exp(whole.log_score(x[:1], y[:1]))
    grid = np.linspace(-60, 60, 40_001)
    line = np.exp([whole.log_score(x[:1], np.array([value])) for value in grid[::50]])
    assert np.trapezoid(line, grid[::50]) == pytest.approx(1, abs=1e-3)
    assert density > 0


def test_the_divergence_is_the_mean_log_ratio():
    """Against draws from the posterior; 0 from itself."""
    rng = generator("divergence")
    x, y = rng.standard_normal((30, 2)), rng.standard_normal(30)
    other = Posterior.prior(2).updated(x[:20], y[:20])
    one = other.updated(x[20:], y[20:] + 1)

    def log_density(of, mean, variance):
        law = invgamma(float(of.shape), scale=float(of.rate))
        cover = np.linalg.inv(of.precision)
        normals = [
            multivariate_normal(of.mean, cover * v).logpdf(m)
            for m, v in zip(mean, variance, strict=True)
        ]
        return law.logpdf(variance) + normals

    variance = invgamma(float(one.shape), scale=float(one.rate)).rvs(4000, random_state=1)
    root = np.linalg.cholesky(np.linalg.inv(one.precision))
    mean = one.mean + np.sqrt(variance)[:, None] * (rng.standard_normal((4000, 2)) @ root.T)
    ratios = log_density(one, mean, variance) - log_density(other, mean, variance)
    error = ratios.std() / np.sqrt(len(ratios))
    assert float(one.divergence(other)) == pytest.approx(ratios.mean(), abs=4 * error)
    assert float(one.divergence(one)) == pytest.approx(0, abs=1e-9)


def test_the_curve_of_usual_debt_is_fitted_by_least_squares():
    age = np.tile(np.arange(1.0, 50), 20)
    weights = np.array([0.5, 0.2, -0.1, 0.01])
    basis = np.stack([np.ones_like(age), np.log1p(age), np.sqrt(age), age], axis=1)
    noise = 0.3 * generator("curve").standard_normal(len(age))
    curve = AgeCurve.fitted(age, np.maximum(basis @ weights + 2 + noise, 0))
    assert curve.spread == pytest.approx(0.3, rel=0.1)
    at = curve.standardised(9.0, (2.5 + 0.2 * math.log(10) - 0.3 + 0.09) ** 2)
    assert float(at) == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("when", [ChallengerCusum(0.2), LearningDebt(4.0)])
@pytest.mark.parametrize("classes", [0, 2])
def test_a_challenger_asks_after_a_turn_and_not_before(when, classes):
    stream = turning(sizes=(40,) * 60, turns=(40,), classes=classes)
    estimator = GaussianNB() if classes else Ridge()
    ledger = run(stream, estimator, when, Last(10), warmup=20)
    moments = np.array(decided(ledger))
    assert len(moments[moments >= 40])
    assert moments[moments >= 40][0] <= 42
    assert (moments < 40).sum() <= 1


def test_the_excess_of_a_stale_new_model_counts_from_its_first_tick():
    """A model trained on half old rows has nothing to excuse itself with but its own first ticks.

    The level goes from 0 to 8 at tick 8. At tick 8 + d a window of 8 has d / 8 of the new one.
    """
    stream = stream_of(np.zeros(80), np.repeat([0.0, 8.0], [16, 64]), [2] * 40, classes=0)
    losses = {}
    for reference in ("best", "own"):
        when = OnExcess(16, ticks=2, reference=reference)
        ledger = run(stream, Mean(), when, Last(8), warmup=4, loss=Squared())
        losses[reference] = float(ledger.ticks["loss"].sum())
        assert decided(ledger)[0] == 8
    assert losses["best"] < losses["own"] / 2


BAD = [
    (lambda: OnDataLatency(0), "waited is 0"),
    (lambda: OnAvoidableErrors(-1), "lasted is -1"),
    (lambda: RateBudget(rate=0), "rate is 0"),
    (lambda: RateBudget(v=-1), "v is -1; a weight must be at least 0"),
    (lambda: TokenBucket(rate=0), "rate is 0"),
    (lambda: TokenBucket(depth=0.5), "depth is 0.5; a bucket must hold a token"),
    (lambda: EDetector(alpha=1), "alpha is 1"),
    (lambda: EDetector(kind="cusam"), "kind is 'cusam'; it must be one of sr, cusum"),
    (lambda: OnHarm(chance=0), "chance is 0"),
    (lambda: OnHarm(tolerance=-0.1), "tolerance is -0.1"),
    (lambda: OnExpectedError(ticks=1), "ticks is 1"),
    (lambda: OnExpectedError(sigmas=0), "sigmas is 0"),
    (lambda: ChallengerCusum(0), "h is 0"),
    (lambda: OnExcess(3, reference="first"), "reference is 'first'; it must be one of best, own"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD)
def test_a_bad_argument_is_named(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()


@pytest.mark.parametrize("when", [EDetector(), OnHarm(), OnExpectedError()])
def test_a_policy_of_classes_refuses_numbers(when):
    with pytest.raises(InputError, match="which a regression does not have; use the excess"):
        run(falling(20), Mean(), when, Everything(), warmup=4)


def test_a_learner_without_probabilities_is_named():
    stream = turning(sizes=(30,) * 20)
    with pytest.raises(InputError, match="the learner gives none; choose one that does"):
        run(stream, LinearSVC(), OnExpectedError(), Everything(), warmup=6)
