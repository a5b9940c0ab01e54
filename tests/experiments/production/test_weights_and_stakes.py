"""Weights and columns beside the features: in production as in the replay."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from production import WARMUP, at, days, policy_of, simulated, table, write

from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production import steps
from retrainlab.experiments.production.verify import verify
from retrainlab.experiments.storage.cache_key import digest
from retrainlab.scenarios.file import File
from retrainlab.sim.errors import InputError
from retrainlab.sim.world import World

COSTS = {
    "_target_": "retrainlab.sim.replay.cost_matrix.CostMatrix",
    "errors": {"missed": "2 * stake", "false_alarm": 1},
}


def with_columns(frame):
    """The rows with a weight and a stake each, which are no features."""
    row = frame.index.to_numpy()
    return frame.assign(w=1.0 + row % 3, stake=np.round(0.5 + row % 7, 1))


@pytest.fixture
def place(tmp_path):
    """The folder, the policy and the file, with a day's rows in a file each."""
    whole = tmp_path / "all.csv"
    with_columns(table("recurrent")).to_csv(whole, index=False)
    file = File(path=str(whole), target="label", time="day", weight="w", beside="stake")
    data = tmp_path / "days"
    for date, rows in days("recurrent").items():
        write(data, date, with_columns(rows))
    policy = policy_of(file, data, "drop", World(1, 1, WARMUP))
    policy = replace(policy, loss=COSTS)
    policies.save(policy, tmp_path / "p")
    return tmp_path / "p", policy, file


def test_weights_and_stakes_give_the_ledger_of_the_replay(place):
    path, policy, file = place
    at(path, steps.tick_all)
    expected, recorded = simulated(policy, file), ledgers.load(path).frames
    assert len(expected.trainings) > 1
    names = list(expected.ticks)
    pd.testing.assert_frame_equal(
        recorded["ticks"][names], expected.ticks[:-1], rtol=1e-9, check_dtype=False
    )
    plain = simulated(policy, replace(file, weight=None, drop=["w"]))
    assert not np.allclose(plain.ticks["loss"], expected.ticks["loss"])
    assert at(path, verify).line["verdict"].endswith("as simulated")


@pytest.mark.parametrize("column", ["w", "stake"])
def test_an_edited_weight_or_stake_of_a_closed_day_is_refused(place, column):
    path, *_ = place
    *_, before, date = list(days("recurrent"))[: WARMUP + 3]
    at(path, steps.tick, before)
    rows = with_columns(days("recurrent")[before])
    write(path.parent / "days", before, rows.assign(**{column: rows[column] + 1}))
    with pytest.raises(InputError, match=f"the rows of {before} are not what they were"):
        at(path, steps.tick, date)


def test_a_weight_that_is_none_is_named_with_its_day(place):
    path, *_ = place
    date = list(days("recurrent"))[WARMUP]
    rows = with_columns(days("recurrent")[date])
    write(path.parent / "days", date, rows.assign(w=-1))
    with pytest.raises(InputError, match=f"{date}: weight .w. of row 1 is -1"):
        at(path, steps.tick, date)


def test_a_folder_that_began_before_there_were_weights_goes_on(place):
    _, policy, _ = place
    without = replace(policy, columns=replace(policy.columns, weight=None, beside=()))
    before = policies.plain_policy(without)["columns"]
    before = {key: value for key, value in before.items() if key not in policies.LATER_COLUMNS}
    assert without.digests["columns"] == digest(before)
    assert without.digests["columns"] != policy.digests["columns"]
