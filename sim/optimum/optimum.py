"""The best value of a parameter, usually the retraining interval, with its confidence interval.

Values were replayed on the same seeds, or on one stream. Lower total cost is better; of equal
costs the larger value wins, which retrains less. `inf` is never.

The 95 % interval held the true best in 99 to 100 % of 1,000 simulated studies of 5, 10 or 30 seeds
where values differ, and in 92 to 95 % where 27 independent ones are equal; that of percentiles in
66 to 99 %, and 21 to 28 % (docs/optimum.md; `python -m benchmarks.coverage`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.optimum.bootstrap import Resampled, cheapest, circular_means, resample
from retrainlab.sim.optimum.checks import check_costs, check_options
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

Edge = Literal["lowest", "highest"]
FEWEST_BLOCKS = 3


@dataclass(frozen=True)
class Optimum:
    """The best of the values that were tried.

    value, cost: the value of the lowest mean cost, and that cost.
    low, high: from the lowest to the highest value that no other one beats significantly; high is
        inf unless retraining pays. nan for one stream of fewer than 3 blocks. highest: the highest
        finite one.
    flat_low, flat_high: the values around `value`, without a gap, that cost little more.
    edge: where `value` is the lowest or the highest of several finite ones: try beyond it.
    shares: share of the resamples in which each value is the cheapest; empty without resamples.
    finite: the best value other than never; nan if never alone was tried.
    saving, saving_low, saving_high: cost of never minus that of `finite`, and its interval, which
        allows for the choice among all finite values; nan where never was not tried.
    draws: seeds, or blocks of time, behind the interval.
    excess: (V, V) how much more each value costs than each other one at most, at the level of the
        intervals; empty without resamples.
    """

    value: float
    cost: float
    low: float
    high: float
    highest: float
    flat_low: float
    flat_high: float
    edge: Edge | None
    shares: tuple[float, ...]
    finite: float
    saving: float
    saving_low: float
    saving_high: float
    draws: int
    excess: tuple[tuple[float, ...], ...] = field(default=(), repr=False)

    @property
    def pays(self) -> bool | None:
        """Whether the saving against never is significant; None where that is not known."""
        return None if math.isnan(self.saving_low) else self.saving_low > 0

    def with_saving(self, saving: float, half: float) -> "Optimum":
        """Return the same with another test of the saving: its mean, half of its interval.

        Never is left out of the interval of the best only where the saving is significant.
        """
        is_finite = saving - half > 0 and math.isfinite(self.value)
        return replace(
            self,
            saving=saving,
            saving_low=saving - half,
            saving_high=saving + half,
            high=self.highest if is_finite or math.isnan(self.low) else math.inf,
        )


def optimum(
    values: Sequence[float],
    costs: Floats,
    resamples: int = 10_000,
    seed: int = 0,
    within: float = 0.05,
    level: float = 0.95,
) -> Optimum:
    """Return the best of V ascending values from their total costs (S, V) on the same S seeds.

    within: how much more, as a share of the lowest cost, the flat band may cost. level: of both
    intervals. Raises `InputError` for values that are not ascending, costs that are not finite or
    not (S, V), and a single seed.
    """
    tried, costs = check_costs(values, costs, "costs", "seed")
    check_options(resamples, within, level)
    require(
        len(costs) > 1,
        "there is 1 seed, which gives no interval; use more seeds, or optimum_in_time for a "
        "stream of which there is only one",
    )
    resampled = resample(costs, len(costs), resamples, generator(seed, "optimum"))
    return _optimum(tried, costs.mean(axis=0), resampled, len(costs), within, level)


def optimum_in_time(
    values: Sequence[float],
    losses: Floats,
    spent: Floats,
    block: int | None = None,
    resamples: int = 10_000,
    seed: int = 0,
    within: float = 0.05,
    level: float = 0.95,
) -> Optimum:
    """Return the best of V ascending values from one stream, by a circular block bootstrap.

    losses: (T, V) loss of each tick times its price. spent: (V,) on retraining over the stream. A
    schedule fixes it, so it is not resampled: that a block holds one retraining more than the
    next says nothing about their number.
    block: in ticks. Without it the larger of sqrt(T) and the best finite value, which must then
    be in ticks: the luck of one training is felt until the next.
    The intervals measure variation over time within this one stream, and not what another stream,
    or another first model, would have brought. They are nan where fewer than 3 blocks fit.
    Raises `InputError` as `optimum` does.
    """
    tried, losses = check_costs(values, losses, "losses", "tick")
    spent = check_costs(tried, np.asarray(spent)[None], "spent", "stream")[1][0]
    check_options(resamples, within, level)
    ticks = len(losses)
    total = losses.sum(axis=0) + spent
    if block is None:
        best = _best_finite(tried, total)
        block = math.ceil(max(math.sqrt(ticks), 0 if best is None else tried[best]))
    require_whole("block", block, 1)
    draws, resampled = ticks // block, None
    if draws >= FEWEST_BLOCKS:
        units = circular_means(losses, block) * ticks + spent
        resampled = resample(units, draws, resamples, generator(seed, "optimum"))
    return _optimum(tried, total, resampled, draws, within, level)


def _optimum(
    values: Floats,
    mean: Floats,
    resampled: Resampled | None,
    draws: int,
    within: float,
    level: float,
) -> Optimum:
    best = int(cheapest(mean[None])[0])
    first, last = flat_band(mean, best, within)
    finite = _best_finite(values, mean)
    saving = half = low = highest = math.nan
    if finite is not None and math.isinf(values[-1]):
        saving = float(mean[-1] - mean[finite])
        if resampled is not None:
            half = float(resampled.margin(len(values) - 1, level)[finite])
    if resampled is not None:
        kept = values[resampled.could_be_best(level)]
        low, highest = float(kept[0]), float(max(kept[np.isfinite(kept)], default=math.inf))
    result = Optimum(
        value=float(values[best]),
        cost=float(mean[best]),
        low=low,
        high=highest,
        highest=highest,
        flat_low=float(values[first]),
        flat_high=float(values[last]),
        edge=_edge(values, best),
        shares=() if resampled is None else tuple(resampled.shares().tolist()),
        finite=math.nan if finite is None else float(values[finite]),
        saving=saving,
        saving_low=saving - half,
        saving_high=saving + half,
        draws=draws,
        excess=() if resampled is None else _nested(resampled.excess(level)),
    )
    return result if math.isnan(saving) else result.with_saving(saving, half)


def _nested(table: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())


def least_regret(values: Floats, best: Optimum) -> tuple[float, float]:
    """Return the value within the interval that loses least where it is not the best, and how much.

    values: (V,) that were tried. Minimax regret (Savage 1951): whichever value within the interval
    is the best, the returned one costs at most so much more, at the level of the interval. nan, nan
    without an interval.
    """
    inside = (values >= best.low) & (values <= best.high)
    if not inside.any() or not best.excess:
        return math.nan, math.nan
    most = np.array(best.excess)[np.ix_(inside, inside)].max(axis=1)
    at = int(np.argmin(most))
    return float(values[inside][at]), float(most[at])


def _best_finite(values: Floats, mean: Floats) -> int | None:
    """Position of the best value other than never, None if there is no other."""
    count = int(np.isfinite(values).sum())
    return int(cheapest(mean[None, :count])[0]) if count else None


def flat_band(mean: Floats, best: int, within: float) -> tuple[int, int]:
    """First and last position around the best, without a gap, that cost little more.

    mean: (V,) costs. best: a position. within: how much more they may cost, as a share.
    """
    expensive = np.flatnonzero(mean > mean[best] + within * abs(mean[best]))
    before, after = expensive[expensive < best], expensive[expensive > best]
    return max(before, default=-1) + 1, min(after, default=len(mean)) - 1


def _edge(values: Floats, best: int) -> Edge | None:
    count = int(np.isfinite(values).sum())
    if count < 2 or 0 < best != count - 1:
        return None
    return "lowest" if best == 0 else "highest"
