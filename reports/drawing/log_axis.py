"""A log axis whose ticks stand where something was tried."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from retrainlab.reports.drawing.canvas import is_phone, plain_numbers


def log_axis(axes: Axes, tried: Iterable[float], low: float, high: float) -> None:
    """Make x a log axis from low to high, with ticks at what was tried and at round numbers.

    As far as they keep apart; what comes first in `tried` goes before the others. To be called when
    the title of the axis is set.
    """
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)))
    ticks: list[float] = []
    apart = (0.15 if is_phone() else 0.09) * np.log(high / low)
    for value in (*tried, *np.outer(decades, [1, 2, 5]).ravel()):
        if low <= value <= high and all(abs(np.log(value / tick)) > apart for tick in ticks):
            ticks.append(float(value))
    axes.xaxis.set_major_locator(FixedLocator(sorted(ticks)))
    axes.xaxis.set_minor_locator(NullLocator())
    plain_numbers(axes)
