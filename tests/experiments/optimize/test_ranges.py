"""A search stays within the range of a parameter: what a detector would refuse is never tried."""

import pytest

from retrainlab.experiments.optimize.search import ParameterSearch
from retrainlab.experiments.optimize.search_space import SearchParameter

NODE = {
    "when": {
        "_target_": "retrainlab.strategies.when.OnAlarm",
        "detector": {"name": "ADWIN", "delta": 0.002},
    },
    "what": {"_target_": "retrainlab.strategies.what.Everything"},
    "gate": {"_target_": "retrainlab.strategies.gate.Always"},
}


@pytest.mark.parametrize(("values", "last"), [((0.1, 0.2, 0.4), 0.8), ((0.2, 0.4, 0.8), 0.8)])
def test_a_search_ends_where_the_range_ends(values, last):
    """The best value is the last: twice and four times as much are tried, if they are below 1."""
    parameter = SearchParameter("when.detector.delta", values, given=False)
    search = ParameterSearch("trigger", NODE, [parameter], (), within=0.01)
    search.untried()
    cost = {label: -point[0] for point, label in search.tried.items()}
    search.refine(cost)
    assert search.parameters[0].values[-1] == last
    assert all(cell.is_valid for cell in search.untried())
