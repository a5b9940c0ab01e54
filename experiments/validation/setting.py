"""Setup of all laws: learners, a replay without a gate, standard errors."""

from importlib.resources import files
from typing import Any

import numpy as np
from omegaconf import OmegaConf

from retrainlab.experiments.study.for_task import make_learner
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Squared, ZeroOne
from retrainlab.sim.replay.strategy import Strategy, What, When
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always

ALLOWED = 4  # standard errors: a right law is missed once in 16,000 figures
BATCHES = 32


def fits_of(stream: Stream, learner: str) -> FitCache:
    """Return the fit cache of a learner of the configuration, under zero-one loss or squared error.

    It runs as with `learner.scale=false`: what the laws draw has one scale, and half the time of
    a fit goes into finding that out.
    """
    path = files("retrainlab.experiments.conf") / "learner" / f"{learner}.yaml"
    node: Any = OmegaConf.to_container(OmegaConf.load(str(path)))
    loss = ZeroOne() if stream.task == "classification" else Squared()
    return FitCache(stream, make_learner(node | {"scale": False}, stream), loss)


def replayed(fits: FitCache, world: World, when: When, what: What) -> Ledger:
    """Replay a strategy without a gate."""
    return replay(fits.stream, Strategy(when, what, Always()), world, fits)


def hit_rate(ledger: Ledger) -> Floats:
    """(served ticks,) accuracy of each tick."""
    return 1 - (ledger.ticks["loss"] / ledger.ticks["rows"]).to_numpy()


def share_error(share: float, rows: float) -> float:
    """Standard error of a share of independent rows."""
    return float(np.sqrt(share * (1 - share) / rows))


def mean_error(values: Floats) -> float:
    """Standard error of the mean of a stationary series (n,), from the means of 32 batches.

    Right where the series forgets within a batch (Conway 1963).
    """
    means = [batch.mean() for batch in np.array_split(values, BATCHES)]
    return float(np.std(means, ddof=1) / np.sqrt(BATCHES))
