"""The clocks: what serves when, what is trained on, and what happens while a model is awaited."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier
from streams import AlarmOnOne, At, Mean, Mirror, Watching, fits_of, run, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always, IfBetter
from retrainlab.strategies.what import Everything, Last, SinceAlarm
from retrainlab.strategies.when import Every, Never, OnAlarm, OnDrop, OnExcess


def counting(ticks, rows=1):
    """A regression whose label is the tick: the mean of a window tells which window it was."""
    y = np.repeat(np.arange(ticks), rows)
    return stream_of(np.zeros(len(y)), y, [rows] * ticks, classes=0)


def test_the_old_model_serves_until_the_new_one_is_there():
    """Label delay 1, fit delay 2: asked at the end of tick 5 (labels to 4), serves from 8."""
    ledger = run(counting(12), Mean(), At(5), Last(1), warmup=2, label_delay=1, fit_delay=2)
    assert ledger.ticks["model"].tolist() == [0] * 6 + [1] * 4
    assert ledger.ticks["predicted_mean"].tolist() == [0.5] * 6 + [4.0] * 4
    assert [(t.decided, t.ready, t.deployed) for t in ledger.trainings[1:]] == [(5, 8, 8)]


@pytest.mark.parametrize("answer", [True, np.bool_(True), "drop"])
def test_a_reason_is_a_text_or_without_words(answer):
    ledger = run(counting(6), Mean(), lambda view: answer, Last(1), warmup=4)
    assert ledger.trainings[1].reason == ("drop" if answer == "drop" else "asked")


@pytest.mark.parametrize("answer", [3.5, np.float64(0.2), ["drop"]])
def test_what_is_no_reason_is_refused(answer):
    with pytest.raises(InputError, match=r"function answers .*; it must be the reason to retrain"):
        run(counting(6), Mean(), lambda view: answer, Last(1), warmup=4)


def test_a_retrained_model_is_used_in_all_later_steps():
    ledger = run(counting(9), Mean(), Every(2), Last(1), warmup=2)
    # Asked at the ends of ticks 3, 5 and 7, each time trained on that tick, and not at the start.
    assert ledger.ticks["predicted_mean"].tolist() == [0.5, 0.5, 3, 3, 5, 5, 7]
    assert [t.decided for t in ledger.trainings] == [-1, 3, 5, 7]


@pytest.mark.parametrize(("phase", "decided"), [(0, [4, 7, 10]), (1, [5, 8, 11]), (4, [8, 11])])
def test_periodic_never_fires_at_the_start(phase, decided):
    ledger = run(counting(12), Mean(), Every(3, phase), Everything(), warmup=2)
    assert [t.decided for t in ledger.trainings[1:]] == decided


def test_overlapping_trainings_deploy_in_order_and_the_last_are_too_late():
    """One a tick, three ticks to train: three are under way at a time, and three never serve."""
    pending = []
    every = Every(1)

    def asks(view):
        pending.append(view.pending)
        return every(view)

    ledger = run(counting(9), Mean(), asks, Last(1), warmup=2, fit_delay=3)
    jobs = ledger.trainings[1:]
    assert [t.decided for t in jobs] == [2, 3, 4, 5, 6, 7, 8]
    assert [t.deployed for t in jobs] == [6, 7, 8, None, None, None, None]
    assert [t.accepted for t in jobs] == [True] * 3 + [None] * 4
    assert ledger.ticks["model"].tolist() == [0, 0, 0, 0, 1, 2, 3]
    assert ledger.ticks["predicted_mean"].tolist() == [0.5] * 4 + [2, 3, 4]
    assert pending == [0, 1, 2, 3, 3, 3, 3]
    quantities = ledger.quantities()
    names = ("retrainings", "unfinished", "train_rows", "deployed")
    assert [quantities[name] for name in names] == [3, 4, 3, 3]


@given(
    st.lists(st.integers(0, 3), min_size=8, max_size=20),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 4),
)
def test_clocks_hold_for_ticks_of_any_size(sizes, late, slow, interval):
    """The model of tick t is the newest that was decided by t - 1 - fit_delay, on known labels."""
    sizes = [2, 1, *sizes]
    tick = np.repeat(np.arange(len(sizes)), sizes)
    stream = stream_of(np.zeros(len(tick)), tick, sizes, classes=0)
    ledger = run(
        stream,
        Mean(),
        Every(interval),
        Everything(),
        warmup=2,
        label_delay=late,
        fit_delay=slow,
    )
    for t in range(2, len(sizes)):
        decided = [d for d in range(1 + interval, t, interval) if d + 1 + slow <= t]
        known = max(2, decided[-1] + 1 - late) if decided else 2
        expected = np.mean(tick[tick < known])
        assert ledger.trainings[ledger.ticks["model"][t - 2]].decided == (decided or [-1])[-1]
        if sizes[t]:
            assert ledger.ticks["predicted_mean"][t - 2] == pytest.approx(expected)


def test_never_is_trained_on_the_whole_warm_up_and_on_nothing_else():
    ledger = run(counting(9, rows=3), Mean(), Never(), Everything(), warmup=4, label_delay=3)
    assert len(ledger.trainings) == 1
    assert ledger.trainings[0].fit.rows == slice(0, 12)
    assert ledger.ticks["predicted_mean"].tolist() == [1.5] * 5
    quantities = ledger.quantities()
    assert [quantities[k] for k in ("retrainings", "train_rows", "labels", "fit_seconds")] == [
        0
    ] * 4


def test_the_first_model_is_the_same_for_all_strategies():
    stream = turning()
    fits = fits_of(stream, DecisionTreeClassifier())
    ledgers = [
        replay(stream, Strategy(when, Last(3), Always()), World(fit_delay=2), fits)
        for when in (Never(), Every(1), OnAlarm())
    ]
    assert len({ledger.trainings[0].fit.key for ledger in ledgers}) == 1
    assert len({tuple(ledger.ticks["loss"][:3]) for ledger in ledgers}) == 1


def asked_by(asks, label_delay, fit_delay):
    """Decisions of a part on a stream whose constant model turns from right to wrong at tick 10."""
    stream = stream_of(np.zeros(120), np.repeat([0.0, 1.0], 60), [6] * 20, classes=0)
    ledger = run(
        stream,
        Mean(),
        asks,
        Everything(),
        warmup=2,
        label_delay=label_delay,
        fit_delay=fit_delay,
    )
    return [t.decided for t in ledger.trainings[1:]], [a.tick for a in ledger.alarms]


@pytest.mark.parametrize("asks", [OnAlarm(AlarmOnOne(), "error"), OnExcess(1.0, 1, "own")])
def test_nobody_alarms_while_the_remedy_is_on_its_way(asks):
    """The labels of tick 10 come at 12, where it alarms; the new model serves from 16 on.

    The first label of tick 16 comes at 18. In between there is one alarm tick, not one a tick.
    (The new model is wrong too, by less than 1, which is its normal state: no further alarm.)
    """
    decided, alarms = asked_by(asks, label_delay=2, fit_delay=3)
    assert decided == [12]
    assert set(alarms) == {12}


def test_a_drop_is_measured_over_its_ticks():
    """The mirror turns at tick 10, known at 11: right in one of two ticks. Once is enough."""
    x = np.tile([0, 1], 20)
    stream = stream_of(x, np.where(np.arange(40) < 20, x, 1 - x), [2] * 20)
    ledger = run(
        stream,
        Mirror(),
        OnDrop("accuracy", 0.4, 2),
        Last(1),
        warmup=4,
        label_delay=1,
        fit_delay=3,
    )
    job = ledger.trainings[-1]
    assert (job.number, job.decided, job.deployed) == (1, 11, 15)
    assert job.reason == "accuracy fell from 1.000 to 0.500"
    assert [tuple(a) for a in ledger.alarms] == [(11, -1, "accuracy over 2 ticks")]
    assert ledger.ticks["loss"].tolist() == [0] * 6 + [2] * 5 + [0] * 5


def test_a_request_waits_for_rows_and_counts_from_the_alarm():
    """All wrong from tick 10 on: asked at 12 for rows since tick 10; 18 of them are there at 14."""
    stream = stream_of(np.zeros(120), np.repeat([0.0, 1.0], 60), [6] * 20, classes=0)
    asks = OnAlarm(AlarmOnOne(), "error")
    ledger = run(stream, Mean(), asks, SinceAlarm(13), warmup=2, label_delay=2)
    assert [(t.decided, t.fit.rows) for t in ledger.trainings[1:]] == [(14, slice(60, 78))]
    assert {a.tick for a in ledger.alarms} == {12}


def test_since_an_alarm_on_predictions_means_since_the_row_that_was_predicted():
    """It alarms on tick 10 at its end, when labels are known to tick 7 only."""
    x = np.repeat([0.0, 1.0, 0.0], [10, 1, 9])
    stream = stream_of(x, x, [1] * 20, classes=0)

    class Echo(Mean):
        def predict(self, x):
            return x[:, 0]

    asks = OnAlarm(AlarmOnOne(), "prediction")
    ledger = run(stream, Echo(), asks, SinceAlarm(1), warmup=2, label_delay=2)
    assert [a[:2] for a in ledger.alarms] == [(10, 10)]
    assert [(t.decided, t.fit.rows) for t in ledger.trainings[1:]] == [(12, slice(10, 11))]


def test_a_window_of_empty_ticks_waits_for_rows():
    sizes = [3, 3, 3, 0, 0, 3, 3]
    stream = stream_of(np.zeros(15), np.arange(15), sizes, classes=0)
    ledger = run(stream, Mean(), At(4), Last(1), warmup=2)
    assert [(t.decided, t.fit.rows) for t in ledger.trainings[1:]] == [(5, slice(9, 12))]


def test_full_replace_behind_a_holdout_waits_for_rows_beside_it():
    """Ticks of 6 rows, the newest 2 held out: 12 rows since tick 10 are there at tick 13."""
    stream = stream_of(np.zeros(120), np.repeat([0.0, 1.0], 60), [6] * 20, classes=0)
    asks = OnAlarm(AlarmOnOne(), "error")
    ledger = run(stream, Mean(), asks, SinceAlarm(12), IfBetter(2), warmup=2)
    job = ledger.trainings[1]
    assert (job.decided, job.fit.rows, job.holdout) == (13, slice(60, 72), slice(72, 84))
    assert job.deployed == 14


def test_a_window_that_is_held_out_altogether_is_refused():
    with pytest.raises(InputError, match="nothing is left to train on at tick 4"):
        run(counting(9), Mean(), Every(3), Last(2), IfBetter(2), warmup=2)


def test_a_stream_no_longer_than_the_warm_up_is_refused():
    with pytest.raises(InputError, match=r"5 ticks \(5 rows\), .* world.warmup=5"):
        run(counting(5), Mean(), Never(), Everything(), warmup=5)
    with pytest.raises(InputError, match="hold 1 rows"):
        run(counting(5), Mean(), Never(), Everything(), warmup=1)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"label_delay": -1}, "label_delay is -1"),
        ({"fit_delay": 1.5}, "fit_delay is 1.5"),
        ({"warmup": 0}, "warmup is 0"),
        ({"warmup": True}, "warmup is True"),
    ],
)
def test_clocks_are_whole_numbers_of_ticks(options, sentence):
    with pytest.raises(InputError, match=sentence):
        World(**options)


@pytest.mark.parametrize("part", ["when", "what", "gate"])
def test_a_part_that_is_none_is_refused_before_the_replay(part):
    parts = {"when": Never(), "what": Everything(), "gate": Always()} | {part: object()}
    with pytest.raises(InputError, match=f"^{part} is"):
        Strategy(**parts)


def test_a_gate_of_ones_own_states_its_holdout():
    class Half:
        def admit(self, view, rows):
            return True

        def accept(self, challenger, champion):
            return True

    with pytest.raises(InputError, match="holdout, admit and accept"):
        Strategy(Never(), Everything(), Half())


def test_a_gate_decides_about_the_training_before_it_is_paid_for():
    class Refuse(Gate):
        def admit(self, view, rows):
            return False

    quantities = run(counting(9), Mean(), Every(1), Everything(), Refuse(), warmup=2).quantities()
    assert (quantities["retrainings"], quantities["labels"]) == (0, 0)


@pytest.mark.parametrize("seed", [0, 1])
def test_seed_0_is_a_seed_like_any_other(seed):
    """A tree on noise draws its tie-breaks: equal for equal seeds, another for another seed."""
    stream = turning(features=6, sizes=(20,) * 30)
    tree = DecisionTreeClassifier(max_features=1)

    def losses(seed):
        fits = FitCache(stream, fits_of(stream, tree).learner, fits_of(stream, tree).loss, seed)
        return (
            replay(stream, Strategy(Every(3), Everything(), Always()), World(), fits)
            .ticks["loss"]
            .tolist()
        )

    assert losses(seed) == losses(seed)
    assert losses(seed) != losses(seed + 1)


def test_labels_are_paid_for_once_and_only_when_they_are_read():
    """Everything after 3, 6, 9 ticks buys what is new each time; a watcher of losses buys all."""
    ledger = run(counting(12), Mean(), Every(3), Everything(), warmup=2, label_delay=1)
    assert ledger.ticks["labels"].tolist() == [0, 0, 2, 0, 0, 3, 0, 0, 3, 0]
    assert [t.labels for t in ledger.trainings] == [0, 2, 3, 3]
    watching = Watching(lambda view: view.loss(view.warmup, view.labelled))
    ledger = run(counting(12), Mean(), watching, Everything(), warmup=2, label_delay=1)
    assert ledger.ticks["labels"].tolist() == [0] + [1] * 9
