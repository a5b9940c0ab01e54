"""Today's policy: an interval or a label, and a cell of the study either way."""

import pytest

from retrainlab.experiments.study.cells import expand
from retrainlab.experiments.study.current_policy import with_current_policy
from retrainlab.sim.errors import InputError

STRATEGIES = {
    "periodic": {
        "when": {"_target_": "retrainlab.strategies.when.Every", "ticks": 20},
        "what": {"_target_": "retrainlab.strategies.what.Everything"},
        "gate": {"_target_": "retrainlab.strategies.gate.Always"},
        "grid": {"when.ticks": [5, 10]},
    }
}


def test_an_interval_is_found_or_added_and_a_label_is_found():
    cells = expand(STRATEGIES)
    assert with_current_policy(cells, STRATEGIES, None) == (tuple(cells), None)
    assert with_current_policy(cells, STRATEGIES, 10) == (tuple(cells), "periodic every 10")
    added, today = with_current_policy(cells, STRATEGIES, 30)
    assert today == "periodic every 30"
    assert [cell.label for cell in added] == [*(cell.label for cell in cells), today]
    assert added[-1].build().interval == 30
    assert with_current_policy(cells, STRATEGIES, "periodic every 5")[1] == "periodic every 5"


def test_an_interval_is_that_of_any_schedule_on_everything_so_far():
    """Whatever it is called, and by whatever option: `periodic` is only the usual one."""
    when = {"_target_": "mine_strategies.Renamed", "ticks": 20}
    window = {"_target_": "retrainlab.strategies.what.Last", "ticks": 5}
    strategies = {
        "sliding": {**STRATEGIES["periodic"], "what": window},
        "mine": {**STRATEGIES["periodic"], "when": when},
    }
    assert with_current_policy(expand(strategies), strategies, 10)[1] == "mine every 10"
    assert with_current_policy(expand(strategies), strategies, 30)[1] == "mine every 30"
    with pytest.raises(InputError, match="on everything so far"):
        with_current_policy([], {"sliding": strategies["sliding"]}, 30)


@pytest.mark.parametrize("wrong", [0, -3, 2.5, True, "nothing of the kind"])
def test_anything_else_is_refused_in_one_sentence(wrong):
    with pytest.raises(InputError, match=f"current_policy is {wrong!r}"):
        with_current_policy(expand(STRATEGIES), STRATEGIES, wrong)
    with pytest.raises(InputError, match="as strategy periodic does"):
        with_current_policy([], {}, 7)
