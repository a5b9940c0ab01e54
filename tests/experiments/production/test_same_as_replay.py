"""Production is the replay: tick by tick, with every object made anew from the disk."""

from dataclasses import replace
from inspect import getsource

import numpy as np
import pandas as pd
import pytest
from production import (
    POLICIES,
    PROOFS,
    STRATEGIES,
    WARMUP,
    at,
    days,
    file_of,
    policy_of,
    simulated,
    write,
)

from retrainlab.experiments.production import folder as folders
from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production import steps, verify
from retrainlab.sim.replay import loop
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.world import World

CASES = [
    (name, strategy)
    for name in ("flights", "toilet_paper", "recurrent")
    for strategy in STRATEGIES
    if (name, strategy) != ("toilet_paper", "drop")  # accuracy is of classes
]
CASES += [("recurrent", policy) for policy in POLICIES]
CASES += [("turned", policy) for policy in PROOFS]
CLOCKS = [(0, 0), (3, 2)]  # delay of labels, duration of a fit
# Besides never, on these few ticks.
IDLE = {("flights", "excess")}
EXACT = ["number", "reason", "decided", "ready", "rows", "first_tick", "last_tick", "labels"]


def scrambled(rows, seed):
    """The rows with other labels, of which a class or a number is wrong in each."""
    labels = rows["label"].to_numpy()
    other = 1 - labels if set(labels) <= {0, 1} else labels[::-1] * 7.0 + seed
    return rows.assign(label=other)


def lived(path, policy, name, data):
    """Run all ticks; a label stands in its file only once it has arrived."""
    parts = list(days(name).items())
    for tick, (date, rows) in enumerate(parts):
        late = tick >= WARMUP and policy.world.label_delay > 0
        write(data, date, scrambled(rows, tick) if late else rows)
        come = tick - policy.world.label_delay
        if come >= WARMUP:
            write(data, *parts[come])
        if tick >= WARMUP:
            assert at(path, steps.tick, date).code == steps.DONE


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The scenarios as files, by name, with their columns and rows in memory."""
    place = tmp_path_factory.mktemp("files")
    return {name: Kept(file_of(name, place)) for name in sorted({name for name, _ in CASES})}


class Kept:
    """A file that is read once."""

    def __init__(self, file):
        self.columns, self.rows = file.schema(), file(0)

    def schema(self):
        return self.columns

    def __call__(self, seed):
        return self.rows


@pytest.mark.slow
@pytest.mark.parametrize("clocks", CLOCKS, ids=str)
@pytest.mark.parametrize(("name", "strategy"), CASES)
def test_every_strategy_does_what_its_replay_does(tmp_path, files, name, strategy, clocks):
    file, data = files[name], tmp_path / "days"
    policy = policy_of(file, data, strategy, World(*clocks, WARMUP))
    policies.save(policy, tmp_path / "p")
    lived(tmp_path / "p", policy, name, data)

    expected, recorded = simulated(policy, file), ledgers.load(tmp_path / "p").frames
    trainings = expected.retrainings()
    pd.testing.assert_frame_equal(recorded["retrainings"][EXACT], trainings[EXACT])
    known = trainings["accepted"].notna()
    for column in ("accepted", "deployed"):
        pd.testing.assert_series_equal(
            recorded["retrainings"][column][known], trainings[column][known]
        )
    alarms = expected.alarm_table()
    pd.testing.assert_frame_equal(recorded["alarms"][list(alarms)], alarms, check_dtype=False)
    ticks = expected.ticks
    served = len(ticks) - clocks[0]
    pd.testing.assert_frame_equal(
        recorded["ticks"][list(ticks)], ticks[:served], rtol=1e-9, check_dtype=False
    )
    assert at(tmp_path / "p", verify.verify).line["verdict"].endswith("as simulated")


def test_the_strategies_of_these_tests_do_something(tmp_path, files):
    """The cases above have teeth: trainings, rejections and alarms are among them."""
    counts, idle = np.zeros(3, dtype=int), set()
    for name, strategy in CASES:
        policy = policy_of(files[name], tmp_path, strategy, World(0, 0, WARMUP))
        quantities = simulated(policy, files[name]).quantities()
        counts += [quantities[key] for key in ("retrainings", "rejected", "alarms")]
        if quantities["retrainings"] == 0:
            idle.add((name, strategy))
    assert idle == {case for case in CASES if case[1] == "never"} | IDLE
    assert (counts >= [60, 2, 50]).all(), counts


@pytest.mark.parametrize("clocks", CLOCKS, ids=str)
@pytest.mark.parametrize("strategy", PROOFS)
def test_a_rise_of_errors_is_proven_within_these_few_ticks(tmp_path, files, strategy, clocks):
    policy = policy_of(files["turned"], tmp_path, strategy, World(*clocks, WARMUP))
    alarms = simulated(policy, files["turned"]).alarm_table()
    assert len(alarms)
    assert (alarms["tick"] >= WARMUP + 2 + clocks[0]).all()


def test_replay_and_production_step_by_the_same_function(tmp_path, files, monkeypatch):
    callers = []
    step = ReplayState.step

    def noted(state, tick):
        callers.append(type(state.fits).__name__)
        step(state, tick)

    monkeypatch.setattr(ReplayState, "step", noted)
    file, data = files["recurrent"], tmp_path / "days"
    policy = policy_of(file, data, "periodic", World(0, 0, WARMUP))
    policies.save(replace(policy), tmp_path / "p")
    lived(tmp_path / "p", policy, "recurrent", data)
    simulated(policy, file)
    assert set(callers) == {"StoredFits", "FitCache"}
    for source in (getsource(loop), getsource(folders)):
        assert "state.run(" in source
        assert ".when(" not in source
