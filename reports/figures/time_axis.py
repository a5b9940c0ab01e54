"""Time axis: ticks of a stream as dates where it has them, else as numbers."""

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from retrainlab.reports.analysis.manifest import ScenarioInfo
from retrainlab.reports.figures.canvas import plain_numbers
from retrainlab.reports.text.calendar import DAY, date_ticks, first_day

Span = tuple[int, int]  # first tick, and first after the last


def time_axis(axes: Axes, span: Span, scenario: ScenarioInfo) -> None:
    """Write ticks as dates where the stream has them, else as numbers."""
    first = first_day(scenario)
    axes.set_xlabel("" if first else scenario.tick_name)
    if first is None:
        plain_numbers(axes)
        return
    names = date_ticks(first + span[0] * DAY, first + span[1] * DAY)
    places = {(day - first).days: name for day, name in names}
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: places.get(round(value), "")))
