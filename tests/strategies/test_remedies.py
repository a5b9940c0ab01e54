"""Remedies by hand and against what is known: laws, closed forms, and refusals in one sentence."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LogisticRegression, Perceptron, Ridge, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier
from streams import At, Mirror, fits_of, run, stream_of, turning

from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError
from retrainlab.sim.metrics import ceiling
from retrainlab.sim.replay import class_shares
from retrainlab.sim.replay.corrections import Bias, ClassShares
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.recipes import Blend, Recalibrate, Refit, Reuse, Update
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.label_shift import LabelShift
from retrainlab.strategies.residuals import Residuals
from retrainlab.strategies.reuse import BestRecent
from retrainlab.strategies.selection import AllBut, KeepFirst
from retrainlab.strategies.triage import Triage
from retrainlab.strategies.update import Update as UpdateWith
from retrainlab.strategies.weighted import Decayed, ImportanceWeighted
from retrainlab.strategies.what import Everything, Last, SinceAlarm, SinceFit
from retrainlab.strategies.when import Every, Never, OnAlarm, OnDrop


def two_normals(share, rows, seed=0):
    """What the even Bayes model of law 5 gives for rows of other shares; their classes."""
    rng = np.random.default_rng(seed)
    y = (rng.random(rows) < share).astype(int)
    x = rng.normal(2 * y - 1.0, 1)
    positive = 1 / (1 + np.exp(-2 * x))
    return np.column_stack([1 - positive, positive]), y


EVEN = np.array([0.5, 0.5])


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9])
def test_em_and_bbse_find_the_shares_of_law_5(share):
    given, _ = two_normals(share, 40_000)
    reference, labels = two_normals(0.5, 40_000, seed=1)
    assert class_shares.em(given, EVEN)[1] == pytest.approx(share, abs=0.01)
    assert class_shares.bbse(given, EVEN, reference, labels)[1] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(("share", "bayes"), [(0.2, 0.88793), (0.05, 0.95954)])
def test_a_model_corrected_by_em_is_the_bayes_model_of_law_5(share, bayes):
    given, labels = two_normals(share, 200_000)
    now = class_shares.em(given, EVEN)
    served = ClassShares(tuple(now / EVEN))(given).argmax(axis=1)
    assert np.mean(served == labels) == pytest.approx(bayes, abs=0.004)
    assert np.mean(given.argmax(axis=1) == labels) == pytest.approx(norm.cdf(1), abs=0.004)


def test_the_tests_of_label_shift_hold_their_level_and_have_power():
    reference, labels = two_normals(0.5, 2_000, seed=9)
    still = [two_normals(0.5, 500, seed)[0] for seed in range(300)]
    moved = [two_normals(0.3, 500, seed)[0] for seed in range(100)]

    def change(given):
        return class_shares.p_of_no_change(given, EVEN, EVEN, class_shares.em(given, EVEN))

    def mixture(given):
        return class_shares.p_of_label_shift(given, class_shares.em(given, EVEN), reference, labels)

    assert np.mean([change(given) < 0.05 for given in still]) == pytest.approx(0.05, abs=0.04)
    assert np.mean([change(given) < 0.001 for given in moved]) > 0.99
    assert np.mean([mixture(given) < 0.05 for given in moved]) < 0.15
    # Outputs that are no mixture of the old ones: every row has become certain.
    certain = [np.column_stack([1 - s, s]) for g in moved for s in [np.round(g[:, 1])]]
    assert np.mean([mixture(given) < 0.001 for given in certain]) > 0.99


def replayed(stream, when, what, estimator, **clocks):
    strategy = Strategy(when, what, Gate())
    return replay(stream, strategy, World(**clocks), fits_of(stream, estimator))


def hits(ledger, since=0):
    ticks = ledger.ticks.iloc[since:]
    return float(ticks[["hit_0", "hit_1"]].to_numpy().sum() / ticks["rows"].sum())


@pytest.mark.parametrize("method", ["em", "bbse"])
def test_a_prior_shift_is_mended_without_a_fit_and_without_a_label(method):
    stream = Prior(ticks=200)(0)
    model = LogisticRegression(max_iter=300)
    ledger = replayed(stream, Every(5), LabelShift(5, method, labels=False), model)
    never = replayed(stream, Never(), Everything(), model)
    quantities = ledger.quantities()
    assert (quantities["retrainings"], quantities["labels"], quantities["train_rows"]) == (0, 0, 0)
    assert 1 <= quantities["switches"] <= 6
    assert hits(ledger, 90) > hits(never, 90) + 0.03
    assert hits(ledger, 90) > ceiling(stream, 110) - 0.01


@pytest.mark.parametrize("scenario", [Sudden(), Covariate()], ids=str)
def test_what_is_no_label_shift_is_left_alone_or_vetoed(scenario):
    stream, model = scenario(0), LogisticRegression(max_iter=300)
    ledger = replayed(stream, Every(5), LabelShift(5), model)
    never = replayed(stream, Never(), Everything(), model)
    assert hits(ledger) > hits(never) - 0.01


def test_a_bias_correction_of_a_constant_is_a_mean_of_the_window():
    """Law 4: the mean model with window W, without a fit."""
    rng = np.random.default_rng(0)
    y = np.cumsum(rng.normal(0, 0.1, 300)) + rng.normal(0, 1, 300)
    stream = stream_of(np.zeros(300), y, [5] * 60, classes=0)
    corrected = replayed(stream, Every(1), Residuals(4), DummyRegressor(), warmup=10)
    refitted = replayed(stream, Every(1), Last(4), DummyRegressor(), warmup=10)
    np.testing.assert_allclose(corrected.ticks["loss"], refitted.ticks["loss"])
    assert corrected.quantities()["retrainings"] == 0 < refitted.quantities()["retrainings"]


def test_a_ratio_correction_follows_a_level_that_is_multiplied():
    x = np.tile([1.0, 2.0, 3.0, 4.0], 40)
    y = x * np.repeat([1.0, 3.0], 80)
    stream = stream_of(x, y, [4] * 40, classes=0)
    ledger = replayed(stream, Every(1), Residuals(1, "ratio"), Ridge(1e-9), warmup=10)
    assert ledger.ticks["loss"].iloc[:10].max() < 1e-6
    assert ledger.ticks["loss"].iloc[12:].max() < 1e-6
    assert ledger.ticks["loss"].iloc[10] == pytest.approx(20)


def test_an_update_of_a_mean_by_sgd_is_exponential_smoothing():
    y = np.array([3.0, 5.0, 4.0, 8.0, 1.0, 2.0, 9.0, 7.0])
    stream = stream_of(np.zeros(8), y, [1] * 8, classes=0)
    sgd = SGDRegressor(penalty=None, learning_rate="constant", eta0=0.25, shuffle=False, tol=None)
    sgd.set_params(max_iter=1, average=False, fit_intercept=True)
    ledger = replayed(stream, Every(1), UpdateWith(SinceFit()), sgd, warmup=2)
    level = 0.0
    levels = []
    for label in y:
        levels.append(level)
        level += 0.25 * (label - level)
    np.testing.assert_allclose(ledger.ticks["loss"], np.abs(y - levels)[2:])
    quantities = ledger.quantities()
    assert (quantities["updates"], quantities["train_rows"]) == (5, 5)


def test_an_old_concept_that_returns_is_put_back():
    stream = Recurrent(ticks=200)(0)
    bank = Triage([BestRecent(2), SinceAlarm(500)])
    ledger = replayed(stream, OnAlarm(), bank, LogisticRegression(max_iter=300))
    never = replayed(stream, Never(), Everything(), LogisticRegression(max_iter=300))
    table = ledger.retrainings()
    assert table["action"].tolist() == ["refit", "refit", "reuse", "reuse"]
    assert ledger.trainings[2].made_by == Reuse(0)
    assert ledger.trainings[3].made_by == Reuse(1)
    assert hits(ledger) > hits(never) + 0.07


def test_kept_and_left_out_rows_by_hand():
    stream = stream_of(np.arange(24) % 2, np.arange(24) % 2, [2] * 12)

    def rows(what):
        (job,) = run(stream, Mirror(), At(8), what, warmup=3).trainings[1:]
        return np.arange(24)[job.rows].tolist()

    assert rows(KeepFirst(2)) == [0, 1, 2, 3, 4, 5, 14, 15, 16, 17]
    assert len(rows(KeepFirst(2, 3))) == 7
    assert rows(AllBut(Last(4), 6, 7)) == [10, 11, 16, 17]
    assert rows(AllBut(Everything(), 1, 90)) == [0, 1]


def test_weights_halve_with_the_half_life_and_old_rows_fall_away():
    stream = turning(sizes=(3,) * 60)
    (job,) = run(stream, GaussianNB(), At(40), Decayed(2), warmup=10).trainings[1:]
    weights = job.made_by.weights
    assert weights[-3:].tolist() == [1.0] * 3
    assert weights[-9:-6].tolist() == [0.5] * 3
    assert (weights[0], len(weights)) == (pytest.approx(2.0**-9.5), 60)
    assert job.work.rows == 60


def test_rows_like_the_newest_weigh_more():
    x = np.concatenate([np.linspace(-3, 3, 100), np.linspace(1, 3, 20)])
    stream = stream_of(x, x > 0, [10] * 12)
    (job,) = run(stream, GaussianNB(), At(11), ImportanceWeighted(2), warmup=8).trainings[1:]
    weights = job.made_by.weights
    assert weights[90] > 1 > weights[10]
    assert weights.max() <= 10


def test_an_error_of_a_regression_rises():
    y = np.r_[np.zeros(20), np.full(20, 5.0)] + 10
    stream = stream_of(np.zeros(40), y, [2] * 20, classes=0)
    for metric, by in (("mae", 2.0), ("wape", 0.1), ("bias", 2.0)):
        ledger = run(stream, DummyRegressor(), OnDrop(metric, by, 2), Last(2), warmup=4)
        decided = [t.decided for t in ledger.trainings[1:]]
        assert decided[0] == 10, metric
        assert ledger.trainings[1].reason.startswith(f"{metric} rose from 0.000")


class Says:
    """A part of `what` that answers one thing."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, view):
        return self.answer


