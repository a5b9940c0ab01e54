"""What is said where kinds of errors cost unlike, and the learner serves as if they did not."""

from dataclasses import replace

import pytest
from fake_costs import decided

from retrainlab.reports.results.manifest import Sweep
from retrainlab.reports.text.decision import sentence
from retrainlab.reports.text.threshold import UNWEIGHED, unweighed

MISSED = {"missed": 50, "false_alarm": 2}
OF_CLASSES = {"no": {"yes": 1}, "yes": {"no": "0.8 * amount"}}


def manifest_of(errors, threshold=None, **changes):
    config = {"prices": {"errors": errors}, "learner": {"threshold": threshold}}
    return replace(decided({"never": [3.0, 4, 5]}).manifest, config=config, **changes)


@pytest.mark.parametrize("errors", [MISSED, OF_CLASSES])
def test_costs_that_do_not_choose_the_class_are_said_not_to(errors):
    assert unweighed(manifest_of(errors)) == (UNWEIGHED,)
    decision = decided({"never": [3.0, 4, 5]}).decision
    assert UNWEIGHED in sentence(decision, manifest_of(errors))


def test_nothing_is_said_of_equal_costs_nor_where_a_threshold_is_set_or_swept():
    swept = Sweep((), 2, ("learner.threshold",))
    for manifest in (
        manifest_of(None),
        manifest_of({"missed": 5, "false_alarm": 5}),
        manifest_of(MISSED, "bayes"),
        manifest_of(MISSED, 0.2),
        manifest_of(MISSED, sweep=swept),
    ):
        assert unweighed(manifest) == ()
