"""Costs of each tick: they add up to the total cost, whatever has a price."""

from dataclasses import replace

import numpy as np
import pytest
from fake_study import Fake, write

from retrainlab import reports
from retrainlab.reports.analysis.over_time import costs_over_time
from retrainlab.reports.analysis.repriced import at_prices
from retrainlab.reports.analysis.tables import load
from retrainlab.sim.prices import Prices


def test_each_column_adds_up_to_the_total_cost(tmp_path):
    one = load(write(tmp_path, (Fake("one", seeds=1),))).of("one")

    def prices(fit: float) -> Prices:
        return replace(one.manifest.prices, fit=fit)

    for priced in at_prices(one, reports.summary(one), map(prices, [0.0, 20.0, 500.0])):
        assert priced.over_time is not None
        sums = priced.over_time.sum()
        assert sums.to_numpy() == pytest.approx(priced.costs.iloc[0][sums.index].to_numpy())
        assert np.isfinite(priced.over_time.to_numpy()).all()


def test_several_streams_have_no_single_course(tmp_path):
    assert costs_over_time(load(write(tmp_path, (Fake("many", seeds=2),))).of("many")) is None
