"""What is shared changes no result: with the memo on, off or tiny, alone or in company."""

import copy
import time

import pytest
from pandas.testing import assert_frame_equal
from sklearn.naive_bayes import GaussianNB
from streams import Level, fits_of, show, stream_of, turning, whens

from retrainlab.sim.replay.fit_cache import MEMO_BYTES
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.lru_cache import LruCache
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always, IfBetter
from retrainlab.strategies.what import Everything, Last, Mixed
from retrainlab.strategies.when import Every, OnAlarm

# Several blocks of predictions, ticks of unlike sizes.
STREAM = turning(sizes=(40, 70, 0, 90) * 15, turns=(30,))
WORLD = World(label_delay=1, fit_delay=2, warmup=8)
STRATEGIES = {
    "often": Strategy(Every(3), Everything(), Always()),
    "window": Strategy(Every(4), Last(5), IfBetter(2)),
    "mixed": Strategy(Every(6), Mixed(4), Always()),
    "alarm": Strategy(OnAlarm("ADWIN", "loss"), Everything(), Always()),
}


def tables(ledger):
    """Everything in a ledger but measured seconds."""
    return ledger.ticks, ledger.retrainings().drop(columns="seconds"), ledger.alarm_table()


def assert_same(one, other):
    for a, b in zip(tables(one), tables(other), strict=True):
        assert_frame_equal(a, b)


@pytest.fixture(scope="module")
def alone():
    """Each strategy by itself, on fits of its own."""
    return {
        name: replay(STREAM, strategy, WORLD, fits_of(STREAM, GaussianNB()))
        for name, strategy in STRATEGIES.items()
    }


@pytest.mark.parametrize("memo_bytes", [0, 1, 60_000, MEMO_BYTES])
def test_memory_changes_no_result(alone, memo_bytes):
    fits = fits_of(STREAM, GaussianNB(), memo_bytes=memo_bytes)
    for name in [*STRATEGIES, *reversed(STRATEGIES)]:
        assert_same(replay(STREAM, STRATEGIES[name], WORLD, fits), alone[name])
    assert fits.models.used <= fits.models.limit
    assert fits.predictions.used <= fits.predictions.limit
    assert bool(fits.models.hits) == (memo_bytes >= 60_000)


def test_a_fit_from_the_memo_is_charged_in_full():
    class Slow(Level):
        def fit(self, x, y):
            time.sleep(0.01)
            super().fit(x, y)

    stream = stream_of([0.0] * 12, range(12), [1] * 12, classes=0)
    fits = fits_of(stream, Slow())
    first, again = (
        replay(stream, Strategy(Every(2), Everything(), Always()), World(warmup=4), fits)
        for _ in range(2)
    )
    assert fits.models.hits == fits.models.misses == 5
    assert again.quantities() == first.quantities()
    assert again.quantities()["fit_seconds"] >= 3 * 0.01  # the fourth came too late to serve


@pytest.mark.parametrize("when", whens("classification"), ids=show)
def test_a_replay_leaves_the_strategy_as_it_was(when):
    stream = turning(turns=(20, 35), sizes=(10,) * 50)
    strategy = Strategy(when, Everything(), Always())
    before = copy.deepcopy(strategy)
    fits = fits_of(stream, GaussianNB())
    first = replay(stream, strategy, WORLD, fits)
    assert_same(first, replay(stream, strategy, WORLD, fits))
    assert_same(first, replay(stream, before, WORLD, fits))


def test_a_learner_cannot_change_the_rows_that_all_share():
    class InPlace(Level):
        def fit(self, x, y):
            x -= x.mean(axis=0)

    stream = turning(classes=0)
    with pytest.raises(ValueError, match="read-only"):
        replay(stream, STRATEGIES["often"], WORLD, fits_of(stream, InPlace()))


def test_what_was_used_longest_ago_goes_first_and_failures_are_not_kept():
    memo = LruCache(limit=2)
    made = []

    def get(name, size=1):
        return memo.get((name,), lambda: made.append(name) or name, lambda _: size)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert get(name) == name
    assert made == ["a", "b", "c", "b"]
    assert get("too large", 3) == get("too large", 3)
    assert (made.count("too large"), memo.used) == (2, 2)

    with pytest.raises(ZeroDivisionError):
        memo.get(("bad",), lambda: 1 // 0, lambda _: 1)
    assert memo.get(("bad",), lambda: 1, lambda _: 1) == 1
