"""Which runs of a benchmark go through a detector's own code, and that it is compared."""

import math
from dataclasses import replace

from configuration import composed_as

from retrainlab.experiments.detection.bench import cases, prepare
from retrainlab.strategies.detectors import registry

WORDS = [
    *("scenario=[]", "errors=step", "errors.step.rows=900", "errors.step.start=500"),
    *("detector=[ddm,eddm]", "detect.curves=[step]", "detect.curve_seeds=2", "seeds=2"),
    *("engine=serial", "detect.window=300"),
]


def timed(case):
    """Of each run, whether it was timed."""
    runs = case.run().tables["runs"]
    runs = runs[runs["detector"].isin(["ddm", "eddm"])]
    return [not math.isnan(seconds) for seconds in runs["seconds"]]


def test_a_benchmark_runs_the_own_code_for_the_first_setting_on_the_first_seed():
    first, second = cases(prepare(composed_as("detect", *WORDS)))
    settings = [len(tried) for _, tried in first.pieces]
    assert min(settings) > 2
    assert 2 <= sum(timed(first)) < sum(settings)
    assert not any(timed(second))


def test_every_run_alarms_as_the_own_code_does():
    for case in cases(prepare(composed_as("detect", *WORDS))):
        own = replace(case, by_update=None)
        assert case.run().tables["alarms"].equals(own.run().tables["alarms"])


def test_batches_that_differ_fail(monkeypatch):
    monkeypatch.setattr(registry, "in_batches", lambda *_: [1, 2, 3])
    first, _ = cases(prepare(composed_as("detect", *WORDS)))
    failures = first.run().failures
    assert [failure["detector"] for failure in failures] == ["ddm", "eddm"]
    assert all("in batches than by its update" in failure["error"] for failure in failures)


def test_own_code_on_the_first_rows_changes_no_alarm(monkeypatch):
    first, _ = cases(prepare(composed_as("detect", *WORDS)))
    whole = first.run().tables["alarms"]
    assert whole["row"].max() > 600
    monkeypatch.setattr("retrainlab.experiments.detection.case.OWN_ROWS", 600)
    assert first.run().tables["alarms"].equals(whole)
    fed = []
    monkeypatch.setattr(registry, "feed_own", lambda _, values: fed.append(len(values)) or [])
    first.run()
    assert set(fed) == {600}
    fed.clear()
    monkeypatch.setattr(registry, "in_batches", lambda *_: None)
    first.run()
    assert set(fed) == {900}