STREAM = turning(sizes=(10,) * 30)
REFUSED = [
    (Update(0, slice(80, 90)), KNeighborsClassifier(), "has no partial_fit and no warm_start"),
    (
        Update(0, slice(80, 90)),
        DecisionTreeClassifier(),
        "TreeClassifier cannot be updated",
    ),
    (Recalibrate(0, ClassShares((1.0, 2.0))), Perceptron(), "classes without probabilities"),
    (Reuse(7), GaussianNB(), "names model 7 at tick 12; there are 0 to 0"),
    ((0, 100), GaussianNB(), "a tuple may mean two ends or two rows"),
    ("soon", GaussianNB(), "what answered str; it must answer rows, None, or a recipe"),
    (Refit(slice(0, 9), np.ones(9)), KNeighborsClassifier(), "takes no sample_weight in fit"),
]


@pytest.mark.parametrize(("answer", "estimator", "why"), REFUSED, ids=lambda v: str(v)[:30])
def test_what_cannot_be_is_refused_in_one_sentence(answer, estimator, why):
    with pytest.raises(InputError, match=why) as caught:
        run(STREAM, estimator, At(12), Says(answer), warmup=8)
    assert "\n" not in str(caught.value)


def test_weights_that_are_not_one_a_row_are_refused():
    with pytest.raises(InputError, match=r"there are 9 rows and weights of shape \(8,\)"):
        Refit(slice(0, 9), np.ones(8))
    with pytest.raises(InputError, match="not all of them 0"):
        Update(0, slice(0, 9), np.zeros(9))
    with pytest.raises(InputError, match="a blend of 2 models has 1 weights"):
        Blend((0, 1), (1.0,))


