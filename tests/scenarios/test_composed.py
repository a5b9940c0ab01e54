"""The composed scenario: three drifts at once, each with its magnitude and its harm."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import yaml

from retrainlab.experiments import conf
from retrainlab.scenarios.composed import KINDS, Composed, Part
from retrainlab.scenarios.synthetic.rules import random_plane
from retrainlab.sim.errors import InputError
from retrainlab.sim.seeds import generator

STEP = {kind: {"shape": "step", "start": 100} for kind in KINDS}
OFF = {"concept": 0.0, "covariate": 0.0, "prior": 0.0}
BIG = {"ticks": 200, "rows": 400, "features": 3}
AFTER = slice(100 * 400, None)


def only(**sizes):
    return Composed(**BIG, **{**OFF, **sizes}, when=STEP)


def plane_of(scenario, seed, stream):
    axes = random_plane(generator(seed, "composed", "truth"), scenario.features).axes
    return stream.x @ axes


def stale_error(scenario, seed, stream, rows):
    """Share of errors, on some rows, of the best predictor of tick 0."""
    progress = scenario.progress(seed)
    first = scenario.state(*progress[:, 0])
    chance = first.posterior(plane_of(scenario, seed, stream)[rows], scenario.noise)
    return float(((chance > 0.5) != (stream.y[rows] == 1)).mean())


def near(share, expected, n):
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / n) + 1e-3


@pytest.mark.parametrize(
    "sizes", [{"concept": 0.2}, {"prior": 0.4}, {"covariate": 2.0}, {"concept": 0.1, "prior": 0.3}]
)
def test_the_stale_best_predictor_loses_the_harm_and_the_ceiling_is_that_of_the_new_one(sizes):
    scenario = only(**sizes)
    stream = scenario(1)
    n = stream.rows // 2
    error = 1 - float(stream.ceiling[AFTER].mean())
    before, after = (scenario.state(*scenario.progress(1)[:, t]) for t in (0, 199))
    assert near(stale_error(scenario, 1, stream, AFTER), error + scenario.harm(before, after), n)
    best = after.posterior(plane_of(scenario, 1, stream)[AFTER], scenario.noise) > 0.5
    assert near(float((best != (stream.y[AFTER] == 1)).mean()), error, n)
    if len(sizes) == 1:
        assert stream.drifts[0].harm == scenario.harm(before, after)


def test_a_shift_of_inputs_alone_harms_no_best_predictor_and_a_turn_harms_more_after_it():
    covariate, turn = only(covariate=2.0)(0).drifts[0], only(concept=0.2)(0).drifts[0]
    both = {drift.kind: drift for drift in only(covariate=2.0, concept=0.2)(0).drifts}
    assert covariate.harm == 0
    assert turn.harm > 0
    assert both["concept"].magnitude == turn.magnitude
    assert both["concept"].harm > turn.harm + 0.05


def test_a_turn_changes_its_magnitude_of_labels():
    scenario = only(concept=0.3)
    points = generator(0, "tests", "plane").standard_normal((40_000, 2))
    before, after = (scenario.state(*scenario.progress(0)[:, t]) for t in (0, 199))
    differ = [s.posterior(points, scenario.noise) > 0.5 for s in (before, after)]
    assert near(float((differ[0] != differ[1]).mean()), 0.3, 40_000)


def test_a_prior_shift_moves_the_share_and_leaves_each_class_as_it_was():
    stream = only(prior=0.3)(2)
    assert near(float(stream.y[:40_000].mean()), 0.5, 40_000)
    assert near(float(stream.y[AFTER].mean()), 0.2, 40_000)
    for c in (0, 1):
        means = [
            stream.x[rows][stream.y[rows] == c].mean(axis=0) for rows in (slice(0, 40_000), AFTER)
        ]
        assert np.abs(means[0] - means[1]).max() < 4 * 1.5 / np.sqrt(7_000)


def test_best_score_at_the_start_is_one_minus_noise():
    stream = only()(0)
    assert abs(float(stream.ceiling.mean()) - 0.9) < 2e-3
    assert stream.drifts == ()
    assert "Nothing drifts" in stream.story


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"noise": 0.5}, "noise is 0.5; it must be a number above 0 and below 0.5"),
        ({"concept": 1.5}, "concept is 1.5; it must be a number from 0 to 1"),
        ({"prior": 0.5}, "prior is 0.5; it must be a number from 0 to below 0.5"),
        ({"covariate": 9}, "covariate is 9; it must be a number of standard deviations"),
        ({"when": {"label": {}}}, "the kinds of drift are concept, covariate, prior"),
        ({"when": {"prior": {"begin": 3}}}, "when.prior has no option 'begin'; there is: shape"),
        ({"when": {"prior": {"start": 900}}}, "scenario.composed.when.prior.start is 900"),
    ],
)
def test_a_bad_option_is_refused_in_a_sentence(options, sentence):
    with pytest.raises(InputError, match=sentence.replace("(", "\\(")):
        Composed(**options)


def test_the_configuration_states_every_option():
    path = Path(conf.__path__[0]) / "scenario" / "composed.yaml"
    node = yaml.safe_load(path.read_text())["composed"]
    assert set(node) - {"_target_"} == {field.name for field in fields(Composed)}
    schedule = {field.name for field in fields(Part)} - {"kind", "ticks", "rows", "features"}
    assert all(set(options) == schedule for options in node["when"].values())
