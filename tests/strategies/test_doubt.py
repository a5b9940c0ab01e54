"""Gates that doubt the newest data: what is damaged does not serve, what is true does."""

from dataclasses import replace

import numpy as np
import pytest
from changes import changed
from sklearn.impute import SimpleImputer
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from streams import At, Watching, fits_of, run, turning

from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import All, Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.doubt import Canary, IfRecovers, Shadow, sure_gain
from retrainlab.strategies.gate import Always, IfBetter
from retrainlab.strategies.soundness import SoundData
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, Never

WORLD = World(label_delay=0, fit_delay=0, warmup=20)
STILL = Sudden(ticks=120, rows=50, features=3, at=(60,), magnitude=0.0)
TURN = Sudden(ticks=120, rows=50, features=3, at=(60,), magnitude=0.3)
SPAN = {"start": 50, "duration": 21, "label_delay": 0}


def ledger_of(stream, gate, every=5, window=10):
    strategy = Strategy(Every(every), Last(window), gate)
    return replay(stream, strategy, WORLD, fits_of(stream, GaussianNB()))


def loss_of(stream, gate):
    return ledger_of(stream, gate).quantities()["loss"]


def never(stream):
    strategy = Strategy(Never(), Everything(), Always())
    return replay(stream, strategy, WORLD, fits_of(stream, GaussianNB())).quantities()["loss"]


def test_on_poisoned_seeds_it_never_ends_below_never_and_a_held_out_comparison_does():
    below = {"better": 0, "recovers": 0}
    for seed in range(8):
        stream = changed(STILL, "damage", "wrong_labels", seed=seed, **SPAN)
        least = never(stream)
        below["better"] += loss_of(stream, IfBetter(5)) > least
        below["recovers"] += loss_of(stream, IfRecovers(5)) > least
    assert below["recovers"] == 0
    assert below["better"] > 0


def test_a_true_drift_is_let_through():
    for seed in range(3):
        stream = TURN(seed)
        gated, open_door = loss_of(stream, IfRecovers(5)), loss_of(stream, Always())
        assert gated - open_door < 0.2 * (never(stream) - open_door)


def test_trusted_rows_speak_against_what_was_learned_from_wrong_labels():
    stream = changed(STILL, "damage", "wrong_labels", seed=1, share=1.0, **SPAN)
    table = ledger_of(stream, Canary(rows=300, by=0.02)).retrainings()
    learned = table[(table["decided"] >= 60) & (table["decided"] <= 70)]
    assert len(learned)
    assert not learned["accepted"].any()
    assert table[table["decided"] < 50]["accepted"].mean() > 0.5


@pytest.mark.parametrize("clocks", [{}, {"label_delay": 2}, {"fit_delay": 3}])
def test_a_shadow_lasts_its_ticks_and_its_labels_are_bought(clocks):
    stream = turning(turns=(20,))
    clocks = {"label_delay": 0, "fit_delay": 0, "warmup": 10, **clocks}
    ledger = run(stream, GaussianNB(), At(24), Last(4), Shadow(5), **clocks)
    job = ledger.retrainings().iloc[1]
    assert job["deployed"] == 24 + 1 + clocks["fit_delay"] + 5
    shadow = 10 * (5 - clocks["label_delay"])
    assert ledger.quantities()["labels"] == job["labels"] + shadow


def test_a_model_that_is_worse_in_the_shadow_does_not_serve():
    ledger = run(turning(turns=(20, 26)), GaussianNB(), At(24), Last(4), Shadow(8), warmup=10)
    table = ledger.retrainings()
    assert not table["accepted"].iloc[1]
    assert table["ready"].iloc[1] == 33


def test_a_shadow_that_does_not_end_in_the_stream_is_not_charged():
    ledger = run(turning(), GaussianNB(), At(57), Last(4), Shadow(8), warmup=10)
    quantities = ledger.quantities()
    assert (quantities["retrainings"], quantities["unfinished"]) == (0, 1)


def test_a_refusal_outweighs_a_gate_that_waits():
    class Refuses(Gate):
        def judge(self, trial):
            return False

    gate = All([Shadow(8), Refuses()])
    table = run(turning(), GaussianNB(), At(20), Last(4), gate, warmup=10).retrainings()
    assert (table["accepted"].iloc[1], table["ready"].iloc[1]) == (0, 21)


def test_a_gain_is_sure_if_its_lower_end_is_above_zero():
    worse, better = np.ones(50), np.tile([0.0, 1.0], 25)
    assert sure_gain(better, worse, 0.5) == 0.5
    assert 0.3 < sure_gain(better, worse, 0.95) < 0.5
    assert sure_gain(worse[:1], better[:1], 0.95) == -np.inf


def unsound(stream, estimator=None, **options):
    """Ticks that are unsound in the eyes of the gate, at the end of the stream."""
    seen = {}

    def look(view):
        if view.tick == stream.ticks - 1:
            seen["ticks"] = SoundData(**options).unsound(view, 20, stream.ticks)

    run(stream, estimator or GaussianNB(), Watching(look), Everything(), warmup=20)
    return (20 + np.flatnonzero(seen["ticks"])).tolist()


@pytest.mark.parametrize("name", ["stuck_sensor", "scaled_feature", "duplicated_days"])
def test_unsound_ticks_are_those_that_are_damaged(name):
    stream = changed(STILL, "damage", name, **SPAN)
    assert unsound(stream) == [*range(50, 71)]


@pytest.mark.parametrize("scenario", [STILL, TURN])
def test_clean_ticks_are_sound(scenario):
    assert unsound(scenario(3)) == []


def test_missing_values_are_unsound():
    stream = changed(STILL, "damage", "missing_feature", **SPAN)
    estimator = make_pipeline(SimpleImputer(), GaussianNB())
    assert unsound(stream, estimator=estimator) == [*range(50, 71)]


def test_impossible_class_shares_are_unsound_where_they_are_asked_for():
    y = STILL(0).y.copy()
    y[40 * 50 : 41 * 50] = 1
    stream = replace(STILL(0), y=y)
    assert unsound(stream) == []
    assert unsound(stream, impossible=1e-6) == [40]


def test_no_training_on_unsound_rows_and_again_once_they_are_few():
    stream = changed(STILL, "damage", "stuck_sensor", **SPAN)
    decided = ledger_of(stream, SoundData(share=0.05)).retrainings()["decided"].to_numpy()
    assert not ((decided >= 51) & (decided < 80)).any()
    assert (decided >= 80).any()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: IfRecovers(0), "holdout is 0"),
        (lambda: IfRecovers(5, 2), "share is 2; it must be a number from 0 to 1"),
        (lambda: IfRecovers(5, 0.5, 1.0), "confidence is 1.0; it must be at least 0.5"),
        (lambda: Canary(0), "rows is 0"),
        (lambda: Shadow(0), "ticks is 0"),
        (lambda: SoundData(share=2), "share is 2; it must be a number from 0 to 1"),
        (lambda: SoundData(far=0), "far is 0"),
        (lambda: SoundData(impossible=1), "impossible is 1"),
        (lambda: SoundData(recent=0), "recent is 0"),
    ],
)
def test_a_bad_option_is_refused_in_a_sentence(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()
