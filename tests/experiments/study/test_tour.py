"""The tour: a study of seconds that shows every kind of answer."""

import pytest

from retrainlab import reports
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.engines.local import Serial
from retrainlab.experiments.study import study as studies
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary


@pytest.mark.slow
def test_every_kind_of_answer_is_there(tmp_path):
    config = composed("config", ["experiment=tour"])
    studies.run(studies.prepare(config), Serial(), tmp_path / "tour", "retrainlab experiment=tour")
    tables = reports.load(tmp_path / "tour")
    parts = {name: tables.of(name) for name in tables.scenarios}
    kinds = {name: own_decision(one, summary(one)).kind for name, one in parts.items()}
    assert kinds == {
        "turning_rule": "retrain",
        "steady_rule": "keep",
        "changing_mix": "baseline",
        "small_change": "undecided",
    }
