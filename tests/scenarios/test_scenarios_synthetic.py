"""The five synthetic classification scenarios: what they state is what they do.

A measured share of n rows is compared within 4 standard errors, 4 * sqrt(p * (1 - p) / n), plus
16 / (3 * n): Bernstein's inequality, which with p near 0 or 1 holds where the normal law fails.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ks_2samp, norm
from sklearn.linear_model import LogisticRegression

from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.sudden import Sudden
from retrainlab.scenarios.synthetic.rules import disagreement, random_plane, steepness
from retrainlab.sim.seeds import generator

THREE = {"before": (0.2, 0.3, 0.5), "after": (0.5, 0.4, 0.1)}
BENT = [
    Sudden(),
    Gradual(mode="rotate", shape="linear"),
    Gradual(mode="rotate", shape="sigmoid"),
    Gradual(mode="mix", shape="linear"),
    Gradual(mode="mix", shape="sigmoid"),
    Recurrent(),
    Recurrent(mode="calendar", soft=1),
    Recurrent(concepts=4, order="random", period=30, soft=20),
]
MOVED = [
    Covariate(),
    Covariate(rule="linear", shape="step"),
    Prior(),
    Prior(**THREE, shape="season", period=80),
]


def near(share, expected, n):
    return abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / n) + 16 / (3 * n)


def ticks(stream, first, last):
    return slice(stream.offsets[first], stream.offsets[last])


def rule_labels(scenario, stream, angle):
    """(n,) labels under the boundary at `angle`, one or one a row, worked out by hand."""
    u, v = random_plane(generator(0, scenario.name, "truth"), scenario.features).axes.T
    return (np.cos(angle) * (stream.x @ u) + np.sin(angle) * (stream.x @ v) > 0).astype(int)


@pytest.mark.parametrize("scenario", BENT + MOVED)
def test_a_seed_is_a_stream(scenario):
    first, again, other = scenario(0), scenario(0), scenario(1)
    for column in ("x", "y", "ceiling", "concept"):
        assert getattr(first, column).tobytes() == getattr(again, column).tobytes()
    assert not np.any(first.x[:, 0] == other.x[:, 0])
    assert not np.array_equal(first.y, other.y)
    assert len(np.unique(first.x[:, 0])) == first.rows
    assert first.ticks == scenario.ticks
    assert first.drifts
    assert first.story.endswith(".")


@pytest.mark.parametrize("scenario", BENT)
def test_concept_drift_never_touches_the_rows(scenario):
    assert np.array_equal(scenario(0).x, replace(scenario, magnitude=0.1, noise=0.2)(0).x)
    assert replace(scenario, magnitude=0.0)(0).drifts == ()


@pytest.mark.parametrize("scenario", BENT)
def test_noise_flips_its_share_of_the_labels(scenario):
    noisy = replace(scenario, noise=0.1)(0)
    flipped = noisy.y != replace(scenario, noise=0.0)(0).y
    assert near(flipped.mean(), 0.1, noisy.rows)


def test_a_sudden_turn_changes_its_fraction_of_the_labels():
    never, once, twice = (Sudden(noise=0, at=at)(0).y for at in ((), 100, (100, 200)))
    assert np.array_equal(never[:10_000], once[:10_000])
    assert np.array_equal(once[:20_000], twice[:20_000])
    assert near(np.mean(never[10_000:] != once[10_000:]), 0.25, 20_000)
    assert near(np.mean(once[20_000:] != twice[20_000:]), 0.25, 10_000)
    assert np.bincount(Sudden()(0).concept).tolist() == [10_000] * 3


@pytest.mark.parametrize("scenario", [s for s in BENT if isinstance(s, Gradual)])
def test_a_gradual_drift_changes_its_fraction_from_start_to_stop(scenario):
    stream, still = (replace(scenario, noise=0, magnitude=m)(0) for m in (0.4, 0))
    changed = stream.y != still.y
    assert not changed[ticks(stream, 0, 100)].any()
    assert near(changed[ticks(stream, 200, 300)].mean(), 0.4, 10_000)
    # Both shapes are symmetric about the middle, where half the change is made.
    assert near(changed[ticks(stream, 100, 200)].mean(), 0.2, 10_000)


def test_a_rotating_boundary_obeys_its_law():
    """Law 1: a model that was exact at age 0 has 1 - p - (1 - 2p) * omega * a / pi at age a."""
    scenario = Gradual(noise=0.1, magnitude=0.5, start=0, duration=400, ticks=400)
    stream = scenario(0)
    omega = np.pi * 0.5 / 40_000
    hits = stream.y == rule_labels(scenario, stream, 0.0)
    for ages in np.split(np.arange(40_000), 8):
        law = np.mean(1 - 0.1 - 0.8 * omega * ages / np.pi)
        assert near(hits[ages].mean(), law, 5_000)


@pytest.mark.parametrize("scenario", [s for s in BENT if isinstance(s, Recurrent)])
def test_recurrent_concepts_label_their_rows_and_differ_as_stated(scenario):
    stream = replace(scenario, noise=0)(0)
    angles = np.pi * scenario.magnitude * np.arange(scenario.concepts)
    labels = np.stack([rule_labels(scenario, stream, a) for a in angles])
    assert np.array_equal(stream.y, labels[stream.concept, np.arange(stream.rows)])
    settled = [d.start for d in stream.drifts[1:]] + [stream.ticks]
    for drift, end in zip(stream.drifts, settled, strict=True):
        old, new = (int(c) for c in drift.note.removeprefix("rule ").split(" to "))
        assert drift.stop == drift.start + scenario.soft
        assert near(np.mean(labels[old] != labels[new]), drift.magnitude, stream.rows)
        assert np.all(stream.concept[ticks(stream, drift.stop, end)] == new)


def test_recurrent_seasons_follow_their_calendar():
    def by_tick(**options):
        return Recurrent(rows=1, ticks=21, **options)(0).concept.tolist()

    assert by_tick(mode="calendar") == [0, 0, 0, 0, 0, 1, 1] * 3
    assert by_tick(period=4, concepts=3) == [c for c in (0, 1, 2, 0, 1, 2) for _ in range(4)][:21]
    shuffled = np.array(by_tick(period=1, concepts=3, order="random"))
    assert shuffled[0] == 0
    assert np.all(np.diff(shuffled) != 0)


def test_a_change_that_the_end_cuts_short_counts_as_far_as_it_came():
    last = Recurrent(ticks=100, period=90, soft=40)(0).drifts[-1]
    assert (last.start, last.stop) == (90, 100)
    assert last.magnitude == pytest.approx(0.3 * 10 / 40)
    assert disagreement(1.5 * np.pi) == pytest.approx(0.5)


def turned(scenario, stream):
    """(n,) how many times `magnitude` half turns the likelier rule of each row has moved."""
    at = np.arange(stream.rows) / scenario.rows
    if isinstance(scenario, Sudden):
        return np.searchsorted(scenario.at, at, side="right")
    if isinstance(scenario, Recurrent):
        rule = np.zeros(stream.rows)
        for drift in stream.drifts:
            rule[at >= drift.start + scenario.soft / 2] = int(drift.note.split()[-1])
        return rule
    way = np.clip((at - scenario.start) / scenario.duration, 0, 1)
    if scenario.mode == "mix":
        return way >= 0.5
    logistic = 1 / (1 + np.exp(-10 * (np.array([way, 0 * way, 0 * way + 1]) - 0.5)))
    smooth = (logistic[0] - logistic[1]) / (logistic[2] - logistic[1])
    return way if scenario.shape == "linear" else smooth


def posterior(scenario, stream):
    """(n, k) P(y given x) from normal densities and the class shares stated for these tests."""
    if scenario.shape == "step":
        way = stream.tick_of_row() >= 100
    else:
        since = np.maximum(np.arange(stream.rows) / scenario.rows - scenario.start, 0)
        way = np.sin(np.pi * since / scenario.period) ** 2
    pair = [[1 - p, p] if isinstance(p, float) else p for p in (scenario.before, scenario.after)]
    shares = np.outer(1 - way, pair[0]) + np.outer(way, pair[1])
    joint = [norm.pdf(stream.x - mean).prod(axis=1) for mean in scenario.means(0)]
    weights = shares * np.stack(joint, axis=1)
    return weights / weights.sum(axis=1, keepdims=True)


def bayes(scenario, stream):
    """(n,) what one who knows the truth predicts, worked out apart from the ceiling."""
    if isinstance(scenario, Covariate):
        return scenario.probability(0, stream.x) > 0.5
    if isinstance(scenario, Prior):
        return posterior(scenario, stream).argmax(axis=1)
    return rule_labels(scenario, stream, np.pi * scenario.magnitude * turned(scenario, stream))


@pytest.mark.parametrize("scenario", BENT + MOVED)
def test_the_bayes_predictor_hits_as_often_as_the_ceiling_says(scenario):
    stream = scenario(0)
    hits = bayes(scenario, stream) == stream.y
    by_time = np.array_split(np.arange(stream.rows), 6)
    by_ceiling = np.array_split(np.argsort(stream.ceiling, kind="stable"), 6)
    for rows in by_time + by_ceiling:
        assert near(hits[rows].mean(), stream.ceiling[rows].mean(), len(rows))


@pytest.mark.parametrize("rule", ["curved", "linear"])
@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_covariate_shift_is_pure_to_the_bit(rule, noise):
    scenario = Covariate(rule=rule, noise=noise, shape="season")
    stream = scenario(0)
    chance = scenario.probability(0, stream.x)
    assert np.array_equal(stream.ceiling, np.maximum(chance, 1 - chance))
    other = replace(scenario, shape="step", magnitude=9.0, spread=3.0, rows=7)
    some = np.random.default_rng(0).permutation(stream.rows)[:4_321]
    assert np.array_equal(other.probability(0, stream.x[some]), chance[some])
    assert [other.probability(0, row[None])[0] for row in stream.x[:50]] == chance[:50].tolist()


def test_covariate_shift_moves_mean_and_spread_as_stated():
    still, moved, wide = (
        Covariate(magnitude=m, spread=s)(0) for m, s in ((0, 1), (2, 1), (0, 1.5))
    )
    before, after = ticks(still, 0, 100), ticks(still, 200, 300)
    assert still.drifts == ()
    assert np.array_equal(still.x[before], moved.x[before])
    steps = np.linalg.norm(moved.x - still.x, axis=1)
    assert steps[after] == pytest.approx(2)
    assert steps[ticks(still, 149, 151)].mean() == pytest.approx(1, abs=0.01)
    assert wide.x[after] == pytest.approx(1.5 * still.x[after])


def stale_and_fresh(rule):
    """Accuracy, after the shift, of logistic regressions fitted before it and after it."""
    stream = Covariate(rule=rule, shape="step", rows=300)(0)
    fits = (ticks(stream, 0, 100), ticks(stream, 100, 200))
    test = ticks(stream, 200, 300)
    models = [LogisticRegression(C=1e6).fit(stream.x[rows], stream.y[rows]) for rows in fits]
    return *(m.score(stream.x[test], stream.y[test]) for m in models), stream.ceiling[test].mean()


def test_covariate_shift_makes_a_misspecified_model_stale_and_no_other():
    stale, fresh, _ = stale_and_fresh("curved")
    assert fresh - stale > 0.08
    # Law 6. Two models hit the same rows but for few: 4 standard errors of a difference of .005.
    stale, fresh, ceiling = stale_and_fresh("linear")
    assert abs(fresh - stale) < 4 * np.sqrt(0.005 / 30_000)
    assert near(stale, ceiling, 30_000)


@pytest.mark.parametrize("noise", [0.01, 0.05, 0.3, 0.49])
def test_noise_of_the_logistic_rule_is_its_bayes_error_at_the_start(noise):
    z = (np.arange(200_000) + 0.5) / 200_000
    error = np.mean(1 / (1 + np.exp(steepness(noise) * np.abs(norm.ppf(z)))))
    assert error == pytest.approx(noise, rel=1e-4)


@pytest.mark.parametrize("scenario", [s for s in MOVED if isinstance(s, Prior)])
def test_prior_shift_keeps_every_class_as_it_was(scenario):
    stream, still = scenario(0), replace(scenario, magnitude=0.0)(0)
    means = scenario.means(0)
    assert stream.x - means[stream.y] == pytest.approx(still.x - means[still.y], abs=1e-12)
    before = stream.tick_of_row() < 100
    for c, mean in enumerate(means):
        one = stream.y == c
        for direction in (mean, *np.eye(scenario.features)):
            along = stream.x @ direction
            assert ks_2samp(along[before & one], along[~before & one]).pvalue > 1e-4


@pytest.mark.parametrize("scenario", [s for s in MOVED if isinstance(s, Prior)])
def test_prior_shift_moves_the_class_shares_as_stated(scenario):
    stream = scenario(0)
    assert stream.ceiling == pytest.approx(posterior(scenario, stream).max(axis=1), abs=1e-9)
    drift = stream.drifts[0]
    expected = 0.3 if isinstance(scenario.before, float) else 0.4
    assert drift.magnitude == pytest.approx(expected)
    ends = scenario.before if isinstance(scenario.before, tuple) else (0.5, 0.5)
    for c, share in enumerate(ends):
        assert near(np.mean(stream.y[ticks(stream, 0, 100)] == c), share, 10_000)


@pytest.mark.parametrize(("after", "best"), [(0.2, 0.88793), (0.05, 0.95954)])
def test_law_of_prior_shift(after, best):
    """Law 5: the ceiling at this prior, and what a model tuned at .5 keeps."""
    scenario = Prior(after=after, rows=1000)
    stream = scenario(0)
    rows = ticks(stream, 100, 300)
    assert near(stream.ceiling[rows].mean(), best, 200_000)
    tuned = stream.x @ scenario.means(0)[1] > 0
    assert near(np.mean(tuned[rows] == stream.y[rows]), 0.84134, 200_000)
    assert near(np.mean(stream.y[rows]), after, 200_000)


def test_magnitude_of_prior_shift_is_the_distance_moved():
    scenario = Prior(before=0.5, after=0.4, magnitude=0.25)
    assert scenario(0).drifts[0].magnitude == pytest.approx(0.25)
    assert "50 % to 25 %" in scenario(0).story
