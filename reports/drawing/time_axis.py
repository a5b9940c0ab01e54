"""Time axis: ticks of a stream as dates where it has them, else as numbers."""

from datetime import datetime

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from retrainlab.reports.drawing.canvas import plain_numbers
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.calendar import DAY, date_ticks, moments

Span = tuple[int, int]  # first tick, and first after the last


def time_axis(axes: Axes, span: Span, scenario: ScenarioInfo) -> None:
    """Write ticks as dates where the stream has them, else as whole numbers.

    A date stands at the first tick that does not begin before it, as some periods have no rows.
    """
    known = moments(scenario)
    axes.set_xlabel("" if known is not None else scenario.tick_name)
    if known is None:
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 2.5, 5, 10]))
        plain_numbers(axes)
        return
    days = known.astype("datetime64[D]")
    first, last = (days[at].astype(datetime) for at in (span[0], span[1] - 1))
    names = date_ticks(first, last + DAY)
    at = np.searchsorted(days, np.array([day for day, _ in names], "datetime64[D]"))
    places = dict(zip(at.tolist(), (name for _, name in names), strict=True))
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: places.get(round(value), "")))
