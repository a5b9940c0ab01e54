"""Rollback: a new model that is worse than the one before it is taken back, at no training."""

import pytest
from changes import changed
from sklearn.naive_bayes import GaussianNB
from streams import At, fits_of, run, turning

from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.rollback import OrRollBack, RollBackFirst
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every

STILL = Sudden(ticks=120, rows=50, features=3, at=(60,), magnitude=0.0)


def test_a_model_of_a_rule_that_went_again_is_taken_back_after_its_ticks():
    stream = turning(turns=(20, 25))
    asks, rows = OrRollBack(At(24), ticks=4), RollBackFirst(Last(4), ticks=4)
    table = run(stream, GaussianNB(), asks, rows, warmup=10).retrainings()
    assert table["action"].tolist() == ["refit", "refit", "reuse"]
    back = table.iloc[2]
    assert (back["reason"], back["rows"]) == ("worse than before", 0)
    assert back["decided"] >= 28
    assert back["deployed"] == back["decided"] + 1


def test_a_model_that_is_better_stays_and_nothing_was_before_the_first():
    asks, rows = OrRollBack(At(34), ticks=2), RollBackFirst(Last(4), ticks=2)
    stream = turning(turns=(30,))
    table = run(stream, GaussianNB(), asks, rows, warmup=10).retrainings()
    assert table["action"].tolist() == ["refit", "refit"]


def test_on_wrong_labels_it_loses_less_once_they_are_right_again():
    options = {"start": 50, "duration": 21, "label_delay": 0}
    stream = changed(STILL, "damage", "wrong_labels", seed=1, **options)
    losses = []
    for when, what in (
        (Every(20), Last(10)),
        (OrRollBack(Every(20), 2, 0.95), RollBackFirst(Last(10), 2, 0.95)),
    ):
        strategy, world = Strategy(when, what, Always()), World(0, 0, 20)
        ledger = replay(stream, strategy, world, fits_of(stream, GaussianNB()))
        losses.append(ledger.quantities()["loss"])
    assert losses[1] < losses[0]


@pytest.mark.parametrize("part", [OrRollBack, RollBackFirst])
def test_a_bad_option_is_refused_in_a_sentence(part):
    with pytest.raises(InputError, match="ticks is 0"):
        part(Last(3), 0)
    with pytest.raises(InputError, match="confidence is 1; it must be at least"):
        part(Last(3), 3, 1)
