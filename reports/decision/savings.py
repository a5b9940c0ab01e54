"""What settings save against one reference, each with its interval: the one test of the project.

On several seeds the gains are those of each seed (`sim.optimum.several_seeds`), on one stream those
of each tick (`sim.optimum.one_stream`). All intervals of a table hold together at 95 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrainlab.reports.results.over_time import OverTime
from retrainlab.sim.optimum.several_seeds import SeedsTest, seeds_test
from retrainlab.sim.stream import Floats, Ints


@dataclass(frozen=True, eq=False)
class Savings:
    """What settings save against one reference.

    labels: of the settings. saving: (S,) mean over the seeds that both have, in money. below,
    above: (S,) from there to the ends of the 95 % interval, nan where there is no test. test: of
    several seeds, over the same settings.
    """

    labels: Sequence[str]
    saving: Floats
    below: Floats
    above: Floats
    test: SeedsTest | None = field(default=None, repr=False)

    @cached_property
    def low(self) -> Floats:
        """(S,) lower ends of the intervals."""
        return self.saving - self.below

    @cached_property
    def high(self) -> Floats:
        """(S,) upper ends of the intervals."""
        return self.saving + self.above

    @cached_property
    def proven(self) -> NDArray[np.bool_]:
        """(S,) whether a setting saves anything; never so without an interval."""
        proven: NDArray[np.bool_] = self.low > 0
        return proven

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each setting stands, by its label."""
        return {label: place for place, label in enumerate(self.labels)}

    def places(self, labels: Sequence[str]) -> Ints:
        """(n,) where these settings stand."""
        return np.array([self.place[label] for label in labels], dtype=np.int64)

    def ends(self, label: str) -> tuple[float, float]:
        """Return both ends of the interval of a setting."""
        place = self.place[label]
        return float(self.low[place]), float(self.high[place])

    @property
    def turned(self) -> "Savings":
        """What the reference saves against each setting."""
        test = self.test and SeedsTest(
            -self.test.saving, self.test.deviation, self.test.seeds, self.test.comparisons
        )
        return Savings(self.labels, -self.saving, self.above, self.below, test)


def over_seeds(gains: Floats, labels: Sequence[str], comparisons: int) -> Savings:
    """Test gains (seeds, labels), nan where a replay is missing."""
    test = seeds_test(gains, comparisons)
    half = test.half
    return Savings(labels, test.saving, half, half, test)


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
    total = over_time.total
    saving = total[reference] - np.array([total[label] for label in labels])
    below, above = np.full((2, len(labels)), np.nan)
    savings = Savings(labels, saving, below, above)
    if tested and over_time.is_long_enough:
        test, at = over_time.savings(reference, tested, blocks), savings.places(tested)
        below[at], above[at] = test.below, test.above
    return savings
