"""Precision and recall of single classes are those of the sums of their ticks."""

import numpy as np
import pandas as pd
import pytest
from fake_study import TWO, write

from retrainlab.reports.analysis.class_quality import MACRO, MOST, by_class
from retrainlab.reports.analysis.monitoring import monitoring
from retrainlab.reports.results.tables import load

LABEL = "periodic ticks=20"


def ticks_of(classes):
    """Two points of one setting; class c occurs c + 1 times a tick, of two classes turned about."""
    codes = np.arange(classes)
    columns = {f"actual_{c}": [c + 1] * 4 for c in codes}
    columns |= {f"hit_{c}": [0, 1, 1, 1] for c in codes}
    columns |= {f"predicted_{c}": [1, 1, 1, 3] if c else [0, 0, 2, 2] for c in codes}
    return pd.DataFrame({"label": "never", "tick": range(4), "point": [0, 0, 2, 2], **columns})


def test_of_two_classes_it_is_their_mean_and_the_one_that_is_not_drawn():
    found = by_class(ticks_of(2), ("no", "yes"))
    assert [*found] == [MACRO, "no"]
    # The second class: 1 of 2 predicted and 1 of 4 that occur, then 2 of 4 and 2 of 4.
    assert found[MACRO]["precision"]["never"].tolist() == [0.5, 0.5]
    assert found[MACRO]["recall"]["never"].tolist() == [(0.5 + 0.25) / 2, (1.0 + 0.5) / 2]
    assert found["no"]["recall"]["never"].tolist() == [0.5, 1.0]
    precision = found["no"]["precision"]["never"]
    assert np.isnan(precision[0])  # it was never predicted
    assert precision[2] == 0.5


def test_of_many_classes_it_is_the_ten_most_frequent_in_their_order():
    names = tuple(f"class {c}" for c in range(13))
    assert [*by_class(ticks_of(13), names)] == [*names[-MOST:]]


@pytest.mark.parametrize("names", [(), ("only",)])
def test_without_classes_there_is_nothing_to_choose(names):
    assert by_class(ticks_of(len(names)), names) == {}


def test_monitoring_has_them_with_limits_of_the_first_model(tmp_path):
    one = load(write(tmp_path, TWO[:1])).of("gradual")
    seen = monitoring(one, [LABEL, "never"], "never")
    precision, recall = seen.classes["no"]
    cell = one.ticks[(one.ticks["label"] == LABEL) & (one.ticks["seed"] == 0)]
    point = recall.values.index[5]
    span = cell[(cell["tick"] >= point) & (cell["tick"] < point + seen.width)]
    share = span["hit_0"].sum() / span["actual_0"].sum()
    assert recall.values.loc[point, LABEL] == pytest.approx(share)
    assert precision.limits.low < precision.limits.high
    other = monitoring(one, ["never"], "never")
    assert other.classes["no"][0].limits == precision.limits
