"""Signals: the values that drift detectors watch on one stream, and the true drifts."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.detection.error_stream import RateChange
from retrainlab.sim.errors import require


@dataclass(frozen=True, eq=False)
class Signals:
    """Signals of n rows; all detectors share them, so the arrays are read-only.

    values: by name: error, loss and prediction (n,), inputs (n, d).
    drifts: in order, each with the mean error before and after it. moved: for each drift, whether
        P(x) changes, so that it can be found without labels.
    binary: whether errors are 0 or 1.
    """

    values: Mapping[str, NDArray[Any]]
    drifts: tuple[RateChange, ...]
    moved: tuple[bool, ...]
    binary: bool

    def __post_init__(self) -> None:
        sizes = {name: len(v) for name, v in self.values.items()}
        require(
            len(set(sizes.values())) == 1,
            f"the signals hold {sizes} values; each must hold one a row",
        )
        locked = {name: v.view() for name, v in self.values.items()}
        for view in locked.values():
            view.flags.writeable = False
        object.__setattr__(self, "values", locked)

    @property
    def rows(self) -> int:
        """Number of rows n."""
        return len(next(iter(self.values.values())))

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any value of any signal."""
        content = blake2b(digest_size=8)
        for name in sorted(self.values):
            content.update(name.encode())
            content.update(np.ascontiguousarray(self.values[name]).tobytes())
        return content.hexdigest()
