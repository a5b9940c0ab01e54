"""Statistics of many labels at once: the same bytes as of one after the other."""

import numpy as np
import pytest

from retrainlab.reports.decision.statistics import estimate, estimates
from retrainlab.sim.seeds import generator


@pytest.mark.parametrize("seeds", [1, 2, 3, 7, 10, 30, 200])
@pytest.mark.parametrize("missing", [0.0, 0.2, 1.0])
def test_estimates_of_many_labels_are_those_of_each(seeds, missing):
    random = generator("tests", "estimates", seeds, int(10 * missing))
    table = 100 * random.standard_normal((seeds, 40))
    table[random.random(table.shape) < missing] = np.nan
    means, halves = estimates(table.T)  # as costs come: one column a label
    every = [estimate(column) for column in table.T]
    assert means.tobytes() == np.array([one.mean for one in every]).tobytes()
    assert halves.tobytes() == np.array([one.half for one in every]).tobytes()
