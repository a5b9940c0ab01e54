"""A replay that is resumed from a snapshot goes on as the whole one does."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB
from streams import fits_of, gates, remedies, whats, whens

from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.replay.strategy import All, Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.ensembles import AccuracyWeighted
from retrainlab.strategies.gate import Always, Budget, Cooldown, EnoughRows, IfBetter
from retrainlab.strategies.label_shift import LabelShift
from retrainlab.strategies.reuse import BestRecent
from retrainlab.strategies.update import Update
from retrainlab.strategies.weighted import Decayed
from retrainlab.strategies.what import Everything, Last, Mixed, SinceAlarm, SinceFit
from retrainlab.strategies.when import At, Every, Never, OnAlarm, OnDrop, OnExcess

STREAM = Recurrent(ticks=60, rows=16, period=12, magnitude=0.9)(3)
DETECTOR = {"name": "PageHinkley", "min_instances": 8, "threshold": 0.5}
INPUTS = {"name": "KS", "alpha": 0.5, "reference": 16, "window": 8, "every": 8}
STRATEGIES = {
    "never": (Never(), Everything(), Always()),
    "every": (Every(5), Everything(), Always()),
    "at": (At([12, 30]), SinceFit(), IfBetter(2)),
    "cooldown": (Every(4), Mixed(3), Cooldown(8)),
    "alarm": (OnAlarm(DETECTOR), Last(6), All([IfBetter(3), EnoughRows(8)])),
    "replace": (OnAlarm(DETECTOR), SinceAlarm(40), Always()),
    "inputs": (OnAlarm(INPUTS, "inputs"), Last(4), Always()),
    "drop": (OnDrop(by=0.05, ticks=2), Last(6), IfBetter(2)),
    "budget": (OnDrop(by=0.05, ticks=2), Last(6), Budget(3)),
    "reuse": (Every(3), BestRecent(2), Always()),
    "label shift": (Every(2), LabelShift(2, alpha=0.9, fit=0.0), Always()),
    "update": (Every(2), Update(SinceFit()), Always()),
    "vote": (Every(4), AccuracyWeighted(3, updates=True), IfBetter(2)),
    "decayed": (Every(4), Decayed(3), Always()),
    "excess": (OnExcess(loss=2, ticks=2), Everything(), Always()),
}


def snapshots_of(state):
    """The snapshots at the ends of all ticks at which the replay can be resumed."""
    taken = []
    for tick in range(state.world.warmup, state.stream.ticks):
        state.run(tick + 1)
        if state.can_resume:
            taken.append(state.snapshot())
    return taken


@pytest.mark.parametrize("clocks", [(0, 0), (3, 2)], ids=str)
@pytest.mark.parametrize("name", STRATEGIES)
def test_it_goes_on_from_any_tick_at_which_it_can(name, clocks):
    strategy, world = Strategy(*STRATEGIES[name]), World(*clocks, 6)
    fits = fits_of(STREAM, GaussianNB())
    whole = ReplayState(STREAM, strategy, world, fits)
    snapshots = snapshots_of(whole)
    expected = whole.ledger()
    every_tick = strategy.memory is Memory.NOTHING
    assert len(snapshots) == STREAM.ticks - 6 if every_tick else len(snapshots) > 0
    for snapshot in snapshots[:: len(snapshots) // 9 + 1]:
        resumed = ReplayState(STREAM, strategy, world, fits)
        resumed.resume(snapshot)
        resumed.run(STREAM.ticks)
        ledger = resumed.ledger()
        since = world.labelled(snapshot.tick)
        tail = expected.ticks[expected.ticks["tick"] >= since].reset_index(drop=True)
        pd.testing.assert_frame_equal(ledger.ticks, tail)
        pd.testing.assert_frame_equal(ledger.retrainings(), expected.retrainings())
        assert ledger.alarms == expected.alarms


def test_these_replays_train_reject_and_alarm():
    kinds = set()
    for parts in STRATEGIES.values():
        state = ReplayState(STREAM, Strategy(*parts), World(0, 0, 6), fits_of(STREAM, GaussianNB()))
        state.run(STREAM.ticks)
        trainings = state.ledger().trainings[1:]
        kinds |= {f"accepted {training.accepted}" for training in trainings}
        kinds |= {"alarm"} if state.view.alarms else set()
        kinds |= {"waits"} if state.reason else set()
    assert kinds >= {"accepted True", "accepted False", "alarm", "waits"}


def test_a_part_that_says_nothing_may_remember_everything():
    class Own(Gate):
        """A gate that does not say what it remembers."""

    strategy = Strategy(Every(2), Everything(), All([Always(), Own()]))
    assert strategy.memory is Memory.EVERYTHING
    assert not snapshots_of(
        ReplayState(STREAM, strategy, World(0, 0, 6), fits_of(STREAM, GaussianNB()))
    )


def test_rows_before_the_snapshot_are_still_predicted_for_a_part_that_looks_back():
    seen = []

    class LooksBack:
        """Reads all that was served, and remembers nothing."""

        memory = Memory.NOTHING

        def __call__(self, view):
            ticks = view.warmup, view.tick + 1
            seen.append((view.tick, view.monitored_value(*ticks), view.loss(*ticks)))
            return "now" if view.tick in (10, 20) else None

    strategy, fits = Strategy(LooksBack(), Last(5), Always()), fits_of(STREAM, GaussianNB())
    whole = ReplayState(STREAM, strategy, World(0, 0, 6), fits)
    snapshot = snapshots_of(whole)[18]
    complete = {tick: values for tick, *values in seen}
    seen.clear()
    resumed = ReplayState(STREAM, strategy, World(0, 0, 6), fits)
    resumed.resume(snapshot)
    resumed.run(30)
    assert [tick for tick, *_ in seen] == list(range(snapshot.tick + 1, 30))
    for tick, *values in seen:
        for one, other in zip(values, complete[tick], strict=True):
            np.testing.assert_array_equal(one, other)
    assert all(b > a for a, b in pairwise(tick for tick, *_ in seen))


def test_every_shipped_part_says_what_it_remembers():
    parts = [*whens("classification"), *whens("regression"), *whats(), *gates()]
    parts += [part for task in ("classification", "regression") for part in remedies(task)]
    assert {type(part).__name__ for part in parts if not hasattr(part, "memory")} == set()
