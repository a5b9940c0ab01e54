"""The scenarios that laws 1, 3, 4 and 8 need: what they state is what they do."""

from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml

from retrainlab.scenarios.poisson import Poisson
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.scenarios.rotating import Rotating
from retrainlab.scenarios.spike import Spike
from retrainlab.scenarios.synthetic.rules import random_plane
from retrainlab.sim.errors import InputError
from retrainlab.sim.seeds import generator

CLASSES = (Rotating, Poisson, RandomWalk, Spike)
BAD = [
    (Rotating, {"noise": 0.5}, "noise is 0.5"),
    (Rotating, {"omega": -0.1}, "omega is -0.1; it must be a number of radians a row"),
    (Rotating, {"omega": 4}, "omega is 4"),
    (Poisson, {"magnitude": 1.1}, "magnitude is 1.1"),
    (Poisson, {"rate": -1}, "rate is -1; it must be a number of drifts a tick"),
    (Poisson, {"rate": float("nan")}, "rate is nan"),
    (RandomWalk, {"step": -1}, "step is -1; it must be a number of at least 0"),
    (RandomWalk, {"level": "high"}, "level is 'high'; it must be a number$"),
    (RandomWalk, {"rows": 0}, "rows is 0"),
    (Spike, {"noise": -0.5}, "noise is -0.5"),
    (Spike, {"height": None}, "height is None"),
    (Spike, {"start": 0}, "start is 0; .* from 1 to 299"),
    (Spike, {"start": 290}, "duration is 20; .* from 1 to 10"),
]


def near(share, expected, n):
    """Within 4 standard errors, and Bernstein's term where the share is close to 0 or 1."""
    return abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / n) + 16 / (3 * n)


@pytest.mark.parametrize(("scenario", "options", "sentence"), BAD)
def test_a_bad_option_is_named_with_its_value(scenario, options, sentence):
    with pytest.raises(InputError, match=f"^scenario.{scenario().name}.{sentence}"):
        scenario(**options)


@pytest.mark.parametrize("scenario", CLASSES)
def test_the_config_states_every_option_and_its_default(scenario):
    name = scenario().name
    path = Path(__file__).parents[2] / "experiments" / "conf" / "scenario" / f"{name}.yaml"
    stated = yaml.safe_load(path.read_text())[name]
    assert stated.pop("_target_") == f"retrainlab.scenarios.{name}.{scenario.__name__}"
    assert list(stated) == [f.name for f in fields(scenario)]
    fixed = {"start": scenario().start} if "start" in stated else {}
    assert scenario(**stated | fixed) == scenario()


@pytest.mark.parametrize("scenario", CLASSES)
def test_a_seed_is_a_stream_and_one_row_a_tick_is_legal(scenario):
    first, again, other = (scenario(rows=1)(seed) for seed in (0, 0, 1))
    assert first.rows == first.ticks == 300
    for column in ("x", "y", "ceiling", "concept"):
        assert getattr(first, column).tobytes() == getattr(again, column).tobytes()
    assert not np.any(first.x == other.x)
    assert first.story.endswith(".")
    assert first.drifts


@pytest.mark.parametrize("scenario", [Rotating(omega=0), Poisson(rate=0), Poisson(magnitude=0)])
def test_without_drift_the_rule_stays(scenario):
    stream = scenario(0)
    assert stream.drifts == ()
    assert "never changes" in stream.story
    drifting = type(scenario)()(0)
    assert np.array_equal(stream.x, drifting.x)
    assert not np.array_equal(stream.y, drifting.y)