def test_a_model_that_is_not_ready_cannot_be_named():
    class Hasty:
        def __call__(self, view):
            return slice(0, 80) if view.tick == 9 else Reuse(1)

    with pytest.raises(InputError, match="model 1 at tick 11, which is not ready before tick 13"):
        run(STREAM, GaussianNB(), At(9, 11), Hasty(), warmup=8, fit_delay=3)


def test_a_switch_serves_the_next_tick_while_a_training_is_under_way():
    class Both:
        def __call__(self, view):
            return slice(0, 80) if view.tick == 9 else Recalibrate(0, ClassShares((1.0, 3.0)))

    ledger = run(STREAM, GaussianNB(), At(9, 11), Both(), warmup=8, fit_delay=3)
    assert [(t.action, t.deployed) for t in ledger.trainings] == [
        ("refit", 8),
        ("refit", 13),
        ("recalibrate", 12),
    ]
    assert ledger.ticks["model"].tolist() == [0] * 4 + [2] + [1] * 17


def test_what_serves_already_costs_nothing_and_meets_the_request():
    ledger = run(STREAM, GaussianNB(), At(9, 12), Says(Reuse(0)), warmup=8)
    assert len(ledger.trainings) == 1
    corrected = Says(Recalibrate(0, ClassShares((1.0, 3.0))))
    assert len(run(STREAM, GaussianNB(), At(9, 12), corrected, warmup=8).trainings) == 2


def test_the_memo_changes_nothing():
    class Nested:
        def __call__(self, view):
            base = view.bank.members(view.bank.serving)[0]
            fresh = Refit(view.rows(view.labelled - 3, view.labelled))
            return Blend((Update(base, fresh.rows), fresh), (1.0, 2.0))

    strategy = Strategy(Every(2), Nested(), Gate())
    ledgers = [
        replay(STREAM, strategy, World(1, 1, 8), fits_of(STREAM, GaussianNB(), memo_bytes=size))
        for size in (0, 2**24)
    ]
    assert ledgers[0].ticks.equals(ledgers[1].ticks)
    work = ledgers[0].trainings[1].work
    assert (work.refits, work.updates, work.switches, work.rows) == (1, 1, 1, 60)


def test_corrections_of_vectors_and_of_numbers():
    np.testing.assert_allclose(Bias(2.0)(np.array([1.0, 3.0])), [3, 5])
    np.testing.assert_allclose(Bias(2.0)(np.array([[1.0, 0.5]])), [[3, 0.5]])
    np.testing.assert_allclose(ClassShares((1.0, 3.0))(np.array([[0.5, 0.5]])), [[0.25, 0.75]])
    np.testing.assert_allclose(ClassShares((0.0, 0.0))(np.array([[0.5, 0.5]])), [[0.5, 0.5]])
