"""River's generators as streams: the same rows, and the truth that their source gives away."""

import re
from itertools import islice

import numpy as np
import pytest
from river.datasets import synth

from retrainlab.scenarios.river import River
from retrainlab.sim.errors import InputError

SUITABLE = sorted(set(synth.__all__) - {"ConceptDriftStream", "Logical"})
N = 20_000


def big(generator, **parameters):
    return River(generator, parameters, ticks=N // 100, rows=100)


@pytest.mark.parametrize("name", SUITABLE)
def test_every_generator_is_a_stream(name):
    stream = River(name, ticks=5, rows=20)(0)
    assert (stream.ticks, stream.rows) == (5, 100)
    assert np.isfinite(stream.x).all()
    again, other = River(name, ticks=5, rows=20)(0), River(name, ticks=5, rows=20)(1)
    np.testing.assert_array_equal(stream.x, again.x)
    np.testing.assert_array_equal(stream.y, again.y)
    assert not np.array_equal(stream.x, other.x)


def test_rows_are_those_of_river():
    stream = River("SEA", {"variant": 2, "noise": 0.1}, ticks=3, rows=10)(42)
    rows = list(islice(synth.SEA(variant=2, noise=0.1, seed=42), 30))
    np.testing.assert_array_equal(stream.x, [list(x.values()) for x, _ in rows])
    np.testing.assert_array_equal(stream.y, [y for _, y in rows])
    assert stream.classes == ("False", "True")
    assert stream.features == ("x0", "x1", "x2")


def test_texts_and_names_are_categories():
    mv = River("Mv", ticks=5, rows=20)(0)
    assert [mv.features[j] for j in mv.categorical] == ["x3", "x7", "x8"]
    first = [x[3] for x, _ in islice(synth.Mv(seed=0), 100)]
    order = list(dict.fromkeys(first))
    np.testing.assert_array_equal(mv.x[:, 2], [order.index(value) for value in first])
    agrawal = River("Agrawal", ticks=2, rows=5)(0)
    assert [agrawal.features[j] for j in agrawal.categorical] == ["car", "zipcode"]


def test_seed_of_the_model_can_be_held():
    """With the model's seed given, seeds differ in the rows and not in the rule."""
    streams = [River("RandomTree", {"seed_tree": 5}, ticks=2, rows=50)(s) for s in (0, 1)]
    for s, stream in enumerate(streams):
        rows = islice(synth.RandomTree(seed_tree=5, seed_sample=s), 100)
        np.testing.assert_array_equal(stream.y, [y for _, y in rows])


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.7])
def test_ceiling_of_sea(noise):
    stream = big("SEA", noise=noise)(1)
    rule = stream.x[:, 0] + stream.x[:, 1] > 8
    hits = np.mean(rule == stream.y)
    # Four standard errors of a share among N rows; none where the labels are free of noise.
    slack = 4 * np.sqrt(noise * (1 - noise) / N)
    assert max(hits, 1 - hits) == pytest.approx(stream.ceiling[0], abs=slack)
    assert np.ptp(stream.ceiling) == 0


def test_ceiling_of_hyperplane_knows_the_missing_point():
    """River flips one label in a hundred less than noise_percentage says."""
    noisy, clean = (big("Hyperplane", noise_percentage=p)(1) for p in (0.11, 0.0))
    np.testing.assert_array_equal(noisy.x, clean.x)
    hits = np.mean(noisy.y == clean.y)
    assert hits == pytest.approx(noisy.ceiling[0], abs=4 * np.sqrt(0.1 * 0.9 / N))
    assert (noisy.ceiling[0], clean.ceiling[0]) == (0.9, 1.0)


def test_ceiling_of_friedman():
    stream = big("Friedman")(1)
    x = stream.x
    level = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
    error = np.abs(stream.y - level - 10 * x[:, 3] - 5 * x[:, 4])
    # The absolute value of a standard normal error has variance 1 - 2/pi.
    slack = 4 * np.sqrt((1 - 2 / np.pi) / N)
    assert -error.mean() == pytest.approx(stream.ceiling[0], abs=slack)


@pytest.mark.parametrize(
    ("generator", "parameters", "known"),
    [
        ("Agrawal", {}, 1.0),
        ("Agrawal", {"perturbation": 0.1}, None),
        ("LED", {}, 1.0),
        ("LED", {"noise_percentage": 0.1}, None),
        ("Mv", {}, 0.0),
        ("Sine", {"classification_function": 3}, 1.0),
        ("STAGGER", {"balance_classes": True}, 1.0),
        ("Waveform", {}, None),
        (
            "FriedmanDrift",
            {"drift_type": "gsg", "position": [40, 70], "transition_window": 10},
            None,
        ),
    ],
)
def test_ceiling_is_told_only_where_it_is_known(generator, parameters, known):
    ceiling = River(generator, parameters, ticks=5, rows=20)(0).ceiling
    np.testing.assert_array_equal(ceiling, np.full(100, np.nan if known is None else known))


@pytest.mark.parametrize(
    ("generator", "parameters", "spans"),
    [
        ("FriedmanDrift", {"position": [40, 70, 500]}, [(2, 2), (3, 4)]),
        (
            "FriedmanDrift",
            {"drift_type": "gsg", "position": [30, 80], "transition_window": 50},
            [(1, 4), (4, 5)],
        ),
        ("Hyperplane", {"mag_change": 0.01}, [(0, 5)]),
        ("Hyperplane", {}, []),
        ("RandomRBFDrift", {"change_speed": 0.1}, [(0, 5)]),
        ("SEA", {}, []),
    ],
)
def test_drifts(generator, parameters, spans):
    drifts = River(generator, parameters, ticks=5, rows=20)(0).drifts
    assert [(drift.start, drift.stop) for drift in drifts] == spans


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"generator": "Seas"}, "generator is 'Seas'; choose from Agrawal, AnomalySine, Friedman"),
        ({"generator": "ConceptDriftStream"}, "ConceptDriftStream is not offered: it overflows"),
        ({"generator": "Logical"}, "Logical is not offered: it has three targets"),
        ({"parameters": {"variants": 1}}, "'variants', which SEA does not take; it takes variant,"),
        ({"parameters": {"seed": 1}}, "'seed', which SEA does not take"),
        ({"parameters": {"variant": 9}}, "SEA refuses parameters {'variant': 9}"),
        ({"parameters": {"noise": "much"}}, "SEA refuses parameters {'noise': 'much'}"),
        ({"parameters": 3}, "parameters is 3; write {name: value}"),
        ({"ticks": 0}, "ticks is 0;"),
        ({"rows": 2.5}, "rows is 2.5;"),
        (
            {"generator": "AnomalySine", "rows": 101},
            "gives 10,000 rows, 100 ticks of 101 are asked",
        ),
        (
            {"generator": "RandomRBF", "parameters": {"n_classes": 1}},
            "RandomRBF gives class 0 in every row",
        ),
    ],
)
def test_bad_input(options, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        River(**options)(0)
