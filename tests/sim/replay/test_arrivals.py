"""Labels that arrive one by one: as by the clock where they are as late, and never before."""

from dataclasses import replace

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from streams import At, Mean, Watching, fits_of, gates, run, show, stream_of, turning, whats, whens

from retrainlab.sim.arrivals import arrivals, label_delays
from retrainlab.sim.errors import InputError
from retrainlab.sim.oracle.candidates import candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.baselines import forecasts
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.replay.view import NotYetKnown
from retrainlab.sim.rows import count
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always, IfBetter
from retrainlab.strategies.what import Everything, Last, SinceFit
from retrainlab.strategies.when import Every, OnDrop

SIZES = (8, 12, 1, 10, 9, 11) * 7
LEARNERS = {"classification": GaussianNB(), "regression": Ridge()}
STREAMS = {
    "classification": turning(sizes=SIZES, turns=(14, 28)),
    "regression": turning(sizes=SIZES, turns=(14, 28), classes=0),
}
WARMUP = 6


def by_clock(stream, delay):
    """The stream whose labels all say that they are so many ticks late."""
    tick = stream.tick_of_row()
    return replace(stream, arrival=np.where(tick < WARMUP, tick, tick + delay))


def at_random(stream, seed=0):
    """The stream with labels up to 8 ticks late, some never."""
    late = generator(seed, "tests", "arrival").integers(0, 9, stream.rows)
    labelled = generator(seed, "tests", "never").random(stream.rows) > 0.1
    return replace(stream, arrival=stream.tick_of_row() + late, labelled=labelled)


def ledger_of(stream, strategy, world):
    return replay(stream, strategy, world, fits_of(stream, LEARNERS[stream.task]))


def assert_same(one, other):
    assert_frame_equal(one.ticks, other.ticks)
    assert_frame_equal(
        one.retrainings().drop(columns="seconds"), other.retrainings().drop(columns="seconds")
    )
    assert one.alarms == other.alarms


CASES = [(task, when) for task in STREAMS for when in whens(task)]


@pytest.mark.parametrize(("task", "when"), CASES, ids=lambda v: v if v in STREAMS else show(v))
def test_labels_that_are_as_late_as_the_clock_says_change_nothing(task, when):
    stream = STREAMS[task]
    world = World(3, 1, warmup=WARMUP)
    strategy = Strategy(when, Everything(), Always())
    ledger = ledger_of(stream, strategy, world)
    # The clock of the world does not apply where each label says when it arrives.
    other = replace(world, label_delay=0)
    assert_same(ledger, ledger_of(by_clock(stream, 3), strategy, other))


@pytest.mark.parametrize("what", whats(), ids=show)
@pytest.mark.parametrize("gate", gates(), ids=show)
def test_nor_do_they_change_what_is_trained_on_and_what_is_let_through(what, gate):
    stream, world = STREAMS["regression"], World(2, 1, warmup=WARMUP)
    strategy = Strategy(Every(3), what, gate)
    ledger = ledger_of(stream, strategy, world)
    assert_same(ledger, ledger_of(by_clock(stream, 2), strategy, world))


@pytest.mark.parametrize("task", STREAMS)
def test_nor_baselines_and_oracle(task):
    stream, world = STREAMS[task], World(2, 1, warmup=WARMUP)
    late = by_clock(stream, 2)
    for name, given in forecasts(stream, world).items():
        np.testing.assert_array_equal(given, forecasts(late, world)[name])
    prices = Prices(error=1, fit=5, label=0.1, row=0.01)
    best, other = (
        best_schedule(loss_table(fits_of(s, LEARNERS[task]), world, grid), prices)
        for s in (stream, late)
        for grid in [candidate_grid(s, world, 3, [5, None])]
    )
    assert best.candidates == other.candidates
    assert (best.loss, best.labels) == (other.loss, other.labels)


def scrambled(stream, tick):
    """The same with other labels where none has arrived by the end of a tick, scored as before."""
    late = stream.arrival > tick
    if stream.labelled is not None:
        late |= ~stream.labelled
    y = np.where(late, 1 - stream.y, stream.y)
    x = stream.x.copy()
    x[stream.offsets[tick + 1] :] += 7
    return replace(stream, y=y, x=x, scored=stream.y)


@pytest.mark.parametrize(("task", "when"), CASES, ids=lambda v: v if v in STREAMS else show(v))
def test_no_strategy_sees_a_label_before_it_arrives(task, when):
    stream = at_random(STREAMS[task])
    stream = replace(stream, scored=stream.y)
    strategy, tick = Strategy(when, Everything(), IfBetter(3)), 25
    one, other = (
        ledger_of(s, strategy, World(0, 1, WARMUP)) for s in (stream, scrambled(stream, tick))
    )
    past = [ledger.ticks[ledger.ticks["tick"] <= tick] for ledger in (one, other)]
    assert_frame_equal(*past)
    decided = [
        r[r["decided"] <= tick].drop(columns="seconds")
        for r in (one.retrainings(), other.retrainings())
    ]
    # Whether a training of the last tick is accepted is seen one tick later.
    known = [part.drop(columns=["accepted", "deployed"]) for part in decided]
    assert_frame_equal(*known)
    assert [a for a in one.alarms if a.tick <= tick] == [a for a in other.alarms if a.tick <= tick]


@pytest.mark.parametrize("what", whats(), ids=show)
@pytest.mark.parametrize("task", STREAMS)
def test_no_window_holds_a_label_before_it_arrives(task, what):
    stream = at_random(STREAMS[task])
    ledger = ledger_of(stream, Strategy(Every(2), what, IfBetter(2)), World(0, 1, WARMUP))
    assert len(ledger.trainings) > 3
    for training in ledger.trainings:
        rows = np.arange(stream.rows)[training.fit.rows]
        assert (stream.arrival[rows] <= max(training.decided, WARMUP - 1)).all()
        assert stream.labelled[rows].all()


