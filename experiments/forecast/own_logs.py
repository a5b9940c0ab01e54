"""A log of the user's own as a part of a library: its first third is the past."""

from collections.abc import Sequence

from retrainlab.experiments.config.build import build_scenario
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.study.for_task import make_learner, make_loss
from retrainlab.experiments.study.study import frames
from retrainlab.sim.errors import require
from retrainlab.sim.forecast.library import Source
from retrainlab.sim.forecast.log_losses import LogLosses, Steps
from retrainlab.sim.forecast.own_past import own_past
from retrainlab.sim.forecast.policies import PAST
from retrainlab.sim.replay.fit_cache import FitCache

KIND = "own logs"


def own_source(path: str, overrides: Sequence[str]) -> Source:
    """Return a log for a library; overrides: of a study of `scenario=file`, as target=y.

    Raises `InputError` for a log that serves fewer than a tick a step, and what a study refuses.
    """
    quoted = path.replace("\\", "\\\\").replace("'", "\\'")
    words = [
        w if "." in w.split("=")[0] or w.split("=")[0] in GROUPS else f"scenario.file.{w}"
        for w in overrides
    ]
    config = composed("config", ["scenario=file", f"scenario.file.path='{quoted}'", *words])
    (group,) = frames(config, tuple(word.split("=")[0] for word in words))
    stream = build_scenario(group.node, "scenario.file")(group.seed)
    served = stream.ticks - group.world.warmup
    require(
        served >= 3 * PAST,
        f"{path} serves {served} ticks, and a log of the library needs {3 * PAST}; "
        "take shorter ticks, of fewer rows or as every=hour",
    )
    fits = FitCache(stream, make_learner(group.learner, stream), make_loss(group.loss, stream))
    steps = Steps(group.world.warmup, served / (3 * PAST))
    losses = LogLosses(fits, group.world, group.prices, steps)
    return Source(KIND, losses, own_past(losses).past.traits[None])


GROUPS = ("learner", "loss", "world", "prices")
