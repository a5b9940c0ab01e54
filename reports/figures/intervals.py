"""Figure 3: total cost against the time between two retrainings."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.decision.candidates import LEVELS
from retrainlab.reports.drawing.canvas import (
    axes_box,
    error_of,
    log_scale,
    new_figure,
    plain_numbers,
    tag,
    tag_mark,
    titled,
)
from retrainlab.reports.drawing.labels import (
    NAME,
    legend_below,
    legend_room,
    level_handles,
    levels,
    margin_for,
)
from retrainlab.reports.drawing.limits import costs, spacing
from retrainlab.reports.drawing.log_axis import log_axis
from retrainlab.reports.drawing.marks import RING, variant
from retrainlab.reports.figures.optimum import marked, show_optimum
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.baselines import level_name
from retrainlab.reports.text.decision import RECOMMENDED
from retrainlab.reports.text.format import money, plus_minus, shorten, three_digits
from retrainlab.sim.stream import Floats

Shape = Callable[[Floats], Floats]
LAW: dict[str, Any] = {"color": "#d55e00", "linewidth": 1.4, "linestyle": (0, (5, 2))}
_LAW = (Line2D([], [], label="square-root law", **LAW),)
MOST = 12  # lines


def intervals(
    tables: Tables,
    choice: str,
    title: str,
    tick_name: str,
    best: CostCurve | None = None,
    oracle: float = math.nan,
    law: Shape | None = None,
    choice_mark: str = RECOMMENDED,
    finding: str = "",
) -> Figure:
    """Draw total cost against the interval, for the tables of one scenario; lower is better.

    choice: the label to ring. choice_mark: what the ring says. Schedules are lines over their own
    interval; strategies that wait for an alarm stand, hollow, at the mean time between their
    retrainings; those without any retraining are level lines. best: the cheapest schedule's curve,
    whose optimum is shown with its interval and its flat band. law: what each interval costs by the
    square-root law, but for a constant, which is put where the curve is. oracle: mean cost of the
    oracle. finding: the title.
    """
    points = cost_points(tables)
    if best and best.held:
        # All pairs of two parameters are too many lines; they have a figure of their own.
        others = (points["strategy"] != best.strategy) | points["label"].isin(best.labels)
        points = points[others]
    points, few = _lowest(points, choice)
    waiting = not points["scheduled"].all()
    hollow = "Hollow marks wait for an alarm; they stand at their mean interval." * waiting
    bars = " Bars: 95 % interval of the mean." * bool(points["half"].notna().any())
    optimum = f"{marked(best)} " if best else ""
    subject = f"total cost against the retraining interval{few}.{bars}".rstrip(".")
    baselines, never = _levels(tables.runs)
    still = _reference_lines({**never, **baselines}, oracle)
    law_of = _LAW if best and law else ()
    inside = [y for name, y, _ in still if name not in baselines]
    limits = costs(points["cost"], points["half"], inside, [*baselines.values()])
    handles = [*_handles(points, choice_mark), *law_of, *level_handles(still, limits)]
    height = 4.7 + legend_room(handles)
    figure = new_figure(7.2, height, *titled(finding, title, subject, optimum or hollow))
    foot = legend_below(figure, handles)
    right = margin_for(figure, [text for _, _, text in still])
    axes = axes_box(figure, left=0.95, right=right, top=0.85, bottom=foot)
    axes.set_xlabel(f"{tick_name}s between retrainings ({log_scale()})")
    axes.set_ylabel("total cost")
    axes.set_ylim(*limits)
    scheduled = np.unique(points.loc[points["scheduled"], "interval"].to_numpy())
    log_axis(axes, scheduled, *spacing(points["interval"].to_numpy()))
    _draw(axes, points, tables.manifest.prices.currency)
    if best:
        show_optimum(axes, best)
    if best and law:
        _show_law(axes, best, law)
    levels(axes, still)
    plain_numbers(axes, x=False)
    chosen = points[points["label"] == choice]
    axes.plot(chosen["interval"], chosen["cost"], **RING)
    return figure


def _reference_lines(means: dict[str, float], oracle: float) -> list[tuple[str, float, str]]:
    """Return name, cost and label of each level line; oracle: its cost, nan where unknown."""
    lines = [
        (name, y, f"{level_name(name)} {three_digits(y)}") for name, y in sorted(means.items())
    ]
    if math.isfinite(oracle):
        lines.append(("oracle", oracle, f"oracle {three_digits(oracle)}"))
    return lines


def _lowest(points: pd.DataFrame, choice: str) -> tuple[pd.DataFrame, str]:
    """Return the points of the lines that reach the lowest cost, and words where some are left out.

    The line of the choice is always among them.
    """
    lowest = points.groupby("group")["cost"].min().sort_values(kind="stable")
    chosen = points.loc[points["label"] == choice, "group"].unique()
    kept = [*chosen, *(group for group in lowest.index if group not in chosen)][:MOST]
    if len(kept) == len(lowest):
        return points, ""
    words = f"; {len(kept)} of {len(lowest)} lines, those that reach the lowest cost"
    return points[points["group"].isin(kept)], words


def _show_law(axes: Axes, best: CostCurve, law: Shape) -> None:
    """Lay the law over the curve; its constant, the errors of a fresh model, is the median gap."""
    finite = np.isfinite(best.values)
    tried, cost = best.values[finite], best.costs.mean().to_numpy()[finite]
    level = float(np.median(cost - law(tried)))
    x = np.geomspace(tried[0], tried[-1], 200)
    axes.plot(x, law(x) + level, zorder=2.5, **LAW)


def _levels(runs: pd.DataFrame) -> tuple[dict[str, float], dict[str, float]]:
    """Mean costs by strategy: of baselines and what was really done; of what never retrains."""
    baselines, never = (
        {str(name): float(cell.mean()) for name, cell in runs[kept].groupby("strategy")["cost"]}
        for kept in (runs["role"].isin(LEVELS), runs["never"])
    )
    return baselines, never


def _lines(points: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, dict[str, Any]]]:
    """Yield name, points and style of each line, and of the hollow marks of each strategy."""
    for (strategy, scheduled), groups in points.groupby(["strategy", "scheduled"]):
        for i, (group, part) in enumerate(groups.groupby("group")):
            style = variant(str(strategy), i)
            hollow = {} if scheduled else {"linestyle": "none", "markerfacecolor": "white"}
            yield str(group), part, style | hollow


def _draw(axes: Axes, points: pd.DataFrame, currency: str | None) -> None:
    for _, part, style in _lines(points):
        strategy = str(part["strategy"].iloc[0])
        bare = style | {"marker": ""}
        tag(
            axes.plot(part["interval"], part["cost"], linewidth=1.6, zorder=3, **bare),
            strategy=strategy,
        )
        for row in part.to_dict("records"):
            bar = axes.errorbar(
                row["interval"],
                row["cost"],
                yerr=error_of(row["half"]),
                markersize=7,
                elinewidth=1,
                zorder=3,
                **(style | {"linestyle": "none"}),
            )
            cost = money(plus_minus(row["cost"], row["half"]), currency)
            says = f"{row['label']}: total cost {cost}"
            tag_mark(bar, strategy, says)


def _handles(points: pd.DataFrame, choice_mark: str) -> list[Line2D]:
    ring = Line2D([], [], label=choice_mark, **(RING | {"markersize": 11}))
    lines = [
        Line2D([], [], label=shorten(name, NAME), **style) for name, _, style in _lines(points)
    ]
    return [*lines, ring]
