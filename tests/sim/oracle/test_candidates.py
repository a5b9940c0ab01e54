"""The trainings that the oracle chooses from, and the table of what their models lose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import Mean, fits_of, run, stream_of, turning

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.errors import InputError
from retrainlab.sim.oracle.candidates import Candidate, candidate_grid, loss_table
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every

WORLD = World(label_delay=1, fit_delay=2, warmup=10)


@pytest.fixture(scope="module")
def fits():
    """Ten rows in each of 60 ticks."""
    return fits_of(turning(classes=0), Mean())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9), st.integers(2, 9))
def test_candidates_of_any_rows_count_labels_from_the_first_that_is_not_owned(rows, known):
    candidate = Candidate(9, np.array(rows))
    stream = turning(classes=0, sizes=(1,) * 12)
    later = arrivals(stream, World(label_delay=2, warmup=2)).later
    expected = [sum(row >= until for row in set(rows)) for until in (known, 2)]
    assert later(candidate.rows, np.array([known + 1, -1])).tolist() == expected
    assert {candidate, Candidate(9, np.array(rows[::-1]))} == {candidate}
    assert candidate != Candidate(8, candidate.rows)


@given(st.integers(0, 3), st.integers(0, 3), st.integers(1, 4), st.sampled_from([None, 1, 3]))
def test_the_grid_is_what_a_schedule_would_train(label_delay, fit_delay, every, window):
    stream = turning(classes=0, sizes=(1, 2, 3) * 4)
    clocks = {"label_delay": label_delay, "fit_delay": fit_delay, "warmup": 2}
    what = Everything() if window is None else Last(window)
    trainings = run(stream, Mean(), Every(every), what, **clocks).trainings[1:]
    expected = [Candidate(t.decided, t.fit.rows) for t in trainings if t.ready < stream.ticks]
    assert candidate_grid(stream, World(**clocks), every, [window]) == expected


def test_windows_without_rows_and_windows_with_the_same_rows_are_left_out():
    stream = stream_of(np.zeros(9), np.arange(9), [3, 0, 0, 3, 0, 3], 0)
    candidates = candidate_grid(stream, World(warmup=2), 1, (1, 2, None, 5))
    rows = [(c.decided, c.rows.start, c.rows.stop) for c in candidates]
    assert rows == [(2, 0, 3), (3, 3, 6), (3, 0, 6), (4, 3, 6), (4, 0, 6)]


def test_a_table_that_is_too_big_is_refused_before_anything_is_trained():
    stream = stream_of(np.zeros(6000), np.zeros(6000), [1] * 6000, 0)
    fits, world = fits_of(stream, Mean()), World(warmup=2)
    with pytest.raises(InputError, match=r"5,997 candidates x 5,998 ticks takes 274 MB.*`every`"):
        loss_table(fits, world, candidate_grid(stream, world, 1, [None]))
    assert fits.models.misses == 0


@pytest.mark.parametrize(
    ("candidate", "sentence"),
    [
        (Candidate(9, slice(0, 5)), "tick 9 comes before .* must be 10 or later"),
        (Candidate(12, slice(7, 7)), "tick 12 has no rows"),
        (Candidate(12, slice(0, 121)), "rows 0 to 120; labels of rows 0 to 119 are known"),
        (Candidate(12, np.array([-3, 7])), "rows -3 to 7"),
    ],
)
def test_a_training_that_could_not_have_been_is_refused(fits, candidate, sentence):
    with pytest.raises(InputError, match=sentence):
        loss_table(fits, WORLD, [candidate])


def test_a_training_that_is_not_ready_in_time_is_left_out(fits):
    """Decided at 56 it serves from 59, the last tick."""
    rows = slice(0, 100)
    table = loss_table(fits, WORLD, [Candidate(tick, rows) for tick in (57, 56)])
    assert table.models[1:] == (Candidate(56, rows),)
    assert table.boundaries.tolist() == [59, 60]
    assert table.nbytes == 2 * 2 * 8


@pytest.mark.parametrize(
    ("every", "windows", "sentence"),
    [(0, [None], "every is 0"), (1, [], "windows is empty"), (1, [0], "a window is 0")],
)
def test_a_grid_has_an_interval_and_windows(every, windows, sentence):
    with pytest.raises(InputError, match=sentence):
        candidate_grid(turning(), WORLD, every, windows)


def test_a_loss_that_is_not_finite_is_refused():
    stream = stream_of(np.zeros(9), [0.0] * 8 + [1.0], [1] * 9, 0)
    fits = fits_of(stream, Mean(), lambda y, prediction: np.where(y > 0, np.inf, 0.0))
    with pytest.raises(InputError, match="loss <lambda> gave inf; a loss must be finite"):
        loss_table(fits, World(warmup=2), [])
