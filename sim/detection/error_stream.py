"""Error stream: zeros and ones with a known error rate, as input of drift detectors."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.stream import Floats, Ints, Kind

Direction = Literal["rise", "fall"]


@dataclass(frozen=True)
class RateChange:
    """A change of the error rate from `before` to `after`, which differ.

    start, stop: first row that is touched and first row after the change is complete.
    """

    start: int
    stop: int
    before: float
    after: float
    kind: ClassVar[Kind] = "concept"

    @property
    def magnitude(self) -> float:
        """Distance between the two rates."""
        return abs(self.after - self.before)

    @property
    def direction(self) -> Direction:
        """Whether errors become more or fewer."""
        return "rise" if self.after > self.before else "fall"


@dataclass(frozen=True, eq=False)
class ErrorStream:
    """The errors of n rows; all detectors share them, so the arrays are read-only.

    values: (n,) 1 for a wrong row, 0 for a right one. rate: (n,) probability of a 1.
    drifts: every change of the rate, in order.

    A fall (a pulse ends, a season goes back) is a drift as well, and ADWIN alarms at it, but a
    model that has got better needs no retraining, and DDM and its kin watch for rises alone. So
    that neither is favoured, match with `counts=stream.rises`, which ignores alarms at falls.
    """

    values: Ints
    rate: Floats
    drifts: tuple[RateChange, ...]

    def __post_init__(self) -> None:
        require(
            self.values.ndim == 1 and self.values.shape == self.rate.shape,
            f"values has shape {self.values.shape} and rate {self.rate.shape}; each must hold one "
            "number a row",
        )
        for name in ("values", "rate"):
            locked = getattr(self, name).view()
            locked.flags.writeable = False
            object.__setattr__(self, name, locked)

    @property
    def rows(self) -> int:
        """Number of rows n."""
        return len(self.values)

    @property
    def spans(self) -> Ints:
        """(D, 2) start and stop of each drift, as `sim.detection.matching.match` takes them."""
        return np.array([(d.start, d.stop) for d in self.drifts], dtype=np.int64).reshape(-1, 2)

    @property
    def rises(self) -> tuple[bool, ...]:
        """(D,) whether the rate rises, for each drift."""
        return tuple(d.direction == "rise" for d in self.drifts)
