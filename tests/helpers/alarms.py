"""Alarms and drifts to be matched: by hand, and any that are legal."""

from hypothesis import strategies as st

from retrainlab.sim.detection.matching import match

ROWS = 1000


def sudden(*starts):
    return [(start, start) for start in starts]


@st.composite
def problems(draw, gap=0):
    """Alarms, drifts, rows, window, early and counts; drifts `gap` rows apart at least."""
    rows = draw(st.integers(1, 120))
    marks = draw(st.lists(st.integers(0, rows), unique=True, max_size=8).map(sorted))
    if draw(st.booleans()):
        drifts = [(mark, mark) for mark in marks if mark < rows]
    else:
        drifts = list(zip(marks[::2], marks[1::2], strict=False))
    drifts = [d for i, d in enumerate(drifts) if not i or d[0] - drifts[i - 1][1] >= gap]
    alarms = draw(st.lists(st.integers(0, rows - 1), unique=True, max_size=20).map(sorted))
    counts = draw(st.lists(st.booleans(), min_size=len(drifts), max_size=len(drifts)))
    return alarms, drifts, rows, draw(st.integers(1, 30)), draw(st.integers(0, 12)), counts


matchings = st.lists(problems().map(lambda p: match(*p)), min_size=1, max_size=6)
