"""The tables of a group are those of its ledgers, one below the other."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.naive_bayes import GaussianNB
from streams import AlarmOnOne, run, turning

from retrainlab.experiments.study.group_tables import Tables
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, Never, OnAlarm

WHERE = {"scenario": "turning", "seed": 3, "learner": "bayes"}
STREAM = turning(sizes=(9, 0, 12) * 12, turns=(18,))
WHENS = {"never": Never(), "often": Every(3), "alarm": OnAlarm(AlarmOnOne())}
RUNS = {
    "never": {"strategy": "a", "p_k": 1, "loss": 2.5},
    "often": {"strategy": "b", "p_w": "long", "p_k": 2, "loss": 3.0},
    "alarm": {"strategy": "b", "p_w": "short", "p_none": None, "loss": 1.0},
}


@pytest.fixture(scope="module")
def ledgers():
    whats = [Everything(), Last(4), Everything()]
    pairs = zip(WHENS.items(), whats, strict=True)
    return {name: run(STREAM, GaussianNB(), when, what, warmup=6) for (name, when), what in pairs}


def below_each_other(tables):
    return pd.concat(
        [table.assign(**WHERE, label=label) for label, table in tables], ignore_index=True
    )


def frames(ledgers, baseline=()):
    tables = Tables(WHERE, of_stream={"ceiling": 1.0})
    for name, ledger in ledgers.items():
        tables.add(ledger, name, RUNS[name], name in baseline)
    return tables.frames()


def test_each_table_is_that_of_its_ledgers(ledgers):
    found = frames(ledgers)
    ticks = [(name, ledger.ticks) for name, ledger in ledgers.items()]
    assert_frame_equal(found["ticks"], below_each_other(ticks), check_exact=True)
    trainings = [(name, ledger.retrainings()) for name, ledger in ledgers.items()]
    assert_frame_equal(found["retrainings"], below_each_other(trainings), check_exact=True)
    alarms = [(name, ledger.alarm_table()) for name, ledger in ledgers.items() if ledger.alarms]
    assert_frame_equal(found["alarms"], below_each_other(alarms), check_exact=True)
    assert found["alarms"]["label"].unique().tolist() == ["alarm"]


def test_runs_have_every_parameter_that_a_cell_has(ledgers):
    rows = [pd.DataFrame([{**WHERE, "label": name, **run}]) for name, run in RUNS.items()]
    expected = pd.concat(rows, ignore_index=True)
    assert_frame_equal(frames(ledgers)["runs"], expected, check_exact=True)


def test_without_an_alarm_the_columns_keep_their_types(ledgers):
    found = frames({"never": ledgers["never"]})["alarms"]
    assert len(found) == 0
    assert [str(t) for t in found.dtypes[:3]] == ["int64", "int64", "str"]
    assert found["tick"].dtype == np.int64


def test_a_baseline_has_no_trainings_and_no_alarms(ledgers):
    found = frames(ledgers, baseline=("often",))
    assert set(found["ticks"]["label"]) == set(WHENS)
    assert set(found["retrainings"]["label"]) == {"never", "alarm"}


def test_no_ledger_is_no_table():
    assert Tables(WHERE, of_stream={"ceiling": 1.0}).frames() == {}
