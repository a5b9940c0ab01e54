"""Error streams with a known error rate, for drift detectors without a model."""

from dataclasses import dataclass
from itertools import cycle

import numpy as np

from retrainlab.scenarios.synthetic.base import is_number, is_whole
from retrainlab.scenarios.synthetic.schedules import DriftSchedule
from retrainlab.sim.detection.error_stream import ErrorStream, RateChange
from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

SHAPES = ("step", "ramp", "pulse", "recurrent", "stationary")


@dataclass(frozen=True)
class ErrorRates:
    """Independent errors, whose rate is `before`, and goes over to `after` as `shape` says.

    rows: length of the stream, at least 2. before, after: rates, in [0, 1]; no drift if equal.
    shape: `step` at row `start`; `ramp`, linear over `duration` rows from `start` on; `pulse`, at
    `start` and back after `duration` rows; `recurrent`, at `start` and back and forth every
    `period` rows; `stationary`, `before` throughout. What a shape does not name is ignored.
    A seed is one uniform number a row, whatever the options: the row is an error if that is below
    the rate, so that a higher rate only adds errors, and a longer stream only adds rows.
    """

    rows: int = 10_000
    shape: str = "step"
    before: float = 0.1
    after: float = 0.3
    start: int = 5_000
    duration: int = 1_000
    period: int = 1_000

    def __post_init__(self) -> None:
        require_whole("rows", self.rows, 2, "rows")
        require(self.shape in SHAPES, f"shape is {self.shape!r}; choose one of {', '.join(SHAPES)}")
        for option in ("before", "after"):
            rate = getattr(self, option)
            valid = is_number(rate) and 0 <= rate <= 1
            require(valid, f"{option} is {rate!r}; it must be a number from 0 to 1")
        if self.shape == "stationary":
            return
        self._need_within("start", self.rows - 1, "a row of the stream that is not its first")
        if self.shape in ("ramp", "pulse"):
            self._need_within(
                "duration", self.rows - self.start, "so that the drift lies inside the stream"
            )
        if self.shape == "recurrent":
            require_whole("period", self.period, 1, "rows")

    def __call__(self, seed: int) -> ErrorStream:
        """Draw the errors of this seed."""
        rate = np.interp(self._progress(), [0, 1], [self.before, self.after])
        errors = generator(seed, "error_rates", "errors").random(self.rows) < rate
        return ErrorStream(errors.astype(np.int64), rate, self._drifts())

    def _progress(self) -> Floats:
        """(n,) how far each row is on the way from `before` to `after`."""
        row = np.arange(self.rows, dtype=np.float64)
        if self.shape == "stationary":
            return np.zeros(self.rows)
        if self.shape == "recurrent":
            turns = np.floor((row - self.start) / self.period)
            return ((row >= self.start) & (turns % 2 == 0)).astype(np.float64)
        return self._schedule().progress(row)

    def _schedule(self) -> DriftSchedule:
        return DriftSchedule(self.shape, self.start, self.duration, self.period)

    def _spans(self) -> list[tuple[int, int]]:
        """First row of each change, and first row after it."""
        if self.shape == "stationary":
            return []
        if self.shape == "recurrent":
            return [(row, row) for row in range(self.start, self.rows, self.period)]
        return [(start, stop) for start, stop, _ in self._schedule().changes(self.rows)]

    def _drifts(self) -> tuple[RateChange, ...]:
        """Every change; rises and falls alternate."""
        if self.before == self.after:
            return ()
        ways = cycle([(self.before, self.after), (self.after, self.before)])
        return tuple(
            RateChange(*span, *way) for span, way in zip(self._spans(), ways, strict=False)
        )

    def _need_within(self, option: str, most: int, why: str) -> None:
        """Raise `InputError` unless the option is a whole number of rows from 1 to `most`."""
        value = getattr(self, option)
        require(
            is_whole(value) and 1 <= value <= most,
            f"{option} is {value!r}; it must be a whole number of rows from 1 to {most}, {why}",
        )
