"""Fits of one group as tasks for all workers: planned, made into a store, then looked up.

Calendars, the forecast's among them, and the candidates of the oracle are known before anything is
replayed. A strategy that looks at predictions is not: it is replayed by one worker, for the sake of
its fits alone.
"""

import heapq
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from retrainlab.experiments.engines.heartbeat import beating
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.storage.work_unit import Task
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.context import evenly_spaced
from retrainlab.experiments.study.follows import at_prices, price_ratio
from retrainlab.experiments.study.group import Group, make_fits
from retrainlab.sim.forecast.planned import note_calendars
from retrainlab.sim.replay.fit_store import FitStore, StoreWriter
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.planning import PlannedFits, is_open
from retrainlab.sim.replay.stored_fits import StoredFits, Wanted, missing
from retrainlab.sim.rows import count

PIECES = 4  # tasks for each worker: few enough to begin quickly, and enough to end together
PREDICTED = 0.2  # what a row costs to predict, of what it costs to train on, about
OPEN = 2  # how often an open strategy predicts a row, at most about: each model fills its blocks


@dataclass(frozen=True)
class FitTask:
    """Make some fits of a group with their predictions; space: bytes that it may write."""

    group: Group
    wanted: tuple[Wanted, ...]
    space: int

    @property
    def size(self) -> int:
        """Number of fits."""
        return len(self.wanted)

    def run(self) -> None:
        """Make them; the replay that needs one that fails meets the error itself."""
        done = 0
        with _writing(self.group, self.space, False) as fits, beating(lambda: done):
            for done, wanted in enumerate(self.wanted):  # noqa: B007
                with suppress(Exception):
                    fits.make(wanted)


@dataclass(frozen=True)
class ReplayTask:
    """Replay a cell for its fits, and its retrainings evenly spaced; space: see `FitTask`."""

    group: Group
    cell: Cell
    space: int
    size = 1

    def run(self) -> None:
        """Replay it; what fails here fails again where it is reported."""
        with _writing(self.group, self.space, True) as fits, suppress(Exception):
            strategy = at_prices(self.cell, self.group.prices).build()
            ratio = price_ratio(self.cell, self.group.prices)
            ledger = replay(fits.stream, strategy, self.group.world, fits, ratio)
            if self.group.references and math.isnan(strategy.interval) and ledger.charged:
                evenly_spaced(strategy, ledger, self.group.world, fits)


@contextmanager
def _writing(group: Group, space: int, is_read: bool) -> Iterator[StoredFits]:
    """Yield a cache that writes what it makes; nothing of it is seen before the end.

    is_read: whether it looks up what others have made.
    """
    store = FitStore(Path(group.fit_folder), is_read=is_read)
    writer = StoreWriter(store.folder, space)
    try:
        with one_thread():
            fits = make_fits(group, partial(StoredFits, store=store, writer=writer))
            assert isinstance(fits, StoredFits)
            yield fits
    finally:
        writer.close()


def plan_group(group: Group, workers: int) -> tuple[tuple[Task, ...], ...]:
    """Return the fits that are known beforehand as tasks, and after them the open strategies.

    None where the stream or the learner cannot be made, which the group itself will say.
    """
    try:
        with one_thread():
            fits = make_fits(group, PlannedFits)
    except Exception:
        return ()
    assert isinstance(fits, PlannedFits)
    cells = [cell for cell in group.cells if _is_open(cell, group, fits)]
    if group.references and group.context != "none":
        candidates = group.references.candidates(fits.stream, group.world)
        fits.expect((c.rows, group.world.serves(c.decided)) for c in candidates)
    if group.forecasts and group.context == "all":
        note_calendars(fits, group.world, group.prices)
    store = FitStore(Path(group.fit_folder))
    wanted = missing(fits, store, fits.noted)
    rows = OPEN * fits.stream.rows
    a_row = store.left / max(1, len(cells) * rows + sum(w.predicted for w in wanted))
    alone = replace(group, cells=())
    return (
        tuple(_dealt(alone, wanted, workers, a_row)),
        tuple(ReplayTask(alone, cell, int(a_row * rows)) for cell in cells),
    )


def _is_open(cell: Cell, group: Group, fits: PlannedFits) -> bool:
    try:
        strategy = at_prices(cell, group.prices).build()
    except Exception:
        return False
    return is_open(strategy, group.world, fits, price_ratio(cell, group.prices))


def fit_tasks(group: Group, wanted: Sequence[Wanted], workers: int) -> tuple[FitTask, ...]:
    """Return fits as tasks."""
    space = FitStore(Path(group.fit_folder)).left
    a_row = space / max(1, sum(w.predicted for w in wanted))
    return tuple(_dealt(replace(group, cells=()), wanted, workers, a_row))


def _dealt(group: Group, wanted: Sequence[Wanted], workers: int, a_row: float) -> Iterator[FitTask]:
    """Deal fits into tasks of like cost, the most expensive first; a_row: bytes for a row."""
    heaps: list[tuple[float, int, list[Wanted]]] = [
        (0.0, number, []) for number in range(min(len(wanted), PIECES * workers))
    ]
    for one in sorted(wanted, key=_cost, reverse=True):
        cost, number, dealt = heaps[0]
        heapq.heapreplace(heaps, (cost + _cost(one), number, [*dealt, one]))
    for _, _, dealt in sorted(heaps, reverse=True):
        yield FitTask(group, tuple(dealt), int(a_row * sum(one.predicted for one in dealt)))


def _cost(wanted: Wanted) -> float:
    return count(wanted.rows) + PREDICTED * wanted.predicted
