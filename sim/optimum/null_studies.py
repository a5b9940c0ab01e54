"""Studies of one stream that save nothing, drawn at random: how large their largest t is."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

STUDIES = 1_000
MANY = 128  # settings, from which on studies follow only the components that hold their variance
LEFT_OUT = 1e-3  # of a setting's variance, at most; its other components are scaled to hold it all


def null_studies(
    root: Floats, blocks: int, seed: int, some: slice = slice(0, STUDIES)
) -> tuple[Floats, Floats, Floats]:
    """Sums, variances and luck (studies, S) of studies of normal blocks that save nothing.

    root: (r, S) of `root_of`. Each study estimates its variances from differences of neighbouring
    blocks, as the test does. luck: standard normal, of each setting on its own. some: of the
    `STUDIES`.
    """
    count, settings = root.shape
    width = settings if settings <= MANY else min(settings, 1 << (count - 1).bit_length())
    sums, differences, luck = _normal(seed, blocks, width, settings)
    single, squares = root.astype(np.float32), np.zeros((some.stop - some.start, settings))
    for difference in differences[:, some, :count]:
        product = difference @ single
        np.multiply(product, product, out=product)
        squares += product
    return sums[some, :count] @ root, squares / (blocks - 1) / 2, luck[some]


def root_of(steps: Floats) -> Floats:
    """(r, S) whose transpose times itself is the covariance of the sums; r is S up to `MANY`.

    steps: (n, S) differences of neighbouring blocks, whose mean products are the covariance. Many
    settings do much the same, so that few components hold nearly all of each one's variance.
    """
    covariance = steps.T @ steps / len(steps)
    if len(covariance) <= MANY:
        values, vectors = np.linalg.eigh(covariance)
        all_components: Floats = (vectors * np.sqrt(np.maximum(values, 0))).T
        return all_components
    from scipy.linalg.lapack import dpstrf  # a fifth of a second, which few studies need

    errors = np.sqrt(np.diag(covariance))
    units = np.where(errors > 0, errors, 1.0)
    # Cholesky's, the setting of which most is left out next, until less is left out of each.
    factor, order, count, _ = dpstrf(covariance / np.outer(units, units), tol=LEFT_OUT)
    few = np.empty((count, len(errors)))
    few[:, order - 1] = np.triu(factor)[:count]
    held = np.sqrt(np.sum(few**2, axis=0))
    return few * np.divide(errors, held, out=np.zeros_like(errors), where=held > 0)


@lru_cache(maxsize=4)
def _normal(
    seed: int, blocks: int, components: int, settings: int
) -> tuple[Floats, NDArray[np.float32], Floats]:
    """Standard normal blocks of all studies, for one search of prices, and luck.

    (STUDIES, components) sums over the blocks, over sqrt(blocks); (blocks - 1, STUDIES, components)
    differences of neighbours; (STUDIES, settings) luck. A product a block stays in the processor's
    cache, and the luck of the draw is larger by far than what single precision takes from the
    differences.
    """
    random = generator(seed, "one stream")
    normal = random.standard_normal((STUDIES, blocks, components))
    by_block = np.diff(normal, axis=1).transpose(1, 0, 2)
    differences = np.ascontiguousarray(by_block, dtype=np.float32)
    luck = random.standard_normal((STUDIES, settings))
    return normal.mean(axis=1) * math.sqrt(blocks), differences, luck


def largest_t(studies: tuple[Floats, Floats, Floats], stake: Floats) -> Floats:
    """(studies,) largest t over settings, at least 0."""
    sums, variances, luck = studies
    error = np.sqrt(variances + stake)
    total = sums + np.sqrt(stake) * luck
    t = np.divide(total, error, out=np.zeros_like(total), where=error > 0)
    largest: Floats = t.max(axis=1, initial=0.0)
    return largest
