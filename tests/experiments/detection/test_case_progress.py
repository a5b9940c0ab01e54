"""A case tells how far it is: detector by detector, and within one by its settings."""

from contextlib import contextmanager

import pytest
from configuration import composed_as

from retrainlab.experiments.detection import case
from retrainlab.experiments.detection.bench import cases, prepare

WORDS = [
    *("scenario=[]", "errors=stationary", "errors.stationary.rows=200", "detector=[adwin,ddm]"),
    *("detect.curves=[stationary]", "detect.curve_seeds=1", "seeds=1", "engine=serial"),
]


@pytest.mark.parametrize("fails", [False, True])
def test_progress_rises_with_every_setting_whether_or_not_it_fails(fails, monkeypatch):
    levels = []

    @contextmanager
    def listened(pieces):
        monkeypatch.setattr(case.Case, "_alarms", lambda *_: levels.append(pieces()) or alarms())
        yield

    def alarms():
        if fails:
            raise ArithmeticError
        return [], 0.0

    monkeypatch.setattr(case, "beating", listened)
    [only] = cases(prepare(composed_as("detect", *WORDS)))
    counts = [len(settings) for _, settings in only.pieces]
    assert min(counts) > 1
    assert len(only.run().failures) == fails * sum(counts)
    parts = [piece + done / count for piece, count in enumerate(counts) for done in range(count)]
    if fails:
        assert levels == pytest.approx(parts)
    else:  # a setting that equals an earlier one is not run again
        assert levels == sorted(set(levels) & set(parts))
        assert len(levels) < len(parts)
