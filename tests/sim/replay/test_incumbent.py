"""The incumbent: what was really served, scored as a strategy, with its releases as retrainings."""

from dataclasses import replace

import numpy as np
import pytest
from streams import stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.baselines import forecasts
from retrainlab.sim.replay.incumbent import incumbent_ledger
from retrainlab.sim.replay.losses import Absolute, Log, ZeroOne
from retrainlab.sim.stream import Incumbent
from retrainlab.sim.world import World

WORLD = World(warmup=2)


def with_incumbent(stream, predictions, version=None, given=None):
    version = np.zeros(stream.rows, dtype=int) if version is None else np.asarray(version)
    given = np.ones(stream.rows, dtype=bool) if given is None else given
    names = tuple(f"v{code + 1}" for code in range(version.max() + 1))
    return replace(stream, incumbent=Incumbent(np.asarray(predictions), given, version, names))


def test_it_is_scored_by_the_loss_of_the_study():
    """Two rows a tick; the incumbent is one too high in each."""
    stream = stream_of(np.zeros(12), np.arange(12.0), [2] * 6, classes=0)
    ledger = incumbent_ledger(with_incumbent(stream, stream.y + 1), WORLD, Absolute())
    assert ledger.ticks["loss"].tolist() == [2] * 4
    assert ledger.quantities()["retrainings"] == 0


@pytest.mark.parametrize("kind", ["classes", "probabilities"])
def test_classes_and_probabilities(kind):
    stream = turning(sizes=(5,) * 8)
    codes = np.arange(stream.rows) % 2
    shares = np.where(codes[:, None] == [0, 1], 0.8, 0.2)
    stream = with_incumbent(stream, codes if kind == "classes" else shares)
    ledger = incumbent_ledger(stream, WORLD, ZeroOne())
    wrong = (codes != stream.y)[stream.offsets[2] :]
    assert ledger.ticks["loss"].sum() == wrong.sum() > 0
    assert ledger.predictions.given.ndim == (1 if kind == "classes" else 2)
    if kind == "probabilities":
        loss = incumbent_ledger(stream, WORLD, Log()).ticks["loss"].sum()
        assert loss == pytest.approx(-np.log(np.where(wrong, 0.2, 0.8)).sum())


def test_new_versions_are_retrainings_and_those_that_come_back_are_not():
    """Version 2 comes at tick 3, version 3 within tick 4; version 1 comes back at tick 5."""
    stream = stream_of(np.zeros(12), np.arange(12.0), [2] * 6, classes=0)
    version = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 0, 0]
    ledger = incumbent_ledger(with_incumbent(stream, stream.y, version), WORLD, Absolute())
    charged = ledger.retrainings()[ledger.retrainings()["charged"]]
    assert charged["decided"].tolist() == [2, 3]
    assert charged["ready"].tolist() == charged["deployed"].tolist() == [3, 4]
    assert charged["reason"].tolist() == ["release v2", "release v3"]
    assert ledger.ticks["model"].tolist() == [0, 1, 2, 2]
    assert price(ledger.quantities(), Prices(fit=7, row=5, label=5))["cost"] == 14


def test_versions_of_the_warm_up_and_of_the_first_served_tick_are_free():
    stream = stream_of(np.zeros(8), np.arange(8.0), [2] * 4, classes=0)
    stream = with_incumbent(stream, stream.y, [0, 0, 1, 1, 2, 2, 2, 2])
    assert incumbent_ledger(stream, WORLD, Absolute()).quantities()["retrainings"] == 0


@pytest.mark.parametrize("classes", [2, 0])
def test_the_majority_or_mean_stands_in_for_a_missing_score(classes):
    stream = turning(sizes=(5,) * 8, classes=classes)
    given = np.arange(stream.rows) % 3 > 0
    filled = with_incumbent(stream, stream.y, given=given)
    ledger = incumbent_ledger(filled, WORLD, Absolute() if not classes else ZeroOne())
    usual = next(iter(forecasts(stream, WORLD).values()))
    since = stream.offsets[2]
    instead = usual.argmax(axis=1) if classes else usual[:, 0]
    error = np.abs(instead - stream.y[since:])[~given[since:]]
    assert ledger.ticks["loss"].sum() == pytest.approx(error.sum())


def test_predictions_that_are_none_are_refused():
    stream = turning(sizes=(5,) * 8)
    with pytest.raises(InputError, match=r"incumbent.predictions must hold one value a row \(40\)"):
        with_incumbent(stream, stream.y[1:])
    with pytest.raises(InputError, match="incumbent predicted classes 1 to 2"):
        incumbent_ledger(with_incumbent(stream, stream.y + 1), WORLD, ZeroOne())
