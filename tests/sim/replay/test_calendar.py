"""A part that names its ticks is asked at these alone, and every byte of the ledger is the same."""

import pickle
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from streams import Mean, fits_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.replay.summary import Span, tick_size
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always, Budget, Cooldown, EnoughRows, IfBetter
from retrainlab.strategies.what import Everything, Last, Mixed, SinceFit
from retrainlab.strategies.when import At, Every, Never


class AtEveryTick:
    """The same answers, without a schedule: the loop asks at every tick."""

    def __init__(self, when):
        self.when = when

    def __call__(self, view):
        return self.when(view)


class Reading:
    """Everything, by way of labels, losses and decisions of the newest ticks."""

    def __call__(self, view):
        first = max(view.warmup, view.labelled - 3)
        if view.labelled > first:
            loss = view.loss(first, view.labelled)
            assert len(loss) == len(view.decision(first, view.labelled))
            assert np.isfinite(loss).all()
        return view.rows(0, view.labelled)


sizes = st.one_of(
    st.lists(st.integers(0, 60), min_size=14, max_size=70).map(lambda s: [2, *s]),
    st.builds(lambda size, ticks: [size] * ticks, st.integers(2, 60), st.integers(15, 70)),
)
whens = st.one_of(
    st.just(Never()),
    st.builds(Every, st.integers(1, 25), st.integers(0, 9)),
    st.builds(At, st.lists(st.integers(0, 80), max_size=9)),
)
whats = st.one_of(
    st.builds(Everything),
    st.builds(Last, st.integers(1, 12)),
    st.builds(SinceFit),
    st.builds(Mixed, st.integers(1, 9)),
    st.builds(Reading),
)
gates = st.one_of(
    st.builds(Always),
    st.builds(IfBetter, st.integers(1, 3)),
    st.builds(Cooldown, st.integers(1, 9)),
    st.builds(EnoughRows, st.integers(1, 300)),
    st.builds(Budget, st.integers(0, 3)),
)
worlds = st.builds(World, st.integers(0, 6), st.integers(0, 6), st.integers(1, 12))


def outcome(stream, strategy, world, fits):
    """Every byte of a ledger, but for measured seconds; or what is wrong."""
    try:
        ledger = replay(stream, strategy, world, fits)
    except InputError as error:
        return str(error)
    ticks = [(name, column.dtype, column.tobytes()) for name, column in ledger.columns.items()]
    trainings = ledger.retrainings().drop(columns="seconds")
    return ticks, pickle.dumps(trainings.to_dict("list")), ledger.alarms


@given(sizes, whens, whats, gates, worlds, st.sampled_from([0, 2]))
def test_the_ticks_in_between_change_nothing(sizes, when, what, gate, world, classes):
    stream = turning(sizes=sizes, turns=(len(sizes) // 2,), classes=classes)
    fits = fits_of(stream, GaussianNB() if classes else Mean())
    asked_always = outcome(stream, Strategy(AtEveryTick(when), what, gate), world, fits)
    assert outcome(stream, Strategy(when, what, gate), world, fits) == asked_always


@given(whens, st.integers(1, 12), st.integers(1, 80))
def test_a_schedule_holds_the_ticks_at_which_there_is_an_answer(when, warmup, served):
    class Clock:
        def __init__(self, tick):
            self.tick, self.warmup = tick, warmup

    stop = warmup + served
    answered = [tick for tick in range(warmup, stop) if when(Clock(tick))]
    assert list(when.schedule(warmup, stop)) == answered


@given(sizes, st.sampled_from([0, 2, 3]), st.lists(st.integers(1, 69), max_size=4))
def test_sums_over_ticks_do_not_depend_on_where_blocks_end(sizes, classes, cuts):
    stream = turning(sizes=sizes, classes=classes)
    rng = np.random.default_rng(len(cuts))
    given = rng.integers(0, classes, stream.rows) if classes else rng.normal(size=stream.rows)
    score, loss = rng.normal(size=(2, stream.rows))
    even = tick_size(stream, 0)

    def sums(first, stop):
        rows = slice(stream.offsets[first], stream.offsets[stop])
        return Span(stream, first, stop, even).summarise(given[rows], score[rows], loss[rows])

    ends = [0, *sorted({c for c in cuts if c < stream.ticks}), stream.ticks]
    parts = [sums(first, stop) for first, stop in pairwise(ends)]
    assert np.concatenate(parts, axis=1).tobytes() == sums(0, stream.ticks).tobytes()
