"""Monitoring in words: how often a setting left its control limits."""

from collections.abc import Sequence

from retrainlab.reports.analysis.class_quality import MACRO
from retrainlab.reports.analysis.monitoring import QUALITY, Chart, Monitoring
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.format import UNKNOWN, count, number, three_digits

MEAN = "mean prediction"
LONGEST = 72  # characters of a title
EXPLAINED = (
    "Control limits are the mean ± 3 standard deviations (from moving ranges) of the first points "
    "of the first model, which serves under never throughout. A point outside of them is one that "
    "a monitor would have reported. The band does not use the truth about the drift."
)


def finding(seen: Monitoring, chart: Chart) -> str:
    """Return what a chart shows, as a title: "Accuracy left its limits at 5 % of points"."""
    what = chart.heading[0].upper() + chart.heading[1:]
    if chart.limits is None:
        return f"{what} over time; too few points for limits"
    first, *others = (share_outside(seen, chart, label) for label in seen.labels)
    text = f"{what} left its limits at {first} of points"
    both = f"{text}; {seen.labels[-1]}: {others[-1]}" if others else text
    return both if len(both) <= LONGEST else text


def heading(chart: Chart, info: ScenarioInfo) -> str:
    """Name a chart, with the class that it is of: "precision of class 1", or the mean over all."""
    if chart.heading not in QUALITY["classification"]:
        return chart.heading
    judged = judged_class(info.classes)
    return f"{chart.heading} of {judged}" if judged else heading_of(chart.heading, MACRO)


def heading_of(heading: str, name: str) -> str:
    """Name precision or recall of a class, or `MACRO`."""
    return f"{heading} {'as' if name == MACRO else 'of'} {class_name(name)}"


def class_name(name: str) -> str:
    """Return what a class, or `MACRO`, is called where one is chosen."""
    return name if name == MACRO else f"class {name}"


def share_outside(seen: Monitoring, chart: Chart, label: str) -> str:
    """Write the share of the points outside of the limits, of those that did not set them."""
    return f"{number(100 * float(chart.outside(label, seen.reference).mean()), 0)} %"


def judged_class(classes: Sequence[str]) -> str:
    """Name the class that precision and recall are of: the second of two, an only one, or none."""
    return f"class {classes[-1]}" if len(classes) in (1, 2) else ""


def of_class(seen: Monitoring, charts: Sequence[Chart]) -> str:
    """Return the limits of a class's charts, and what lies outside of them."""
    return "; ".join(_limits_and_outside(seen, chart) for chart in charts)


def main_chart(charts: Sequence[Chart]) -> Chart:
    """Return the chart that a title is about: the mean prediction, else the first."""
    return next((chart for chart in charts if chart.heading == MEAN), charts[0])


def reading(name: str, seen: Monitoring, info: ScenarioInfo, seeds: int) -> str:
    """Say in two lines how the charts of a scenario are to be read."""
    stream = f"one stream (seed {seen.seed})" if seeds > 1 else "one stream"
    ends = count(seen.reference, "point")
    band = f"Band: limits set by the first {ends}, up to the dotted line."
    return (
        f"{name}: {stream}; a point is {count(seen.width, info.tick_name)}.\n"
        f"{band if seen.reference else 'Too few points for control limits.'}"
    )


def described(seen: Monitoring, charts: Sequence[Chart]) -> str:
    """Return the description of charts, with their limits and what lies outside of them."""
    each = [_limits_and_outside(seen, chart) for chart in charts]
    what = "over time, with control limits, alarms and retrainings"
    return f"{what}, of {', '.join(seen.labels)}. {'; '.join(each)}."


def _limits_and_outside(seen: Monitoring, chart: Chart) -> str:
    outside = ", ".join(f"{label} {_outside(seen, chart, label)}" for label in seen.labels)
    return f"{chart.heading}: limits {_range(chart)}, outside of them {outside}"


def table(seen: Monitoring, info: ScenarioInfo) -> list[tuple[str, list[str]]]:
    """Return a row a chart: its name, its limits, and the points outside of them by setting."""
    return [
        (
            heading(chart, info),
            [_range(chart), *(_outside(seen, chart, label) for label in seen.labels)],
        )
        for chart in (*seen.quality, *seen.predictions)
    ]


def _outside(seen: Monitoring, chart: Chart, label: str) -> str:
    if chart.limits is None:
        return UNKNOWN
    outside = chart.outside(label, seen.reference)
    return f"{number(int(outside.sum()))} of {number(len(outside))}"


def _range(chart: Chart) -> str:
    if chart.limits is None:
        return "too few points"
    scale, unit = (100, " %") if chart.is_share else (1, "")
    low, high = (three_digits(scale * end) for end in (chart.limits.low, chart.limits.high))
    return f"{low} to {high}{unit}"
