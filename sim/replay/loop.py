"""Replay: one loop over the ticks of a stream, with label delay and fit delay."""

import math

from retrainlab.sim.errors import require
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World


def replay(
    stream: Stream,
    strategy: Strategy,
    world: World,
    fits: FitCache,
    price_ratio: float = math.nan,
) -> Ledger:
    """Replay a stream against a strategy; return what happened, in quantities.

    At each tick (`ReplayState.step`): finished trainings are put to the gate and deployed, the
    model in service predicts, labels arrive, and the strategy is asked. Where its `when` names the
    ticks at which it asks, the others are passed over, unless a request is open.

    price_ratio: the loss that a retraining costs, for parts that ask for it (`View.price_ratio`).

    Raises `InputError` if the stream is shorter than the warm-up, if nothing is left to train on
    once the gate's holdout is taken away, or if the fits are those of another stream.
    """
    for name, value, wanted in (
        ("stream", stream, Stream),
        ("strategy", strategy, Strategy),
        ("world", world, World),
    ):
        require(
            isinstance(value, wanted),
            f"{name} is a {type(value).__name__}; replay takes one retrainlab.{wanted.__name__}",
        )
    require(
        getattr(fits, "stream", None) is stream,
        "fits is no cache of fits of this stream; make one, as in "
        "make_fits(stream, 'learner=linear')",
    )
    state = ReplayState(stream, strategy, world, fits, price_ratio)
    state.run(stream.ticks)
    return state.ledger()
