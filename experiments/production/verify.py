"""Verify: the recorded ticks, replayed by the simulator with models trained anew, are the ledger.

Nothing is taken from the store; its predictions are compared with those of the new models. What
the journal says of clocks is used as it is, and compared with the clocks that were simulated.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production.folder import Folder
from retrainlab.experiments.production.steps import DONE, Outcome
from retrainlab.experiments.production.store import is_close, name_of, packed
from retrainlab.scenarios.tabular.names import counted
from retrainlab.sim.errors import require
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.state import ReplayState


def verify(folder: Folder) -> Outcome:
    """Return that all is as simulated; `InputError` names the first difference."""
    folder.store.check(folder.journal.models, sealed={})
    state = _replayed(folder)
    expected = ledgers.tables(state.ledger(), folder.policy, folder.journal)
    recorded = ledgers.load(folder.path)
    for name in ledgers.TABLES:
        old, new = recorded.frames[name], expected.frames[name]
        require(
            len(old) == len(new),
            f"ledger/{name}.parquet has {len(old)} rows, and the replay {len(new)}; "
            f"run {folder.tick_command} to complete it",
        )
        difference = ledgers.first_difference(old, new, trainings=name == "retrainings")
        require(not difference, f"not as simulated: ledger/{name}.parquet {difference}")
    clocks = measured_clocks(folder)
    ticks = len(folder.journal.closed) - folder.policy.world.warmup
    actions = state.trainings[1:]
    retrainings = sum(job.work.refits for job in actions)
    rejected = sum(job.accepted is False for job in actions)
    sentence = (
        f"{counted(ticks, 'tick')}, {counted(retrainings, 'retraining')}, {rejected} rejected: "
        "as simulated"
    )
    line = {"verdict": sentence, "ticks": ticks, "retrainings": retrainings}
    return Outcome(DONE, {**line, "rejected": rejected, **clocks.line(folder)})


def _replayed(folder: Folder) -> ReplayState:
    """Return the replay of what is recorded, by the simulator's own fits."""
    require(len(folder.journal.closed) > folder.policy.world.warmup, "no tick has been closed yet")
    folder.rows.load(range(len(folder.journal.closed)))
    policy, stream = folder.policy, folder.rows.stream(folder.journal.closed[-1].labelled)
    learner, loss = policy.make_learner(stream), policy.make_loss()
    fits = ComparingFits(stream, learner, loss, policy.seed, block_rows=0)
    fits.folder = folder
    state = ReplayState(stream, policy.strategy(), folder.journal.world(policy.world), fits)
    state.run(stream.ticks)
    state.serve(stream.ticks)
    return state


class ComparingFits(FitCache):
    """Fits of the simulator, whose predictions must be those that the folder has stored."""

    folder: Folder

    def predicted(self, fit: Fit, first: int, rows: slice) -> Prediction:
        """Return what the model predicts for a tick."""
        given = super().predicted(fit, first, rows)
        name, date = name_of(fit), self.folder.journal.dates[first]
        stored = self.folder.store.predictions(name, date)
        require(
            stored is None or is_close(stored, packed(given, self.stream.task)),
            f"not as simulated: the predictions of {date} by {name} are others than those stored",
        )
        return given


@dataclass(frozen=True)
class Clocks:
    """How late labels and models really came, in ticks: the mean and the most."""

    label_delay: float | None
    label_delay_most: int | None
    fit_delay: float | None
    fit_delay_most: int | None

    def line(self, folder: Folder) -> dict[str, Any]:
        """Return the measured clocks beside those simulated, with what to do if they differ."""
        world = folder.policy.world
        late = {"label_delay": self.label_delay, "fit_delay": self.fit_delay}
        wrong = [
            f"world.{name}={max(round(value), getattr(world, name) + 1)}"
            for name, value in late.items()
            if value is not None and value - getattr(world, name) >= 0.5
        ]
        advice = f"run retrainlab optimize again with {' '.join(wrong)}" if wrong else ""
        return {"clocks": vars(self), "simulated_clocks": vars(world), "advice": advice}


def measured_clocks(folder: Folder) -> Clocks:
    """Return the clocks of the served ticks; None where nothing has come yet."""
    warmup, journal = folder.policy.world.warmup, folder.journal
    labels = [
        at - int(tick)
        for at, closed in enumerate(journal.closed)
        for tick in closed.labels
        if int(tick) >= warmup
    ]
    fits = [ready - 1 - decided for decided, ready in journal.ready.items()]
    return Clocks(*_summary(labels), *_summary(fits))


def _summary(values: list[int]) -> tuple[Any, Any]:
    if not values:
        return None, None
    return round(float(np.mean(values)), 3), max(values)
