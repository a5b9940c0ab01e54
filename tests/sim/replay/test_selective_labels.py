"""Selective labels: what is not predicted positive is never looked into."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.naive_bayes import GaussianNB
from streams import Watching, run, turning

from retrainlab.sim.errors import InputError
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Every

STREAM = turning(sizes=(10,) * 60, turns=(40,))
SELECTIVE = replace(
    STREAM,
    only_if=np.where(np.arange(600) >= 200, 1, -1),
    has_truth=np.ones(600, dtype=bool),
    scored=STREAM.y,
)


def known_rows(view):
    rows = view.rows(0, view.labelled)
    return np.arange(600)[rows]


def test_labels_arrive_for_rows_that_were_predicted_positive():
    seen = {}

    def look(view):
        rows = known_rows(view)
        seen[view.tick] = rows, view.decision(10, view.tick + 1)

    run(SELECTIVE, GaussianNB(), Watching(look), Everything(), warmup=10)
    for tick, (rows, served) in seen.items():
        flagged = 100 + np.flatnonzero(served == 1)
        expected = [*range(200), *flagged[flagged >= 200]] if tick >= 19 else range(10 * tick + 10)
        assert_array_equal(rows, expected)


def test_two_strategies_know_different_labels():
    often = run(SELECTIVE, GaussianNB(), Every(5), Everything(), warmup=10)
    plain = run(STREAM, GaussianNB(), Every(5), Everything(), warmup=10)
    sizes = [ledger.retrainings()["rows"].to_numpy() for ledger in (often, plain)]
    assert (sizes[0] <= sizes[1]).all()
    assert sizes[0][-1] < 0.8 * sizes[1][-1]
    assert often.columns["scored"].tolist() == often.columns["rows"].tolist()


def test_the_future_of_what_is_served_does_not_matter():
    x = STREAM.x.copy()
    x[450:] = 9.0
    other = replace(SELECTIVE, x=x)
    past = []
    for stream in (SELECTIVE, other):
        table = run(stream, GaussianNB(), Every(3), Everything(), warmup=10).retrainings()
        past.append(table.loc[table["decided"] < 45, ["decided", "rows", "deployed"]])
    assert past[0].equals(past[1])


def test_a_regression_has_no_class_to_wait_for():
    with pytest.raises(InputError, match="only_if names classes, and a regression"):
        replace(turning(classes=0), only_if=np.zeros(600, dtype=int))
