"""A figure of one stream: alarms over time beside the true drifts, and how late they came."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from retrainlab.reports.detection.marks import mark_of
from retrainlab.reports.detection.strips import Group, Span, Strip, StripRow
from retrainlab.reports.drawing.canvas import FAINT, INK, axes_box, new_figure, plain_numbers
from retrainlab.reports.drawing.labels import room_for
from retrainlab.reports.text.format import count, number, shorten
from retrainlab.sim.detection.counts import tally
from retrainlab.sim.detection.matching import Matching
from retrainlab.sim.detection.metrics import restricted_delay
from retrainlab.sim.stream import Floats, Ints

WIDTH, ROW, NAME = 12.0, 0.29, 26
HEAD, LEGEND, FOOT, GAP = 0.6, 0.35, 0.55, 1.1  # inches; GAP is rows above each group
BETWEEN = 0.55  # inches between the two panels
DRIFT, WINDOW, OTHER, AROUND = "#efc765", "#fcf3dc", "#c9cfd6", "#f1f3f5"
TEXT: dict[str, Any] = {"size": 9, "va": "center", "annotation_clip": False}
LINE: dict[str, Any] = {"color": "#d9dde2", "linewidth": 0.6, "zorder": 2}
KINDS = {True: "on errors, with labels", False: "on inputs and predictions, without labels"}


def draw(strip: Strip) -> Figure:
    """Draw a row a detector: left its alarms seed by seed, right the delays of what it found.

    Without a drift that counts there is no right panel.
    """
    rows = [row for group in strip.groups for row in group.rows]
    deep = len(rows) + GAP * len(strip.groups)
    handles = _handles(strip)
    head = HEAD + (LEGEND if handles else 0)
    height = head + ROW * deep + FOOT
    figure = new_figure(WIDTH, height, f"{strip.problem}: alarms over time", _says(strip))
    if handles:
        _legend(figure, handles, height)
    left = 0.25 + room_for(figure, [_name(row) for row in rows], size=9)
    right = 0.4 + room_for(figure, [_missed(row) for row in rows], size=9)
    wide = WIDTH - left - right
    share = 0.66 if any(span.counts for span in strip.spans) else 1.0
    tall = {"top": head, "bottom": FOOT}
    time = axes_box(figure, left=left, right=WIDTH - left - share * wide, **tall)
    _frame(time, deep, "row of the stream", strip.length)
    late = None
    if share < 1:
        late = axes_box(figure, left=left + share * wide + BETWEEN, right=right, **tall)
        _frame(late, deep, "delay: rows from the start of a drift to its alarm", _longest(strip))
    top = 0.0
    for group in strip.groups:
        _group(time, late, group, strip, top)
        top += GAP + len(group.rows)
    return figure


def _says(strip: Strip) -> str:
    if len(strip.seeds) < strip.of:
        shown = f"the first {len(strip.seeds)} of {count(strip.of, 'seed')}"
    else:
        shown = count(strip.of, "seed")
    line = f"a stroke is an alarm, and each seed has a line of its own in the row ({shown})."
    if any(span.counts for span in strip.spans):
        return f"Left: {line} Right: how late the drifts were found, over all seeds."
    return line.capitalize() + " No drift is to be found, at the right are the false alarms."


def _frame(axes: Axes, deep: float, label: str, length: float) -> None:
    axes.set_ylim(deep, 0)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, length)
    axes.tick_params(labelsize=9)
    axes.set_xlabel(label, size=9)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    plain_numbers(axes)


def _group(time: Axes, late: Axes | None, group: Group, strip: Strip, top: float) -> None:
    """Draw the rows of one kind of detector below its heading."""
    low, high = top + GAP, top + GAP + len(group.rows)
    heading = f"Detectors {KINDS[group.labelled]}"
    white = {"color": "white", "pad": 1.5}
    time.annotate(heading, (0, low - 0.5), weight="bold", color=INK, bbox=white, **TEXT)
    same = all(spans == group.spans[0] for spans in group.spans)
    if same:
        _shade(time, group.spans[0], low, high, strip.early)
    for i, row in enumerate(group.rows):
        middle = low + i + 0.5
        if not same:
            for lane, spans in zip(_lanes(middle, strip), group.spans, strict=True):
                _shade(time, spans, *lane, strip.early)
        _ticks(time, row, middle, strip)
        time.axhline(low + i, **LINE)
        _beside(time, 0, _name(row), middle, mark_of(row.detector, row.null).colour)
        if late:
            late.axhline(low + i, **LINE)
            _delays(late, row, middle)
        _beside(late or time, 1, _missed(row), middle, FAINT)
    if late and not any(span.counts for spans in group.spans for span in spans):
        x, y = late.get_xlim()[1] / 2, (low + high) / 2
        note = "no drift to find:\nevery alarm outside the grey is false"
        late.annotate(note, (x, y), ha="center", color=FAINT, bbox=white, **TEXT)


def _beside(axes: Axes, end: int, text: str, middle: float, colour: str) -> None:
    """Write left (0) or right (1) of the axes."""
    axes.annotate(
        text,
        (end, middle),
        xycoords=axes.get_yaxis_transform(),
        xytext=(10 if end else -7, 0),
        textcoords="offset points",
        ha="left" if end else "right",
        color=colour,
        **TEXT,
    )


def _lanes(middle: float, strip: Strip) -> list[tuple[float, float]]:
    """Upper and lower end of each seed's part of a row."""
    edges = np.linspace(middle - 0.42, middle + 0.42, len(strip.seeds) + 1).tolist()
    return list(pairwise(edges))


