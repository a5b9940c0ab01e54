"""Law 11: false alarms are a property of a detector's settings, a step has a mean delay.

A detector that never alarms and one that alarms every k rows are held against them.
"""

from functools import cache
from math import inf

import numpy as np
import pytest

from retrainlab.scenarios.error_rates import ErrorRates
from retrainlab.sim.detection.matching import match
from retrainlab.sim.detection.metrics import summarise
from retrainlab.sim.detection.trade_off import at_sensitivity
from retrainlab.strategies.detectors import registry

SEEDS = range(20)
WINDOW = 2000
STATIONARY = ErrorRates(shape="stationary", before=0.2)
STEP = ErrorRates(shape="step", before=0.2, after=0.35, start=6000)
# From the strictest setting to the most sensitive one.
SETTINGS = {
    "ADWIN": ("delta", (0.002, 0.02, 0.2, 0.5)),
    "DDM": ("drift_threshold", (3.0, 2.5, 2.0, 1.5)),
    "PageHinkley": ("threshold", (50, 30, 20, 10)),
}
names = pytest.mark.parametrize("name", SETTINGS)


@cache
def alarms(name, setting, scenario, seed):
    """Rows at which River's detector alarms; it starts afresh by itself."""
    option, _ = SETTINGS[name]
    detector, _ = registry.make({"name": name, option: setting})
    rows = []
    for row, error in enumerate(scenario(seed).values.tolist()):
        detector.update(error)
        if detector.drift_detected:
            rows.append(row)
    return rows


def matched(name, setting, scenario, seeds=SEEDS):
    return [judged(alarms(name, setting, scenario, seed), scenario, seed) for seed in seeds]


def judged(rows, scenario, seed):
    stream = scenario(seed)
    return match(rows, stream.spans, stream.rows, WINDOW, counts=stream.rises)


def every(k, scenario):
    """Alarms every k rows, in all phases: one at a multiple of k would hit a step by chance."""
    phases = [int(k * (seed + 0.5) / len(SEEDS)) for seed in SEEDS]
    return [
        judged(range(p, scenario.rows, k), scenario, s) for s, p in zip(SEEDS, phases, strict=True)
    ]


@names
def test_false_alarms_are_a_property_of_the_settings(name):
    """A more sensitive setting has more of them, and other seeds give the same rate.

    The counts of the two halves of the seeds differ by 4 standard deviations of the difference of
    two equal Poisson counts at most: each alarm starts the detector afresh.
    """
    _, settings = SETTINGS[name]
    summaries = [summarise(matched(name, s, STATIONARY)) for s in settings]
    assert all(f["drifts"] == 0 and f["stationary"] == 200_000 for f in summaries)
    counts = [f["false_alarms"] for f in summaries]
    assert counts == sorted(counts)
    assert counts[0] < 5 < counts[-1]
    assert [f["mtfa"] for f in summaries] == sorted((f["mtfa"] for f in summaries), reverse=True)
    one, other = (
        summarise(matched(name, settings[-1], STATIONARY, half))["false_alarms"]
        for half in (SEEDS[:10], SEEDS[10:])
    )
    assert abs(one - other) < 4 * np.sqrt(one + other)


@names
def test_a_step_has_a_mean_delay_and_the_settings_trade_it_for_false_alarms(name):
    _, settings = SETTINGS[name]
    points = at_sensitivity([(s, matched(name, s, STEP)) for s in settings])
    assert [p.parameter for p in points] == list(settings)
    assert all(p.efficient for p in points)
    assert all(0 < p.restricted_delay < WINDOW for p in points)
    assert 0 < summarise(matched(name, settings[0], STEP))["mean_delay"] < WINDOW


@names
@pytest.mark.parametrize("level", [0, 1, 2])
def test_null_detectors_do_not_win(name, level):
    """Never, and every k rows with as many false alarms.

    Not at the most sensitive settings: where false alarms come more often than a window is long,
    an alarm every k rows finds everything as well, and F1 no longer tells them apart.
    """
    summary = summarise(matched(name, SETTINGS[name][1][level], STEP))
    never = summarise([judged([], STEP, seed) for seed in SEEDS])
    nulls = [never]
    if summary["mtfa"] < inf:
        nulls.append(summarise(every(round(summary["mtfa"]), STEP)))
        assert nulls[-1]["false_per_1000"] == pytest.approx(summary["false_per_1000"], rel=0.2)
    for null in nulls:
        assert null["restricted_delay"] > summary["restricted_delay"]
        if summary["mtfa"] > WINDOW:
            assert null["f1"] < summary["f1"]
    assert (never["f1"], never["restricted_delay"]) == (0, WINDOW)
