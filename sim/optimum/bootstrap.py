"""Bootstrap: which of several values could be the cheapest, from resampled mean costs.

All values were tried on the same seeds, or on the same ticks of one stream, so what they share
drops out. How often the intervals hold the truth was measured: docs/optimum.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats, Ints

MOST_STUDIES = 2_000
CHUNK = 2**17
# A difference, or its variance, that is smaller than this part of what it is taken of, is rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Resampled:
    """Mean costs of V values, and how they vary.

    mean: (V,). noise: (B, V) of each resample its mean less `mean`, without what all values share.
    error: (V, V) standard error of each difference of two means, 0 where it never varies.
    above, apart: (N, V) the largest t statistic of a value against the others, and the largest
        without its sign, in N studies of as many units in which all values cost the same.
    """

    mean: Floats
    noise: Floats
    error: Floats
    above: Floats
    apart: Floats

    def shares(self) -> Floats:
        """(V,) share of the resamples in which each value is the cheapest."""
        picked = cheapest(self.mean + self.noise)
        return np.bincount(picked, minlength=len(self.mean)) / len(picked)

    def could_be_best(self, level: float) -> NDArray[np.bool_]:
        """(V,) the values that no other one beats significantly.

        A value stays unless its largest t statistic against the others is beyond all but 1 - level
        of `above`. The test is simultaneous over the others, so the best value stays with
        probability `level`, or nearly, however many are as good (5 seeds, 27 equal values: 92 %).
        The hypothesis is that of Hansen, Lunde & Nason (2011); each value is tested against all
        others and none is dropped.
        """
        largest = self.t().max(axis=1)
        return (largest <= 0) | (_tail(self.above, largest) > 1 - level)

    def margin(self, base: int, level: float) -> Floats:
        """(V,) half widths of the intervals of all differences from `base`, valid together.

        So each is valid too for a value that was picked because it looked best.
        """
        return self.error[base] * float(np.quantile(self.apart[:, base], level))

    def excess(self, level: float) -> Floats:
        """(V, V) how much more value i costs than value j at most, at a confidence level."""
        margins = np.stack([self.margin(base, level) for base in range(len(self.mean))], axis=1)
        upper: Floats = self.mean[:, None] - self.mean + margins
        return upper

    def differ(self, level: float) -> bool:
        """Whether any two values differ significantly, all pairs compared at once."""
        largest = self.t().max()
        return bool(largest > 0 and _tail(self.above.max(axis=1), largest) <= 1 - level)

    def t(self) -> Floats:
        """(V, V) t statistic of each value against each; infinite where a gap never varies."""
        gap = self.mean[:, None] - self.mean
        rounding = ROUNDING * np.abs(self.mean).max()
        certain = np.select([gap > rounding, gap < -rounding], [np.inf, -np.inf], 0.0)
        return np.divide(gap, self.error, out=certain, where=self.error > 0)


def resample(units: Floats, draws: int, resamples: int, rng: np.random.Generator) -> Resampled:
    """Draw `draws` of the n units (n, V) with replacement, `resamples` times.

    Of n seeds n are drawn, at least 2; of n overlapping blocks of time as many as fit into the
    stream. For the t statistics as many studies are simulated, but at most 2,000, which gives
    their tail of 5 % to within one point.
    """
    mean = units.mean(axis=0)
    centred = units - mean
    centred -= centred.mean(axis=1, keepdims=True)
    noise = np.empty((resamples, len(mean)))
    for part in _parts(resamples, draws * len(mean)):
        here = noise[part]
        here[:] = centred[rng.integers(len(centred), size=(len(here), draws))].mean(axis=1)
    centred /= np.sqrt(len(units))
    covariance = centred.T @ centred
    total = np.add.outer(np.diag(covariance), np.diag(covariance))
    variance = total - 2 * covariance
    variance[variance <= ROUNDING * total] = 0
    studies = min(resamples, MOST_STUDIES)
    above, apart = _largest_t(centred, variance > 0, draws, studies, rng)
    return Resampled(mean, noise, np.sqrt(variance / (draws - 1)), above, apart)


def circular_means(series: Floats, block: int) -> Floats:
    """(T, V) means of a series (T, V) over the `block` ticks from each tick on.

    Blocks overlap (Kunsch 1989), and the end is joined to the start, so that each tick counts the
    same (Politis & Romano 1992). 1 <= block <= T.
    """
    start = np.zeros((1, series.shape[1]))
    summed = np.cumsum(np.concatenate([start, series, series[: block - 1]]), axis=0)
    return (summed[block:] - summed[:-block]) / block


def cheapest(means: Floats) -> Ints:
    """(B,) position of the lowest of means (B, V); of equal ones the last."""
    lowest = means.min(axis=1, keepdims=True)
    low = means <= lowest + ROUNDING * np.abs(lowest)
    return means.shape[1] - 1 - np.argmax(low[:, ::-1], axis=1)


def _largest_t(
    centred: Floats, varies: NDArray[np.bool_], draws: int, studies: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """(studies, V) twice: the largest t of each value against the others, with and without sign.

    A parametric bootstrap: studies of `draws` normal units, with the covariance of `centred` and no
    difference in the mean. Each study estimates its own standard errors, one for each pair; to
    resample so few units instead would repeat them, and their standard errors would be too small.
    """
    values = centred.shape[1]
    factor: Floats = np.asarray(np.linalg.qr(centred, mode="r"))
    factor = factor * np.where(np.diag(factor) < 0, -1, 1)[:, None]
    above, apart = np.empty((2, studies, values))
    for part in _parts(studies, max(values, draws) * values):
        here = above[part]
        units = rng.standard_normal((len(here), draws, len(factor))) @ factor
        # The mean of normal units and their spread are independent: the first row is the mean.
        mean, rest = units[:, 0], units[:, 1:]
        square = rest.swapaxes(1, 2) @ rest / (draws - 1)
        each = np.diagonal(square, axis1=1, axis2=2)
        variance = np.where(varies, each[:, :, None] + each[:, None] - 2 * square, np.inf)
        t = (mean[:, :, None] - mean[:, None]) / np.sqrt(variance)
        here[:] = t.max(axis=2)
        apart[part] = np.maximum(here, -t.min(axis=2))
    return above, apart


def _tail(simulated: Floats, observed: Floats) -> Floats:
    """Share of the simulated studies (N, ...) that reach the observed one, itself included."""
    return (1 + np.sum(simulated >= observed, axis=0)) / (1 + len(simulated))


def _parts(rows: int, width: int) -> list[slice]:
    """Slices of the rows, each of at most CHUNK numbers where a row has `width` of them."""
    step = max(1, CHUNK // width)
    return [slice(start, start + step) for start in range(0, rows, step)]