def _shade(axes: Axes, spans: list[Span], low: float, high: float, early: int) -> None:
    """Shade the drifts and, fainter, their windows; grey are those that do not count."""
    deep, least = axes.get_ylim()[0], axes.get_xlim()[1] / 300
    tall = {"ymin": 1 - high / deep, "ymax": 1 - low / deep, "linewidth": 0}
    for span in spans:
        drift, window = (DRIFT, WINDOW) if span.counts else (OTHER, AROUND)
        begin, stop = max(span.start - early, 0), max(span.stop, span.start + least)
        axes.axvspan(begin, span.end, color=window, zorder=0, **tall)
        axes.axvspan(span.start, stop, color=drift, zorder=1, **tall)


def _ticks(axes: Axes, row: StripRow, middle: float, strip: Strip) -> None:
    """Draw the alarms as one line with gaps; of those in one place only one can be seen."""
    places = int(axes.get_window_extent().width)
    x, y = [], []
    for (over, under), alarms in zip(_lanes(middle, strip), row.alarms, strict=True):
        for at in [] if alarms is None else _seen(alarms, strip.length / places):
            x += [at, at, np.nan]
            y += [over, under, np.nan]
    colour = mark_of(row.detector, row.null).colour
    axes.plot(x, y, color=colour, linewidth=1.5, solid_capstyle="butt", zorder=3)


def _seen(alarms: Ints, step: float) -> list[float]:
    """The first alarm of each step."""
    _, first = np.unique(alarms // step, return_index=True)
    return [float(at) for at in alarms[first]]


def _delays(axes: Axes, row: StripRow, middle: float) -> None:
    """Draw the least to the largest delay, their middle half, the median, and the mean."""
    delays = _finite_delays(row.matchings)
    shown = mark_of(row.detector, row.null)
    if len(delays):
        low, q1, median, q3, high = np.quantile(delays, [0, 0.25, 0.5, 0.75, 1])
        axes.plot([low, high], [middle, middle], color=shown.colour, linewidth=1, zorder=3)
        box: dict[str, Any] = {"solid_capstyle": "butt", "zorder": 3}
        axes.plot([q1, q3], [middle] * 2, color=shown.colour, linewidth=8, alpha=0.4, **box)
        axes.plot([median] * 2, [middle - 0.3, middle + 0.3], color=shown.colour, linewidth=2)
    if row.drifts:
        mean = float(restricted_delay(tally(row.matchings)))
        axes.plot(
            mean, middle, marker="D", color=INK, markersize=4.5, markeredgecolor="white",
            markeredgewidth=0.6, zorder=5, clip_on=False,
        )  # fmt: skip


def _finite_delays(matchings: list[Matching]) -> Floats:
    delays = np.concatenate([m.delays for m in matchings])
    return delays[np.isfinite(delays)]


def _missed(row: StripRow) -> str:
    """Say how many drifts were missed; where none counts, how many alarms were false."""
    if not row.drifts:
        return f"{number(sum(len(m.false_alarms) for m in row.matchings))} false"
    return f"missed {number(row.missed)} of {number(row.drifts)}"


def _name(row: StripRow) -> str:
    return shorten(row.name, NAME)


def _longest(strip: Strip) -> float:
    """Rows from a drift's start to the end of the longest window; 1 where no drift counts."""
    return max(
        (
            float(m.limits.max(initial=1))
            for group in strip.groups
            for row in group.rows
            for m in row.matchings
        ),
        default=1.0,
    )


def _legend(figure: Figure, handles: list[Any], height: float) -> None:
    """Say below the title what the colours and marks are."""
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.02 / WIDTH, 1 - 0.54 / height),
        ncol=len(handles),
        fontsize=9,
        handlelength=1.4,
        columnspacing=1.4,
    )


def _handles(strip: Strip) -> list[Any]:
    """What the legend shows; nothing where the stream has no drift."""
    alone: dict[str, Any] = {"linestyle": "none"}
    handles: list[Any] = []
    if any(span.counts for span in strip.spans):
        handles += [
            Patch(color=DRIFT, label="drift"),
            Patch(color=WINDOW, label="its window, where an alarm finds it"),
        ]
    if any(not span.counts for span in strip.spans):
        handles.append(Patch(color=OTHER, label="drift that does not count"))
    if any(span.counts for span in strip.spans):
        bar = {"marker": "|", "markersize": 9, "markeredgewidth": 2, "color": FAINT}
        mean = {"marker": "D", "markersize": 4.5, "color": INK}
        handles += [
            Patch(facecolor=FAINT, alpha=0.4, label="middle half of the delays"),
            Line2D([], [], label="median", **(alone | bar)),
            Line2D([], [], label="mean, a miss as its window's end", **(alone | mean)),
        ]
    return handles
