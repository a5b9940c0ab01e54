"""No strategy sees the future: scramble it, and the past stays as it was."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from streams import At, Watching, fits_of, gates, remedies, run, show, turning, whats, whens

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import All, Strategy
from retrainlab.sim.replay.view import NotYetKnown
from retrainlab.sim.world import World
from retrainlab.strategies.doubt import Shadow
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Every, Never

SIZES = (8, 12, 0, 10, 9, 11) * 7
STREAMS = {
    "classification": turning(sizes=SIZES, turns=(14, 28)),
    "regression": turning(sizes=SIZES, turns=(14, 28), classes=0),
}
STREAMS["regression"] = replace(STREAMS["regression"], scored=STREAMS["regression"].y + 1)
LEARNERS = {"classification": GaussianNB(), "regression": Ridge()}
WHEN = {task: whens(task) for task in STREAMS}


def scrambled(stream, tick, seed):
    """The stream with other features, labels and truth from a tick on."""
    rng = np.random.default_rng(seed)
    start = stream.offsets[tick]
    x, y = stream.x.copy(), stream.y.copy()
    x[start:] = rng.normal(5, 9, x[start:].shape)
    y[start:] = rng.permutation(1 - y[start:])
    scored = None if stream.scored is None else np.append(stream.scored[:start], 2 * y[start:])
    return replace(stream, x=x, y=y, scored=scored)


def past(stream, task, strategy, world, tick):
    """Ticks before `tick`, what was decided and what alarmed before it."""
    ledger = replay(stream, strategy, world, fits_of(stream, LEARNERS[task]))
    ticks, trainings = ledger.ticks, ledger.retrainings()
    decided = trainings[trainings["decided"] < tick].drop(columns="seconds")
    if any(isinstance(gate, Shadow) for gate in getattr(strategy.gate, "gates", ())):
        # It is the only one that looks at what comes after the decision.
        decided.loc[decided["ready"] >= tick, ["ready", "deployed", "accepted"]] = np.nan
    alarms = [alarm for alarm in ledger.alarms if alarm.tick < tick]
    return ticks[ticks["tick"] < tick], decided, alarms


def same_past(task, strategy, world, tick, seed):
    stream = STREAMS[task]
    before = past(stream, task, strategy, world, tick)
    after = past(scrambled(stream, tick, seed), task, strategy, world, tick)
    assert_frame_equal(before[0], after[0])
    assert_frame_equal(before[1], after[1])
    assert before[2] == after[2]


CASES = [(task, part) for task, parts in WHEN.items() for part in parts]
DELAYS = st.integers(0, 4)
SEEDS = st.integers(0, 2**32 - 1)
LATER = st.integers(10, len(SIZES) - 1)


@pytest.mark.parametrize(("task", "when"), CASES, ids=lambda v: v if v in STREAMS else show(v))
def test_every_when_decides_by_the_past_alone(task, when):
    for label_delay, fit_delay, tick in ((0, 0, 20), (2, 1, 33)):
        world = World(label_delay, fit_delay, warmup=6)
        same_past(task, Strategy(when, Everything(), Always()), world, tick, seed=1)


REMEDIES = [(task, part) for task in STREAMS for part in remedies(task)]


@pytest.mark.parametrize(("task", "what"), REMEDIES, ids=lambda v: v if v in STREAMS else show(v))
def test_every_remedy_is_decided_by_the_past_alone(task, what):
    for label_delay, fit_delay, tick in ((0, 0, 20), (2, 1, 33)):
        world = World(label_delay, fit_delay, warmup=6)
        same_past(task, Strategy(Every(2), what, Always()), world, tick, seed=1)


@pytest.mark.slow
@given(st.data(), DELAYS, DELAYS, LATER, SEEDS)
def test_every_combination_of_parts_leaves_the_past_alone(data, late, slow, tick, seed):
    task = data.draw(st.sampled_from(sorted(STREAMS)))
    # Where a detector stands alone, the test above has it; here parts that ask often come first.
    when = data.draw(st.one_of(st.just(Every(2)), st.sampled_from(WHEN[task])))
    what = data.draw(st.sampled_from([*whats(), *remedies(task)]))
    stops = data.draw(st.lists(st.sampled_from(gates()), min_size=1, max_size=3))
    # A window that the gate holds out altogether is refused, which test_replay shows; a tick of
    # this stream is empty, so a window may be held out altogether that is one tick longer.
    what = Everything() if getattr(what, "ticks", 9) <= All(stops).holdout + 1 else what
    world = World(late, slow, warmup=6)
    same_past(task, Strategy(when, what, All(stops)), world, tick, seed)


def test_scrambling_would_be_noticed():
    """The property above has teeth: from the tick on, everything is another."""
    stream, strategy, world = (
        STREAMS["classification"],
        Strategy(Every(2), Everything(), Always()),
        World(warmup=6),
    )
    one = past(stream, "classification", strategy, world, 99)
    other = past(scrambled(stream, 20, 3), "classification", strategy, world, 99)
    assert one[0]["loss"].tolist() != other[0]["loss"].tolist()


ASKED = {
    "x": lambda v: v.tick + 1,
    "y": lambda v: v.labelled,
    "rows": lambda v: v.labelled,
    "loss": lambda v: v.labelled,
    "monitored_value": lambda v: v.tick + 1,
    "decision": lambda v: v.tick + 1,
    "probabilities": lambda v: v.tick + 1,
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("late", [0, 2])
def test_the_view_gives_what_is_known_and_nothing_more(name, late):
    seen = []

    def look(view):
        stop, get = ASKED[name](view), getattr(view, name)
        get(view.warmup, stop)
        with pytest.raises(NotYetKnown, match=f"tick {view.tick}"):
            get(view.warmup, stop + 1)
        seen.append(stop)

    run(
        STREAMS["classification"],
        GaussianNB(),
        Watching(look),
        Everything(),
        warmup=6,
        label_delay=late,
    )
    gone = 0 if name in ("x", "monitored_value", "decision", "probabilities") else late
    assert seen == [max(6, t + 1 - gone) for t in range(6, len(SIZES))]


def test_the_best_that_a_model_has_shown_is_of_known_rows_alone():
    stream, lowest = STREAMS["classification"], []

    def look(view):
        lowest.append(view.lowest_mean_loss(3))
        until = view.row_of(view.tick + 1)
        assert len(view.features_of(slice(0, until))) == until
        if until < stream.rows:
            with pytest.raises(NotYetKnown):
                view.features_of(slice(0, until + 1))
        return "often" if view.tick % 7 == 0 else None

    ledger = run(stream, GaussianNB(), look, Everything(), warmup=6, label_delay=2, fit_delay=1)
    starts = [t.deployed for t in ledger.trainings if t.deployed is not None]
    ticks = ledger.ticks
    assert np.isinf(lowest[:4]).all()
    assert lowest[5] == pytest.approx(ticks["loss"][:3].sum() / ticks["rows"][:3].sum())
    assert all(b <= a for a, b in pairwise(lowest))
    assert len(starts) > 3


def test_without_prices_the_price_ratio_is_refused():
    def look(view):
        with pytest.raises(InputError, match="asks what a retraining costs"):
            view.price_ratio  # noqa: B018

    stream = STREAMS["classification"]
    run(stream, GaussianNB(), Watching(look), Everything(), warmup=6)
    ratios = []
    watch = Watching(lambda view: ratios.append(view.price_ratio))
    strategy, world = Strategy(watch, Everything(), Always()), World(warmup=6)
    replay(stream, strategy, world, fits_of(stream, GaussianNB()), 25.0)
    assert {*ratios} == {25.0}


def test_a_tick_before_the_first_never_counts_from_the_end():
    """In Python -1 is the last: here it would be the future."""

    def look(view):
        assert len(view.y(0, -1)) == len(view.x(-3, -1)) == len(view.monitored_value(6, -1)) == 0
        assert view.rows(-5, 2) == slice(0, 20)
        with pytest.raises(NotYetKnown):
            view.row_of(-1)

    run(STREAMS["classification"], GaussianNB(), Watching(look), Everything(), warmup=6)


@pytest.mark.parametrize("what", [lambda v: slice(0, v.row_of(v.tick + 1)), lambda v: [-1, 5]])
def test_rows_whose_labels_have_not_arrived_cannot_be_trained_on(what):
    stream = STREAMS["classification"]
    with pytest.raises(NotYetKnown, match="at tick 21"):
        run(stream, GaussianNB(), At(21), what, warmup=6, label_delay=1)


def test_only_the_features_and_predictions_of_a_served_row_are_seen():
    def look(view):
        with pytest.raises(NotYetKnown, match="have been served"):
            view.monitored_value(5, 6)
        with pytest.raises(NotYetKnown):
            view.row_of(view.tick + 2)

    run(STREAMS["classification"], GaussianNB(), Watching(look), Everything(), warmup=6)


def test_never_asks():
    assert len(run(STREAMS["regression"], Ridge(), Never(), Everything(), warmup=6).trainings) == 1
