"""What a trend over runs says: its finding, its changes, and the rows of its table."""

import math
from collections.abc import Sequence

from retrainlab.reports.analysis.trend import Trend, TrendPoint
from retrainlab.reports.text.format import UNKNOWN, count, from_to, percent
from retrainlab.reports.text.run_change import answer_words

HEADINGS = (
    *("made", "recommended", "before"),
    *("cost as a share of never's", "95 % interval", "joined by"),
)
COMPARABLE = (
    "Lines join runs of the same scenario, data, loss and prices. Runs that no line joins differ "
    "in these, and are not comparable."
)
TIMES = {1: "once", 2: "twice"}
FEW = 5  # changes that are named below a figure


def finding(trend: Trend) -> str:
    """Say how often the recommendation changed, and what is recommended now."""
    runs, changes = count(len(trend.points), "run"), trend.changes
    last = answer_words(trend.points[-1].decision)
    if not changes:
        is_same = len({answer_words(point.decision) for point in trend.points}) == 1
        return f"The same in all {runs}: {last}" if is_same else f"No change in {runs}; last {last}"
    times = TIMES.get(len(changes), f"{len(changes)} times")
    newest = answer_words(changes[-1].decision)
    return f"The recommendation changed {times} in {runs}, last to {newest}"


def changes(trend: Trend) -> list[str]:
    """Return a sentence for each of the newest changes, newest first."""
    newest = trend.changes[::-1]
    lines = [f"{point.run}, {day(point)}: {_change(point)}." for point in newest[:FEW]]
    hidden = len(newest) - FEW
    return [*lines, f"{count(hidden, 'older change')}: in the table."] if hidden > 0 else lines


def _change(point: TrendPoint) -> str:
    assert point.before is not None
    return f"from {answer_words(point.before)} to {answer_words(point.decision)}"


def day(point: TrendPoint) -> str:
    """Return the day on which a run was made."""
    return point.created[:10] or UNKNOWN


def spoken(point: TrendPoint) -> str:
    """Say in a line what a point of the figure is."""
    change = f"; changed {_change(point)}" if point.is_change else ""
    cost = f"{percent(point.share)} of never's cost"
    return f"{point.run}, {day(point)}: {answer_words(point.decision)}, {cost}{change}"


def cells(point: TrendPoint, series: Sequence[int]) -> list[str]:
    """Return the cells of a run's row, as `HEADINGS`; series: how many runs each line joins."""
    low, high = point.interval
    ends = from_to(100 * low, 100 * high) if math.isfinite(low) else ""
    before = answer_words(point.before) if point.is_change and point.before else ""
    size = series[point.series]
    line = f"line {point.series + 1}, {count(size, 'run')}" if size > 1 else "no line"
    return [
        point.created[:16].replace("T", " ") or UNKNOWN,
        answer_words(point.decision),
        before,
        percent(point.share),
        f"{ends} %" if ends else UNKNOWN,
        line,
    ]
