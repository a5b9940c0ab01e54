"""Decide: given a log of rows, should the model be retrained now, why, and on which rows?

The smallest use of a policy: no folder and no state. The log is replayed up to its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.production.steps import DONE, NOTHING, Outcome, work
from retrainlab.experiments.study.cells import expand
from retrainlab.experiments.study.error_costs import learner_of, loss_of, prices_of
from retrainlab.experiments.study.follows import at_prices
from retrainlab.experiments.study.for_task import make_learner, make_loss
from retrainlab.experiments.study.periods import in_ticks
from retrainlab.scenarios.file import File
from retrainlab.sim.errors import own_code, require
from retrainlab.sim.price_ratio import retraining_ratio
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.rows import count, first, last
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World

# Options of the scenario that may be given without `scenario.file.`
SHORT = ("target", "time", "every", "rows", "drop", "task", "time_format", "time_zone")


@dataclass(frozen=True)
class LogWorld(World):
    """Simulated clocks, in which no label is known from a tick on. stop: that tick."""

    stop: int = 0

    def labelled(self, tick: int) -> int:
        """Return the first tick whose labels are not yet known at the end of a tick."""
        return min(super().labelled(tick), self.stop)


def decide(log: str, words: Sequence[str]) -> Outcome:
    """Return whether the strategy asks for a retraining at the end of the log."""
    given = ["scenario=file", override("scenario.file.path", log), *map(_in_full, words)]
    config = in_ticks(composed("config", given))
    keys = [word.split("=", 1)[0].lstrip("+~") for word in given]
    prices = prices_of(config)
    cells = [at_prices(cell, prices) for cell in expand(config["strategy"], keys)]
    labels = ", ".join(cell.label for cell in cells)
    require(
        len(cells) == 1,
        f"decide takes one setting, and these are {labels}; choose one, as in strategy=drop "
        "strategy.drop.when.by=0.05",
    )
    scenario: File = build(_scenario(config), "scenario.file")
    with one_thread():
        stream = scenario(0)
        stop = _first_unlabelled(stream)
        clocks = {"_target_": f"{__name__}.LogWorld", **config["world"], "stop": stop}
        world: LogWorld = build(clocks, "world")
        require(
            stop >= world.warmup,
            f"the first model takes world.warmup={world.warmup} ticks, and the log has labels for "
            f"{stop} of its {stream.ticks}; set a shorter warm-up",
        )
        learner, loss = (
            make_learner(learner_of(config), stream),
            make_loss(loss_of(config), stream),
        )
        fits = FitCache(stream, learner, loss, 0)
        ratio = retraining_ratio(prices)
        with own_code(f"{cells[0].label} failed"):
            state = ReplayState(stream, cells[0].build(), world, fits, ratio)
            state.run(stream.ticks)
    return _outcome(state, stream, cells[0].label)


def _first_unlabelled(stream: Stream) -> int:
    """Return the first of the newest ticks that have no label; one beyond the last if none lacks
    them. A row without a label among others that have theirs is one whose label never comes."""
    if stream.arrival is not None:  # each label says when it came
        return stream.ticks
    return int(np.flatnonzero(stream.label_counts())[-1]) + 1


def _in_full(word: str) -> str:
    return f"scenario.file.{word}" if word.split("=", 1)[0] in SHORT else word


def _scenario(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config["scenario"]["file"].items() if key != "world"}


def _outcome(state: ReplayState, stream: Stream, label: str) -> Outcome:
    now = stream.ticks - 1
    line: dict[str, Any] = {
        "strategy": label,
        "tick": now,
        "retrainings": len(state.trainings) - 1,
        "champion": state.champion.number,
    }
    job = state.trainings[-1]
    if job.number == 0 or job.decided != now:
        waiting = {} if state.reason is None else {"waiting": state.reason}
        return Outcome(NOTHING, {"retrain": False, **line, **waiting})
    rows = {**work(job), **_ticks(job, stream)}
    return Outcome(DONE, {"retrain": True, "reason": job.reason, **line, **rows})


def _ticks(job: Training, stream: Stream) -> dict[str, int]:
    if not count(job.rows):
        return {}
    ends = np.searchsorted(stream.offsets, [first(job.rows), last(job.rows)], side="right")
    return {"first_tick": int(ends[0]) - 1, "last_tick": int(ends[1]) - 1}
