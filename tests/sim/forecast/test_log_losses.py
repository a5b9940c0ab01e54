"""A real log: the same losses, rows and labels as a replay, and nothing of the time after."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from streams import Mean, fits_of, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.how import LEAST, Anew, BlendIn, Corrected, ReuseFirst
from retrainlab.sim.forecast.log_losses import LogLosses, Several, Steps
from retrainlab.sim.forecast.monitor import FIRST
from retrainlab.sim.forecast.own_past import exam, own_past, whole
from retrainlab.sim.forecast.policies import CATALOGUE, PAST, Policy
from retrainlab.sim.forecast.what import Everything, Last
from retrainlab.sim.forecast.when import Every, Never
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.recipes import Blend, Refit, Reuse
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies import what, when
from retrainlab.strategies.label_shift import LabelShift
from retrainlab.strategies.residuals import Residuals

WARMUP = 8
SIZES = (10,) * (WARMUP + PAST)
PRICES = Prices(error=2.0, fit=3.0, row=0.01, label=0.02)


def losses_of(stream, learner=None, world=None, prices=PRICES):
    world = world or World(warmup=WARMUP)
    length = (stream.ticks - world.warmup) / PAST
    return LogLosses(fits_of(stream, learner or Mean()), world, prices, Steps(world.warmup, length))


@pytest.mark.parametrize("delays", [(0, 0), (1, 0), (0, 2), (2, 1)])
@pytest.mark.parametrize("window", [6, None])
def test_a_calendar_costs_what_its_replay_costs(delays, window):
    stream, world = turning(classes=0, sizes=SIZES), World(*delays, warmup=WARMUP)
    rows = Everything() if window is None else Last(window)
    parts = what.Everything() if window is None else what.Last(window)
    fits = fits_of(stream, Mean())
    losses = LogLosses(fits, world, PRICES, Steps(WARMUP, 1.0))
    result = backtest(losses, Policy("c", Every(5), rows), 0, PAST)
    ledger = replay(stream, Strategy(when.Every(5), parts, Gate()), world, fits)
    assert np.allclose(result.loss[0], PRICES.error * ledger.ticks["loss"])
    costs = price(ledger.quantities(), PRICES)
    assert result.spent.sum() == pytest.approx(costs["cost_retraining"])
    assert result.retrainings.sum() == ledger.quantities()["retrainings"]


class Calendar(when.Every):
    """A calendar that does nothing at the end of the log, and looks at no label for it."""

    schedule = property()  # it is to be asked at every tick

    def __call__(self, view):
        return None if view.tick == WARMUP + PAST - 1 else super().__call__(view)


class Watching(Calendar):
    """One that buys every label as it comes."""

    def __call__(self, view):
        if view.first_new_label < view.labelled and view.tick < WARMUP + PAST - 1:
            view.labels_of(view.rows(view.first_new_label, view.labelled))
        return super().__call__(view)


def newest_losses(view, models):
    """The mean loss of each model on the newest ticks with labels."""
    rows = view.rows(max(view.labelled - FIRST, WARMUP), view.labelled)
    return np.array([view.bank.losses(model, rows).mean() for model in models])


class ReuseOrLast(what.Last):
    """The model that is best of late, where it takes back half of what the one in service loses
    more than in its first ticks; else a training."""

    def __call__(self, view):
        if view.labelled - view.deployed <= FIRST:
            return super().__call__(view)
        first = view.rows(view.deployed, view.deployed + FIRST)
        (now,) = newest_losses(view, [view.bank.serving])
        excess = now - view.losses_of(first).mean()
        if excess <= 0:
            return Reuse(view.bank.serving)
        lost = newest_losses(view, view.bank.numbers)
        if now - lost.min() >= excess / 2:
            return Reuse(view.bank.numbers[int(lost.argmin())])
        return super().__call__(view)


class BlendOfLast(what.Last):
    """A new model, and the earlier ones by how little they lost of late."""

    def __call__(self, view):
        members = view.bank.members(view.bank.serving)
        lost = newest_losses(view, members)
        weights = 1 / np.maximum(lost, LEAST * lost.max())
        new = Refit(super().__call__(view))
        return Blend((*members, new), (*weights, weights.max()))


@pytest.mark.parametrize("delays", [(0, 0), (1, 0), (0, 2), (2, 1)])
@pytest.mark.parametrize(
    ("how", "asks", "remedy"),
    [(ReuseFirst(), Watching, ReuseOrLast), (BlendIn(), Calendar, BlendOfLast)],
)
def test_what_uses_earlier_models_costs_what_its_replay_costs(delays, how, asks, remedy):
    stream = turning(classes=0, sizes=SIZES, turns=(16, 27, 34, 45))
    world, fits = World(*delays, warmup=WARMUP), fits_of(stream, Mean())
    calendar = Every(8, watches=asks is Watching)
    losses = LogLosses(fits, world, PRICES, Steps(WARMUP, 1.0))
    result = backtest(losses, Policy("r", calendar, Last(4), how), 0, PAST)
    ledger = replay(stream, Strategy(asks(8), remedy(4), Gate()), world, fits)
    assert np.allclose(result.loss[0], PRICES.error * ledger.ticks["loss"])
    quantities = ledger.quantities()
    costs = price(quantities, PRICES)
    assert result.spent.sum() == pytest.approx(costs["cost_retraining"])
    assert result.retrainings.sum() == quantities["retrainings"]
    assert quantities["switches"] > 0
    plain = backtest(losses, Policy("p", calendar, Last(4), Anew()), 0, PAST)
    assert not np.allclose(plain.loss, result.loss)


class Between(what.Last):
    """A training every 8 ticks, and a correction of the outputs at the others, where none is under
    way."""

    def __init__(self, ticks, correct):
        super().__init__(ticks)
        self.correct = correct

    def __call__(self, view):
        if (view.tick + 1 - WARMUP) % 8 == 0:
            return super().__call__(view)
        return Reuse(view.bank.serving) if view.pending else self.correct(view)


def shifting():
    """A stream of two classes whose shares change, and change back."""
    random = np.random.default_rng(5)
    tick = np.repeat(np.arange(len(SIZES)), 40)
    share = np.where((tick > 20) & (tick < 40), 0.9, 0.4)
    y = (random.random(len(tick)) < share).astype(int)
    return stream_of(random.normal(size=(len(tick), 2)) + y[:, None], y, (40,) * len(SIZES))


CORRECTED = (
    (turning(classes=0, sizes=SIZES, turns=(16, 27, 34, 45)), Mean(), Residuals(4)),
    (shifting(), GaussianNB(), LabelShift(4)),
)


@pytest.mark.parametrize("delays", [(0, 0), (1, 0), (0, 2), (2, 1)])
@pytest.mark.parametrize(
    ("stream", "learner", "correct"), CORRECTED, ids=["residuals", "label_shift"]
)
@pytest.mark.parametrize("is_trained", [False, True])
def test_corrections_cost_what_their_replay_costs(stream, learner, correct, is_trained, delays):
    world, fits = World(*delays, warmup=WARMUP), fits_of(stream, learner)
    remedy = Between(16, correct) if is_trained else correct
    asks = Every(8) if is_trained else Never()
    losses = LogLosses(fits, world, PRICES, Steps(WARMUP, 1.0))
    result = backtest(losses, Policy("c", asks, Last(16), Corrected()), 0, PAST)
    ledger = replay(stream, Strategy(Calendar(2), remedy, Gate()), world, fits)
    assert np.allclose(result.loss[0], PRICES.error * ledger.ticks["loss"])
    quantities = ledger.quantities()
    assert result.spent.sum() == pytest.approx(price(quantities, PRICES)["cost_retraining"])
    assert result.retrainings.sum() == quantities["retrainings"]
    assert quantities["switches"] > 0
    plain = backtest(losses, Policy("p", asks, Last(16)), 0, PAST)
    assert not np.allclose(plain.loss, result.loss)


class Majority:
    """Predicts the class that most training labels have, without probabilities."""

    def fit(self, x, y):
        self.most = np.bincount(y).argmax()

    def predict(self, x):
        return np.full(len(x), self.most)


def test_classes_without_probabilities_are_not_corrected():
    losses = LogLosses(
        fits_of(shifting(), Majority()), World(warmup=WARMUP), PRICES, Steps(WARMUP, 1.0)
    )
    never, corrected = (
        backtest(losses, Policy("n", Never(), Everything(), how), 0, PAST)
        for how in (Anew(), Corrected())
    )
    assert np.array_equal(never.loss, corrected.loss)
    assert not corrected.spent.any()


def test_never_costs_what_its_replay_costs_when_a_step_is_several_ticks():
    stream, world = turning(classes=0, sizes=(3,) * 200), World(warmup=10)
    fits = fits_of(stream, Mean())
    losses = LogLosses(fits, world, PRICES, Steps(10, 190 / PAST))
    result = backtest(losses, Policy("n", Never(), Everything()), 0, PAST)
    ledger = replay(stream, Strategy(when.Never(), what.Everything(), Gate()), world, fits)
    assert result.cost.sum() == pytest.approx(PRICES.error * ledger.ticks["loss"].sum())


def test_steps_cover_every_tick_once():
    steps = Steps(10, 190 / PAST)
    ticks = [steps.tick(step) for step in range(PAST + 1)]
    assert ticks[0] == 10
    assert ticks[-1] == 200
    assert min(np.diff(ticks)) >= 3
    assert steps.tick(-1_000) == 0


def scrambled(stream, tick):
    """Return the stream with other rows and labels from a tick on."""
    first, random = int(stream.offsets[tick]), np.random.default_rng(1)
    x, y = stream.x.copy(), stream.y.copy()
    x[first:] = random.normal(size=x[first:].shape)
    noise = random.normal(size=y[first:].shape)
    y[first:] = noise > 0 if stream.classes else 100 * noise
    return replace(stream, x=x, y=y)


@pytest.mark.parametrize(
    ("stream", "learner"),
    [(turning(classes=0, sizes=SIZES), Mean()), (shifting(), GaussianNB())],
    ids=["numbers", "classes"],
)
def test_no_policy_reads_a_later_tick(stream, learner):
    cut = 26
    other = scrambled(stream, WARMUP + cut)
    for policy in CATALOGUE:
        a, b = (backtest(losses_of(s, learner), policy, 0, PAST) for s in (stream, other))
        assert np.array_equal(a.cost[:, :cut], b.cost[:, :cut])


def test_the_exam_predicts_from_the_first_half_alone():
    stream = turning(classes=0, sizes=(6,) * (WARMUP + 2 * PAST))
    world = World(label_delay=1, warmup=WARMUP)
    other = scrambled(stream, WARMUP + PAST)
    a, b = (exam(fits_of(s, Mean()), world, PRICES).first.past for s in (stream, other))
    assert np.array_equal(a.cost, b.cost)
    assert (a.fresh, a.price) == (b.fresh, b.price)
    assert np.array_equal(a.traits, b.traits)


@pytest.mark.parametrize("ticks", [PAST - 1, 2 * PAST - 1])
def test_a_log_too_short_has_no_past_or_no_exam(ticks):
    fits = fits_of(turning(classes=0, sizes=(4,) * (WARMUP + ticks)), Mean())
    world = World(warmup=WARMUP)
    assert exam(fits, world, PRICES) is None
    assert (whole(fits, world, PRICES) is None) == (ticks < PAST)


def test_the_traits_say_what_rows_labels_and_delays_are():
    stream = turning(classes=0, sizes=SIZES)
    past = own_past(losses_of(stream, world=World(2, 1, warmup=WARMUP))).past
    # A short window has 60 rows at .01, beside 3 for the training itself.
    assert past.traits[0] == pytest.approx(0.6 / 3.6)
    assert past.price == pytest.approx(3.6 / past.fresh)
    assert past.traits[1] == pytest.approx(0.2 / past.fresh)
    assert past.traits[2:].tolist() == [2.0, 1.0]


def test_logs_side_by_side_cost_what_each_costs_alone():
    streams = [turning(seed, classes=0, sizes=SIZES) for seed in range(3)]
    parts = [losses_of(stream) for stream in streams]
    together = Several([losses_of(stream) for stream in streams])
    for policy in CATALOGUE:
        alone = np.concatenate([backtest(part, policy, 0, PAST).cost for part in parts])
        assert np.array_equal(backtest(together, policy, 0, PAST).cost, alone)


def test_logs_side_by_side_have_the_same_delays():
    stream = turning(classes=0, sizes=SIZES)
    parts = [losses_of(stream, world=World(delay, warmup=WARMUP)) for delay in (0, 2)]
    with pytest.raises(InputError, match="one pair of delays"):
        Several(parts)
