"""Alarms matched to drifts, by hand and row by row."""

from math import isnan

import pytest
from alarms import ROWS, problems, sudden
from hypothesis import given

from retrainlab.sim.detection.matching import match
from retrainlab.sim.errors import InputError


def as_tuple(m):
    """Delays, limits, false alarms, repeats, ignored and stationary rows, as plain values."""
    delays = [None if isnan(d) else d for d in m.delays]
    return delays, list(m.limits), list(m.false_alarms), m.repeats, m.ignored, m.stationary


@pytest.mark.parametrize(
    ("alarms", "drifts", "options", "expected"),
    [
        # The first alarm in the window is the true one, the next ones repeat it.
        ([107, 110, 149], sudden(100), {}, ([7], [50], [], 2, 0, 950)),
        # The window holds its first row and not the one after its last.
        ([100], sudden(100), {}, ([0], [50], [], 0, 0, 950)),
        ([99, 150], sudden(100), {}, ([None], [50], [99, 150], 0, 0, 950)),
        # An alarm before the start, inside the tolerance and outside.
        ([95, 104], sudden(100), {"early": 5}, ([0], [50], [], 1, 0, 945)),
        ([94], sudden(100), {"early": 5}, ([None], [50], [94], 0, 0, 945)),
        # The window of a gradual drift lasts from before its start until after its stop.
        ([239], [(100, 200)], {"early": 5}, ([139], [150], [], 0, 0, 845)),
        ([250], [(100, 200)], {}, ([None], [150], [250], 0, 0, 850)),
        # No drift, no alarm, neither; alarms at the first and the last row.
        ([0, 999], [], {}, ([], [], [0, 999], 0, 0, 1000)),
        ([], sudden(100, 300), {}, ([None, None], [50, 50], [], 0, 0, 900)),
        ([], [], {}, ([], [], [], 0, 0, 1000)),
        # Drifts closer than the window: the newest one has the row.
        ([129, 130], sudden(100, 130), {}, ([29, 0], [30, 50], [], 0, 0, 920)),
        ([140, 150], sudden(100, 130), {}, ([None, 10], [30, 50], [], 1, 0, 920)),
        ([121], sudden(100, 130), {"early": 10}, ([None, 0], [20, 50], [], 0, 0, 910)),
        # Closer than the tolerance: the earlier drift keeps its first row.
        ([100, 101], sudden(100, 103), {"early": 10}, ([0, 0], [1, 50], [], 0, 0, 937)),
        ([150], [(100, 150), (150, 200)], {}, ([None, 0], [50, 100], [], 0, 0, 850)),
        # The stream ends before the window does; so does a gradual drift.
        ([995], sudden(990), {}, ([5], [10], [], 0, 0, 990)),
        ([998, 999], sudden(999), {}, ([0], [1], [998], 0, 0, 999)),
        ([], [(900, 1000)], {}, ([None], [100], [], 0, 0, 900)),
        # A drift at the very first row, with a tolerance that has nowhere to go.
        ([0], sudden(0), {"early": 5}, ([0], [50], [], 0, 0, 950)),
        # Alarms at a drift that does not count are ignored, and it ends the one before.
        ([130, 140], sudden(100, 120), {"counts": [True, False]}, ([None], [20], [], 0, 2, 930)),
        ([110, 180], sudden(100, 120), {"counts": [True, False]}, ([10], [20], [180], 0, 0, 930)),
        ([110, 130], sudden(100, 120), {"counts": [False, True]}, ([10], [50], [], 0, 1, 930)),
    ],
)
def test_match_by_hand(alarms, drifts, options, expected):
    assert as_tuple(match(alarms, drifts, ROWS, 50, **options)) == expected


def row_by_row(alarms, drifts, rows, window, early, counts):
    """The same, with every row asked whose it is."""
    owner = {}
    for number, (start, stop) in enumerate(drifts):
        first = max(start - early, drifts[number - 1][0] + 1 if number else 0, 0)
        owner |= dict.fromkeys(range(first, rows), number)
        owner |= dict.fromkeys(range(stop + window, rows))
    delays, false, repeats, ignored = {}, [], 0, 0
    for alarm in alarms:
        drift = owner.get(alarm)
        if drift is None:
            false.append(alarm)
        elif not counts[drift]:
            ignored += 1
        elif drift in delays:
            repeats += 1
        else:
            delays[drift] = max(alarm - drifts[drift][0], 0)
    asked = [number for number, count in enumerate(counts) if count]
    last = {number: row for row, number in sorted(owner.items())}
    limits = [last[number] + 1 - drifts[number][0] for number in asked]
    stationary = rows - sum(number is not None for number in owner.values())
    return [delays.get(number) for number in asked], limits, false, repeats, ignored, stationary


@given(problems())
def test_match_is_as_row_by_row_and_counts_add_up(problem):
    m = match(*problem)
    assert as_tuple(m) == row_by_row(*problem)
    alarms, counts = problem[0], problem[-1]
    assert m.detected + m.repeats + len(m.false_alarms) + m.ignored == m.alarms == len(alarms)
    assert m.detected + m.missed == sum(counts)
    assert all(0 <= d < limit for d, limit in zip(m.delays, m.limits, strict=True) if d == d)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"alarms": [5, 4]}, "alarm 4 follows alarm 5"),
        ({"alarms": [4, 4]}, "alarm 4 follows alarm 4; .* at most one a row"),
        ({"alarms": [-1]}, "an alarm is at row -1; a stream of 1000 rows"),
        ({"alarms": [5, 1000]}, "an alarm is at row 1000"),
        ({"alarms": [1.5]}, "alarms holds values of type float64"),
        ({"alarms": [[5]]}, r"alarms has shape \(1, 1\)"),
        ({"alarms": [True, False]}, "alarms holds values of type bool"),
        ({"drifts": [5, 6]}, r"drifts has shape \(2,\)"),
        ({"drifts": [(1000, 1000)]}, "from row 1000 to row 1000"),
        ({"drifts": [(900, 1001)]}, "from row 900 to row 1001"),
        ({"drifts": [(5, 4)]}, "from row 5 to row 4"),
        ({"drifts": [(-1, 4)]}, "from row -1 to row 4"),
        ({"drifts": sudden(9, 9)}, "a drift at row 9 follows one from row 9 to row 9"),
        ({"drifts": [(5, 9), (8, 8)]}, "a drift at row 8 follows one from row 5 to row 9"),
        ({"drifts": [(5.0, 9.0)]}, "drifts holds values of type float64"),
        ({"rows": 0}, "rows is 0"),
        ({"window": 0}, "window is 0"),
        ({"early": -1}, "early is -1"),
        ({"counts": [True, True]}, r"counts has shape \(2,\) for 1 drifts"),
    ],
)
def test_what_cannot_be_matched_is_refused(change, sentence):
    good = {"alarms": [7], "drifts": sudden(5), "rows": ROWS, "window": 50}
    with pytest.raises(InputError, match=sentence):
        match(**good | change)