def test_baselines_know_what_has_arrived_and_no_more():
    stream = at_random(STREAMS["classification"])
    other = scrambled(stream, 25)
    world = World(warmup=WARMUP)
    rows = slice(0, int(stream.offsets[27] - stream.offsets[WARMUP]))
    for name, given in forecasts(stream, world).items():
        np.testing.assert_array_equal(given[rows], forecasts(other, world)[name][rows])


def test_a_ledger_by_hand():
    """Two rows a tick; y counts rows, so that a mean tells which labels were known."""
    arrival = [0, 0, 1, 3, 2, 2, 5, 3, 9, 4, 5, 9]
    stream = stream_of(np.zeros(12), np.arange(12.0), [2] * 6, classes=0, arrival=np.array(arrival))
    ledger = run(stream, Mean(), At(2, 3, 4), Everything(), warmup=2, label_delay=4)
    rows = [np.arange(12)[t.fit.rows].tolist() for t in ledger.trainings]
    assert rows == [[0, 1, 2], [0, 1, 2, 4, 5], [0, 1, 2, 3, 4, 5, 7], [*range(6), 7, 9]]
    assert [t.labels for t in ledger.trainings] == [0, 2, 2, 1]
    means = [np.mean(part) for part in rows]
    assert ledger.ticks["predicted_mean"].tolist() == pytest.approx(means)
    # What is scored is every label in the file, whenever it arrives.
    truth = np.arange(4, 12.0).reshape(4, 2)
    expected = np.abs(truth - ledger.ticks["predicted_mean"].to_numpy()[:, None]).sum(axis=1)
    np.testing.assert_allclose(ledger.ticks["loss"], expected)
    fresh = run(stream, Mean(), At(2, 3, 4), SinceFit(), warmup=2)
    new = [np.arange(12)[t.fit.rows].tolist() for t in fresh.trainings[1:]]
    assert new == [[4, 5], [3, 7], [9]]
    last = run(stream, Mean(), At(4), Last(2), warmup=2)
    assert np.arange(12)[last.trainings[1].fit.rows].tolist() == [7, 9]
    known = forecasts(stream, World(warmup=2))
    assert known["no_change"].ravel().tolist() == [2, 2, 5, 5, 7, 7, 9, 9]
    assert known["newest_mean"].ravel().tolist() == [2, 2, 4.5, 4.5, 5, 5, 9, 9]
    delays = label_delays(stream)
    assert (delays.median, delays.most, delays.late) == (0, np.inf, 2)


def test_no_change_takes_the_newest_row_of_the_entity_that_is_known():
    arrival, entity = np.array([0, 0, 3, 1, 2, 2, 3, 3]), np.array([0, 1] * 4)
    stream = stream_of(
        np.zeros(8), np.arange(8.0), [2] * 4, classes=0, arrival=arrival, entity=entity
    )
    known = forecasts(stream, World(warmup=2))["no_change"].ravel()
    assert known.tolist() == [0, 3, 4, 5]


def test_a_view_names_the_labels_that_have_just_arrived():
    stream = at_random(STREAMS["regression"])
    seen = []

    def look(view):
        rows = view.new_rows()
        if rows is not None:
            seen.extend(np.arange(stream.rows)[rows].tolist())
            assert len(view.losses_of(rows)) == len(view.labels_of(rows)) == count(rows)
        late = np.flatnonzero(stream.arrival[: view.row_of(view.tick)] > view.tick)
        with pytest.raises(NotYetKnown, match=f"tick {view.tick}"):
            view.labels_of(late[:1])

    run(stream, Ridge(), Watching(look), Everything(), warmup=WARMUP)
    comes = (stream.arrival < stream.ticks) & stream.labelled
    served = stream.tick_of_row() >= WARMUP
    assert sorted(seen) == np.flatnonzero(comes & served).tolist()


def test_labels_are_bought_once():
    stream = at_random(STREAMS["classification"])
    ledger = run(stream, GaussianNB(), OnDrop(by=0.01), Everything(), warmup=WARMUP)
    free = arrivals(stream, World(warmup=WARMUP)).free()
    comes = (stream.arrival < stream.ticks) & ~free
    assert 0 < ledger.ticks["labels"].sum() <= comes.sum()


def test_the_oracle_trains_on_labels_that_have_arrived():
    stream, world = at_random(STREAMS["regression"]), World(0, 1, WARMUP)
    fits = fits_of(stream, Ridge())
    for candidate in candidate_grid(stream, world, 3, [4, None]):
        rows = np.arange(stream.rows)[candidate.rows]
        assert (stream.arrival[rows] <= candidate.decided).all()
    strategy = Strategy(Every(3), Everything(), Gate())
    ledger = replay(stream, strategy, world, fits)
    table = loss_table(fits, world, candidate_grid(stream, world, 3, [None]), [ledger])
    assert best_schedule(table, Prices(error=1, fit=0)).loss <= ledger.ticks["loss"].sum() + 1e-9


def test_a_label_cannot_arrive_before_its_row():
    with pytest.raises(InputError, match="row 3, which is served at tick 1; a label cannot arrive"):
        stream_of(np.zeros(4), np.arange(4.0), [2, 2], classes=0, arrival=np.array([0, 0, 1, 0]))


def test_a_warm_up_without_labels_that_have_arrived_is_refused():
    stream = stream_of(
        np.zeros(8), np.arange(8.0), [2] * 4, classes=0, arrival=np.array([0, 3, 3, 3, 3, 3, 3, 3])
    )
    with pytest.raises(InputError, match="hold 1 rows with a label that has arrived by then"):
        World(warmup=2).admits(stream)
