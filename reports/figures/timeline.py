"""Timeline figure: what decides over time, with drifts shaded and retrainings marked."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrainlab.reports.decision.summary import never_of
from retrainlab.reports.drawing.canvas import (
    axes_box,
    in_percent,
    is_phone,
    new_figure,
    plain_numbers,
    tag,
    titled,
)
from retrainlab.reports.drawing.drifts import drift_handles, drift_legend, shade
from retrainlab.reports.drawing.labels import legend_below, legend_room, room_for, view
from retrainlab.reports.drawing.marks import line, lines_of
from retrainlab.reports.drawing.time_axis import Span, time_axis
from retrainlab.reports.figures.rug import LABEL, STYLE, handles_of_names, rug, strokes
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.results.tables import Tables, first_seed
from retrainlab.reports.text.findings import over_time as said_over_time
from retrainlab.reports.text.format import drifts_of, seed_of, sentence, shorten

ROW, WIDE = 0.26, 10
POINTS = 125  # of a line: of 280 ticks every other, as a mean is over many
SHORT = 250  # ticks of a stream that has no close-up
LAST = 10  # of what is drawn, the share that its end is: a tenth
NAME = 24  # characters of a scenario, beside all that the line says
LOSS = "mean loss a row"
Values = Callable[[pd.DataFrame, str, int], pd.Series]


def timeline(
    tables: Tables,
    shown: list[str],
    title: str,
    scenario: ScenarioInfo,
    span: Span,
    finding: bool = False,
) -> Figure:
    """Draw what decides over time (`measure`) of the shown labels, and when each retrained.

    tables: of one scenario. shown: labels, one a strategy. scenario: its entry in the manifest.
    span: first tick to draw and first after. Values are means over the last few ticks, then over
    the seeds: nothing is drawn before it is served. The rug shows the first seed that all have. The
    ceiling is one of the score, and left out where the loss is drawn. finding: whether the title is
    what the first line shows.
    """
    name = measure(tables, scenario)
    is_score = name == scenario.metric
    values_of = over_time if is_score else loss_over_time
    strategy_of = tables.runs.drop_duplicates("label").set_index("label")["strategy"]
    width = _width(span, scenario.tick_name)
    lines = {label: _within(values_of(tables.ticks, label, width), span) for label in shown}
    said = _finding(values_of, shown, tables, name, span, is_score) if finding else ""
    titles = _titles(said, title, tables, scenario, width, shown)
    strategies = {label: str(strategy_of[label]) for label in shown}
    drifts = sorted(scenario.drifts, key=lambda drift: drift.start)
    legend = drift_handles(scenario, drifts)
    figure, axes, marks = _frames(titles, strategies, legend)
    has_ceiling = is_score and scenario.truth_known
    top = _within(ceiling_over_time(tables, width), span) if has_ceiling else None
    finite = np.concatenate([values.to_numpy() for values in lines.values()])
    view(axes, finite.tolist(), [] if top is None else [top.min(), top.max()], reach=0.6)
    styles = lines_of(strategies)
    for label, values in lines.items():
        kept = values.iloc[:: max(1, len(values) // POINTS)]
        point = {"marker": "o", "markersize": 4} if len(kept) == 1 else {}
        artists = axes.plot(kept.index, kept, linewidth=1.5, **styles[label] | point)
        tag(artists, strategy=strategy_of[label], series=label)
    if top is not None:
        kept = top.iloc[:: max(1, len(top) // POINTS)]
        artists = axes.plot(kept.index, kept, linewidth=1.3, zorder=1.5, **line("ceiling"))
        tag(artists, strategy="ceiling", series="ceiling")
    for panel in (axes, marks):
        panel.set_xlim(*span)
        time_axis(panel, span, scenario)
    axes.set_xlabel("")
    axes.set_ylabel(name)
    axes.tick_params(labelbottom=False, length=0)
    if is_score:
        in_percent(axes)
    else:
        plain_numbers(axes, x=False)
    shade(axes, drifts)
    if not is_phone():
        drift_legend(axes, legend)
    stop = whole(tables)[1]
    rug(marks, tables.retrainings, tables.alarms, strategies, stop, is_named=not is_phone())
    low_y, high_y = axes.get_ylim()
    frame = {"x": f"{span[0]} {span[1]}", "y": f"{low_y} {high_y}", "unit": scenario.tick_name}
    tag(axes.patch, **frame, **({"share": "yes"} if is_score else {}))
    return figure


def _frames(
    titles: tuple[str, str], strategies: Mapping[str, str], legend: Sequence[Artist]
) -> tuple[Figure, Axes, Axes]:
    """Return a new figure with the axes of the lines and of the rug, and room for the names.

    The names and the legend stand right of them, on a phone below them.
    """
    low = len(strategies) * ROW
    handles = [*handles_of_names(strategies), *legend] if is_phone() else []
    foot, tall = legend_room(handles), 2.2 if is_phone() else 3.0
    figure = new_figure(WIDE, 1.85 + tall + low + foot, *titles)
    if is_phone():
        left, right = 0.75, 0.2
        legend_below(figure, handles)
    else:
        names = [shorten(label, LABEL) for label in strategies]
        left, right = 0.85, max(0.75 + room_for(figure, names, **STYLE), 3.05)
    axes = axes_box(figure, left=left, right=right, top=1.1, bottom=0.75 + low + foot)
    marks = axes_box(figure, left=left, right=right, top=0, bottom=0.6 + foot, height=low)
    return figure, axes, marks


def _finding(
    values_of: Values, shown: list[str], tables: Tables, name: str, span: Span, is_score: bool
) -> str:
    """Return what the first line shows, beside never where that is drawn."""
    ticks = span[1] - span[0]

    def means(label: str) -> tuple[float, float]:
        """Over all that is drawn, and over its last tenth."""
        whole, end = (
            _within(values_of(tables.ticks, label, width), span).iloc[-1]
            for width in (ticks, max(1, ticks // LAST))
        )
        return float(whole), float(end)

    first, never = shown[0], never_of(tables.runs)
    is_beside = never != first and never in shown
    return said_over_time(
        first, name, means(first), means(str(never)) if is_beside else None, is_score
    )


def whole(tables: Tables) -> Span:
    """All served ticks of a scenario."""
    return int(tables.ticks["tick"].min()), int(tables.ticks["tick"].max()) + 1


def close_up(tables: Tables, scenario: ScenarioInfo) -> Span | None:
    """The ticks around the drifts, where a long stream drifts in less than half of its time."""
    first, last = whole(tables)
    if not scenario.drifts or last - first <= SHORT:
        return None
    start = min(drift.start for drift in scenario.drifts)
    stop = max(drift.stop for drift in scenario.drifts)
    room = max(20, (stop - start) // 10)
    start, stop = max(first, start - room), min(last, stop + room)
    return (start, stop) if 2 * (stop - start) < last - first else None


def measure(tables: Tables, scenario: ScenarioInfo) -> str:
    """Return what is drawn over time: the score, or the loss where that decides otherwise.

    A loss that is no multiple of the wrong rows (classification) or of the absolute error
    (regression) can prefer another setting than the score does; the chart then shows the loss.
    """
    ticks = tables.ticks
    errors = (ticks["rows"] - ticks["hits"]).fillna(ticks["abs_error"])
    share = ticks["loss"].sum() / errors.sum() if errors.sum() else 0.0
    return scenario.metric if np.allclose(ticks["loss"], share * errors) else LOSS


def loss_over_time(ticks: pd.DataFrame, label: str, width: int) -> pd.Series:
    """(ticks,) mean loss a row of a label, smoothed as the scores are."""
    return _rolling(ticks[ticks["label"] == label], "loss", "rows", width)


def over_time(ticks: pd.DataFrame, label: str, width: int) -> pd.Series:
    """(ticks,) score of a label: over the last `width` ticks of each seed, then over the seeds."""
    cell = ticks[ticks["label"] == label]
    if cell["hits"].notna().any():
        return _rolling(cell, "hits", "rows", width)
    return 1 - _rolling(cell, "abs_error", "abs_actual", width)


def ceiling_over_time(tables: Tables, width: int) -> pd.Series:
    """(ticks,) the ceiling, smoothed as the scores are."""
    served = tables.streams[tables.streams["tick"] >= tables.ticks["tick"].min()]
    total = served.assign(sum=served["ceiling"] * served["rows"])
    if tables.ticks["hits"].notna().any():
        return _rolling(total, "sum", "rows", width)
    return 1 + _rolling(total, "sum", "truth_abs", width)


def _rolling(frame: pd.DataFrame, above: str, below: str, width: int) -> pd.Series:
    """Ratio of sums over the last `width` ticks, seed by seed, then the mean over the seeds."""
    over, under = (
        frame.pivot(index="tick", columns="seed", values=name).rolling(width, min_periods=1).sum()
        for name in (above, below)
    )
    return (over / under.where(under > 0)).mean(axis=1)


def _within(values: pd.Series, span: Span) -> pd.Series:
    return values[(values.index >= span[0]) & (values.index < span[1])]


def _width(span: Span, unit: str) -> int:
    """How many ticks a mean is over: a fortieth of what is drawn; of days, whole weeks."""
    width = max(1, (span[1] - span[0]) // 40)
    return max(7, width - width % 7) if unit == "day" and width > 3 else width


def _titles(
    said: str, title: str, tables: Tables, scenario: ScenarioInfo, width: int, shown: list[str]
) -> tuple[str, str]:
    """Return title and subtitle; said: what is seen, empty where the title is what is drawn."""
    unit, all_seeds = scenario.tick_name, tables.runs["seed"].unique()
    seeds = len(all_seeds)
    last = f"last {width} {unit}s" if width > 1 else unit
    over = f" and over {seeds} seeds" if seeds > 1 else ""
    name = measure(tables, scenario)
    mean = f"mean over the {last}{over}, for the cheapest setting of each strategy"
    drawn = seed_of(first_seed(tables.retrainings, shown), all_seeds)
    rug = (
        f"Below{f', on {drawn}' * (seeds > 1)}: bands are models that served, "
        f"{strokes(tables.retrainings, shown)}, dots alarms."
    )
    drifts = drifts_of(scenario) if scenario.drifts else ""
    if said:
        return titled(said, shorten(title, NAME), f"{name}, {mean}", drifts, rug)
    return titled("", title, name, sentence(mean), drifts, rug)
