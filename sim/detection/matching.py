"""Matching alarms to drifts: which drifts were detected, how late, and which alarms were false.

All positions are rows. The metrics over matchings are in sim/detection/metrics.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.stream import Floats, Ints


@dataclass(frozen=True, eq=False)
class Matching:
    """What the alarms on one stream were, for the D drifts that count.

    delays: (D,) rows from a drift's start to the first alarm in its window, 0 for an early one;
        nan where the drift was missed.
    limits: (D,) rows from a drift's start to the end of its window. Every delay is below it; a
        missed drift is known to be missed for so long (its censoring time).
    false_alarms: (F,) rows of the alarms outside all windows.
    repeats: later alarms in a window that has had one; neither a success nor false.
    ignored: alarms in the windows of drifts that do not count; neither as well.
    stationary: rows outside all windows, those of drifts that do not count included.
    """

    delays: Floats
    limits: Ints
    false_alarms: Ints
    repeats: int
    ignored: int
    stationary: int

    @property
    def detected(self) -> int:
        """Drifts found, which is also the number of true alarms."""
        return int(np.isfinite(self.delays).sum())

    @property
    def missed(self) -> int:
        """Drifts not found."""
        return len(self.delays) - self.detected

    @property
    def alarms(self) -> int:
        """All alarms, of whatever sort."""
        return self.detected + self.repeats + self.ignored + len(self.false_alarms)


def match(
    alarms: ArrayLike,
    drifts: ArrayLike,
    rows: int,
    window: int,
    early: int = 0,
    counts: Sequence[bool] | None = None,
) -> Matching:
    """Match the alarms (A,) on a stream of `rows` rows to its drifts (D, 2).

    drifts: (start, stop) of each, in order: the first row that is touched, and the first one
        after the change is complete. A sudden drift has stop == start.
    window: a drift's window holds the rows from start - early up to, without, stop + window. It
        ends with the stream, or where the window of the next drift begins: an alarm belongs to
        the newest drift, and a drift that gave way to the next one had to be found before that.
    early: how many rows before its start a drift may be found, for starts that are not exact.
        It never reaches back to the start of the drift before.
    counts: (D,) which drifts are to be found, by default all. Alarms in the window of another
        one are ignored: who only watches for rises is not to blame for an alarm at a fall.

    Raises `InputError` for alarms or drifts that lie outside the stream or are not in rising
    order (several streams in one list look like that), and for drifts that overlap.
    """
    require_whole("rows", rows, 1, "rows")
    require_whole("window", window, 1, "rows")
    require_whole("early", early, 0, "rows")
    at = _alarms(alarms, rows)
    starts, stops = _drifts(drifts, rows)
    asked = np.ones(len(starts), dtype=bool) if counts is None else np.asarray(counts, dtype=bool)
    require(
        asked.shape == starts.shape,
        f"counts has shape {asked.shape} for {len(starts)} drifts; it must hold one each",
    )
    begins, ends = _windows(starts, stops, rows, window, early)
    # 0 is what comes before every window, and has no rows; drift i is i + 1.
    newest = np.searchsorted(begins, at, side="right")
    inside = at < np.concatenate([[0], ends])[newest]
    owner = newest[inside] - 1
    detected, first = np.unique(owner, return_index=True)
    delays = np.full(len(starts), np.nan)
    delays[detected] = np.maximum(at[inside][first] - starts[detected], 0)
    return Matching(
        delays=delays[asked],
        limits=(ends - starts)[asked],
        false_alarms=at[~inside],
        repeats=int(asked[owner].sum() - asked[detected].sum()),
        ignored=int((~asked[owner]).sum()),
        stationary=rows - int((ends - begins).sum()),
    )


def joined(matchings: Sequence[Matching]) -> Matching:
    """Return the matchings of several streams as one of all their drifts and rows.

    Streams of one seed that share their random numbers are one unit of a resample, not several.
    False alarms keep the rows of their own streams, so that they are only good for being counted.
    """
    return Matching(
        delays=np.concatenate([m.delays for m in matchings]),
        limits=np.concatenate([m.limits for m in matchings]),
        false_alarms=np.concatenate([m.false_alarms for m in matchings]),
        repeats=sum(m.repeats for m in matchings),
        ignored=sum(m.ignored for m in matchings),
        stationary=sum(m.stationary for m in matchings),
    )


def _windows(starts: Ints, stops: Ints, rows: int, window: int, early: int) -> tuple[Ints, Ints]:
    """(D,) first row of each window, and first row after it."""
    begins = np.maximum(starts - early, 0)
    begins[1:] = np.maximum(begins[1:], starts[:-1] + 1)
    ends = np.minimum(stops + window, rows)
    ends[:-1] = np.minimum(ends[:-1], begins[1:])
    return begins, ends


def _alarms(alarms: ArrayLike, rows: int) -> Ints:
    """(A,) the alarms, once they are known to be rows of the stream in rising order."""
    given = _whole("alarms", alarms)
    require(given.ndim == 1, f"alarms has shape {given.shape}; it must hold one row an alarm")
    outside = given[(given < 0) | (given >= rows)]
    require(
        not len(outside),
        f"an alarm is at row {outside[:1].sum()}; a stream of {rows} rows has rows 0 to {rows - 1}",
    )
    wrong = np.flatnonzero(np.diff(given) <= 0)[:1]
    require(
        not len(wrong),
        f"alarm {given[wrong + 1].sum()} follows alarm {given[wrong].sum()}; alarms must be in "
        "rising order, at most one a row",
    )
    return given


def _drifts(drifts: ArrayLike, rows: int) -> tuple[Ints, Ints]:
    """(D,) starts and (D,) stops, once they are known to lie in the stream, one after another."""
    given = _whole("drifts", drifts)
    given = given.reshape(0, 2) if not given.size else given
    require(
        given.ndim == 2 and given.shape[1] == 2,
        f"drifts has shape {given.shape}; it must hold (start, stop) of each drift",
    )
    earlier = -1, 0
    for start, stop in given.tolist():
        require(
            0 <= start <= stop <= rows and start < rows,
            f"a drift goes from row {start} to row {stop}; it must begin in the stream of {rows} "
            "rows, and not stop before its start or after the end",
        )
        require(
            start > earlier[0] and start >= earlier[1],
            f"a drift at row {start} follows one from row {earlier[0]} to row {earlier[1]}; "
            "drifts must be in rising order and must not overlap",
        )
        earlier = start, stop
    return given[:, 0], given[:, 1]


def _whole(name: str, values: ArrayLike) -> NDArray[Any]:
    """The values as int64, once they are known to be whole numbers."""
    given = np.asarray(values)
    require(
        not given.size or given.dtype.kind in "iu",
        f"{name} holds values of type {given.dtype}; it must hold whole numbers, which are rows",
    )
    return given.astype(np.int64)
