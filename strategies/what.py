"""What to retrain on: everything, a moving window, what came since the alarm, old and new mixed.

Each part is called with a `View` and returns the rows, or None to wait for more.
"""

import math

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count, normal
from retrainlab.sim.seeds import generator


class Everything:
    """Every labelled row so far."""

    memory = Memory.NOTHING
    window = math.inf

    def describe(self) -> Clause:
        """Return what it trains on."""
        return Clause("data", "everything so far")

    def __call__(self, view: View) -> Rows:
        """Return all rows whose labels are known."""
        return view.rows(0, view.labelled)


class Last:
    """The newest `ticks` labelled ticks: a sliding window."""

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks):
        require_whole("ticks", ticks, 1)
        self.ticks = ticks

    @property
    def window(self) -> float:
        """Ticks in the window."""
        return float(self.ticks)

    def describe(self) -> Clause:
        """Return what it trains on."""
        return Clause("data", f"the last {in_ticks(self.ticks)}")

    def __call__(self, view: View) -> Rows:
        """Return the window; it is shorter while there is less."""
        return view.rows(view.labelled - self.ticks, view.labelled)


class SinceAlarm:
    """Full replace: only rows from the tick that raised the alarm, once there are `min_rows`.

    What the gate holds out does not count.
    """

    memory = Memory.NOTHING

    def __init__(self, min_rows: int = 500):
        require_whole("min_rows", min_rows, 1, "rows")
        self.min_rows = min_rows

    def describe(self) -> Clause:
        """Return what it trains on, and what it waits for."""
        enough = f"once there are at least {self.min_rows:,}"
        return Clause("data", f"only the rows since the alarm, {enough}")

    def __call__(self, view: View) -> Rows | None:
        """Return the rows since the open request, or None while they are too few."""
        assert view.requested is not None
        rows = view.rows(view.requested, view.labelled - view.holdout)
        return rows if count(rows) >= self.min_rows else None


class SinceFit:
    """Only rows whose labels arrived since the last training was decided, without the holdout."""

    memory = Memory.NOTHING

    def describe(self) -> Clause:
        """Return what it trains on."""
        return Clause("data", "only the rows since the last training")

    def __call__(self, view: View) -> Rows | None:
        """Return the rows, or None while there are none."""
        rows = view.rows_since_fit(view.labelled - view.holdout)
        return rows if count(rows) > 0 else None


class Mixed:
    """Old and new: the newest `ticks` labelled ticks, and a random `share` of the rows before.

    With old rows in it, it is no window of the newest ticks.
    """

    memory = Memory.NOTHING

    def __init__(self, ticks: Ticks, share: float = 0.2):
        self.recent = Last(ticks)
        require(0 <= share <= 1, f"share is {share}; the share of old rows must be within 0 and 1")
        self.share = share

    @property
    def window(self) -> float:
        """Ticks in the window, where no old rows are added to it, else nan."""
        return math.nan if self.share else self.recent.window

    def describe(self) -> Clause:
        """Return what it trains on."""
        window = self.recent.describe().text
        return Clause("data", f"{window} and {self.share:.0%} of the rows before")

    def __call__(self, view: View) -> Rows:
        """Return the window and the sample; the draw depends on the tick alone."""
        window = self.recent(view)
        start = view.row_of(max(view.labelled - self.recent.ticks, 0))
        is_kept = generator("old rows", view.labelled).random(start) < self.share
        new = np.arange(window.start, window.stop) if isinstance(window, slice) else window
        return normal(np.concatenate([np.flatnonzero(is_kept), new]))
