"""The parts of a strategy: what they pick, what they stop, and what they say to bad arguments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from streams import (
    At,
    Level,
    Mean,
    fits_of,
    gates,
    run,
    show,
    stream_of,
    turning,
    whats,
    whens,
)

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.replay.strategy import All
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import count
from retrainlab.sim.world import World
from retrainlab.strategies import monitors
from retrainlab.strategies.detectors import registry
from retrainlab.strategies.gate import Always, Budget, Cooldown, EnoughRows, IfBetter
from retrainlab.strategies.what import Everything, Last, Mixed, SinceAlarm, SinceFit
from retrainlab.strategies.when import Every, Never, OnAlarm, OnDrop, OnExcess

PLAIN = stream_of(np.zeros(60), np.arange(60), [3] * 20, classes=0)


def trained(asks, rows, stops=None, stream=PLAIN, **clocks):
    """(decision, training rows) of each training after the warm-up of 4 ticks."""
    ledger = run(stream, Mean(), asks, rows, stops, warmup=4, **clocks)
    return [(t.decided, t.fit.rows) for t in ledger.trainings[1:]]


def test_the_kinds_of_rows_by_hand():
    """Three rows a tick; asked at the ends of ticks 9 and 12, labels one tick late."""
    expected = {
        Everything(): [slice(0, 27), slice(0, 36)],
        Last(2): [slice(21, 27), slice(30, 36)],
        Last(99): [slice(0, 27), slice(0, 36)],
        SinceFit(): [slice(12, 27), slice(27, 36)],  # since the warm-up, since the first
        Mixed(99): [slice(0, 27), slice(0, 36)],
        Mixed(2, share=1): [slice(0, 27), slice(0, 36)],
        Mixed(2, share=0): [slice(21, 27), slice(30, 36)],
    }
    for rows, spans in expected.items():
        assert trained(At(9, 12), rows, label_delay=1) == list(zip((9, 12), spans, strict=True))


def view_at(tick, label_delay=0, stream=PLAIN):
    record = ServedModels(fits_of(stream, Mean()), since=4)
    view = View(stream, World(label_delay, warmup=4), record)
    for t in range(4, tick + 1):
        view.advance(t)
    return view


@given(st.integers(4, 19), st.integers(0, 5), st.integers(1, 30), st.floats(0, 1))
def test_mixed_rows_are_sorted_unique_known_and_hold_the_window(tick, late, ticks, share):
    view = view_at(tick, late)
    rows = np.arange(60)[Mixed(ticks, share)(view)]
    assert np.all(np.diff(rows) > 0)
    window = np.arange(60)[Last(ticks)(view)]
    assert np.array_equal(rows[len(rows) - len(window) :], window)
    assert rows[-1] < 3 * view.labelled


def test_mixed_draws_its_share_and_the_same_for_everybody():
    stream = turning(sizes=(1000,) * 20)
    first, again = (Mixed(4, 0.3)(view_at(17, stream=stream)) for _ in range(2))
    old = first[first < 14_000]
    assert np.array_equal(first, again)
    # 4 standard errors of a share of .3 among 14,000 rows.
    assert abs(len(old) / 14_000 - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 14_000)
    assert not np.array_equal(old, Mixed(3, 0.3)(view_at(16, stream=stream))[: len(old)])


def test_since_alarm_asks_for_rows_beside_what_is_held_out():
    view = view_at(12)
    view.requested = 9
    assert SinceAlarm(12)(view) == slice(27, 39)
    assert SinceAlarm(13)(view) is None
    view.holdout = 2
    assert SinceAlarm(6)(view) == slice(27, 33)
    assert SinceAlarm(7)(view) is None
    view.holdout = 99
    assert SinceAlarm(1)(view) is None
    assert SinceFit()(view) is None


def test_cooldown_counts_from_the_last_decision():
    decided = [d for d, _ in trained(Every(1), Everything(), Cooldown(5))]
    assert decided == [4, 9, 14, 19]


def test_budget_is_the_number_of_trainings():
    assert [d for d, _ in trained(Every(2), Everything(), Budget(3))] == [5, 7, 9]
    assert trained(Every(2), Everything(), Budget(0)) == []


def test_enough_rows_counts_what_would_be_trained_on():
    # Refused for want of rows at ticks 6, 9 and 10; each request waits until there are enough.
    spans = [(7, slice(12, 24)), (11, slice(24, 36))]
    assert trained(At(6, 9), SinceFit(), EnoughRows(10)) == spans
    assert trained(At(9), Last(3), EnoughRows(10)) == []
    both = All([EnoughRows(10), IfBetter(1)])
    assert trained(At(9), Last(4), both) == []
    assert trained(At(9), Last(5), both) == [(9, slice(15, 27))]


def test_all_gates_must_open():
    both = All([Cooldown(3), Budget(2)])
    assert [d for d, _ in trained(Every(1), Everything(), both)] == [4, 7]
    low, high = np.zeros(3), np.ones(3)
    assert All([]).accept(high, low)
    assert not All([Always(), IfBetter(2)]).accept(high, low)
    assert All([IfBetter(5), IfBetter(2)]).accept(low, high)
    assert (All([IfBetter(5), IfBetter(2), Always()]).holdout, All([]).holdout) == (5, 0)


def test_if_better_wants_to_be_convinced():
    low, high = np.zeros(3), np.ones(3)
    assert IfBetter(1).accept(low, high)
    assert not IfBetter(1).accept(low, low)
    assert not IfBetter(1, by=1.0).accept(low, high)
    assert IfBetter(1, by=0.9).accept(low, high)
    assert not IfBetter(1).accept(np.empty(0), np.empty(0))


@pytest.mark.parametrize("rows", [r for r in whats() if getattr(r, "ticks", 9) > 2], ids=show)
@pytest.mark.parametrize("clocks", [(0, 0), (2, 3)])
def test_the_holdout_is_trained_on_by_neither_model(rows, clocks):
    """Judged rows come after the last training row of both; what was held out was bought."""
    judged = []

    class Spy(IfBetter):
        def accept(self, challenger, champion):
            judged.append(len(challenger))
            return super().accept(challenger, champion)

    spy = Spy(2)
    late, slow = clocks
    stream = turning(sizes=(20,) * 40, turns=(18,), classes=0)
    # Deepcopied parts share the list, as functions and closures are not copied.
    ledger = run(stream, Level(), Every(1), rows, spy, warmup=6, label_delay=late, fit_delay=slow)
    champion = ledger.trainings[0]
    put = [t for t in ledger.trainings[1:] if t.accepted is not None]
    for job in put:
        start, stop = job.holdout.start, job.holdout.stop
        trained_on = np.arange(stream.rows)[job.fit.rows]
        assert trained_on[-1] < start
        own = max(start, int(np.arange(stream.rows)[champion.fit.rows][-1]) + 1)
        assert (judged.pop(0) if own < stop else 0) == stop - own
        champion = job if job.accepted else champion
    assert not judged
    assert {t.accepted for t in put} == {True, False}


@pytest.mark.parametrize("stops", gates(), ids=show)
def test_every_gate_lets_a_replay_end(stops):
    ledger = run(turning(), GaussianNB(), Every(2), Everything(), stops, warmup=6)
    assert len(ledger.trainings) > 1


@pytest.mark.parametrize("metric", monitors.RATES)
def test_a_drop_in_any_rate_is_seen(metric):
    """Class 1 is all right in ticks of 4 ones, and all wrong from tick 10 on."""
    x = np.tile([0, 0, 1, 1], 20)
    y = np.where(np.arange(80) < 40, x, 1 - x)
    ledger = run(stream_of(x, y, [4] * 20), GaussianNB(), OnDrop(metric, 0.3, 3), Last(1), warmup=4)
    assert ledger.trainings[1].decided == 10
    assert ledger.trainings[1].reason == f"{metric} fell from 1.000 to 0.667"


def test_excess_is_what_staleness_has_cost():
    """Labels 0, then 2: losses 0 a tick at first, 4 a tick of two rows later; asked at 10 or more.

    The third tick of the new level makes it 12.
    """
    stream = stream_of(np.zeros(40), np.repeat([0.0, 2.0], 20), [2] * 20, classes=0)
    ledger = run(stream, Mean(), OnExcess(10, ticks=2), Last(1), warmup=4)
    assert [(t.decided, t.reason) for t in ledger.trainings[1:]] == [
        (12, "12 lost above the best that a model has shown")
    ]


BAD = [
    (lambda: registry.make("ADWN"), "detector is 'ADWN'; it must be one of ADWIN"),
    (lambda: registry.make({"name": "DDM", "detla": 1}), "DDM has no 'detla'; it has"),
    (lambda: registry.make({"delta": 1}), "detector is 'None'"),
    (lambda: registry.make(object()), "no update and drift_detected"),
    (lambda: OnAlarm("DDM", "loss"), "DDM cannot watch signal=loss, only error; those that"),
    (lambda: OnAlarm("ADWIN", "inputs"), "those that can are KS, ChiSquare, PSI, Wass"),
    (lambda: OnAlarm("ControlBand", "inputs"), "signal=inputs, only prediction, loss, error"),
    (lambda: OnAlarm("ADWIN", "errors"), "signal is 'errors'; it must be one of error"),
    (lambda: OnDrop("f1"), "metric is 'f1'; it must be one of accuracy"),
    (lambda: OnDrop(by=0), "by is 0"),
    (lambda: OnDrop(ticks=0), "ticks is 0"),
    (lambda: OnExcess(0), "loss is 0"),
    (lambda: Every(0), "ticks is 0"),
    (lambda: Every(2.5), "ticks is 2.5"),
    (lambda: Every(2, phase=-1), "phase is -1"),
    (lambda: Last(0), "ticks is 0"),
    (lambda: Mixed(2, 1.5), "share is 1.5"),
    (lambda: SinceAlarm(0), "min_rows is 0"),
    (lambda: IfBetter(0), "holdout is 0"),
    (lambda: Cooldown(0), "ticks is 0"),
    (lambda: Budget(-1), "trainings is -1"),
    (lambda: EnoughRows(0), "rows is 0"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD)
def test_a_bad_argument_is_named(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("asks", "sentence"),
    [
        (OnAlarm("DDM", "error"), "the error of a regression is not; use ADWIN"),
        (OnDrop("recall"), "metric is recall, which a regression does not have"),
    ],
)
def test_a_part_that_does_not_suit_the_stream_says_so(asks, sentence):
    with pytest.raises(InputError, match=sentence):
        run(PLAIN, Mean(), asks, Everything(), warmup=4)


def test_every_part_is_found():
    """The parts that other tests discover are not none by mistake."""
    assert {Never, Every, OnAlarm, OnDrop, OnExcess} <= {type(w) for w in whens("classification")}
    assert {Everything, Last, SinceAlarm, SinceFit, Mixed} <= {type(w) for w in whats()}
    assert {Always, IfBetter, Cooldown, Budget, EnoughRows} <= {type(g) for g in gates()}
    assert count(Everything()(view_at(9))) == 30
