"""The laboratory hits closed forms, through the real replay. Numbers: docs, and derived here.

Sampling error: of a share of n rows at most 1 / (2 sqrt(n)), and 4 of those are allowed.
"""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from streams import Level, Mean, Mirror, fits_of, run, stream_of

from scenarios.covariate import Covariate
from scenarios.prior import Prior
from sim.losses import Squared
from sim.metrics import ceiling
from sim.replay import replay
from sim.seeds import generator
from sim.strategy import Strategy
from sim.world import World
from strategies.gate import Always
from strategies.what import Everything, Last, SinceFit
from strategies.when import Every, Never

NOISE, OMEGA, WARMUP, ROWS = 0.1, 0.002, 50, 48_000


class Boundary:
    """Looks the angle up (the last column) and is exact for the row after its training rows."""

    def fit(self, x, y):
        self.angle = x[-1, 2] + OMEGA

    def predict(self, x):
        return (np.cos(self.angle) * x[:, 0] + np.sin(self.angle) * x[:, 1] > 0).astype(int)


@pytest.fixture(scope="module")
def rotating():
    """Law 1: one row a tick, the boundary turns by OMEGA a row, NOISE of the labels flip."""
    rng = generator(0, "tests", "rotating")
    angle = OMEGA * np.arange(WARMUP + ROWS)
    x = np.column_stack([rng.standard_normal((len(angle), 2)), angle])
    clean = np.cos(angle) * x[:, 0] + np.sin(angle) * x[:, 1] > 0
    y = clean ^ (rng.random(len(angle)) < NOISE)
    return stream_of(x, y, np.ones(len(angle), dtype=int))


@pytest.mark.parametrize(
    ("period", "law"), [(50, 0.88752), (200, 0.84933), (500, 0.77293), (1000, 0.64561)]
)
def test_law_1_rotating_boundary(rotating, period, law):
    ages = np.arange(period)
    by_age = 1 - NOISE - (1 - 2 * NOISE) * OMEGA * ages / np.pi
    assert by_age.mean() == pytest.approx(law, abs=5e-6)
    ledger = run(rotating, Boundary(), Every(period), Everything(), warmup=WARMUP)
    hits = (1 - ledger.ticks["loss"].to_numpy()).reshape(-1, period)
    assert abs(hits.mean() - law) < 4 / (2 * np.sqrt(ROWS))
    # The decay itself, at ten ages.
    for some in np.array_split(ages, 10):
        rows = hits[:, some].size
        assert abs(hits[:, some].mean() - by_age[some].mean()) < 4 / (2 * np.sqrt(rows))


@pytest.mark.parametrize(("after", "best"), [(0.2, 0.88793), (0.05, 0.95954)])
def test_law_5_prior_shift(after, best):
    """A model tuned at .5 keeps .84134 at every prior; one that is retrained has the Bayes model's.

    Estimation adds some (features + 1) / (2 * 20,000) = 1e-4 to the error: within the tolerance.
    """
    scenario = Prior(after=after, rows=500, ticks=300, start=100, features=2)
    stream = scenario(0)
    fits = fits_of(stream, LogisticRegression(C=1e6))
    world = World(warmup=80)
    never, fresh = (
        replay(stream, strategy, world, fits).ticks
        for strategy in (
            Strategy(Never(), Everything(), Always()),
            Strategy(Every(20), Last(40), Always()),
        )
    )
    late = never["tick"] >= 160
    rows = never["rows"][late].sum()
    tolerance = 4 / (2 * np.sqrt(rows))
    assert abs(1 - never["loss"][late].sum() / rows - 0.84134) < tolerance
    assert abs(1 - fresh["loss"][late].sum() / rows - best) < tolerance
    assert abs(ceiling(stream, 160) - best) < tolerance


def test_law_6_covariate_shift_of_a_well_specified_model():
    """A logistic regression on logistic labels: retraining changes a few hits, either way."""
    scenario = Covariate(rule="linear", shape="step", start=100, rows=400, features=2)
    stream = scenario(0)
    fits = fits_of(stream, LogisticRegression(C=1e6))
    world = World(warmup=80)
    never, window, everything = (
        replay(stream, strategy, world, fits).ticks["loss"]
        for strategy in (
            Strategy(Never(), Everything(), Always()),
            Strategy(Every(20), Last(80), Always()),
            Strategy(Every(20), Everything(), Always()),
        )
    )
    for fresh in (window, everything):
        gain = (never - fresh)[20:] / 400
        assert abs(gain.mean()) < 4 * gain.std() / np.sqrt(len(gain))
    rows = 200 * 400
    assert abs(1 - never[20:].sum() / rows - ceiling(stream, 100)) < 4 / (2 * np.sqrt(rows))


@pytest.mark.parametrize(
    ("duration", "window", "law"),
    [(20, 20, 0.7175), (20, 40, 0.9419), (20, 100, 0.9967), (5, 100, 1.0092)],
)
def test_law_8_a_short_spike(duration, window, law):
    """Exact. Age a into the spike the mean is a A / W; after it, it takes W ticks to forget."""
    height, calm = 3.0, window + 10
    y = np.repeat([0, height, 0], [calm, duration, 2 * window])
    stream = stream_of(np.zeros(len(y)), y, [1] * len(y), classes=0)
    never, retrained = (
        run(stream, Mean(), asks, Last(window), loss=Squared(), warmup=window).ticks["loss"].sum()
        for asks in (Never(), Every(1))
    )
    assert never == duration * height**2
    assert retrained / never == pytest.approx(law, abs=5e-5)


@pytest.mark.parametrize("period", [1, 5, 12])
def test_law_9_aliasing(period):
    """Two opposite concepts take turns: every period, on the data since: wrong throughout."""
    x = np.tile([0, 1, 1, 0], 10 * period)
    concept = np.repeat(np.arange(10) % 2, 4 * period)
    stream = stream_of(x, np.where(concept == 0, x, 1 - x), [4] * 10 * period)

    def accuracy(asks):
        """By tick, after the first season, which is the warm-up."""
        return 1 - run(stream, Mirror(), asks, SinceFit(), warmup=period).ticks["loss"] / 4

    assert set(accuracy(Every(period))) == {0.0}
    # Nine seasons, of which the model of the first fits the four even ones.
    assert accuracy(Never()).mean() == pytest.approx(4 / 9)
    # Asked every tick, it is wrong for one tick a season.
    assert accuracy(Every(1)).mean() == pytest.approx(1 - 1 / period)


def test_a_constant_shift_is_learnt_and_its_delay_is_paid():
    """Law 2's remark: a delay of D ticks costs D ticks of the old error, whatever the interval."""
    y = np.repeat([0.0, 1.0], [20, 30])
    stream = stream_of(np.zeros(50), y, [1] * 50, classes=0)
    for label_delay, fit_delay in ((0, 0), (3, 0), (0, 4), (2, 5)):
        ledger = run(
            stream,
            Level(),
            Every(1),
            Last(1),
            warmup=10,
            label_delay=label_delay,
            fit_delay=fit_delay,
        )
        assert ledger.ticks["loss"].sum() == 1 + label_delay + fit_delay
