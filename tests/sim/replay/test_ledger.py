"""Two ledgers of six ticks, every number worked out by hand, and what they answer."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from streams import AlarmOnOne, At, Level, Mean, Mirror, run, stream_of

from retrainlab.strategies.gate import IfBetter
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, OnAlarm

# Ticks 0 and 1 are the warm-up, where y is x. From tick 3 on, y is 1 - x, but for row 15.
#             tick: 0     1     2     3     4  5     6        7
MIRRORED_X = np.array([0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1])
MIRRORED_Y = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1])
MIRRORED = (2, 2, 2, 2, 1, 2, 3, 2)


def assert_ticks(ledger, expected):
    assert_frame_equal(
        ledger.ticks, pd.DataFrame(expected), check_dtype=False, check_like=True, rtol=1e-12
    )


@pytest.fixture(scope="module")
def alarmed():
    stream = stream_of(MIRRORED_X, MIRRORED_Y, MIRRORED)
    on_error = OnAlarm(AlarmOnOne(), "error")
    return run(stream, Mirror(), on_error, Last(1), warmup=2, label_delay=1, fit_delay=1)


def test_trigger_by_hand(alarmed):
    """Model 0 says x. Tick 3 is all wrong; its labels come at the end of tick 4: two alarms.

    Model 1 is trained then, on tick 3 alone (says 1 - x), and is ready at 4 + 1 + 1 = 6: model 0
    serves ticks 4 and 5, all wrong too. At the end of tick 5 nobody listens, as the training is
    under way; at the end of tick 6 the labels of tick 5 say nothing about model 1. At the end
    of tick 7 those of tick 6 come: row 12 is wrong. Model 2 is decided, and would be ready at 9,
    when the stream is over.
    """
    expected = {
        "tick": [2, 3, 4, 5, 6, 7],
        "rows": [2, 2, 1, 2, 3, 2],
        "loss": [0, 2, 1, 2, 1, 1],
        "model": [0, 0, 0, 0, 1, 1],
        # Model 0 says x: 1 0 | 1 0 | 0 | 1 0. Model 1 says 1 - x: 1 1 0 | 0 0.
        "predicted_min": [0, 0, 0, 0, 0, 0],
        "predicted_mean": [0.5, 0.5, 0, 0.5, 2 / 3, 0],
        "predicted_median": [0.5, 0.5, 0, 0.5, 1, 0],
        "predicted_max": [1, 1, 0, 1, 1, 0],
        # y: 1 0 | 0 1 | 1 | 0 1 | 1 0 0 | 0 1
        "actual_0": [1, 1, 0, 1, 2, 1],
        "actual_1": [1, 1, 1, 1, 1, 1],
        "predicted_0": [1, 1, 1, 1, 1, 2],
        "predicted_1": [1, 1, 0, 1, 2, 0],
        "hit_0": [1, 0, 0, 0, 1, 1],
        "hit_1": [1, 0, 0, 0, 1, 0],
        # Labels of tick 2 are read at the end of tick 3, of 3 at 4 (and trained on: paid once),
        # of 4 and 5 never, of 6 (three of them) at the end of 7.
        "labels": [0, 2, 2, 0, 0, 3],
        "alarms": [0, 0, 2, 0, 0, 1],
    }
    assert_ticks(alarmed, expected)


def test_trainings_of_the_trigger_by_hand(alarmed):
    table = alarmed.retrainings().drop(columns="seconds")
    reason = "alarm: AlarmOnOne on error"
    assert table.drop(columns=["deployed", "accepted"]).to_dict("split")["data"] == [
        [0, "warm-up", -1, 2, False, 4, 0, 1, 0, False, "refit", 1, 0, 0],
        [1, reason, 4, 6, True, 2, 3, 3, 0, False, "refit", 1, 0, 0],
        [2, reason, 7, 9, False, 3, 6, 6, 0, False, "refit", 1, 0, 0],
    ]
    assert table["deployed"].tolist() == pytest.approx([2, 6, np.nan], nan_ok=True)
    assert table["accepted"].tolist() == pytest.approx([1, 1, np.nan], nan_ok=True)
    assert (alarmed.retrainings()["seconds"] >= 0).all()
    # Rows 6 and 7 are tick 3; row 12 is the second of tick 6.
    assert alarmed.alarm_table().to_numpy().tolist() == [
        [4, 6, "AlarmOnOne on error"],
        [4, 7, "AlarmOnOne on error"],
        [7, 12, "AlarmOnOne on error"],
    ]


def test_quantities_by_hand(alarmed):
    quantities = alarmed.quantities()
    assert quantities.pop("fit_seconds") >= 0
    assert quantities == {
        "ticks": 6,
        "rows": 12,
        "loss": 7,
        "retrainings": 1,
        "updates": 0,
        "switches": 0,
        "unfinished": 1,  # model 2, which could not serve any more, is in no cost
        "deployed": 1,
        "rejected": 0,
        "train_rows": 2,
        "labels": 7,  # the monitor had bought those of model 2
        "alarms": 3,
    }


def test_a_row_names_its_model(alarmed):
    assert [alarmed.model_of_row(row) for row in range(4, 16)] == [0] * 7 + [1] * 5
    for row in (-1, 3, 16):
        with pytest.raises(IndexError, match="was not served"):
            alarmed.model_of_row(row)


LEVELS = np.repeat([0, 0, 0, 4, 4, 4, 0, 0], 2)


@pytest.fixture(scope="module")
def gated():
    x = np.tile([0.0, 1.0], 8)
    stream = stream_of(x, x + LEVELS, [2] * 8, classes=0)
    clocks = {"warmup": 2, "label_delay": 1, "fit_delay": 1}
    return run(stream, Level(), Every(2), Everything(), IfBetter(holdout=1), **clocks)


def test_champion_and_challenger_by_hand(gated):
    """y = x + level. Asked at the ends of ticks 3, 5 and 7, when labels to 2, 4 and 6 are known.

    Model 1: held out is tick 2, trained on ticks 0-1: level 0, as model 0. Put to the gate at
    tick 5: no better on tick 2, rejected. Model 2: held out is tick 4, trained on ticks 0-3:
    level (0 + 0 + 0 + 4) / 4 = 1; at tick 7 it misses tick 4 by 3 and model 0 by 4: accepted, and
    serves tick 7. Model 3: trained on ticks 0-5: level 2, ready at 9: never serves.
    """
    expected = {
        "tick": [2, 3, 4, 5, 6, 7],
        "rows": [2] * 6,
        "loss": [0, 8, 8, 8, 0, 2],
        "model": [0, 0, 0, 0, 0, 2],
        "predicted_min": [0, 0, 0, 0, 0, 1],
        "predicted_mean": [0.5, 0.5, 0.5, 0.5, 0.5, 1.5],
        "predicted_median": [0.5, 0.5, 0.5, 0.5, 0.5, 1.5],
        "predicted_max": [1, 1, 1, 1, 1, 2],
        "abs_error": [0, 8, 8, 8, 0, 2],
        "sq_error": [0, 32, 32, 32, 0, 2],
        "error": [0, -8, -8, -8, 0, 2],
        "abs_actual": [1, 9, 9, 9, 1, 1],
        # Tick 2 is bought to judge model 1; 3 to train and 4 to judge model 2; 5 and 6 likewise.
        "labels": [0, 2, 0, 4, 0, 4],
        "alarms": [0] * 6,
    }
    assert_ticks(gated, expected)


def test_trainings_of_the_challengers_by_hand(gated):
    table = gated.retrainings()
    columns = ["decided", "ready", "rows", "first_tick", "last_tick", "labels", "constant"]
    assert table[columns].to_numpy().tolist() == [
        [-1, 2, 4, 0, 1, 0, False],
        [3, 5, 4, 0, 1, 2, False],
        [5, 7, 8, 0, 3, 4, False],
        [7, 9, 12, 0, 5, 4, False],
    ]
    assert table["reason"].tolist() == ["warm-up"] + ["every 2 ticks"] * 3
    assert table["accepted"].tolist() == pytest.approx([1, 0, 1, np.nan], nan_ok=True)
    assert table["deployed"].tolist() == pytest.approx([2, np.nan, 7, np.nan], nan_ok=True)
    assert table["charged"].tolist() == [False, True, True, False]
    quantities = gated.quantities()
    counted = [quantities[name] for name in ("retrainings", "unfinished", "deployed", "rejected")]
    assert counted == [2, 1, 1, 1]
    assert quantities["labels"] == 2 + 4  # the 4 that only model 3 needed are in no cost


def test_loss_is_charged_on_the_truth_and_seen_on_the_label():
    """Recorded sales are 1 throughout, demand is 3: a model of sales is never told of its error."""
    recorded, demand = np.ones(8), np.full(8, 3.0)
    stream = stream_of(np.zeros(8), recorded, [1] * 8, classes=0, scored=demand)
    ledger = run(stream, Mean(), OnAlarm(AlarmOnOne(), "loss"), Everything(), warmup=2)
    assert ledger.ticks["loss"].tolist() == [2.0] * 6
    assert ledger.ticks["error"].tolist() == [-2.0] * 6
    assert ledger.ticks["abs_actual"].tolist() == [3.0] * 6
    assert len(ledger.trainings) == 1


def test_an_empty_tick_has_no_predictions_and_costs_nothing():
    stream = stream_of([0, 1, 1, 0], [0, 1, 0, 1], [2, 0, 2])
    ticks = run(stream, Mirror(), At(1), Everything(), warmup=1).ticks
    assert ticks["rows"].tolist() == [0, 2]
    assert ticks["loss"].tolist() == [0, 2]
    spread = ticks[[f"predicted_{s}" for s in ("min", "mean", "median", "max")]]
    assert spread.iloc[0].isna().all()
    assert spread.iloc[1].tolist() == [0, 0.5, 0.5, 1]
