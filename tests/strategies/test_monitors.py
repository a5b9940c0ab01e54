"""Detectors by name, and the signals and rates that are watched."""

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from streams import AlarmOnOne, Watching, is_binary, run, small, turning

from retrainlab.strategies import monitors
from retrainlab.strategies.detectors import registry
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import OnAlarm


@pytest.mark.parametrize("name", [n for n in registry.NAMES if n not in registry.NULLS])
def test_every_detector_sees_a_rule_that_turns_round(name):
    """From all but right to all but wrong: each alarms on a row of the newest labelled tick."""
    stream = turning(sizes=(25,) * 60, turns=(40,))
    ledger = run(stream, GaussianNB(), OnAlarm(name), Last(5), warmup=10)
    late = [a for a in ledger.alarms if a.tick >= 40]
    assert late
    assert late[0].source == f"{name} on error"
    assert stream.offsets[late[0].tick] <= late[0].row < stream.offsets[late[0].tick + 1]
    assert ledger.trainings[-1].reason == f"alarm: {name} on error"


def test_errors_and_losses_are_those_that_arrived():
    """Signals hold each row of the model in service once, in order, when its label comes."""
    stream = turning(sizes=(3, 0, 5) * 10, turns=())
    got = {name: [] for name in monitors.SIGNALS}

    def look(view):
        for name, values in got.items():
            values.extend(monitors.signal(name)(view)[1].tolist())

    ledger = run(stream, GaussianNB(), Watching(look), Everything(), warmup=6, label_delay=2)
    served = int(ledger.ticks["loss"][:-2].sum())
    assert sum(got["error"]) == sum(got["loss"]) == served > 0
    assert len(got["error"]) == len(got["loss"]) == ledger.ticks["rows"][:-2].sum()
    assert len(got["prediction"]) == ledger.ticks["rows"].sum()
    np.testing.assert_array_equal(got["inputs"], stream.x[stream.offsets[6] :])
    assert np.mean(got["prediction"]) == pytest.approx(
        np.average(ledger.ticks["predicted_mean"].fillna(0), weights=ledger.ticks["rows"])
    )


def test_rates_are_the_metrics_of_the_counts():
    counts = np.array([[6, 4], [7, 3], [5, 2]])  # actual, predicted, hit
    assert monitors.rate("accuracy")(counts) == 0.7
    assert monitors.rate("precision")(counts) == pytest.approx(2 / 3)
    assert monitors.rate("recall")(counts) == 0.5
    assert np.isnan(monitors.rate("accuracy")(np.zeros((3, 2))))


def test_a_detector_can_be_configured_or_be_ones_own():
    detector, name = registry.make({"name": "ADWIN", "delta": 0.5})
    assert (name, detector.delta) == ("ADWIN", 0.5)
    assert registry.make(AlarmOnOne())[1] == "AlarmOnOne"
    assert is_binary("DDM")
    assert not is_binary("ADWIN")


@pytest.mark.parametrize("name", [n for n in registry.NAMES if n != "NeverAlarms"])
def test_a_detector_alarms_at_the_same_values_every_time(name):
    """Seeds included: a detector that draws is seeded, and a fresh one is like the first."""
    values = (np.random.default_rng(0).random(400) < np.repeat([0.1, 0.9], 200)).astype(int)

    def alarms():
        detector, found = registry.make(small(name))[0], []
        for index, value in enumerate(values.tolist()):
            detector.update(value)
            found += [index] * detector.drift_detected
        return found

    assert alarms() == alarms() != []


@pytest.mark.parametrize("name", [n for n in registry.NAMES if is_binary(n)])
def test_a_detector_of_errors_alarms_when_they_come_and_not_when_they_go(name):
    """River's own FHDDM does the opposite."""
    rarer = [1] * 300 + [0] * 300
    detector = registry.make(name)[0]
    alarmed = []
    for value in [0] * 300 + [1] * 300:
        detector.update(value)
        alarmed.append(detector.drift_detected)
    assert any(alarmed[300:])
    assert not any(alarmed[:300])
    detector = registry.make(name)[0]
    for value in rarer:
        detector.update(value)
        assert not detector.drift_detected


def test_every_new_model_gets_a_fresh_detector():
    """One that alarms at its third value, once: three rows of each model, and the next one."""

    class Third(AlarmOnOne):
        seen = 0

        def update(self, value):
            self.seen += 1
            self.drift_detected = self.seen == 3

    stream = turning(sizes=(1,) * 24)
    ledger = run(stream, GaussianNB(), OnAlarm(Third()), Everything(), warmup=10, fit_delay=1)
    # Asked at the end of 12; the next model serves from 14, and tick 13 says nothing about it.
    assert [t.decided for t in ledger.trainings[1:]] == [12, 16, 20]
