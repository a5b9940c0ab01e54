"""What settings save against one reference, each with its interval: the one test of the project.

On several seeds the gains are those of each seed (`sim.optimum.several_seeds`), on one stream those
of each tick (`sim.optimum.one_stream`). All intervals of a table hold together at 95 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.label_index import label_index
from retrainlab.reports.analysis.over_time import OverTime
from retrainlab.sim.optimum.several_seeds import SeedsTest, seeds_test
from retrainlab.sim.stream import Floats


@dataclass(frozen=True, eq=False)
class Savings:
    """What settings save against one reference, by label.

    saving: mean over the seeds that both have, in money. below, above: from there to the ends of
    the 95 % interval, nan where there is no test. test: of several seeds, over the same labels.
    """

    saving: pd.Series
    below: pd.Series
    above: pd.Series
    test: SeedsTest | None = field(default=None, repr=False)

    @cached_property
    def low(self) -> pd.Series:
        """Lower ends of the intervals."""
        return self.saving - self.below

    @cached_property
    def high(self) -> pd.Series:
        """Upper ends of the intervals."""
        return self.saving + self.above

    @cached_property
    def ends(self) -> dict[str, tuple[float, float]]:
        """Both ends of each interval, by label."""
        ends = zip(self.low.tolist(), self.high.tolist(), strict=True)
        return dict(zip(self.saving.index, ends, strict=True))

    @cached_property
    def proven(self) -> pd.Series:
        """Whether a setting saves anything; never so without an interval."""
        return self.low > 0

    @property
    def turned(self) -> "Savings":
        """What the reference saves against each setting."""
        test = self.test and SeedsTest(
            -self.test.saving, self.test.deviation, self.test.seeds, self.test.comparisons
        )
        return Savings(-self.saving, self.above, self.below, test)


def over_seeds(gains: Floats, labels: Sequence[str], comparisons: int) -> Savings:
    """Test gains (seeds, labels), nan where a replay is missing."""
    test, index = seeds_test(gains, comparisons), label_index(labels)
    saving, half = (pd.Series(values, index) for values in (test.saving, test.half))
    return Savings(saving, half, half, test)


def over_ticks(
    over_time: OverTime,
    reference: str,
    labels: Sequence[str],
    tested: Sequence[str],
    blocks: int,
) -> Savings:
    """Test what labels save on one stream; the others than `tested` have a saving alone.

    A setting that never retrained is none to be counted: its interval would be that of nothing.
    blocks: that the stream is cut into.
    """
    total, index = over_time.total, label_index(labels)
    ends = np.full((2, len(labels)), np.nan)
    if tested and over_time.is_long_enough:
        test = over_time.savings(reference, tested, blocks)
        ends[:, index.get_indexer(label_index(tested))] = test.below, test.above
    below, above = (pd.Series(values, index) for values in ends)
    return Savings(total[reference] - total[[*labels]], below, above)