def test_the_boundary_rotates_through_the_whole_stream():
    scenario = Rotating(noise=0.1, omega=2e-4)
    stream = scenario(0)
    u, v = random_plane(generator(0, "rotating", "truth"), 5).axes.T
    angle = 2e-4 * np.arange(stream.rows)
    rule = np.cos(angle) * (stream.x @ u) + np.sin(angle) * (stream.x @ v) > 0
    assert near(np.mean(rule == stream.y), 0.9, stream.rows)
    assert np.all(stream.ceiling == 0.9)
    assert stream.concept.tolist() == (angle // np.pi).astype(int).tolist()
    # The first rule and the one in force disagree on angle / pi of the rows.
    first = stream.x @ u > 0
    for rows in np.array_split(np.arange(stream.rows), 10):
        turned = angle[rows] / np.pi % 2
        apart = np.minimum(turned, 2 - turned).mean()
        assert near(np.mean(first[rows] == stream.y[rows]), 0.9 - 0.8 * apart, len(rows))
    (drift,) = stream.drifts
    assert (drift.start, drift.stop, drift.magnitude) == (0, 300, 1.0)
    assert Rotating(ticks=100, omega=5e-5)(0).drifts[0].magnitude == pytest.approx(0.159, abs=1e-3)


def test_drifts_come_as_a_poisson_process():
    stream = Poisson(ticks=20_000, rows=1, rate=0.1)(0)
    starts = np.array([drift.start for drift in stream.drifts])
    chance = 1 - np.exp(-0.1)
    assert near(len(starts) / 19_999, chance, 19_999)
    # Waiting times forget: the share that outlives n ticks is exp(-rate * n).
    waits = np.diff(starts)
    for n in (5, 20, 40):
        assert near(np.mean(waits > n), np.exp(-0.1 * n), len(waits))
    assert np.array_equal(np.flatnonzero(np.diff(stream.concept)) + 1, starts)
    few = {drift.start for drift in Poisson(ticks=20_000, rows=1, rate=0.02)(0).drifts}
    assert few < set(starts.tolist())


@pytest.mark.parametrize("features", [2, 5])
def test_a_drift_changes_its_share_and_half_makes_the_old_rule_worthless(features):
    for magnitude in (0.2, 0.5):
        scenario = Poisson(2_000, 100, features, noise=0.0, rate=0.1, magnitude=magnitude)
        stream = scenario(0)
        rule = stream.x @ scenario.normals(0).T > 0
        assert np.array_equal(rule[np.arange(stream.rows), stream.concept], stream.y)
        pairs = [np.mean(a != b) for a, b in pairwise(rule.T)]
        assert all(near(apart, magnitude, stream.rows) for apart in pairs)
        assert np.all(stream.ceiling == 1)
    # At a half, a rule is a coin's to the second after it as well, on average over drifts.
    later = np.array([np.mean(a == b) for a, b in zip(rule.T, rule.T[2:], strict=False)])
    assert abs(later.mean() - 0.5) < 4 * later.std() / np.sqrt(len(later))


def test_the_level_walks_and_rows_scatter_around_it():
    scenario = RandomWalk(ticks=5_000, rows=20, noise=2.0, step=0.5, level=7.0)
    stream = scenario(0)
    level = scenario.levels(0)
    assert level[0] == 7
    steps = np.diff(level)
    assert abs(steps.mean()) < 4 * 0.5 / np.sqrt(len(steps))
    assert steps.std() == pytest.approx(0.5, rel=4 / np.sqrt(2 * len(steps)))
    scatter = stream.y - np.repeat(level, 20)
    assert scatter.std() == pytest.approx(2, rel=4 / np.sqrt(2 * len(scatter)))
    # Who knows the level misses by what the ceiling says.
    error = np.abs(scatter)
    assert abs(error.mean() + stream.ceiling.mean()) < 4 * error.std() / np.sqrt(len(error))
    assert stream.concept.tolist() == np.repeat(np.arange(5_000), 20).tolist()
    still = replace(scenario, step=0.0)(0)
    assert still.drifts == ()
    assert still.y - 7 == pytest.approx(scatter, abs=1e-9)
    assert np.all(still.concept == 0)


def test_a_spike_is_exact_without_noise():
    stream = Spike(rows=3, level=1.0, height=-2.0, start=100, duration=7)(0)
    level = stream.y.reshape(-1, 3)
    assert np.all(level == level[:, :1])
    assert np.flatnonzero(level[:, 0] == -1).tolist() == list(range(100, 107))
    assert np.all(np.delete(level[:, 0], range(100, 107)) == 1)
    assert np.all(stream.ceiling == 0)
    assert [d.start for d in stream.drifts] == [100, 107]
    assert stream.concept.sum() == 21
    to_the_end = Spike(start=150, duration=150)(0)
    assert [d.start for d in to_the_end.drifts] == [150]
    assert Spike(height=0)(0).drifts == ()
    noisy = Spike(noise=3.0, height=0.0)(0)
    assert noisy.y.std() == pytest.approx(3, rel=4 / np.sqrt(2 * noisy.rows))
