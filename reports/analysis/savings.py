"""What settings save against one reference, each with its interval: the one test of the project.

On several seeds the gains are those of each seed (`sim.optimum.several_seeds`), on one stream those
of each tick (`sim.optimum.one_stream`). All intervals of a table hold together at 95 %.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retrainlab.sim.optimum.one_stream import is_long_enough, stream_test
from retrainlab.sim.optimum.several_seeds import SeedsTest, seeds_test


@dataclass(frozen=True, eq=False)
class Savings:
    """What settings save against one reference, by label.

    saving: mean over the seeds that both have, in money. half: half of the 95 % interval, nan where
    there is no test. test: of several seeds, over the same labels.
    """

    saving: pd.Series
    half: pd.Series
    test: SeedsTest | None = field(default=None, repr=False)

    @property
    def low(self) -> pd.Series:
        """Lower ends of the intervals."""
        return self.saving - self.half

    @property
    def high(self) -> pd.Series:
        """Upper ends of the intervals."""
        return self.saving + self.half

    @property
    def proven(self) -> pd.Series:
        """Whether a setting saves anything; never so without an interval."""
        return self.low > 0

    @property
    def differ(self) -> pd.Series:
        """Whether a setting differs significantly from the reference."""
        return self.saving.abs() > self.half


def over_seeds(gains: pd.DataFrame, comparisons: int) -> Savings:
    """Test gains (seeds, labels), nan where a replay is missing."""
    test = seeds_test(gains.to_numpy(float), comparisons)
    saving, half = (pd.Series(values, gains.columns) for values in (test.saving, test.half))
    return Savings(saving, half, test)


def over_ticks(gains: pd.DataFrame, tested: list[str]) -> Savings:
    """Test gains (T, labels) of one stream; the others than `tested` have a saving alone.

    A setting that never retrained is none to be counted: its interval would be that of nothing.
    """
    half = pd.Series(np.nan, index=gains.columns)
    if tested and is_long_enough(len(gains)):
        test = stream_test(gains[tested].to_numpy(float))
        half[tested] = test.critical * test.error
    return Savings(gains.sum(), half)
