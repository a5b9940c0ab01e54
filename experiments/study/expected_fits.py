"""How many models the schedules of cells will train on a stream of so many ticks."""

from collections.abc import Iterable

from retrainlab.experiments.study.cells import Cell
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.clause import moments

EVERYTHING = "everything"


def expected_fits(cells: Iterable[Cell], warmup: int, ticks: int) -> tuple[int, bool]:
    """Count distinct moments and windows; and whether alarms will ask for more."""
    fits: set[tuple[str, int]] = {(EVERYTHING, warmup - 1)}  # the first model
    is_open = False
    for cell in cells:
        strategy = cell.build()
        try:
            ticks_asked = moments(strategy.when, warmup, ticks)
        except InputError:  # the cell fails, and says why
            continue
        if ticks_asked is not None:
            # So long as a window reaches back to the first tick, it is everything so far.
            window, data = strategy.window, repr(cell.node["what"])
            fits |= {(EVERYTHING if tick < window else data, tick) for tick in ticks_asked}
        elif not strategy.never:
            is_open = True
    return len(fits), is_open
